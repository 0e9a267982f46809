/** Digging: a pit by its corners or by two opposite ones, a trench along a line or along a pipe. */
import type { Mark } from '../../scenes/schema/scene.ts'
import type { ToolParams, ToolPlace, ToolReport } from '../app/state.ts'
import { atClick } from './at-click.ts'
import { itemOf } from './clicked-item.ts'
import { freeMark, type StartTool, type ToolStage } from './tool.ts'

type Place = [lng: number, lat: number]

/** Metres of bedding under a pipe that is dug free. */
const BEDDING = 0.15
const PIT_DEPTH = 3
const TRENCH = { width: 0.6, depth: 1.8 }
const PILE = { diameter: 0.8, depth: 30 }
const MOST_PLACES = 200

type Digging = Extract<Mark, { type: 'pit' | 'trench' }>

/** What a digging tool makes of the places it was given; null while they are too few. */
type Shape = (places: Place[], depth: number, width: number) => Digging | null

const number = (params: ToolParams, name: string, fallback: number): number => {
  const value = params[name]
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(100, Math.max(0.1, value)) : fallback
}

/** A tool that gathers places and digs when told that they are all. */
function digger(word: string, least: number, most: number, closed: boolean, shape: Shape): StartTool {
  return (stage, first) => {
    let params = first
    let places: Place[] = []
    let dug = 0
    const dig = (): void => {
      const mark = shape(
        places,
        number(params, 'depth', closed ? PIT_DEPTH : TRENCH.depth),
        number(params, 'width', TRENCH.width),
      )
      places = []
      if (mark) {
        stage.dispatch({ type: 'mark.set', id: freeMark(stage.state(), word), mark: checked(mark, params) })
        dug++
      }
    }
    return {
      point({ lng, lat }) {
        const last = places.at(-1)
        // the second click of a double one
        if (last && Math.abs(last[0] - lng) < 1e-7 && Math.abs(last[1] - lat) < 1e-7) return
        if (places.length < MOST_PLACES) places.push([lng, lat])
        if (places.length === most) dig()
        stage.changed()
      },
      change(next) {
        params = { ...params, ...next }
        if (next.done === true && places.length >= least) dig()
        stage.changed()
      },
      report: (): ToolReport => ({
        status: dug > 0 && places.length === 0 ? 'ready' : 'waiting',
        count: places.length,
        draft: places.length > 0 ? { places: [...places], closed } : null,
      }),
      dispose() {
        places = []
      },
    }
  }
}

/** Told to, it asks at once what the hole hits. */
const checked = (mark: Digging, params: ToolParams): Mark => (params.check === true ? { ...mark, check: true } : mark)

const pit = (outline: Place[], depth: number): Digging | null =>
  outline.length < 3 ? null : { type: 'pit', outline, depth }

/** A pit by its corners; finished by a double click. */
export const digPit = digger('pit', 3, Number.POSITIVE_INFINITY, true, pit)

/** A pit along the parallels and meridians between two opposite corners. */
export const digBox = digger('pit', 2, 2, true, ([a, b], depth) => {
  if (!a || !b || a[0] === b[0] || a[1] === b[1]) return null
  return pit([a, [b[0], a[1]], b, [a[0], b[1]]], depth)
})

/** A trench along a line; finished by a double click. */
export const digTrench = digger('trench', 2, Number.POSITIVE_INFINITY, false, (line, depth, width) =>
  line.length < 2 ? null : { type: 'trench', line, width, depth },
)

/** A pile or borehole at each click; what it hits is always asked. */
export const drillPile: StartTool = (stage, first) => {
  let params = first
  let drilled = 0
  return {
    point({ lng, lat }) {
      const size = {
        diameter: Math.min(20, number(params, 'diameter', PILE.diameter)),
        depth: number(params, 'depth', PILE.depth),
      }
      stage.dispatch({
        type: 'mark.set',
        id: freeMark(stage.state(), 'pile'),
        mark: { type: 'pile', at: [lng, lat], ...size },
      })
      drilled++
      stage.changed()
    },
    change(next) {
      params = { ...params, ...next }
      stage.changed()
    },
    report: (): ToolReport => ({ status: drilled > 0 ? 'ready' : 'waiting', count: drilled, draft: null }),
    dispose() {},
  }
}

/** A trench that lays a clicked pipe free: along it, 0.6 m wide or as wide as the pipe needs, down to its bedding. */
export const digPipe = atClick((stage) => async (at, params, count) => {
  if (at.feature?.collection !== 'pipes') return null
  await layFree(stage, at, params())
  return count + 1
})

async function layFree(stage: ToolStage, at: ToolPlace, params: ToolParams): Promise<void> {
  const id = at.feature?.id ?? ''
  const { geometry, properties } = await itemOf(stage, 'pipes', id, `pipe ${id}`)
  if (geometry?.type !== 'LineString' || geometry.coordinates.length < 2)
    throw new Error(`pipe ${id}: got ${geometry?.type}; expected LineString`)
  const line = geometry.coordinates.slice(0, MOST_PLACES)
  const size = (name: string): number => (typeof properties[name] === 'number' ? (properties[name] as number) : 0)
  const lowest = Math.min(...line.map((place) => place[2]))
  const tall = Math.max(size('diameter'), size('height'), 0.1)
  const wide = Math.max(size('width'), size('diameter'))
  const deep = (at.ground ?? lowest + TRENCH.depth) - lowest + tall / 2 + BEDDING
  const mark: Digging = {
    type: 'trench',
    line: line.map(([lng, lat]): Place => [lng, lat]),
    width: number(params, 'width', Math.max(TRENCH.width, Math.round((wide + 0.4) * 10) / 10)),
    depth: number(params, 'depth', Math.min(100, Math.max(0.3, Math.round(deep * 100) / 100))),
  }
  stage.dispatch({ type: 'mark.set', id: freeMark(stage.state(), 'trench'), mark: checked(mark, params) })
}
