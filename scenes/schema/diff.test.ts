/** Diffs: smallest, exact both ways, composable, and short in a link. */
import { readFileSync } from 'node:fs'
import { deflateSync } from 'fflate'
import { expect, test } from 'vitest'
import { apply, compose, diff, isEmpty, revert, type SceneDiff, sameJson } from './diff.ts'
import { DIFF_LIMITS, decodeDiff, encodeDiff, parseDiff } from './encode.ts'
import { type Layer, parseScene, type SceneDocument, type View } from './scene.ts'

const read = (path: string): SceneDocument =>
  parseScene(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')))
const tiny = read('../tiny/city.json')
const city = read('../jiaojiang/city.json')

/** A seeded generator of numbers in 0…1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Random = () => number

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!
const view = (random: Random): View => ({
  lng: random() * 10 + 115,
  lat: random() * 10 + 20,
  height: Math.round(random() * 9000),
  heading: 0,
  pitch: -30,
  ...(random() < 0.5 && { title: { zh: '某处', en: 'Somewhere' } }),
})
const COLORS = [
  '#fff',
  ['ramp', ['get', 'year'], 'viridis', 1950, 2025],
  ['match', ['get', 'class'], 'school', '#d33', null],
] as const

function changedLayer(random: Random, layer: Layer): Layer {
  const next: Layer = { ...layer }
  if (random() < 0.5) next.visible = random() < 0.5
  if (random() < 0.3) delete next.visible
  if (random() < 0.4) next.opacity = Math.round(random() * 10) / 10
  if (random() < 0.3) next.title = { zh: `层${Math.floor(random() * 9)}`, en: 'Layer' }
  if (random() < 0.3) delete next.title
  if (random() < 0.3 && (layer.type === 'roads' || layer.type === 'buildings')) next.color = pick(random, COLORS)
  if (random() < 0.2) delete next.color
  return next
}

/** A sound scene some random steps away from another. */
function wandered(random: Random, from: SceneDocument): SceneDocument {
  const scene: SceneDocument = { ...from, sources: { ...from.sources }, views: { ...from.views } }
  scene.layers = from.layers
    .filter(() => random() > 0.15)
    .map((layer) => (random() < 0.5 ? changedLayer(random, layer) : layer))
  for (let more = Math.floor(random() * 3); more > 0; more--) {
    const id = `extra-${Math.floor(random() * 4)}`
    if (!scene.layers.some((layer) => layer.id === id))
      scene.layers.push({ id, type: pick(random, ['roads', 'rail', 'water'] as const), source: 'map' })
  }
  if (random() < 0.4)
    scene.layers = scene.layers
      .map((layer) => ({ layer, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ layer }) => layer)
  if (random() < 0.3)
    scene.sources[`more-${Math.floor(random() * 3)}`] = {
      type: 'vector',
      url: `/tiles/${Math.floor(random() * 9)}.json`,
    }
  if (random() < 0.3) delete scene.sources['more-1']
  if (random() < 0.4) scene.views[`place-${Math.floor(random() * 3)}`] = view(random)
  if (random() < 0.2) delete scene.views['place-0']
  if (random() < 0.3) scene.camera = view(random)
  if (random() < 0.2) delete scene.camera
  if (random() < 0.3) delete scene.time
  if (random() < 0.4)
    scene.time = {
      start: '2026-01-01T00:00:00Z',
      end: '2026-01-02T00:00:00Z',
      ...(random() < 0.5 && { at: '2026-01-01T05:00:00Z' }),
    }
  if (random() < 0.2) scene.title = { zh: '某城', en: 'Some city' }
  if (random() < 0.2)
    scene.wall = { columns: 4, rows: 2, screen: { widthMm: 1210, heightMm: 680 }, bezelMm: Math.round(random() * 9) }
  if (random() < 0.2) delete scene.wall
  if (random() < 0.15) {
    delete scene.groups
    scene.layers = scene.layers.map(({ group: _, ...layer }) => layer as Layer)
  }
  return scene
}

test('over 1000 random pairs: apply undoes diff, the diff comes back as it is, and reverting leads home', () => {
  const random = randomOf(20260601)
  for (let round = 0; round < 1000; round++) {
    const start = pick(random, [tiny, city])
    const document = wandered(random, start)
    const scene = wandered(random, random() < 0.5 ? document : wandered(random, document))
    const changes = diff(document, scene)
    const applied = apply(document, changes)
    if (!sameJson(applied, scene)) expect(applied).toEqual(scene)
    expect(applied.layers.map(({ id }) => id)).toEqual(scene.layers.map(({ id }) => id))
    if (!sameJson(diff(document, applied), changes)) expect(diff(document, applied)).toEqual(changes)
    if (round % 10 === 0 && !sameJson(decodeDiff(encodeDiff(changes)), changes))
      expect(decodeDiff(encodeDiff(changes))).toEqual(changes)
    if (!sameJson(apply(scene, revert(document, changes)), document))
      expect(apply(scene, revert(document, changes))).toEqual(document)
    const further = wandered(random, scene)
    const both = compose(document, changes, diff(scene, further))
    if (!sameJson(apply(document, both), further)) expect(apply(document, both)).toEqual(further)
  }
})

test('random scenes are sound, so that the property above is about real scenes', () => {
  const random = randomOf(7)
  for (let round = 0; round < 200; round++) parseScene(wandered(random, wandered(random, tiny)))
})

test('nothing changed is an empty diff, and applying touches no document', () => {
  const frozen = JSON.stringify(tiny)
  expect(isEmpty(diff(tiny, structuredClone(tiny)))).toBe(true)
  const scene = apply(tiny, { layers: { trees: { visible: false } }, views: { street: null }, order: ['trees'] })
  expect(JSON.stringify(tiny)).toBe(frozen)
  expect(scene.layers[0]).toMatchObject({ id: 'trees', visible: false })
  expect(scene.layers[1]).toBe(tiny.layers[0])
})

test('a diff says no more than what changed', () => {
  const scene: SceneDocument = {
    ...tiny,
    layers: tiny.layers.map((layer) => (layer.id === 'roads' ? { ...layer, opacity: 0.5 } : layer)),
  }
  expect(diff(tiny, scene)).toEqual({ layers: { roads: { opacity: 0.5 } } })
  expect(diff(tiny, { ...tiny, layers: tiny.layers.filter(({ id }) => id !== 'trees') })).toEqual({
    layers: { trees: null },
  })
  expect(diff(tiny, { ...tiny, time: { ...tiny.time!, at: '2026-06-01T12:00:00+08:00' } })).toEqual({
    time: { at: '2026-06-01T12:00:00+08:00' },
  })
})

test('a diff made for an older document still opens: what no longer fits is left out', () => {
  const old: SceneDiff = {
    layers: { gone: { visible: false }, trees: { visible: false } },
    order: ['gone', 'trees', 'trees', 'ground'],
    views: { gone: null },
    sources: { gone: null },
  }
  const scene = parseScene(apply(tiny, old))
  expect(scene.layers.map(({ id }) => id).slice(0, 3)).toEqual(['trees', 'ground', 'land'])
  expect(scene.layers).toHaveLength(tiny.layers.length)
})

test('a link stays short: a switched layer under 12 characters, a session under 130', () => {
  expect(encodeDiff({ layers: { trees: { visible: false } } }).length).toBeLessThan(12)
  const session: SceneDiff = {
    layers: {
      trees: { visible: false },
      roads: { opacity: 0.35 },
      buildings: { color: ['ramp', ['get', 'year'], 'viridis', 1950, 2025] },
    },
    camera: { lng: 121.441235, lat: 28.663281, height: 1432.5, heading: 21.25, pitch: -34.5 },
    time: { at: '2026-06-01T21:30:00+08:00' },
  }
  expect(encodeDiff(session).length).toBeLessThan(130)
  expect(encodeDiff({})).toBe('')
})

test('old links keep opening: words written by the first version', () => {
  expect(decodeDiff('aI1Z_bS0A')).toEqual({ layers: { buildings: { visible: false } } })
  expect(decodeDiff('aQ9YPdwGSj0yAOnFZjxzfQFl4PKOGHDRAEXFhaGlqoANM26axQA8AAA')).toEqual({
    layers: {
      roads: { opacity: 0.4 },
      trees: { visible: false },
      buildings: { color: ['ramp', ['get', 'year'], 'viridis', 1950, 2025] },
    },
  })
})

const refusal = (word: string): string => {
  try {
    decodeDiff(word)
  } catch (error) {
    expect((error as Error).name).toBe('SceneError')
    return (error as Error).message
  }
  return ''
}

test('a word cut off anywhere or with any character changed is refused by name or gives a diff, never anything else', () => {
  const random = randomOf(99)
  const word = encodeDiff(diff(city, wandered(random, wandered(random, city))))
  for (let end = 1; end < word.length; end++) refusal(word.slice(0, end))
  for (let round = 0; round < 400; round++) {
    const at = Math.floor(random() * word.length)
    refusal(word.slice(0, at) + String.fromCharCode(33 + Math.floor(random() * 94)) + word.slice(at + 1))
  }
})

test('bombs, monsters and strangers are refused by name', () => {
  const pack = (json: string) =>
    `a${Buffer.from(deflateSync(new TextEncoder().encode(json), { level: 9 })).toString('base64url')}`
  expect(refusal(pack(' '.repeat(8_000_000)))).toContain(`too large, got more than ${DIFF_LIMITS.json} bytes`)
  expect(refusal(`a${'A'.repeat(20_000)}`)).toContain('too long')
  expect(refusal(pack('['.repeat(100_000)))).toContain('nested too deep')
  expect(refusal(pack(`{"layers":{"a":{"color":${'['.repeat(90)}${']'.repeat(90)}}}}`))).toContain('nested too deep')
  expect(refusal('zabc')).toContain('unknown form, got "z"; expected "a"')
  expect(refusal('a(*&')).toContain('characters that no link has')
  expect(refusal(pack('nonsense'))).toContain('not JSON')
  expect(refusal(pack('[]'))).toContain('diff')
  expect(refusal(pack('{"layer":{}}'))).toContain(
    'unknown key, got "layer"; expected title | time | camera | sources | groups | layers | order | views | below | marks | wall; did you mean "layers"?',
  )
  expect(refusal(pack('{"layers":{"A b":null}}'))).toContain('bad id')
})

test('a diff of the right outline with wrong values is caught when the scene it makes is checked', () => {
  const bad = parseDiff({ layers: { roads: { opacity: 7 }, extra: { id: 'extra', type: 'roads', source: 'nowhere' } } })
  expect(() => parseScene(apply(tiny, bad))).toThrow(/layers\[4\]\.opacity: too large, got 7; expected at most 1/)
  expect(() =>
    parseScene(apply(tiny, parseDiff({ layers: { other: { id: 'roads', type: 'roads', source: 'map' } } }))),
  ).toThrow(/layer id used twice/)
})
