/** The generated underground: it falls, it hangs together, it lies where pipes may lie, and it is the same each time. */
import { createHash } from 'node:crypto'
import Flatbush from 'flatbush'
import type { LineString, Point as PointGeometry, Polygon } from 'geojson'
import { expect, test } from 'vitest'
import { type CityFeature, CLASSES, SECTIONS } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { toMetres } from './frame.ts'
import { generateCity } from './generate.ts'

const city = generateCity()
const pipes = [...city.features('pipes')]
const nodes = [...city.features('pipe-nodes')]
const byId = new Map(nodes.map((one) => [one.id, one]))
const lineOf = (one: CityFeature) => (one.geometry as LineString).coordinates as [number, number, number][]
const metres = (p: number[]) => toMetres(p[0]!, p[1]!)
const high = (one: CityFeature) => Number(one.style.diameter ?? one.style.height)

/** Ground above the ellipsoid, bilinear between the nodes of the city's own grid. */
function ground(lng: number, lat: number): number {
  const { west, north, east, south, columns, rows, heights } = city.heights
  const c = ((lng - west) / (east - west)) * (columns - 1)
  const r = ((north - lat) / (north - south)) * (rows - 1)
  const i = Math.floor(r) * columns + Math.floor(c)
  const [u, v] = [c % 1, r % 1]
  const top = heights[i]! + (heights[i + 1]! - heights[i]!) * u
  const low = heights[i + columns]! + (heights[i + columns + 1]! - heights[i + columns]!) * u
  return top + (low - top) * v + undulation(lng, lat)
}

const lengthM = (one: CityFeature): number => {
  const line = lineOf(one)
  let sum = 0
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [metres(line[i - 1]!), metres(line[i]!)]
    sum += Math.hypot(b[0] - a[0], b[1] - a[1])
  }
  return sum
}

test('words are legal, ids unique, and each end of a pipe is a node at that place', () => {
  expect(new Set(pipes.map((one) => one.id)).size).toBe(pipes.length)
  expect(byId.size).toBe(nodes.length)
  const wrong: string[] = []
  for (const one of pipes) {
    const { style } = one
    if (!(CLASSES.pipes as readonly unknown[]).includes(style.class)) wrong.push(`${one.id} class`)
    if (!(SECTIONS as readonly unknown[]).includes(style.section)) wrong.push(`${one.id} section`)
    if (!(high(one) > 0.05 && high(one) < 4)) wrong.push(`${one.id} size`)
    if (!(Number(style.year) > 1980 && Number(style.year) < 2026)) wrong.push(`${one.id} year`)
    if (!style.material || !style.owner) wrong.push(`${one.id} material`)
    const line = lineOf(one)
    if (line.some((p) => p.length !== 3 || !p.every(Number.isFinite))) wrong.push(`${one.id} place`)
    for (const [end, p] of [
      [style.from, line[0]!],
      [style.to, line.at(-1)!],
    ] as const) {
      const node = byId.get(String(end))
      if (!node) {
        wrong.push(`${one.id} end`)
        continue
      }
      const at = (node.geometry as PointGeometry).coordinates
      if (at[0] !== p[0] || at[1] !== p[1] || node.style.utility !== style.class) wrong.push(`${one.id} apart`)
    }
  }
  expect(wrong.slice(0, 5)).toEqual([])
  expect(nodes.filter((one) => !(CLASSES['pipe-nodes'] as readonly unknown[]).includes(one.style.class))).toEqual([])
  expect(nodes.filter((one) => !(Number(one.style.top) >= Number(one.style.bottom)))).toEqual([])
})

test('there are six hundred kilometres and more, of every utility that the city has', () => {
  const km: Record<string, number> = {}
  for (const one of pipes) km[String(one.style.class)] = (km[String(one.style.class)] ?? 0) + lengthM(one) / 1000
  expect(Object.values(km).reduce((a, b) => a + b, 0)).toBeGreaterThan(600)
  expect(Object.keys(km).sort()).toEqual(['foul', 'gas', 'industrial', 'power', 'storm', 'telecom', 'tunnel', 'water'])
  expect(km.tunnel).toBeGreaterThan(5)
})

const sewers = pipes.filter((one) => one.style.class === 'storm' || one.style.class === 'foul')

test('every sewer that runs by its own fall falls, and no manhole lets out higher than it takes in', () => {
  const lowestOut = new Map<unknown, number>()
  const bad: string[] = []
  for (const one of sewers) {
    if (one.style.flow !== 'gravity') continue
    const line = lineOf(one)
    const fall = line[0]![2] - line.at(-1)![2]
    if (!(fall > 0)) bad.push(`${one.id} ${fall}`)
    lowestOut.set(one.style.from, line[0]![2] - high(one) / 2)
  }
  for (const one of sewers) {
    if (one.style.flow !== 'gravity') continue
    const out = lowestOut.get(one.style.to)
    const end = lineOf(one).at(-1)![2] - high(one) / 2
    if (out !== undefined && end < out - 0.002) bad.push(`${one.id} into ${one.style.to}`)
  }
  expect(bad.slice(0, 5)).toEqual([])
})

test('from every manhole the way down leads to an outfall, by one pipe at each', () => {
  const down = new Map<string, string>()
  let twice = 0
  for (const one of sewers) {
    if (down.has(String(one.style.from))) twice++
    down.set(String(one.style.from), String(one.style.to))
  }
  expect(twice).toBe(0)
  const good = new Set<string>()
  const lost: string[] = []
  for (const node of nodes) {
    if (node.style.utility !== 'storm' && node.style.utility !== 'foul') continue
    const path: string[] = []
    let at = node.id
    while (!good.has(at) && down.has(at) && path.length < 5000) {
      path.push(at)
      at = down.get(at)!
    }
    if (good.has(at) || byId.get(at)!.style.class === 'outfall') for (const id of [...path, at]) good.add(id)
    else lost.push(node.id)
  }
  expect(lost.slice(0, 5)).toEqual([])
})

test('sewers do not shrink downstream, manholes are at most 50 m apart, and each carries its design flow', () => {
  const wide = (one: CityFeature) => Number(one.style.width ?? one.style.diameter) * high(one)
  const out = new Map(sewers.filter((one) => one.style.flow === 'gravity').map((one) => [one.style.from, one]))
  const bad: string[] = []
  for (const one of sewers) {
    if (one.style.flow !== 'gravity') continue
    const next = out.get(one.style.to)
    if (next && wide(next) < wide(one) - 1e-9 && one.attributes.用途 === undefined) bad.push(`${one.id} → ${next.id}`)
    if (lengthM(one) > 50.2) bad.push(`${one.id} long`)
    if (Number(one.attributes.满流能力Lps) < Number(one.attributes.设计流量Lps)) bad.push(`${one.id} small`)
  }
  expect(bad.slice(0, 5)).toEqual([])
})

test('nothing lies above the ground; sewers have 0.7 … 6 m of ground over them, other lines 0.35 m and more', () => {
  const bad: string[] = []
  for (const one of pipes) {
    const half = high(one) / 2
    for (const [lng, lat, z] of lineOf(one)) {
      const cover = ground(lng, lat) - z - half
      const gravity = one.style.flow === 'gravity'
      if (!(cover > (gravity ? 0.68 : 0.35))) bad.push(`${one.id} ${cover.toFixed(2)}`)
      if (gravity && cover > 6.05) bad.push(`${one.id} ${cover.toFixed(2)}`)
    }
  }
  expect(bad.slice(0, 8)).toEqual([])
  expect(bad.length).toBe(0)
})

test('water lies within 300 m of 19 buildings in twenty and within 2 km of all in the mainland part of the district', () => {
  const water = nodes.filter((one) => one.style.utility === 'water')
  const index = new Flatbush(water.length)
  for (const one of water) {
    const [x, y] = metres((one.geometry as PointGeometry).coordinates)
    index.add(x, y, x, y)
  }
  index.finish()
  const far: number[] = []
  for (const one of city.features('buildings')) {
    if (one.attributes.镇街 === '' || one.attributes.镇街 === '大陈镇') continue
    const [x, y] = metres((one.geometry as Polygon).coordinates[0]![0]!)
    const near = water[index.neighbors(x, y, 1)[0]!]!
    const [a, b] = metres((near.geometry as PointGeometry).coordinates)
    far.push(Math.hypot(a - x, b - y))
  }
  far.sort((a, b) => a - b)
  expect(far[Math.floor(far.length * 0.95)]).toBeLessThan(300)
  expect(far.at(-1)).toBeLessThan(2000)
})

test('all water hangs together with a works, through open valves', () => {
  const next = new Map<string, string[]>()
  const arc = (a: string, b: string) => next.set(a, [...(next.get(a) ?? []), b])
  for (const one of pipes) {
    if (one.style.class !== 'water') continue
    const [a, b] = [String(one.style.from), String(one.style.to)]
    if (byId.get(a)!.style.closed) continue
    arc(a, b)
    arc(b, a)
  }
  const seen = new Set<string>()
  const stack = nodes.filter((one) => one.style.class === 'reservoir').map((one) => one.id)
  expect(stack.length).toBe(3)
  while (stack.length > 0) {
    const id = stack.pop()!
    if (seen.has(id)) continue
    seen.add(id)
    stack.push(...(next.get(id) ?? []))
  }
  const water = nodes.filter((one) => one.style.utility === 'water')
  expect(water.filter((one) => !seen.has(one.id)).map((one) => one.id)).toEqual([])
  expect(water.filter((one) => one.style.closed).length).toBeGreaterThan(3)
  for (const kind of ['valve', 'hydrant', 'pump', 'tank'])
    expect(water.filter((one) => one.style.class === kind).length, kind).toBeGreaterThan(1)
})

test('the same each time, and the furniture has every one of its 121 parts', () => {
  const hashOf = (one: ReturnType<typeof generateCity>) => {
    const hash = createHash('sha256')
    for (const layer of ['pipes', 'pipe-nodes', 'furniture'] as const)
      for (const feature of one.features(layer)) hash.update(JSON.stringify(feature))
    return hash.digest('hex')
  }
  expect(hashOf(generateCity({ tiny: true }))).toBe(hashOf(generateCity({ tiny: true })))
  const digest = (features: Iterable<CityFeature>) => {
    const hash = createHash('sha256')
    for (const one of features) hash.update(JSON.stringify(one))
    return hash.digest('hex')
  }
  expect(digest(generateCity().features('pipes'))).toBe(digest(pipes))
  const parts = [...city.features('furniture')]
  expect(new Set(parts.map((one) => one.style.code)).size).toBe(121)
  const covers = parts.filter((one) => one.style.name === '污水井盖')
  expect(covers.length).toBeGreaterThan(500)
  for (const one of covers) {
    const node = byId.get(String(one.attributes.管点))!
    expect((node.geometry as PointGeometry).coordinates.slice(0, 2)).toEqual(
      (one.geometry as PointGeometry).coordinates,
    )
  }
}, 180_000)

test('the tiny city has every network, and its sewers fall', () => {
  const tiny = generateCity({ tiny: true })
  const lines = [...tiny.features('pipes')]
  expect(new Set(lines.map((one) => one.style.class)).size).toBe(8)
  const kinds = new Set([...tiny.features('pipe-nodes')].map((one) => one.style.class))
  for (const kind of [
    'manhole',
    'inlet',
    'outfall',
    'valve',
    'hydrant',
    'pump',
    'tank',
    'reservoir',
    'regulator',
    'chamber',
  ])
    expect(kinds.has(kind), kind).toBe(true)
  const up = lines.filter((one) => one.style.flow === 'gravity' && lineOf(one)[0]![2] <= lineOf(one).at(-1)![2])
  expect(up).toEqual([])
  expect(new Set([...tiny.features('furniture')].map((one) => one.style.code)).size).toBe(121)
})
