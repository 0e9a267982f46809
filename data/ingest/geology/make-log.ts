/** The rows of a hole → its log: depths from heights and thicknesses, in order, without overlap; what is mended is said. */
import type { Stratum } from '../../geology/borehole.ts'
import { soilOf } from '../../geology/soils.ts'
import type { DraftHole, DraftLayer, MadeLog, Refuse } from './draft.ts'

/** Layers may overlap so much by rounding, metres. */
const ROUNDING_M = 0.05
/** No hole of a ground investigation is deeper. */
const DEEPEST_M = 5000
const MOST_LAYERS = 5000

const cm = (value: number): number => Math.round(value * 1000) / 1000

/** A layer with its depths as far as its own row tells them. */
interface Placed {
  row: DraftLayer
  top: number
  bottom: number
}

/** Depths of the rows in their order: from depths, heights below the collar, or thicknesses. */
function placed({ layers, collar }: DraftHole): Placed[] {
  let at = 0
  return layers.slice(0, MOST_LAYERS).map((row) => {
    const top = Number.isFinite(row.top) ? row.top : collar - row.topZ
    let bottom = Number.isFinite(row.bottom) ? row.bottom : collar - row.bottomZ
    if (!Number.isFinite(bottom) && row.thickness > 0) bottom = (Number.isFinite(top) ? top : at) + row.thickness
    if (Number.isFinite(bottom)) at = bottom
    return { row, top, bottom }
  })
}

/**
 * Makes a hole's log.
 *
 * @param refuse hears of layers that cannot be used
 */
export function makeLog(hole: DraftHole, refuse: Refuse): MadeLog {
  const repairs = new Set<string>()
  const strata: Stratum[] = []
  const rows = placed(hole)
  const order = (one: Placed) => (Number.isFinite(one.top) ? one.top : one.bottom)
  const sorted = rows.every((one, i) => i === 0 || !(one.bottom < rows[i - 1]!.bottom))
  if (!sorted) {
    rows.sort((a, b) => order(a) - order(b))
    repairs.add('layers put in the order of their depths')
  }
  let at = 0
  for (const { row, top, bottom } of rows) {
    const id = `${hole.id} row ${row.row}`
    if (!Number.isFinite(bottom)) refuse(id, 'a layer without a bottom')
    else if (Number.isFinite(top) && bottom <= top) refuse(id, 'a layer whose bottom lies above its top')
    else if (bottom > DEEPEST_M || top < -1 || bottom < 0)
      refuse(id, `a layer at an impossible depth, expected 0 … ${DEEPEST_M} m`)
    else if (bottom <= at + 1e-6) refuse(id, 'a layer within the one above')
    else {
      let from = Number.isFinite(top) ? Math.max(0, top) : at
      if (from < at - ROUNDING_M) repairs.add('overlapping layers cut at the bottom of the upper one')
      // a crack by rounding is no gap
      if (from < at + ROUNDING_M) from = at
      const description = row.description
      const soil = [row.soil, soilOf(row.name), soilOf(description)].find((word) => word !== '' && word !== 'unknown')
      strata.push({
        top: cm(from),
        bottom: cm(bottom),
        code: row.code,
        soil: soil ?? 'unknown',
        name: row.name,
        ...(description ? { description } : {}),
        ...(Object.keys(row.more).length > 0 ? { more: row.more } : {}),
      })
      at = bottom
    }
  }
  const deepest = strata.at(-1)?.bottom ?? 0
  let depth = hole.depth > 0 && hole.depth <= DEEPEST_M ? hole.depth : deepest
  if (depth < deepest - ROUNDING_M) repairs.add('the hole taken as deep as its deepest layer')
  depth = Math.max(depth, deepest)
  return { strata, depth: cm(depth), repairs: [...repairs] }
}
