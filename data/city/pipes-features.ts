/** Pipes and nodes of the underground as features: heights above the ellipsoid, the words of a survey as attributes. */
import type { Position } from 'geojson'
import type { CityFeature, Style } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { feature } from './feature.ts'
import { toDegrees } from './frame.ts'
import type { Tube } from './pipes-ledger.ts'
import type { Underground } from './underground.ts'

const mm = (v: number): number => Math.round(v * 1000) / 1000
const cm = (v: number): number => Math.round(v * 100) / 100

/** A place with its height above the ellipsoid, to the millimetre. */
function place(x: number, y: number, z: number): Position {
  const [lng, lat] = toDegrees([x, y])
  return [lng, lat, mm(z + undulation(lng, lat))]
}

function tubeStyle(tube: Tube): Style {
  const style: Style = { class: tube.utility, from: tube.from.id, to: tube.to.id, section: tube.section }
  if (tube.diameter !== undefined) style.diameter = tube.diameter
  if (tube.width !== undefined) style.width = tube.width
  if (tube.height !== undefined) style.height = tube.height
  style.material = tube.material
  style.year = tube.year
  if (tube.flow) style.flow = tube.flow
  if (tube.pressure) style.pressure = tube.pressure
  style.owner = tube.owner
  if (tube.status) style.status = tube.status
  return style
}

/** The pipes, in the order in which they were laid; z of the centre. */
export function* pipeFeatures({ ledger, site }: Underground): Iterable<CityFeature> {
  for (const tube of ledger.tubes) {
    const { line } = tube
    const coordinates: Position[] = []
    for (let i = 0; i < line.length; i += 3) coordinates.push(place(line[i]!, line[i + 1]!, line[i + 2]!))
    // burial depth as surveys give it: to the crown, of sewers and boxes to the invert
    const half = (tube.diameter ?? tube.height ?? 0) / 2
    const depth = (i: number) =>
      cm(site.ground(line[i]!, line[i + 1]!) - line[i + 2]! + (tube.flow === 'gravity' ? half : -half))
    yield feature('pipes', tube.id, { type: 'LineString', coordinates }, tubeStyle(tube), {
      ...(tube.street ? { 道路: tube.street } : {}),
      起点埋深: depth(0),
      终点埋深: depth(line.length - 3),
      ...tube.attributes,
    })
  }
}

/** The nodes, in the order in which they were set; z of the top. */
export function* pipeNodeFeatures({ ledger }: Underground): Iterable<CityFeature> {
  for (const one of ledger.shafts) {
    const coordinates = place(one.x, one.y, one.top)
    const top = coordinates[2]!
    const style: Style = { class: one.kind, utility: one.utility, top, bottom: mm(top - (one.top - one.bottom)) }
    if (one.name) style.name = one.name
    if (one.diameter !== undefined) style.diameter = one.diameter
    if (one.closed) style.closed = true
    yield feature('pipe-nodes', one.id, { type: 'Point', coordinates }, style, one.attributes)
  }
}
