/** A section across the city: from one click to the next, or at right angles to the road or pipe at a click. */
import type { Mark } from '../../scenes/schema/scene.ts'
import type { ToolPlace, ToolReport } from '../app/state.ts'
import { ask, failed, type Item, itemOf } from './clicked-item.ts'
import { type Place, perpendicular } from './section-across.ts'
import { freeMark, type StartTool, type ToolStage } from './tool.ts'

/** Metres to either side of a road's edge, and of a pipe. */
const BESIDE_ROAD = 12
const BESIDE_PIPE = 15
/** How far from a click a road is looked for, metres. */
const NEAR_ROAD = 40

/** The line across what was clicked: a pipe, else the nearest road. */
async function across(stage: ToolStage, at: ToolPlace): Promise<Place[] | null> {
  const { lng, lat, feature } = at
  const here: Place = [lng, lat]
  if (feature?.collection === 'pipes') {
    const pipe = await itemOf(stage, 'pipes', feature.id)
    const cut = pipe.geometry.type === 'LineString' ? perpendicular(pipe.geometry.coordinates, here, BESIDE_PIPE) : null
    return cut?.line ?? null
  }
  const [east, north] = [NEAR_ROAD / (111_320 * Math.cos((lat * Math.PI) / 180)), NEAR_ROAD / 111_320]
  const box = [lng - east, lat - north, lng + east, lat + north].map((side) => side.toFixed(6)).join(',')
  const { features } = await ask<{ features: Item[] }>(stage, `/collections/roads/items?limit=50&bbox=${box}`, 'roads')
  let best: { line: Place[]; distance: number } | null = null
  for (const { geometry, properties } of features) {
    if (geometry?.type !== 'LineString' || properties?.class === 'ferry') continue
    const width = typeof properties?.widthM === 'number' ? properties.widthM : 6
    const cut = perpendicular(geometry.coordinates, here, width / 2 + BESIDE_ROAD)
    if (cut && cut.distance < (best?.distance ?? NEAR_ROAD)) best = cut
  }
  return best?.line ?? null
}

/** A cut: with `across` (the default) at right angles to the pipe or road at a click, else from one click to the next. */
export const sectionCut: StartTool = (stage, first) => {
  let params = first
  let report: ToolReport = { status: 'waiting', count: 0, draft: null }
  let start: Place | null = null
  const say = (next: Partial<ToolReport>): void => {
    report = { status: 'waiting', count: report.count, draft: null, ...next }
    stage.changed()
  }
  const leave = (line: Place[]): void => {
    const mark: Mark = { type: 'section', line: line.map(([lng, lat]): [number, number] => [lng, lat]) }
    stage.dispatch({ type: 'mark.set', id: freeMark(stage.state(), 'section'), mark })
    say({ status: 'ready', count: report.count + 1 })
  }
  return {
    point(at) {
      if (params.across === false) {
        const here: Place = [at.lng, at.lat]
        if (!start) {
          start = here
          return say({ draft: { places: [[at.lng, at.lat]], closed: false } })
        }
        // the second click of a double one
        if (Math.abs(start[0] - here[0]) < 1e-7 && Math.abs(start[1] - here[1]) < 1e-7) return
        const line = [start, here]
        start = null
        return leave(line)
      }
      say({ status: 'working' })
      across(stage, at).then(
        (line) => {
          if (stage.signal.aborted) return
          if (line) leave(line)
          else say({ status: 'failed', reason: 'no-road' })
        },
        (error: unknown) => {
          if (!stage.signal.aborted) say(failed(error))
        },
      )
    },
    change(next) {
      params = { ...params, ...next }
      start = null
      say({})
    },
    report: () => report,
    dispose() {
      start = null
    },
  }
}
