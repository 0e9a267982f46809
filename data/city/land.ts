/** Land use: blocks by what they are for, unbuilt superblocks by their kind, forest above the foot of the hills, flats along the shore. */
import type { CityFeature, Style } from '../geo/city-feature.ts'
import type { Block, Use } from './blocks.ts'
import { buildingsOf } from './buildings.ts'
import { contourRings } from './contours.ts'
import { PITCH } from './draft.ts'
import { feature, polygon } from './feature.ts'
import { streetName } from './names.ts'
import type { Plan } from './plan.ts'
import { centroid } from './polygon.ts'
import type { Kind } from './zones.ts'

const CLASS: Record<Use, string> = {
  oldtown: 'residential',
  offices: 'commercial',
  mall: 'commercial',
  compound: 'residential',
  oldcompound: 'residential',
  urbanvillage: 'residential',
  school: 'public',
  hospital: 'public',
  park: 'park',
  square: 'square',
  civic: 'public',
  factory: 'industrial',
  warehouse: 'port',
  tanks: 'port',
  yard: 'port',
  village: 'residential',
  farm: 'farmland',
  orchard: 'orchard',
  pond: 'farmland',
  wetland: 'wetland',
  construction: 'construction',
  grass: 'grass',
  temple: 'public',
  hill: 'forest',
}
const COARSE: Record<Kind, string> = {
  oldtown: 'residential',
  core: 'commercial',
  urban: 'residential',
  newtown: 'residential',
  town: 'residential',
  industry: 'industrial',
  port: 'port',
  rural: 'farmland',
  polder: 'wetland',
}

/** A park's name. */
export const parkName = (block: Block): string =>
  `${streetName(block.seed, 1)[0].replace(/[东西南北]?(路|大道|街|巷)$/, '')}公园`

/** A class for the block; a village's block beyond its houses stays a field. */
function classOf(block: Block): string {
  if (block.use === 'village' && block.yard.length < 3) return 'farmland'
  return CLASS[block.use]
}

/** All land-use polygons; those that come later lie on those before. */
export function* landFeatures(plan: Plan): Iterable<CityFeature> {
  const { net, relief } = plan
  let n = 0
  const make = (geometry: CityFeature['geometry'], style: Style) => feature('land', `JJ-A-${++n}`, geometry, style)
  const active = new Set(plan.active)
  for (const [index, cell] of net.cells.entries()) {
    if (!active.has(index)) {
      const [x, y] = centroid(cell.ring)
      yield make(polygon(cell.ring), { class: COARSE[net.kindAt(x, y)] })
      continue
    }
    for (const block of plan.quarter(index).blocks) {
      const style: Style = { class: classOf(block) }
      if (block.use === 'park') style.name = parkName(block)
      if (block.use === 'village' && block.yard.length > 2 && block.kind === 'rural') {
        yield make(polygon(block.ring), { class: 'farmland' })
        yield make(polygon(block.yard), { class: 'residential' })
        continue
      }
      yield make(polygon(block.ring), style)
      if (block.use === 'school')
        for (const one of buildingsOf(block)) if (one.class === PITCH) yield make(polygon(one.ring), { class: 'pitch' })
    }
  }
  for (const ring of plan.shores.islands) yield make(polygon(ring), { class: 'rock' })
  for (const { outer, holes } of contourRings(relief.grid, (h) => h - 11, 2, 12_000))
    yield make(polygon(outer, holes), { class: 'forest' })
  for (const { at, radius } of plan.islands.villages) {
    const ring = Array.from({ length: 16 }, (_, k): [number, number] => {
      const [c, d] = [Math.cos((k * Math.PI) / 8), Math.sin((k * Math.PI) / 8)]
      let r = radius * (0.98 + 0.12 * Math.sin(k * 2.4))
      while (r > 20 && relief.at(at[0] + r * c, at[1] + r * d) < 2) r -= 10
      return [at[0] + r * c, at[1] + r * d]
    })
    yield make(polygon(ring), { class: 'residential' })
  }
  for (const { outer, holes } of contourRings(relief.grid, (h) => Math.min(h + 1.75, -0.02 - h), 3, 300_000)) {
    yield make(polygon(outer, holes), { class: 'mudflat' })
  }
}
