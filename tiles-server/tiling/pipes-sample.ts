/** A seeded network for tests and benchmarks: streets with mains, sewers and their manholes, every section and utility. */
import { type CityFeature, CLASSES, SECTIONS } from '../../data/geo/city-feature.ts'
import { mortonCell } from '../../data/geo/tile-grid.ts'
import { decodePipes, encodePipe } from '../../data/mesh/pipe-shape.ts'
import { COUNT_LEVEL, nodeCells } from './buildings-plan.ts'
import { seeded } from './buildings-sample.ts'
import type { PipeRows } from './pipes-rows.ts'

/** Metres over the ellipsoid of the sample's flat ground. */
export const SAMPLE_GROUND = 14

/**
 * A street grid of 60 m blocks with seven lines side by side; each line is a run of pipes of 1 … 3 segments with a node at each end.
 * @param count pipes; about 0.3 nodes come with each
 * @param lngDeg @param latDeg its south-west corner
 */
export function* samplePipes(count: number, lngDeg = 121.42, latDeg = 28.64, seed = 11): Generator<CityFeature> {
  const random = seeded(seed)
  const metre = 1 / 111_320
  const cosine = Math.cos((latDeg * Math.PI) / 180)
  const side = Math.max(1, Math.ceil(Math.sqrt(count / 14)))
  const place = (x: number, y: number, z: number): number[] => [lngDeg + (x * metre) / cosine, latDeg + y * metre, z]
  let made = 0
  for (let row = 0; made < count; row++) {
    for (let column = 0; column < side && made < count; column++) {
      for (let line = 0; line < 14 && made < count; line++) {
        const utility = line % 7
        const east = line < 7
        const [x, y] = [column * 60 + (east ? 0 : utility * 1.5), row * 60 + (east ? utility * 1.5 : 0)]
        const deep = SAMPLE_GROUND - 0.8 - utility * 0.35 - random() * 0.2
        const segments = 1 + Math.floor(random() * 3)
        const coordinates = Array.from({ length: segments + 1 }, (_, k) => {
          const [t, sway] = [(k / segments) * 60, k > 0 && k < segments ? random() - 0.5 : 0]
          return place(x + (east ? t : sway), y + (east ? sway : t), deep - k * 0.02)
        })
        const section = SECTIONS[random() < 0.9 ? 0 : 1 + Math.floor(random() * 3)]!
        const diameter = 0.1 + Math.round(random() * 12) * 0.05
        const id = `JJ-${CLASSES.pipes[utility]!.slice(0, 2).toUpperCase()}-${String(made).padStart(6, '0')}`
        const style: CityFeature['style'] = {
          class: CLASSES.pipes[utility]!,
          section,
          diameter,
          year: 1980 + (made % 45),
        }
        if (section !== 'circular') Object.assign(style, { width: diameter, height: diameter * 1.2 })
        style.flow = utility === 1 || utility === 2 ? 'gravity' : 'pressure'
        yield { id, layer: 'pipes', geometry: { type: 'LineString', coordinates }, style, attributes: {} }
        if (made % 3 === 0) {
          const [lng, lat] = coordinates[0]!
          const kind = utility === 1 || utility === 2 ? 'manhole' : CLASSES['pipe-nodes'][3 + (made % 12)]!
          yield {
            id: `${id}-N`,
            layer: 'pipe-nodes',
            geometry: { type: 'Point', coordinates: [lng!, lat!, SAMPLE_GROUND] },
            style: { class: kind, utility: style.class!, top: SAMPLE_GROUND, bottom: deep - 0.3 },
            attributes: {},
          }
        }
        made++
      }
    }
  }
}

type Box = [number, number, number, number]

/** Rows in memory with the same order and contract as the database's; `put` and `remove` make their box dirty. */
export function memoryPipes(
  features: Iterable<CityFeature>,
): PipeRows & { put(feature: CityFeature): void; remove(layer: string, id: string): void } {
  const stored = new Map<string, { cell: number; name: string; record: Uint8Array }>()
  let boxes: Box[] = []
  const boxOf = (record: Uint8Array): Box => {
    const { vertices } = decodePipes(record)[0]!
    const of = (offset: number): number[] => [...vertices].filter((_, i) => i % 3 === offset)
    const [lngs, lats] = [of(0), of(1)]
    return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
  }
  const remove = (layer: string, id: string): void => {
    const old = stored.get(`${layer} ${id}`)
    if (old) boxes.push(boxOf(old.record))
    stored.delete(`${layer} ${id}`)
  }
  const put = (feature: CityFeature): void => {
    const record = encodePipe(feature)
    if (!record) return
    remove(feature.layer, feature.id)
    const box = boxOf(record)
    boxes.push(box)
    const name = `${feature.layer} ${feature.id}`
    stored.set(name, { name, cell: mortonCell((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), record })
  }
  for (const feature of features) put(feature)
  const sorted = () => [...stored.values()].sort((a, b) => a.cell - b.cell || (a.name < b.name ? -1 : 1))
  return {
    put,
    remove,
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
        return new Uint8Array(
          Buffer.concat(all.filter(({ cell }) => cell >= first && cell <= last).map(({ record }) => record)),
        )
      })
    },
    dirty: async () => boxes.slice(),
    async settled() {
      boxes = []
    },
  }
}
