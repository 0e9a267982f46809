/** The generated city: the same each time, whole, and nothing standing on anything else. */
import { createHash } from 'node:crypto'
import Flatbush from 'flatbush'
import type { LineString, MultiPolygon, Point as PointGeometry, Polygon, Position } from 'geojson'
import { expect, test } from 'vitest'
import { LAYERS as ALL_LAYERS, type CityFeature, CLASSES, type LayerName, ROOFS } from '../geo/city-feature.ts'
import { readShores } from './coast.ts'
import { ellipsoidalHeights } from './ellipsoidal.ts'
import { toMetres } from './frame.ts'
import { generateCity } from './generate.ts'
import { inside, segmentDistance } from './polygon.ts'

/** What the generator makes: parts of buildings come from models only. */
const LAYERS = ALL_LAYERS.filter((layer) => layer !== 'elements')
/** What lies under the streets has tests of its own. */
const BELOW: LayerName[] = ['pipes', 'pipe-nodes', 'furniture', 'boreholes']

const city = generateCity()
const layers = Object.fromEntries(LAYERS.map((layer) => [layer, [...city.features(layer)]])) as Record<
  LayerName,
  CityFeature[]
>
const rings = (f: CityFeature): Position[][] =>
  f.geometry.type === 'Polygon'
    ? (f.geometry as Polygon).coordinates
    : f.geometry.type === 'MultiPolygon'
      ? (f.geometry as MultiPolygon).coordinates.flat()
      : []
const metres = (ring: Position[]) => ring.map((p) => toMetres(p[0]!, p[1]!))
const signed = (ring: Position[]) =>
  metres(ring).reduce(
    (sum, p, i, all) => sum + p[0] * all[(i + 1) % all.length]![1] - all[(i + 1) % all.length]![0] * p[1],
    0,
  )

const hashOf = (features: Iterable<CityFeature>) => {
  const hash = createHash('sha256')
  for (const f of features) hash.update(JSON.stringify(f))
  return hash.digest('hex')
}

test('the same seed gives the same bytes, another seed others', () => {
  const [a, b, c] = [3, 3, 4].map((seed) => generateCity({ seed, buildings: 1000 }))
  expect([...a!.features('buildings')].length).toBe(1000)
  for (const layer of LAYERS.filter((one) => one !== 'trees' && one !== 'land' && !BELOW.includes(one)))
    expect(hashOf(a!.features(layer)), layer).toBe(hashOf(b!.features(layer)))
  expect(hashOf(a!.features('buildings'))).toBe(hashOf(a!.features('buildings')))
  expect(hashOf(a!.features('buildings'))).not.toBe(hashOf(c!.features('buildings')))
  expect(Buffer.from(a!.heights.heights.buffer).equals(Buffer.from(b!.heights.heights.buffer))).toBe(true)
})

test('a city has as many buildings as it was asked for', () => {
  expect(layers.buildings.length).toBe(42_000)
  expect(() => generateCity({ buildings: 5 })).toThrow(/generateCity: bad number of buildings, got 5/)
  expect(() => generateCity({ seed: Number.NaN })).toThrow(/got NaN/)
})

test('every layer has features with unique ids and legal words', () => {
  for (const layer of LAYERS) {
    const ids = new Set(layers[layer].map((f) => f.id))
    const words = new Set(layers[layer].map((f) => f.style.class))
    expect(
      [...words].filter((word) => !(CLASSES[layer] as readonly unknown[]).includes(word)),
      layer,
    ).toEqual([])
    expect(layers[layer].filter((f) => f.layer !== layer)).toEqual([])
    expect(ids.size, layer).toBe(layers[layer].length)
    // clouds and meshes only come in as files; there are eight volumes
    if (layer === 'points' || layer === 'mesh') expect(ids.size, layer).toBe(0)
    else expect(ids.size, layer).toBeGreaterThan(layer === 'volumes' ? 5 : 10)
  }
  expect(new Set(layers.buildings.map((f) => f.style.roof))).toEqual(new Set(ROOFS))
  expect(layers.trees.length).toBeGreaterThan(60_000)
})

test('rings are closed, outer ones counter-clockwise and holes clockwise', () => {
  const wrong = LAYERS.flatMap((layer) => layers[layer]).filter(
    (f) =>
      f.geometry.type === 'Polygon' &&
      f.geometry.coordinates.some((ring, i) => {
        const [a, b] = [ring[0]!, ring.at(-1)!]
        return ring.length < 4 || a[0] !== b[0] || a[1] !== b[1] || signed(ring) > 0 !== (i === 0)
      }),
  )
  expect(wrong.map((f) => f.id)).toEqual([])
})

/** Buildings with their rings in metres and a spatial index over them. */
function indexed() {
  const list = layers.buildings.map((f) => rings(f).map((ring) => metres(ring).slice(0, -1)))
  const index = new Flatbush(list.length)
  for (const [outer] of list) {
    const xs = outer!.map((p) => p[0])
    const ys = outer!.map((p) => p[1])
    index.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
  }
  index.finish()
  return { list, index }
}

test('no two buildings overlap', () => {
  const { list, index } = indexed()
  const cross = (a: number[], b: number[], c: number[], d: number[]) => {
    const o = (p: number[], q: number[], r: number[]) =>
      (q[0]! - p[0]!) * (r[1]! - p[1]!) - (q[1]! - p[1]!) * (r[0]! - p[0]!)
    return o(a, b, c) > 0 !== o(a, b, d) > 0 && o(c, d, a) > 0 !== o(c, d, b) > 0
  }
  const bad: string[] = []
  list.forEach(([outer, ...holes], i) => {
    const xs = outer!.map((p) => p[0])
    const ys = outer!.map((p) => p[1])
    for (const j of index.search(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))) {
      if (j === i) continue
      const other = list[j]![0]!
      const hit = outer!.some((a, k) =>
        other.some((c, m) => cross(a, outer![(k + 1) % outer!.length]!, c, other[(m + 1) % other.length]!)),
      )
      const [x, y] = other[0]!
      const within = inside(x, y, outer!) && !holes.some((hole) => inside(x, y, hole))
      if (hit || within) bad.push(`${layers.buildings[i]!.id} ${layers.buildings[j]!.id}`)
    }
  })
  expect(bad).toEqual([])
})

test('no building stands on a street or a canal, in a pond or in the sea', () => {
  const { list, index } = indexed()
  const bad: string[] = []
  for (const f of layers.roads) {
    if (f.style.class === 'ferry' || f.style.tunnel || f.geometry.type !== 'LineString') continue
    const line = metres(f.geometry.coordinates)
    const half = Number(f.style.widthM) / 2
    for (let i = 0; i + 1 < line.length; i++) {
      const [a, b] = [line[i]!, line[i + 1]!]
      const found = index.search(
        Math.min(a[0], b[0]) - half,
        Math.min(a[1], b[1]) - half,
        Math.max(a[0], b[0]) + half,
        Math.max(a[1], b[1]) + half,
      )
      for (const j of found)
        if (list[j]![0]!.some((p) => segmentDistance(p[0], p[1], a, b) < half))
          bad.push(`${f.id} ${layers.buildings[j]!.id}`)
    }
  }
  for (const f of layers.water) {
    if (f.style.class === 'sea' || f.style.class === 'river') continue
    const ring = metres(rings(f)[0]!)
    const xs = ring.map((p) => p[0])
    const ys = ring.map((p) => p[1])
    for (const j of index.search(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))) {
      if (list[j]![0]!.some((p) => inside(p[0], p[1], ring))) bad.push(`${f.id} ${layers.buildings[j]!.id}`)
    }
  }
  const shores = readShores()
  const lands = [shores.southLand, shores.northLand, shores.wedgeLand, ...shores.islands]
  list.forEach(([outer], i) => {
    const [x, y] = outer![0]!
    if (!lands.some((ring) => inside(x, y, ring))) bad.push(`sea ${layers.buildings[i]!.id}`)
  })
  expect(bad).toEqual([])
})

test('all roads of the mainland hang together through shared vertices', () => {
  const parent = new Map<string, string>()
  const find = (k: string): string => {
    let root = k
    while (parent.get(root) !== root) root = parent.get(root)!
    for (let at = k; at !== root; ) {
      const next = parent.get(at)!
      parent.set(at, root)
      at = next
    }
    return root
  }
  const roads = layers.roads.filter(
    (f) => f.style.class !== 'ferry' && f.style.class !== 'motorway' && f.style.name !== '环岛公路',
  )
  for (const f of layers.roads) {
    const keys = (f.geometry as LineString).coordinates.map((p) => p.join(' '))
    for (const k of keys) if (!parent.has(k)) parent.set(k, k)
    for (const k of keys) parent.set(find(k), find(keys[0]!))
  }
  const sizes = new Map<string, number>()
  for (const f of roads) {
    const root = find((f.geometry as LineString).coordinates[0]!.join(' '))
    sizes.set(root, (sizes.get(root) ?? 0) + 1)
  }
  expect(Math.max(...sizes.values())).toBe(roads.length)
})

test('the streets and towns divide the district without gap or overlap', () => {
  const towns = layers.boundaries.filter((f) => f.style.class === 'town')
  const district = layers.boundaries.find((f) => f.style.class === 'district')!
  expect(towns.length).toBe(12)
  expect(towns.filter((f) => f.attributes.official).length).toBe(9)
  const sum = (f: CityFeature) => rings(f).reduce((s, ring) => s + signed(ring) / 2, 0)
  expect(towns.reduce((s, f) => s + sum(f), 0)).toBeCloseTo(sum(district), -2)
  for (let i = 0; i < 3000; i++) {
    const [lng, lat] = [121.33 + ((i * 0.618034) % 1) * 0.62, 28.42 + ((i * 0.754878) % 1) * 0.36]
    const count = towns.reduce(
      (n, f) => n + rings(f).filter((ring) => inside(lng, lat, ring as [number, number][])).length,
      0,
    )
    const whole = rings(district).filter((ring) => inside(lng, lat, ring as [number, number][])).length
    expect(count, `${lng} ${lat}`).toBe(whole)
  }
})

test('heights are those of a coast: a flat plain, hills, a shelf, no gap', () => {
  const { heights, columns, rows, west, north, east } = city.heights
  expect(heights.length).toBe(columns * rows)
  const at = (lng: number, lat: number) =>
    heights[
      Math.round(((north - lat) / (east - west)) * (columns - 1)) * columns +
        Math.round(((lng - west) / (east - west)) * (columns - 1))
    ]!
  expect(heights.every(Number.isFinite)).toBe(true)
  expect(at(121.4275, 28.6645)).toBeGreaterThan(1.5)
  expect(at(121.4275, 28.6645)).toBeLessThan(6)
  expect(at(121.42, 28.692)).toBeLessThan(-3)
  expect(at(122.0, 28.6)).toBeLessThan(-12)
  const peaks = Array.from({ length: 40 }, (_, k) => at(121.4 + k * 0.0015, 28.748))
  expect(Math.max(...peaks)).toBeGreaterThan(120)
  const ellipsoidal = ellipsoidalHeights(city)
  expect(ellipsoidal[0]! - heights[0]!).toBeGreaterThan(10)
  expect(ellipsoidal[0]! - heights[0]!).toBeLessThan(18)
})

test('buildings stand on low, gentle ground', () => {
  const { heights, columns, rows, west, south, north, east } = city.heights
  const under = layers.buildings.map((f) => {
    const [lng, lat] = rings(f)[0]![0]! as [number, number]
    const r = Math.round(((north - lat) / (north - south)) * (rows - 1))
    return heights[r * columns + Math.round(((lng - west) / (east - west)) * (columns - 1))]!
  })
  expect(Math.min(...under)).toBeGreaterThan(-1)
  expect(Math.max(...under)).toBeLessThan(95)
})

test('whatever has a name has an English one, without Chinese in it', () => {
  const tiny = generateCity({ tiny: true })
  for (const layer of ['roads', 'rail', 'water', 'land', 'places', 'buildings'] as const) {
    for (const { id, style } of [...layers[layer], ...tiny.features(layer)]) {
      if (typeof style.name !== 'string') continue
      expect(style.nameEn, `${id} ${style.name}`).toMatch(/[A-Za-z]/)
      expect(style.nameEn, `${id} ${style.name}`).not.toMatch(/\p{Script=Han}/u)
    }
  }
})

test('the tiny city has every roof shape, a courtyard and something in every layer', () => {
  const tiny = generateCity({ tiny: true })
  const buildings = [...tiny.features('buildings')]
  expect(buildings.length).toBe(30)
  expect(new Set(buildings.map((f) => f.style.roof))).toEqual(new Set(ROOFS))
  expect(buildings.some((f) => rings(f).length === 2)).toBe(true)
  const scanned = ['points', 'mesh']
  for (const layer of LAYERS.filter((one) => !scanned.includes(one)))
    expect([...tiny.features(layer)].length, layer).toBeGreaterThan(0)
  const [w, s, e, n] = tiny.extent
  for (const f of tiny.features('trees')) {
    const [lng, lat] = (f.geometry as PointGeometry).coordinates as [number, number]
    expect(lng > w && lng < e && lat > s && lat < n).toBe(true)
  }
})
