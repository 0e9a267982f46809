/** Seeded buildings for tests and benchmarks of the cutter, and rows that live in memory. */
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { CLASSES, ROOFS } from '../../data/geo/city-feature.ts'
import { mortonCell } from '../../data/geo/tile-grid.ts'
import { decodeShape } from '../../data/mesh/building-chunk.ts'
import { encodeShape, SHAPE_UNIT_DEG } from '../../data/mesh/building-shape.ts'
import { COUNT_LEVEL, nodeCells } from './buildings-plan.ts'
import type { BuildingRows } from './buildings-rows.ts'

/** The same numbers for the same seed. @see Park & Miller 1988 */
export function seeded(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

/** Outlines of a town by share: mostly rectangles, then L, T and U shapes, courtyards, round ones; metres, 1 × 1. */
const OUTLINES: { share: number; ring: number[]; hole?: number[] }[] = [
  { share: 0.62, ring: [0, 0, 1, 0, 1, 1, 0, 1] },
  { share: 0.8, ring: [0, 0, 1, 0, 1, 0.45, 0.4, 0.45, 0.4, 1, 0, 1] },
  { share: 0.88, ring: [0, 0, 1, 0, 1, 0.4, 0.7, 0.4, 0.7, 1, 0.3, 1, 0.3, 0.4, 0, 0.4] },
  { share: 0.94, ring: [0, 0, 1, 0, 1, 1, 0.7, 1, 0.7, 0.4, 0.3, 0.4, 0.3, 1, 0, 1] },
  { share: 0.97, ring: [0, 0, 1, 0, 1, 1, 0, 1], hole: [0.3, 0.3, 0.3, 0.7, 0.7, 0.7, 0.7, 0.3] },
  {
    share: 1,
    ring: Array.from(
      { length: 32 },
      (_, i) => 0.5 + 0.5 * (i % 2 ? Math.sin : Math.cos)(((i >> 1) / 16) * 2 * Math.PI),
    ),
  },
]

/**
 * A town of `count` buildings on streets, about 1,600 to the km², with every roof.
 * @param lngDeg @param latDeg its south-west corner
 */
export function* sampleTown(count: number, lngDeg = 121.42, latDeg = 28.64, seed = 7): Generator<CityFeature> {
  const random = seeded(seed)
  const side = Math.ceil(Math.sqrt(count))
  const metre = 1 / 111_320
  const cosine = Math.cos((latDeg * Math.PI) / 180)
  for (let i = 0; i < count; i++) {
    const x = (i % side) * 25 + Math.floor((i % side) / 6) * 12
    const y = Math.floor(i / side) * 22 + Math.floor(Math.floor(i / side) / 4) * 14
    const [width, depth, turn] = [9 + random() * 12, 8 + random() * 9, Math.round(random() * 3) * 0.07]
    const pick = random()
    const outline = OUTLINES.find(({ share }) => pick <= share) ?? OUTLINES[0]
    const place = (ring: number[]): number[][] => {
      const points: number[][] = []
      for (let k = 0; k < ring.length; k += 2) {
        const [u, v] = [ring[k] * width, ring[k + 1] * depth]
        const [e, n] = [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)]
        points.push([lngDeg + (e * metre) / cosine, latDeg + n * metre])
      }
      points.push(points[0])
      return points
    }
    const levels = 1 + Math.floor(random() ** 4 * 30)
    const style: CityFeature['style'] = {
      class: CLASSES.buildings[Math.floor(random() * 12)],
      height: Math.round((levels * 3.1 + 1) * 10) / 10,
      levels,
      year: 1950 + Math.floor(random() * 75),
      roof: levels < 7 ? ROOFS[Math.floor(random() ** 2 * 6)] : 'flat',
    }
    if (random() < 0.01) style.minHeight = 2
    const coordinates = outline.hole ? [place(outline.ring), place(outline.hole)] : [place(outline.ring)]
    yield {
      id: `JJ-${String(i).padStart(6, '0')}`,
      layer: 'buildings',
      geometry: { type: 'Polygon', coordinates },
      style,
      attributes: {},
    }
  }
}

interface StoredRow {
  cell: number
  id: string
  record: Uint8Array
}

/** Rows in memory with the same order and contract as the database's; `put` and `remove` make their box dirty. */
export function memoryRows(
  features: Iterable<CityFeature>,
): BuildingRows & { put(feature: CityFeature): void; remove(id: string): void } {
  const stored = new Map<string, StoredRow>()
  let boxes: [number, number, number, number][] = []
  const boxOf = (record: Uint8Array): [number, number, number, number] => {
    const { coordinates } = decodeShape(record)
    const lngs = coordinates.filter((_, i) => i % 2 === 0)
    const lats = coordinates.filter((_, i) => i % 2 === 1)
    return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)].map(
      (v) => v * SHAPE_UNIT_DEG,
    ) as [number, number, number, number]
  }
  const add = (feature: CityFeature): void => {
    const record = encodeShape(feature)
    if (!record) return
    const [west, south, east, north] = boxOf(record)
    const old = stored.get(feature.id)
    if (old) boxes.push(boxOf(old.record))
    boxes.push([west, south, east, north])
    stored.set(feature.id, { id: feature.id, cell: mortonCell((west + east) / 2, (south + north) / 2), record })
  }
  for (const feature of features) add(feature)
  const sorted = (): StoredRow[] => [...stored.values()].sort((a, b) => a.cell - b.cell || (a.id < b.id ? -1 : 1))
  return {
    put: add,
    remove(id) {
      const old = stored.get(id)
      if (old) boxes.push(boxOf(old.record))
      stored.delete(id)
    },
    async counts() {
      const counts = new Map<number, { code: number; count: number; bytes: number }>()
      for (const { cell, record } of sorted()) {
        const code = Math.floor(cell / 4 ** (20 - COUNT_LEVEL))
        const entry = counts.get(code) ?? { code, count: 0, bytes: 0 }
        entry.count++
        entry.bytes += record.length
        counts.set(code, entry)
      }
      return [...counts.values()]
    },
    async chunks(leaves) {
      const all = sorted()
      return leaves.map((leaf) => {
        const { first, last } = nodeCells(leaf)
        const records = all.filter(({ cell }) => cell >= first && cell <= last).map(({ record }) => record)
        return new Uint8Array(Buffer.concat(records))
      })
    },
    dirty: async () => boxes.slice(),
    async settled() {
      boxes = []
    },
  }
}
