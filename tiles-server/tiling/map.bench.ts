/** Footprints → vector tiles z12–15 against geojson-vt + vt-pbf: same features, levels, tolerance and buffer, each in its own process. */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Feature, Polygon } from 'geojson'
import { median, printRow } from '../../data/bench/interleave.ts'
import { mvtDictionary } from '../../data/formats/mvt-values.ts'
import { mortonCell } from '../../data/geo/tile-grid.ts'
import { vectorPyramid } from './vector-pyramid.ts'

const COUNT = 100_000
const RUNS = 5
const MIN_Z = 12
const MAX_Z = 15
const CLASSES = ['residential', 'house', 'commercial', 'office', 'industrial']

interface Index {
  tileCoords: { z: number; x: number; y: number }[]
  getTile(z: number, x: number, y: number): object | null
}

/** L-shaped footprints over 30 km, in the order in which the database gives them. */
function footprints(): Feature<Polygon, { id: string; class: string; height: number }>[] {
  let seed = 3
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0
    return (seed >>> 0) / 2 ** 32
  }
  const made = Array.from({ length: COUNT }, (_, i) => {
    const x = 121.3 + random() * 0.3
    const y = 28.5 + random() * 0.3
    const w = 0.0001 + random() * 0.0002
    const h = 0.0001 + random() * 0.0002
    const ring = [
      [x, y],
      [x + w, y],
      [x + w, y + h * 0.6],
      [x + w * 0.5, y + h * 0.6],
      [x + w * 0.5, y + h],
      [x, y + h],
      [x, y],
    ]
    const properties = { id: `b${i}`, class: CLASSES[i % 5], height: Math.round(random() * 300) / 10 }
    return {
      cell: mortonCell(x, y),
      feature: { type: 'Feature' as const, geometry: { type: 'Polygon' as const, coordinates: [ring] }, properties },
    }
  })
  return made.sort((a, b) => a.cell - b.cell).map(({ feature }) => feature)
}

function ours(features: ReturnType<typeof footprints>): [tiles: number, bytes: number] {
  const pyramid = vectorPyramid({
    root: { z: 0, x: 0, y: 0 },
    minZ: MIN_Z,
    maxZ: MAX_Z,
    buffer: 64,
    tolerance: 3,
    exactZ: MAX_Z,
    keyNames: ['id', 'class', 'height'],
  })
  const dictionary = mvtDictionary()
  const keys = [0, 1, 2]
  const leastArea = (z: number): number => (z < MAX_Z ? 9 : 0.5)
  for (const { geometry, properties } of features)
    pyramid.add({
      layer: 'buildings',
      geometry,
      minZ: 0,
      leastArea,
      keys,
      values: [
        dictionary.unique(properties.id),
        dictionary.constant(properties.class),
        dictionary.constant(properties.height),
      ],
    })
  let tiles = 0
  let bytes = 0
  for (const tile of pyramid.finish()) {
    tiles++
    bytes += tile.bytes.length
  }
  return [tiles, bytes]
}

async function peer(features: ReturnType<typeof footprints>): Promise<[tiles: number, bytes: number]> {
  const { default: GeoJsonVt } = (await import('geojson-vt')) as unknown as {
    default: new (data: object, options: object) => Index
  }
  const { fromGeojsonVt } = createRequire(import.meta.url)('vt-pbf') as {
    fromGeojsonVt(layers: object, options: object): Uint8Array
  }
  const options = { maxZoom: MAX_Z, indexMaxZoom: MAX_Z, indexMaxPoints: 0, tolerance: 3, buffer: 64, extent: 4096 }
  const index = new GeoJsonVt({ type: 'FeatureCollection', features }, options)
  let tiles = 0
  let bytes = 0
  for (const { z, x, y } of index.tileCoords) {
    const tile = z < MIN_Z ? null : index.getTile(z, x, y)
    if (!tile) continue
    tiles++
    bytes += fromGeojsonVt({ buildings: tile }, { version: 2 }).length
  }
  return [tiles, bytes]
}

const who = process.argv[2]
if (who === 'ours' || who === 'peer') {
  const features = footprints()
  const start = process.cpuUsage()
  const [tiles, bytes] = who === 'ours' ? ours(features) : await peer(features)
  const { user, system } = process.cpuUsage(start)
  console.log(JSON.stringify({ tiles, bytes, seconds: (user + system) / 1e6 }))
} else {
  const run = (name: string): { tiles: number; bytes: number; seconds: number } =>
    JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' }))
  const [ours, peers] = [[run('ours')], [run('peer')]]
  for (let k = 1; k < RUNS; k++) {
    ours.push(run('ours'))
    peers.push(run('peer'))
  }
  const [us, them] = [ours, peers].map((runs) => median(runs.map(({ seconds }) => seconds)))
  printRow({
    figure: `vector → MVT, features per CPU-second, z${MIN_Z}–${MAX_Z}`,
    ours: String(Math.round(COUNT / us)),
    peer: `geojson-vt + vt-pbf ${Math.round(COUNT / them)}`,
    ratio: them / us,
    reach: '≥ 3',
    note: `${ours[0].tiles} and ${peers[0].tiles} tiles, ${ours[0].bytes} and ${peers[0].bytes} bytes; processes take turns, medians of ${RUNS}`,
  })
}
