/**
 * `node data/flood/made/lekima.ts <heights folder> <best tracks> <out> [cell, m]`: the surge of typhoon 1909 (Lekima) on a
 * city's own ground and sea floor, ready for `npm run flood`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writeGeotiff } from '../../formats/geotiff-write.ts'
import { converter } from '../../geo/crs.ts'
import { undulation } from '../../geo/geoid.ts'

/** CGCS2000 / 3-degree Gauss-Krüger, 120° E. */
const EPSG = 4549
/** Universal time of the start: 9 August 2019, 08:00 in Taizhou. */
const START = Date.UTC(2019, 7, 9, 0)
const HOURS = 30
/** Roughness of the sea floor and of land (plain with canals, villages, towns). */
const [SEA_N, LAND_N] = [0.02, 0.06]
/** Nodes a cell is made from are about this far apart, metres. */
const NODE_M = 30

/** A moment of a best track. */
export interface BestTrackPoint {
  /** seconds since 1970, universal time */
  time: number
  lat: number
  lng: number
  pressureHpa: number
  /** longest radius of 50-knot wind, metres; 0 when there is none */
  stormRadiusM: number
}

/**
 * A storm of JMA's best tracks.
 *
 * @param number its international number, `1909`
 * @throws {Error} when the file has no such storm
 * @see JMA RSMC Tokyo, Format of the best track data
 */
export function readBestTrack(text: string, number: string): BestTrackPoint[] {
  const lines = text.split(/\r?\n/)
  const head = lines.findIndex((line) => line.startsWith('66666') && line.slice(6, 10) === number)
  if (head < 0) throw new Error(`best tracks: no storm ${number}; expected a number like 1909`)
  const count = Number(lines[head]!.slice(12, 15))
  return lines.slice(head + 1, head + 1 + count).map((line) => {
    const of = (from: number, to: number) => Number(line.slice(from, to))
    const year = of(0, 2)
    return {
      time: Date.UTC(year < 50 ? 2000 + year : 1900 + year, of(2, 4) - 1, of(4, 6), of(6, 8)) / 1000,
      lat: of(15, 18) / 10,
      lng: of(19, 23) / 10,
      pressureHpa: of(24, 28),
      stormRadiusM: of(42, 46) * 1852,
    }
  })
}

interface Ground {
  /** metres above the ellipsoid at a place, NaN outside */
  at(lng: number, lat: number): number
  west: number
  south: number
  east: number
  north: number
}

/** A height grid as the server keeps it: grid.json beside float32 nodes. */
function readGround(folder: string): Ground {
  const head = JSON.parse(readFileSync(resolve(folder, 'grid.json'), 'utf8')) as Ground & {
    columns: number
    rows: number
    file?: string
  }
  const { west, south, east, north, columns, rows } = head
  const bytes = readFileSync(resolve(folder, head.file ?? 'grid.f32'))
  const nodes = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  return {
    west,
    south,
    east,
    north,
    at(lng, lat) {
      const x = ((lng - west) / (east - west)) * (columns - 1)
      const y = ((north - lat) / (north - south)) * (rows - 1)
      const c = Math.floor(x)
      const r = Math.floor(y)
      if (c < 0 || r < 0 || c >= columns - 1 || r >= rows - 1) return Number.NaN
      const i = r * columns + c
      const [u, v] = [x - c, y - r]
      const upper = nodes[i]! * (1 - u) + nodes[i + 1]! * u
      const lower = nodes[i + columns]! * (1 - u) + nodes[i + columns + 1]! * u
      return upper * (1 - v) + lower * v
    },
  }
}

/** The rectangle of the plane that lies wholly on the grid. */
function inside(ground: Ground, cell: number): { west: number; north: number; columns: number; rows: number } {
  const toPlane = converter('EPSG:4326', `EPSG:${EPSG}`)
  const { west, south, east, north } = ground
  const edge = (from: number, to: number) => Array.from({ length: 33 }, (_, k) => from + ((to - from) * k) / 32)
  const left = Math.max(...edge(south, north).map((lat) => toPlane(west, lat)[0]))
  const right = Math.min(...edge(south, north).map((lat) => toPlane(east, lat)[0]))
  const low = Math.max(...edge(west, east).map((lng) => toPlane(lng, south)[1]))
  const high = Math.min(...edge(west, east).map((lng) => toPlane(lng, north)[1]))
  const margin = 2 * NODE_M
  const columns = Math.floor((right - left - 2 * margin) / cell)
  const rows = Math.floor((high - low - 2 * margin) / cell)
  return { west: left + margin, north: high - margin, columns, rows }
}

/** Writes terrain.tif, manning.tif and lekima.json into a folder. */
export function writeLekima(heights: string, tracks: string, out: string, cell: number): void {
  const ground = readGround(heights)
  const toDegrees = converter(`EPSG:${EPSG}`, 'EPSG:4326')
  const toPlane = converter('EPSG:4326', `EPSG:${EPSG}`)
  const { west, north, columns, rows } = inside(ground, cell)
  const bed = new Float32Array(columns * rows)
  const rough = new Float32Array(columns * rows)
  const n = Math.min(8, Math.max(1, Math.round(cell / NODE_M)))
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      let [sum, high, low] = [0, -Infinity, Infinity]
      const geoid = undulation(...toDegrees(west + (column + 0.5) * cell, north - (row + 0.5) * cell))
      for (let k = 0; k < n * n; k++) {
        const x = west + (column + ((k % n) + 0.5) / n) * cell
        const y = north - (row + (Math.floor(k / n) + 0.5) / n) * cell
        const z = ground.at(...toDegrees(x, y)) - geoid
        sum += z
        high = Math.max(high, z)
        low = Math.min(low, z)
      }
      // a cell on the shore is as high as the wall that stands in it
      bed[i] = low < 0 && high >= 0 ? high : sum / (n * n)
      rough[i] = high < 0 ? SEA_N : LAND_N
    }
  }
  const band = { columns, rows, west, north, pixel: cell, epsg: EPSG, nodata: -9999 }
  mkdirSync(out, { recursive: true })
  writeFileSync(
    resolve(out, 'terrain.tif'),
    writeGeotiff({ ...band, values: bed, description: 'metres above mean sea level; generated ground' }),
  )
  writeFileSync(resolve(out, 'manning.tif'), writeGeotiff({ ...band, values: rough, description: "Manning's n" }))
  const track = readBestTrack(readFileSync(tracks, 'utf8'), '1909')
    .filter(({ time }) => time * 1000 >= START - 12 * 3.6e6 && time * 1000 <= START + (HOURS + 12) * 3.6e6)
    .map(({ time, lat, lng, pressureHpa }) => {
      const [x, y] = toPlane(lng, lat)
      // radius of the strongest wind by Vickery & Wadhera 2008, eq. 11
      const drop = 1010 - pressureHpa
      const radiusM = 1000 * Math.exp(3.015 - 6.291e-5 * drop * drop + 0.0337 * lat)
      return {
        time: time - START / 1000,
        x: Math.round(x),
        y: Math.round(y),
        pressureHpa,
        radiusM: Math.round(radiusM),
      }
    })
  const gauge = (name: string, lng: number, lat: number) => {
    const [x, y] = toPlane(lng, lat)
    return { name, x: Math.round(x), y: Math.round(y) }
  }
  const run = {
    version: 1,
    title: '利奇马（1909）风暴潮 · 演示数据 / Surge of Lekima on synthetic ground',
    terrain: { file: 'terrain.tif', datum: 'mean sea level (EGM96); synthetic heights' },
    solver: 'inertial',
    time: { end: HOURS * 3600 },
    manning: { file: 'manning.tif' },
    initial: { level: { file: 'sea.tif' } },
    boundaries: [
      {
        side: 'east',
        name: 'sea',
        type: 'level',
        level: 0.2,
        // of the size of the tide in Taizhou bay, neap on the 10th with high water at 05:00; no gauge's constants
        tide: [
          { amplitudeM: 1.7, periodS: 44714, phaseRad: (2 * Math.PI * 21 * 3600) / 44714 },
          { amplitudeM: 0.6, periodS: 43200, phaseRad: Math.PI + (2 * Math.PI * 21 * 3600) / 43200 },
        ],
      },
    ],
    typhoon: { track, ambientHpa: 1010, shape: 1.3, latitudeDeg: 28.6, every: 120 },
    gauges: [
      gauge('海门 Haimen', 121.447, 28.692),
      gauge('河口 river mouth', 121.53, 28.685),
      gauge('台州湾 bay', 121.62, 28.66),
      gauge('大陈外 off Dachen', 121.8, 28.5),
    ],
    output: { gaugesEvery: 300, depthEvery: 3600 },
  }
  const sea = bed.map((z) => (z < 0 ? 0.2 : z - 1))
  writeFileSync(resolve(out, 'sea.tif'), writeGeotiff({ ...band, values: sea, description: 'level at the start' }))
  writeFileSync(resolve(out, 'lekima.json'), `${JSON.stringify(run, null, 2)}\n`)
}

if (import.meta.main) {
  const [heights, tracks, out, cell = '90'] = process.argv.slice(2)
  if (!heights || !tracks || !out || !(Number(cell) >= 20)) {
    throw new Error('lekima: expected <heights folder> <best track file> <out> [cell ≥ 20 m]')
  }
  writeLekima(resolve(heights), resolve(tracks), resolve(out), Number(cell))
}
