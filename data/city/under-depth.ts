/** How deep lines lie along the ground and under canals. */
import type { Point } from './frame.ts'
import { lengthOf } from './polygon.ts'
import { partOf } from './under-streets.ts'

/** Bottom of the canals, orthometric m: what passes under them lies below. */
export const CANAL_BED = -2

/** A line at its depth below ground, a vertex each 60 m. */
export function grounded(line: Point[], zFrom: number, zTo: number, z: (p: Point) => number): number[] {
  const out: number[] = [line[0]![0], line[0]![1], zFrom]
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const n = Math.max(1, Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 60))
    for (let k = 1; k <= n; k++) {
      const p: Point = [a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n]
      const last = k === n && i + 2 === line.length
      out.push(p[0], p[1], last ? zTo : z(p))
    }
  }
  return out
}

/** Down, under the canal's bed, and up again; `d` is the pipe's height. */
export function underBed(line: Point[], zFrom: number, zTo: number, d: number): number[] {
  const length = lengthOf(line)
  const low = CANAL_BED - 1.2 - d / 2
  const inner = partOf(line, 4, length - 4)
  return [
    line[0]![0],
    line[0]![1],
    zFrom,
    ...inner.flatMap(([x, y]) => [x, y, low]),
    line.at(-1)![0],
    line.at(-1)![1],
    zTo,
  ]
}
