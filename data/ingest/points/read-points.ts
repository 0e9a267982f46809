/** LAS, LAZ and COPC files of a run → one point cloud on disk and one feature of the layer `points`. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openHeights } from '../../../tiles-server/db/height-store.ts'
import { listClouds, makePointsFolder, publishCloud, type StoredCloud } from '../../../tiles-server/db/point-store.ts'
import { type LasBytes, type LasHead, readLasHead } from '../../formats/las.ts'
import { pointClass } from '../../formats/las-classes.ts'
import type { CityFeature } from '../../geo/city-feature.ts'
import type { IngestOptions, IngestProgress } from '../ingest.ts'
import type { InputFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { distribute } from './distribute.ts'
import { openPointSpool, type SpooledPoints, UNIT_M } from './spool-points.ts'
import { type CloudWish, cloudSystem } from './to-frame.ts'

/** Where a run's points go, and who listens. */
export interface PointsRun {
  heightsDir: string
  signal: AbortSignal
  onProgress?: (progress: IngestProgress) => void
}

/** Pieces of an open file. */
function bytesOf(file: FileHandle, size: number): LasBytes {
  return {
    size,
    async read(at, length) {
      const wanted = Math.max(0, Math.min(length, size - at))
      const bytes = new Uint8Array(wanted)
      const { bytesRead } = await file.read(bytes, 0, wanted, at)
      return bytes.subarray(0, bytesRead)
    },
  }
}

/** A file that can be read anywhere: itself, or unwrapped into a temporary one. */
async function withBytes<Value>(
  file: InputFile,
  temporary: string,
  use: (bytes: LasBytes) => Promise<Value>,
): Promise<Value> {
  let path = file.path
  let handle = await open(path, 'r')
  const mark = new Uint8Array(4)
  try {
    await handle.read(mark, 0, 4, 0)
    if (new TextDecoder().decode(mark) !== 'LASF') {
      await handle.close()
      path = temporary
      await pipeline(Readable.from(file.open()), createWriteStream(path))
      handle = await open(path, 'r')
    }
    return await use(bytesOf(handle, (await handle.stat()).size))
  } finally {
    await handle.close()
    if (path === temporary) await rm(path, { force: true })
  }
}

/** The smallest cube around the points. */
function cubeOf([x0, y0, z0, x1, y1, z1]: SpooledPoints['bounds']): StoredCloud['cube'] {
  const size = Math.max(1, x1 - x0, y1 - y0, z1 - z0) + 1
  return { min: [x0, y0, z0], size }
}

function featureOf(cloud: StoredCloud, files: readonly string[], crsName: string, datum: string): CityFeature {
  // a cloud of one point has an outline too
  const [w, s, e, n] = cloud.extent
  const [left, right] = e - w < 1e-6 ? [w - 1e-6, e + 1e-6] : [w, e]
  const [low, high] = n - s < 1e-6 ? [s - 1e-6, n + 1e-6] : [s, n]
  const ring = [
    [left, low],
    [right, low],
    [right, high],
    [left, high],
    [left, low],
  ]
  const counts = Object.entries(cloud.classes).map(([code, count]) => [`class:${pointClass(Number(code)).word}`, count])
  return {
    id: cloud.id,
    layer: 'points',
    geometry: { type: 'Polygon', coordinates: [ring] },
    style: { class: 'cloud', name: cloud.title, points: cloud.points },
    attributes: {
      files: files.join(', ').slice(0, 1000),
      coloured: cloud.coloured,
      heightLow: cloud.heights[0],
      heightHigh: cloud.heights[1],
      crs: crsName,
      datum,
      ...Object.fromEntries(counts),
    },
  }
}

/**
 * Reads the point clouds of a run; several files become one cloud with the run's name.
 * Points that their producer took back and those without a place are left out and counted.
 * @returns what the heights of the files stand on; null when there was no point
 * @throws {Error} when a file is damaged that would replace a larger cloud
 */
export async function readPoints(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  { heightsDir, signal, onProgress }: PointsRun,
): Promise<string | null> {
  if (files.length === 0) return null
  const pointsDir = join(dirname(heightsDir), 'points')
  const revision = randomUUID()
  const folder = await makePointsFolder(pointsDir, took.source, revision)
  const heights = openHeights(heightsDir)
  const wish: CloudWish = {
    crs: options.crs,
    anchor: options.anchor,
    datum: options.datum,
    ground: (lng, lat) => heights.sample(lng, lat),
  }
  try {
    await mkdir(folder, { recursive: true })
    const raw = join(folder, 'all.raw')
    const spool = openPointSpool(raw)
    const read: string[] = []
    let [crsName, datum, damaged] = ['', '', '']
    for (const file of files) {
      signal.throwIfAborted()
      took.file = file.name
      const had = spool.points()
      try {
        await withBytes(file, join(folder, 'unwrapped.las'), async (bytes) => {
          const head = await readLasHead(bytes)
          const system = cloudSystem(head, wish)
          ;[crsName, datum] = [system.crs, system.datum]
          took.note(headWords(head, system.words))
          let done = 0
          const told = await spool.add(bytes, head, system, signal, (count) => {
            done += count
            onProgress?.({ stage: `read ${file.name}`, done, total: head.count })
          })
          if (told.withheld) took.note(`${told.withheld} points are left out: taken back by their producer (withheld)`)
          if (told.lost) took.note(`${told.lost} points are left out: without a place on Earth, or far from the others`)
          if (told.kept) read.push(file.name)
          if (head.date) took.date(head.date)
        })
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        // the points before the damage are as good as any others
        const kept = spool.points() - had
        const reason = kept > 0 ? `${error.message}; the ${kept} points before that are kept` : error.message
        if (kept > 0) {
          damaged ||= `${file.name}: ${error.message}`
          read.push(file.name)
        }
        took.refused.push({ name: file.name, reason })
      }
    }
    const spooled = spool.close()
    if (spooled.points === 0 || !spooled.place || options.dryRun) {
      if (spooled.points > 0) took.note(`${spooled.points} points`)
      return datum || null
    }
    const before = listClouds(pointsDir).find(({ id }) => id === took.source)
    if (damaged && before && before.points > spooled.points)
      throw new Error(`${damaged}; nothing is stored, the cloud ${took.source} stays as it was`)
    took.crs.add(crsName)
    const cube = cubeOf(spooled.bounds)
    onProgress?.({ stage: 'sort points', done: 0, total: spooled.points })
    const nodes = await distribute(raw, cube, folder, signal)
    const cloud: StoredCloud = {
      id: took.source,
      title: took.source,
      source: took.source,
      revision,
      points: nodes.reduce((sum, { points }) => sum + points, 0),
      place: spooled.place,
      unitM: UNIT_M,
      cube,
      coloured: spooled.coloured,
      deepColours: spooled.deepColours,
      intensity: spooled.intensity,
      heights: spooled.heights,
      classes: Object.fromEntries([...spooled.classes].sort(([a], [b]) => a - b)),
      extent: spooled.extent,
      nodes,
    }
    await publishCloud(pointsDir, cloud)
    await took.take(featureOf(cloud, read, crsName, datum))
    return datum
  } finally {
    heights.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function headWords({ version, format, packed, copc, count, software }: LasHead, words: string): string {
  const kind = copc ? 'COPC' : packed ? 'LAZ' : 'LAS'
  return `${kind} ${version}, format ${format}, ${count} points${software ? ` by ${software}` : ''}; ${words}`
}
