/** Sections measured against what they were made from: values, then the SVG and DXF that were written. */
import { expect, test } from 'vitest'
import type { CityFeature } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'
import { networkFromFeatures } from './network.ts'
import { containers, crossSection, gapsOf } from './section-cross.ts'
import { crossDrawing } from './section-cross-drawing.ts'
import { twoLines } from './section-cross-table.ts'
import { spread, standardScale, stretchedScale, textWidth } from './section-layout.ts'
import { nearestOn, sectionLine, stretchesInside } from './section-line.ts'
import { longSection } from './section-long.ts'
import { longDrawing } from './section-long-drawing.ts'
import { materialText } from './section-materials.ts'
import { routeBetween, routeDownstream, routeThrough } from './section-route.ts'
import { sectionOutline } from './section-shape.ts'
import { directionsOf } from './trace.ts'

const [LNG, LAT] = [121.44, 28.66]
const [EAST, NORTH] = metresPerDegree(LAT)
/** Metres east and north of a corner of Jiaojiang. */
const at = (x: number, y: number): [number, number] => [LNG + x / EAST, LAT + y / NORTH]

function pipe(
  id: string,
  utility: string,
  from: [number, number, number],
  to: [number, number, number],
  style = {},
): CityFeature {
  const coordinates = [from, to].map(([x, y, z]) => [...at(x, y), z])
  return {
    id,
    layer: 'pipes',
    geometry: { type: 'LineString', coordinates },
    style: { class: utility, diameter: 0.3, section: 'circular', ...style },
    attributes: {},
  }
}

const SOURCE = {
  subject: '',
  title: 'test',
  attribution: '',
  dataDate: '2026-01-01',
  datum: 'test',
  crs: 'WGS 84',
  synthetic: true,
}
const cut = (features: CityFeature[], more: Partial<Parameters<typeof crossSection>[0]> = {}) =>
  crossSection({
    line: sectionLine([at(-20, 0), at(20, 0)]),
    features,
    ground: () => 15,
    datumAt: () => 10,
    rules: null,
    ...more,
  })

test('a pipe is cut where it crosses: place, height between its ends, angle, way of the water', () => {
  const { pipes } = cut([
    pipe('a', 'storm', [-5, -10, 13], [-5, 30, 12], { flow: 'gravity' }),
    pipe('b', 'water', [0, -10, 14], [20, 10, 14], { flow: 'pressure' }),
    pipe('beside', 'gas', [30, -10, 14], [30, 10, 14]),
  ])
  expect(pipes.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(pipes[0].x).toBeCloseTo(15, 3)
  expect(pipes[0].z).toBeCloseTo(13 - 0.25 - 10, 6)
  expect(pipes[0].angleDeg).toBeCloseTo(90, 3)
  // from south to north, seen from the south: into the picture
  expect(pipes[0].towards).toBe('away')
  expect(pipes[1].x).toBeCloseTo(30, 3)
  expect(pipes[1].angleDeg).toBeCloseTo(45, 2)
  expect(pipes[1].towards).toBe('unknown')
  expect(pipes[0].ground).toBe(5)
})

test('a pipe with a vertex on the line, or through a corner of it, is cut once', () => {
  const bent = pipe('bent', 'storm', [0, -10, 12], [0, 0, 12])
  ;(bent.geometry as { coordinates: number[][] }).coordinates.push([...at(0, 10), 12])
  expect(cut([bent]).pipes).toHaveLength(1)
  const line = sectionLine([at(-20, 0), at(0, 0), at(20, 5)])
  expect(cut([bent], { line }).pipes).toHaveLength(1)
})

test('unknown heights stay unknown, and sizes of no sense are none', () => {
  const { pipes } = cut([
    pipe('deep', 'water', [0, -5, Number.NaN], [0, 5, Number.NaN]),
    pipe('size', 'gas', [3, -5, 14], [3, 5, 14], { diameter: -1 }),
  ])
  expect(pipes[0].z).toBeNaN()
  expect(pipes[1].height).toBeNaN()
  const section = cut([pipe('deep', 'water', [0, -5, Number.NaN], [0, 5, Number.NaN], { estimated: true })])
  const texts = crossDrawing(section, { language: 'zh', source: SOURCE }).items.flatMap((item) =>
    item.kind === 'text' ? [item.text] : [],
  )
  expect(texts.join('|')).toMatch(/埋深未知/)
  expect(texts.join('|')).not.toMatch(/NaN/)
})

test('lines that are none are refused with what was got', () => {
  expect(() => sectionLine([at(0, 0)])).toThrow(/got a line of 1 places/)
  expect(() => sectionLine([at(0, 0), at(0, 0)])).toThrow(/got a line of 0.000 m; expected 0.1 m/)
  expect(() => sectionLine([at(0, 0), at(100_000, 0)])).toThrow(/got a line of 100000 m; expected 2000 m/)
  expect(() => sectionLine([at(0, 0), [Number.NaN, 1]])).toThrow(/got a place NaN,1/)
})

test('neighbours: clear distance between outer walls, cables in a tunnel among themselves, rules only in the ground', () => {
  const { pipes } = cut([
    pipe('w', 'water', [-5, -5, 13], [-5, 5, 13], { diameter: 0.4 }),
    pipe('g', 'gas', [-4, -5, 13], [-4, 5, 13], { diameter: 0.2 }),
    pipe('t', 'tunnel', [5, -5, 10], [5, 5, 10], { section: 'box', width: 3, height: 3, diameter: undefined }),
    pipe('c1', 'power', [4.5, -5, 10], [4.5, 5, 10]),
    pipe('c2', 'power', [5.5, -5, 10.5], [5.5, 5, 10.5]),
  ])
  const rules = {
    title: { zh: '', en: '' },
    basis: { zh: '', en: '' },
    horizontal: [
      { between: ['water', 'gas'] as [string, string], metres: 1 },
      { between: ['power', '*'] as [string, string], metres: 9 },
    ],
    vertical: [],
    cover: [],
  }
  const gaps = gapsOf(pipes, rules)
  const names = gaps.map(({ a, b }) => `${pipes[a].id}${pipes[b].id}`)
  expect(names.sort()).toEqual(['c1c2', 'gt', 'wg'])
  const wg = gaps.find(({ a }) => pipes[a].id === 'w')
  // walls: 5 % of 0.4 and of 0.2
  expect(wg?.horizontal).toBeCloseTo(1 - 0.2 - 0.1 - 0.02 - 0.01, 3)
  expect(wg?.least).toBe(1)
  expect(gaps.find(({ a }) => pipes[a].id === 'c1')?.least).toBe(0)
  expect(containers(pipes).filter((one) => one >= 0)).toHaveLength(2)
})

test('buildings stand where the line passes under them, courtyards left out; basements as deep as is known', () => {
  const ring = (x: number, y: number, half: number) =>
    [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
      [-1, -1],
    ].map(([a, b]) => at(x + a * half, y + b * half))
  const line = sectionLine([at(-20, 0), at(20, 0)])
  const stretches = stretchesInside(line, [ring(0, 0, 10), ring(0, 0, 4)])
  expect(stretches.flat().map((x) => Number(x.toFixed(3)))).toEqual([10, 16, 24, 30])
  const { buildings } = cut([
    {
      id: 'h',
      layer: 'buildings',
      geometry: { type: 'Polygon', coordinates: [ring(0, 0, 10)] },
      style: { class: 'office', height: 20 },
      attributes: { 'building:levels:underground': '2' },
    },
  ])
  expect(buildings[0]).toMatchObject({ height: 20, basementEstimated: true })
  expect(buildings[0].basement).toBeCloseTo(6.6)
})

test('a place finds its nearest point on a bent line', () => {
  const line = sectionLine([at(0, 0), at(10, 0), at(10, 10)])
  const { along, offset } = nearestOn(line, ...line.toMetres(...at(12, 5)))
  expect(along).toBeCloseTo(15, 3)
  expect(offset).toBeCloseTo(2, 3)
})

test('outlines have the width and the height of their pipe', () => {
  for (const section of ['circular', 'box', 'egg', 'arch'] as const) {
    const points = sectionOutline(section, 3, -2, 0.6, 0.9)
    const xs = points.filter((_, i) => i % 2 === 0)
    const zs = points.filter((_, i) => i % 2 === 1)
    expect(Math.max(...xs) - Math.min(...xs), section).toBeCloseTo(0.6, 3)
    expect(Math.max(...zs) - Math.min(...zs), section).toBeCloseTo(0.9, 6)
  }
})

test('words are kept apart with the least push; scales are standard ones', () => {
  expect(spread([1, 10, 20], 3, 0, 30)).toEqual([1, 10, 20])
  expect(spread([10, 10, 10], 4, 0, 30)).toEqual([6, 10, 14])
  const tight = spread([0, 0, 29, 30], 5, 2, 28)
  for (const [i, x] of tight.entries()) {
    expect(x).toBeGreaterThanOrEqual(2 - 1e-9)
    expect(x).toBeLessThanOrEqual(28 + 1e-9)
    if (i > 0) expect(x - tight[i - 1]).toBeGreaterThanOrEqual(5 - 1e-9)
  }
  expect(spread(Array(9).fill(1), 5, 0, 16)).toHaveLength(9)
  expect(standardScale(50, 356)).toBe(150)
  expect(stretchedScale(10, 100, 1000)).toBe(100)
  expect(textWidth('给水', 3)).toBeCloseTo(6)
})

/** A sewer of three pipes, falling 2 ‰, with a drop at its second manhole, and a level branch. */
function sewer() {
  const node = (id: string, x: number, top: number, bottom: number): CityFeature => ({
    id,
    layer: 'pipe-nodes',
    geometry: { type: 'Point', coordinates: [...at(x, 0), top] },
    style: { class: 'manhole', utility: 'storm', top, bottom },
    attributes: {},
  })
  const gravity = { flow: 'gravity', material: '混凝土' }
  const pipes = [
    pipe('p1', 'storm', [0, 0, 12], [50, 0, 11.9], { ...gravity, from: 'n1', to: 'n2', diameter: 0.4 }),
    pipe('p2', 'storm', [50, 0, 11.5], [100, 0, 11.4], { ...gravity, from: 'n2', to: 'n3', diameter: 0.6 }),
    // stored against its flow
    pipe('p3', 'storm', [150, 0, 11.3], [100, 0, 11.4], { ...gravity, from: 'n4', to: 'n3', diameter: 0.6 }),
  ]
  const nodes = [node('n1', 0, 15, 11.8), node('n2', 50, 15, 11.2), node('n3', 100, 15, 11.1), node('n4', 150, 15, 11)]
  return networkFromFeatures(pipes, nodes)
}

test('a long section has inverts on both sides of a drop, slopes the way the water goes, distances in plan', () => {
  const network = sewer()
  const route = routeDownstream(network, 0, directionsOf(network))
  const section = longSection({ network, route, ground: () => 15, datumAt: () => 10 })
  expect(section.nodes.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3', 'n4'])
  expect(section.length).toBeCloseTo(150, 3)
  expect(section.nodes[1].invertIn).toBeCloseTo(11.9 - 0.2 - 10, 6)
  expect(section.nodes[1].invertOut).toBeCloseTo(11.5 - 0.3 - 10, 6)
  expect(section.pipes.map(({ slope }) => Number(slope.toFixed(3)))).toEqual([2, 2, 2])
  expect(section.pipes.map(({ reversed }) => reversed)).toEqual([false, false, true])
  const drawing = longDrawing(section, { language: 'zh', source: SOURCE })
  const texts = drawing.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  for (const word of ['n2', '1.700', '1.200', '2.00', '50.00', 'DN400', 'DN600', '0+100.00', '演示数据'])
    expect(texts, word).toContain(word)
})

test('what crosses a long section is drawn in its own shape, what runs in a tunnel after the tunnel', () => {
  const network = sewer()
  const route = routeDownstream(network, 0, directionsOf(network))
  const section = longSection({ network, route, ground: () => 15, datumAt: () => 10 })
  const inside = pipe('cable', 'power', [0, -9, 12.4], [0, 9, 12.4], { diameter: 0.2 })
  const tunnel = pipe('tunnel', 'tunnel', [0, -9, 12], [0, 9, 12], { section: 'box', width: 5, height: 3 })
  const { pipes } = cut([inside, tunnel])
  const drawing = longDrawing({ ...section, crossings: pipes }, { language: 'zh', source: SOURCE })
  const shapes = drawing.items.filter((item) => item.kind !== 'text' && item.space === 'true' && 'fill' in item)
  const of = (id: string) => shapes.findIndex((item) => item.feature?.id === id)
  expect([shapes[of('tunnel')]?.kind, shapes[of('cable')]?.kind]).toEqual(['path', 'ellipse'])
  expect(of('cable')).toBeGreaterThan(of('tunnel'))
})

test('routes: between two nodes whichever way the water goes, through a pipe, none where nothing leads on', () => {
  const network = sewer()
  const ways = directionsOf(network)
  const ids = (nodes: readonly number[]) => nodes.map((n) => network.nodes.ids[n]).join(' ')
  expect(ids(routeBetween(network, 3, 0, ways).nodes)).toBe('n1 n2 n3 n4')
  expect(ids(routeThrough(network, 1, ways).nodes)).toBe('n1 n2 n3 n4')
  expect(() => routeDownstream(network, 3, ways)).toThrow(/nothing leads downstream from n4/)
  expect(() => routeBetween(network, 1, 1, ways)).toThrow(/got n2 twice/)
})

test('a hundred pipes side by side keep their columns apart, and a section without any says so', () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    pipe(`p${i}`, 'power', [-10 + i * 0.1, -5, 13], [-10 + i * 0.1, 5, 13], { diameter: 0.05 }),
  )
  const drawing = crossDrawing(cut(many), { language: 'zh', source: SOURCE })
  const numbers = drawing.items.flatMap((item) =>
    item.kind === 'text' && item.layer === 'TABLE' && item.bold ? [item.x] : [],
  )
  expect(numbers).toHaveLength(100)
  for (let i = 1; i < numbers.length; i++) expect(numbers[i] - numbers[i - 1]).toBeGreaterThan(11)
  const empty = crossDrawing(cut([]), { language: 'zh', source: SOURCE })
  expect(empty.items.some((item) => item.kind === 'text' && item.text === '本断面未见管线')).toBe(true)
})

test('English drawings say materials, layers and roads in English where they have the words', () => {
  expect(materialText('en', '钢筋混凝土')).toBe('reinforced concrete')
  expect(materialText('en', 'HDPE双壁波纹管')).toBe('HDPE corrugated')
  expect(materialText('en', '镀锌钢管')).toBe('galvanized steel')
  expect(materialText('en', '某种材料')).toBe('某种材料')
  expect(materialText('zh', '钢筋混凝土')).toBe('钢筋混凝土')
  expect(twoLines('reinforced concrete', 2.4, 19)).toEqual(['reinforced', 'concrete'])
  const strata = {
    along: [0, 10, 20, 30, 40],
    layers: [
      { name: '① 杂填土', nameEn: '① Fill', color: '#886644', top: Array(5).fill(25), bottom: Array(5).fill(21) },
    ],
    groundwater: Array(5).fill(23),
    boreholes: [],
    synthetic: true,
    source: { zh: '', en: '' },
  }
  const section = cut([pipe('a', 'water', [0, -5, 12], [0, 5, 12], { material: '球墨铸铁' })], { strata })
  section.surfaces.push({ kind: 'road', id: 'r', name: '解放路', nameEn: 'Jiefang Road', from: 5, to: 35 })
  const words = (language: 'zh' | 'en') =>
    crossDrawing(section, { language, source: SOURCE }).items.flatMap((item) =>
      item.kind === 'text' ? [item.text] : [],
    )
  expect(words('en')).toEqual(
    expect.arrayContaining(['ductile iron', '① Fill', 'Jiefang Road 30.0 m', 'groundwater 13.00']),
  )
  expect(words('zh')).toEqual(expect.arrayContaining(['球墨铸铁', '① 杂填土', '解放路 30.0 m', '地下水位 13.00']))
})

test('words in the picture do not lie over each other', () => {
  const some: CityFeature[] = Array.from({ length: 12 }, (_, i) =>
    pipe(`p${i}`, 'water', [-12 + i * 2, -5, 13 - (i % 3) * 0.4], [-12 + i * 2, 5, 13 - (i % 3) * 0.4]),
  )
  const { items } = crossDrawing(cut(some), { language: 'zh', source: SOURCE })
  const labels = items.flatMap((item) => (item.kind === 'text' && item.layer.startsWith('PIPE') ? [item] : []))
  expect(labels.length).toBeGreaterThan(8)
  for (const [i, a] of labels.entries())
    for (const b of labels.slice(i + 1)) {
      const apart =
        a.x + textWidth(a.text, a.sizeMm) <= b.x ||
        b.x + textWidth(b.text, b.sizeMm) <= a.x ||
        Math.abs(a.y - b.y) >= Math.min(a.sizeMm, b.sizeMm)
      expect(apart, `${a.text} / ${b.text}`).toBe(true)
    }
})
