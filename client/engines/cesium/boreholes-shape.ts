/** The columns of boreholes as triangles: a ring of sides per layer, in its soil's colour, and a lid; pure. */
import type { Borehole } from '../../../data/geology/borehole.ts'
import { soil } from '../../../data/geology/soils.ts'
import { hatchNumber } from './soil-hatch.ts'

/** Sides of a column. */
export const SIDES = 12

/** One hole's column in metres of the frame at its collar: east, north, up. */
export interface ColumnMesh {
  /** x, y, z */
  positions: Float64Array
  /** outward, also on the lid: columns grow along it where they would be thinner than a pixel */
  normals: Float32Array
  /** metres around (−1 on the lid) and metres below the collar */
  places: Float32Array
  /** red, green, blue of the soil and the number of its hatch */
  colors: Uint8Array
  indices: Uint16Array
}

const GREY = '#8a9096'
const channels = (css: string): [number, number, number] => [
  Number.parseInt(css.slice(1, 3), 16),
  Number.parseInt(css.slice(3, 5), 16),
  Number.parseInt(css.slice(5, 7), 16),
]

/** What is drawn from which depth to which; a hole without a log is a grey staff. */
function bands({
  strata,
  depth,
}: Borehole): { top: number; bottom: number; color: [number, number, number]; hatch: number }[] {
  const out = strata.map(({ top, bottom, soil: id }) => {
    const { color, hatch } = soil(id)
    return { top, bottom, color: channels(color), hatch: hatchNumber(hatch) }
  })
  const deepest = out.at(-1)?.bottom ?? 0
  if (depth > deepest + 0.01) out.push({ top: deepest, bottom: depth, color: channels(GREY), hatch: 0 })
  return out
}

/** The column of a hole of some radius, metres; null when it has no depth. */
export function columnMesh(hole: Borehole, radius: number): ColumnMesh | null {
  const all = bands(hole)
  if (all.length === 0) return null
  const perBand = (SIDES + 1) * 2
  const count = all.length * perBand + SIDES
  const positions = new Float64Array(count * 3)
  const normals = new Float32Array(count * 3)
  const places = new Float32Array(count * 2)
  const colors = new Uint8Array(count * 4)
  const indices: number[] = []
  let at = 0
  const put = (side: number, depth: number, around: number, color: readonly number[], hatch: number) => {
    const angle = (side * 2 * Math.PI) / SIDES
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    positions.set([radius * c, radius * s, -depth], at * 3)
    normals.set([c, s, 0], at * 3)
    places.set([around, depth], at * 2)
    colors.set([color[0]!, color[1]!, color[2]!, hatch], at * 4)
    at++
  }
  for (const { top, bottom, color, hatch } of all) {
    const first = at
    for (let side = 0; side <= SIDES; side++) {
      const around = (side * 2 * Math.PI * radius) / SIDES
      put(side, top, around, color, hatch)
      put(side, bottom, around, color, hatch)
    }
    for (let side = 0; side < SIDES; side++) {
      const i = first + side * 2
      indices.push(i, i + 1, i + 2, i + 2, i + 1, i + 3)
    }
  }
  const lid = at
  for (let side = 0; side < SIDES; side++) put(side, all[0]!.top, -1, all[0]!.color, all[0]!.hatch)
  for (let side = 1; side + 1 < SIDES; side++) indices.push(lid, lid + side, lid + side + 1)
  return { positions, normals, places, colors, indices: Uint16Array.from(indices) }
}
