/** DEM on disk → quantized-mesh on disk (normals and water mask in) against martini's meshing alone. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median, printRow } from '../../data/bench/interleave.ts'
import { openHeights, writeHeightGrid } from '../db/height-store.ts'
import { TILE_SIZE } from './terrain-field.ts'
import { availableRanges } from './terrain-levels.ts'
import { levelError, terrainTiler } from './terrain-tile.ts'
import { gatherWater } from './terrain-water.ts'
import { openTileStore } from './tile-store.ts'

interface Martini {
  createTile(heights: Float32Array): { getMesh(error: number): { triangles: Uint32Array } }
}

const SIDE = 2701
const BOX = { west: 121, south: 28, east: 121.75, north: 28.75 }
const LEVEL = 12

/** Hills of a coast: eight octaves of sines, slopes as SRTM has them. */
function height(x: number, y: number): number {
  let sum = 0
  for (let octave = 0, size = 300, rise = 120; octave < 8; octave++, size /= 2.1, rise /= 2)
    sum += rise * Math.sin(x / size + octave * 1.7) * Math.cos(y / size - octave)
  return Math.max(0, sum) + 10
}
function* rows(): Generator<Float32Array> {
  for (let j = 0; j < SIDE; j++) yield Float32Array.from({ length: SIDE }, (_, i) => height(i, j))
}

const cpuSeconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

/** Cuts the finest level; @returns tiles, CPU-seconds, bytes of the plain tiles */
async function ours(dir: string): Promise<number[]> {
  const heights = openHeights(join(dir, 'heights'))
  const tiler = terrainTiler(heights, gatherWater().done())
  const store = openTileStore(join(dir, 'tiles'))
  const [range] = availableRanges(heights.sources)[LEVEL]
  let tiles = 0
  let bytes = 0
  // both sides start warm: the first hundred tiles pay for compiling
  for (let k = 0; k < 100; k++) tiler.tile(LEVEL, range.minX + 1 + (k % 10), range.minY + 1 + Math.floor(k / 10))
  const start = process.cpuUsage()
  for (let y = range.maxY - 1; y > range.minY; y--)
    for (let x = range.minX + 1; x < range.maxX; x++) {
      const tile = tiler.tile(LEVEL, x, y)
      await store.put(`terrain/${LEVEL}/${x}/${y}.terrain`, tile, { compress: 'large' })
      bytes += tile.length
      tiles++
    }
  return [tiles, cpuSeconds(start), bytes]
}

/** Meshes as many windows of the same heights, in memory. */
async function peer(dir: string, count: number): Promise<number[]> {
  const require = createRequire(import.meta.url)
  const { default: MartiniClass } = (await import(
    require.resolve('@mapbox/martini').replace('martini.js', 'index.js')
  )) as {
    default: new (size: number) => Martini
  }
  const heights = openHeights(join(dir, 'heights'))
  const martini = new MartiniClass(TILE_SIZE + 1)
  const step = 180 / 2 ** LEVEL
  const tiles = Array.from({ length: count }, (_, k) => {
    const west = BOX.west + ((k % 10) * (0.75 - step)) / 10
    const south = BOX.south + ((Math.floor(k / 10) % 10) * (0.75 - step)) / 10
    return heights.fill({
      west,
      south,
      east: west + step,
      north: south + step,
      columns: TILE_SIZE + 1,
      rows: TILE_SIZE + 1,
    })
  })
  for (const tile of tiles.slice(0, 100)) martini.createTile(tile).getMesh(levelError(LEVEL))
  const start = process.cpuUsage()
  let triangles = 0
  for (const tile of tiles) triangles += martini.createTile(tile).getMesh(levelError(LEVEL)).triangles.length / 3
  return [count, cpuSeconds(start), triangles]
}

const RUNS = 5
const [, , who, dir = '', count = ''] = process.argv
if (who) {
  console.log(JSON.stringify(who === 'ours' ? await ours(dir) : await peer(dir, Number(count))))
} else {
  const folder = mkdtempSync(join(tmpdir(), 'terrain-bench-'))
  try {
    const header = { ...BOX, columns: SIDE, rows: SIDE, resolutionM: 30, dataDate: '', datum: '', attribution: '' }
    await writeHeightGrid(join(folder, 'heights'), 'bench', header, rows())
    const run = (...args: string[]): number[] =>
      JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' }))
    const [tiles, , bytes] = run('ours', folder)
    const seconds: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] }
    for (let k = 0; k < RUNS; k++) {
      // a cut writes to new names, never over what is served
      rmSync(join(folder, 'tiles'), { recursive: true })
      seconds.ours.push(run('ours', folder)[1])
      seconds.peer.push(run('peer', folder, String(tiles))[1])
    }
    const [us, them] = [seconds.ours, seconds.peer].map(median)
    printRow({
      figure: 'DEM → quantized-mesh, tiles of 129² per CPU-second, read and written',
      ours: String(Math.round(tiles / us)),
      peer: `martini, meshing alone ${Math.round(tiles / them)}`,
      ratio: them / us,
      reach: '≥ 0.4',
      note: `${tiles} tiles of level ${LEVEL} with normals and water mask, ${Math.round(bytes / tiles)} B each; processes take turns, medians of ${RUNS}`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
