/** All points of a run's files in one frame, one long file: what is counted and measured on the way goes into the head. */
import { POINT_BYTES } from '../../../tiles-server/db/point-store.ts'
import type { LasBytes, LasHead } from '../../formats/las.ts'
import { type LasBatch, lasPoints } from '../../formats/las-points.ts'
import { fromEcef, type Vector3 } from '../../geo/ellipsoid.ts'
import { pointFile } from './point-files.ts'
import { type CloudSystem, frameAt } from './to-frame.ts'

/** Metres per stored unit. */
export const UNIT_M = 0.001
/** Metres from the middle of the first points; a city's survey is smaller. */
const FARTHEST = 200_000
const HEIGHTS = { low: -1000, step: 0.5, count: 24_000 }

/** What a run's points are. */
export interface SpooledPoints {
  points: number
  place: { lng: number; lat: number; height: number } | null
  /** lowest and highest x, y, z in units */
  bounds: [number, number, number, number, number, number]
  extent: [number, number, number, number]
  classes: Map<number, number>
  coloured: boolean
  deepColours: boolean
  intensity: [number, number]
  heights: [number, number]
}

/** A run's points on their way; call `close` at the end. */
export interface PointSpool {
  /** @returns points kept, taken back by their producer, and without a place on Earth or too far from the others */
  add(
    source: LasBytes,
    head: LasHead,
    system: CloudSystem,
    signal?: AbortSignal,
    onPoints?: (count: number) => void,
  ): Promise<{ kept: number; withheld: number; lost: number }>
  /** kept so far */
  points(): number
  close(): SpooledPoints
}

const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The middle of a batch on Earth: medians, so that a few wild points do not move it. */
function middleOf(batch: LasBatch, system: CloudSystem): Vector3 | null {
  const found: [number[], number[], number[]] = [[], [], []]
  const at: Vector3 = [0, 0, 0]
  for (let i = 0; i < batch.count; i += 1 + (batch.count >> 10)) {
    system.toEarth(batch.x[i], batch.y[i], batch.z[i], at)
    if (at.every(Number.isFinite)) at.forEach((value, axis) => void found[axis].push(value))
  }
  const place = fromEcef(middle(found[0]), middle(found[1]), middle(found[2]))
  return place.every(Number.isFinite) && Math.abs(place[2]) < 50_000 ? place : null
}

/** Opens a spool into a file. */
export function openPointSpool(path: string): PointSpool {
  const file = pointFile(path)
  const record = new Uint8Array(POINT_BYTES)
  const view = new DataView(record.buffer)
  const bounds: SpooledPoints['bounds'] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  const extent: SpooledPoints['extent'] = [Infinity, Infinity, -Infinity, -Infinity]
  const classes = new Map<number, number>()
  const intensities = new Uint32Array(65_536)
  const heights = new Uint32Array(HEIGHTS.count)
  let place: SpooledPoints['place'] = null
  let toFrame: ReturnType<typeof frameAt> | null = null
  let [coloured, deepest] = [false, 0]
  const [earth, local, world]: Vector3[] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]

  const put = (batch: LasBatch, i: number): boolean => {
    if (!toFrame) return false
    toFrame(earth, local)
    if (!(Math.hypot(local[0], local[1], local[2]) < FARTHEST)) return false
    fromEcef(earth[0], earth[1], earth[2], world)
    for (let axis = 0; axis < 3; axis++) {
      const unit = Math.round(local[axis] / UNIT_M)
      view.setInt32(axis * 4, unit, true)
      if (unit < bounds[axis]) bounds[axis] = unit
      if (unit > bounds[axis + 3]) bounds[axis + 3] = unit
    }
    if (world[0] < extent[0]) extent[0] = world[0]
    if (world[1] < extent[1]) extent[1] = world[1]
    if (world[0] > extent[2]) extent[2] = world[0]
    if (world[1] > extent[3]) extent[3] = world[1]
    if (batch.colour)
      for (let c = 0; c < 3; c++) {
        const value = batch.colour[i * 3 + c]
        view.setUint16(12 + c * 2, value, true)
        if (value > deepest) deepest = value
      }
    view.setUint16(18, batch.intensity[i], true)
    record[20] = batch.class[i]
    intensities[batch.intensity[i]]++
    heights[Math.min(HEIGHTS.count - 1, Math.max(0, Math.floor((world[2] - HEIGHTS.low) / HEIGHTS.step)))]++
    classes.set(batch.class[i], (classes.get(batch.class[i]) ?? 0) + 1)
    file.add(record, 0)
    return true
  }
  return {
    async add(source, head, system, signal, onPoints) {
      const counts = { kept: 0, withheld: 0, lost: 0 }
      if (head.layout.colourAt !== null) coloured = true
      for await (const batch of lasPoints(source, head, signal)) {
        if (!place) {
          const found = middleOf(batch, system)
          if (found) {
            place = { lng: found[0], lat: found[1], height: found[2] }
            toFrame = frameAt(...found)
          }
        }
        record.fill(0)
        for (let i = 0; i < batch.count; i++) {
          if (batch.withheld[i]) counts.withheld++
          else {
            system.toEarth(batch.x[i], batch.y[i], batch.z[i], earth)
            if (put(batch, i)) counts.kept++
            else counts.lost++
          }
        }
        onPoints?.(batch.count)
      }
      return counts
    },
    points: () => file.points,
    close() {
      file.flush()
      const share = (histogram: Uint32Array, part: number): number => {
        let left = file.points * part
        for (let i = 0; i < histogram.length; i++) if ((left -= histogram[i]) <= 0) return i
        return histogram.length - 1
      }
      const height = (part: number): number => HEIGHTS.low + share(heights, part) * HEIGHTS.step
      return {
        points: file.points,
        place,
        bounds,
        extent,
        classes,
        // a format with colours whose colours are all black was never coloured
        coloured: coloured && deepest > 0,
        deepColours: deepest > 255,
        intensity: [share(intensities, 0.01), share(intensities, 0.99)],
        heights: [height(0.01), height(0.99) + HEIGHTS.step],
      }
    },
  }
}
