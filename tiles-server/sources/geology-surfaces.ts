/** The tops of layers and the water table over one tile of the map, as grids with what is known of their error. */
import { setImmediate } from 'node:timers/promises'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import { type Box, GEOGRAPHIC } from '../../data/geo/tile-grid.ts'
import { restingWater } from '../../data/geology/borehole.ts'
import { leaveOneOut } from '../../data/geology/leave-one-out.ts'
import { type Column, REACH_M, type StrataModel, strataAt } from '../../data/geology/strata.ts'
import { surfacesOf } from '../../data/geology/surfaces.ts'
import { type GroundAt, holesNear, type LoadedStrata, MOST_LEFT_OUT, methodOf, rounded, unitWords } from './geology.ts'

/** Nodes along a side of a tile. */
export const SIDE = 17
/** Levels of the geographic grid that are answered: tiles of 10 km … 0.6 km from south to north, nodes 600 … 38 m apart. */
export const LEVELS = { least: 11, most: 15 } as const

/** Answers kept per model of the ground, each some 20 kB. */
const MOST_KEPT = 400
const kept = new WeakMap<StrataModel, Map<string, string>>()

/** First and last date of resting water in some holes; null when none has one. */
function waterDates(model: StrataModel, holes: readonly number[]): { from: string; to: string } | null {
  const dates = holes.flatMap((hole) => restingWater(model.holes[hole]!.water)?.date ?? []).sort()
  return dates.length === 0 ? null : { from: dates[0]!, to: dates.at(-1)! }
}

/** Layers at the nodes, row by row from the north-west; other questions get their turn between rows. */
async function columnsOf(model: StrataModel, box: Box, ground: GroundAt, signal?: AbortSignal): Promise<Column[]> {
  const columns: Column[] = []
  for (let j = 0; j < SIDE; j++) {
    for (let i = 0; i < SIDE; i++) {
      const lng = box.west + ((box.east - box.west) * i) / (SIDE - 1)
      const lat = box.north - ((box.north - box.south) * j) / (SIDE - 1)
      columns.push(strataAt(model, lng, lat, ground(lng, lat)))
    }
    await setImmediate(undefined, { signal })
  }
  return columns
}

/** Corners of a box and its middle: the places that say which holes count. */
const placesOf = ({ west, south, east, north }: Box) =>
  [
    [west, south],
    [east, north],
  ] as const

/**
 * The surfaces of one tile as JSON text, the page's `/geology/surfaces`: `side` nodes a side, rows from the north-west, heights in
 * metres above the ellipsoid, null unknown; `state` as `SURFACE_STATES`; errors in metres by leaving out holes nearby.
 *
 * @param z, x, y of the geographic grid, rows from the south
 * @param groundVersion changes when the ground does
 * @throws what `signal` was aborted with
 */
export async function answerSurfaces(
  loaded: LoadedStrata | null,
  [z, x, y]: readonly [number, number, number],
  ground: GroundAt,
  groundVersion: string,
  signal?: AbortSignal,
): Promise<string> {
  const box = GEOGRAPHIC.bounds(z, x, y)
  const shape = { side: SIDE, box: [box.west, box.south, box.east, box.north], reachM: REACH_M }
  if (!loaded) return JSON.stringify({ ...shape, holes: 0, synthetic: false, layers: [], water: null, method: null })
  const { model } = loaded
  const known = kept.get(model) ?? new Map<string, string>()
  kept.set(model, known)
  const key = `${z}/${x}/${y} ${groundVersion}`
  const old = known.get(key)
  if (old !== undefined) return old
  const near = holesNear(model, placesOf(box), REACH_M)
  const columns = near.length === 0 ? [] : await columnsOf(model, box, ground, signal)
  const text = JSON.stringify({ ...shape, ...surfaces(loaded, box, columns, near) })
  if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!)
  known.set(key, text)
  return text
}

function surfaces(
  { model, synthetic, titles, date }: LoadedStrata,
  box: Box,
  columns: readonly Column[],
  near: number[],
) {
  const errors = leaveOneOut(model, nearest(model, box, near), MOST_LEFT_OUT)
  const water = columns.map((column) => rounded(column.water))
  return {
    holes: near.length,
    synthetic,
    source: titles,
    date,
    method: near.length === 0 ? null : methodOf(errors),
    nearestM: columns.map(({ nearestM }) => rounded(nearestM, 0)),
    layers: surfacesOf(columns).map(({ unit, top, state }) => ({
      unit,
      ...unitWords(model, unit),
      errorM: rounded(errors.units.get(unit)?.meanM ?? Number.NaN),
      compared: errors.units.get(unit)?.surfaces ?? 0,
      top: Array.from(top, (height) => rounded(height)),
      state: [...state],
    })),
    water: water.some((height) => height !== null)
      ? { height: water, dates: waterDates(model, near), errorM: rounded(errors.waterMeanM), compared: errors.waters }
      : null,
  }
}

/** So many of the holes around count for the error: those nearest to the middle. */
function nearest(model: StrataModel, { west, south, east, north }: Box, near: readonly number[]): number[] {
  const [lng, lat] = [(west + east) / 2, (south + north) / 2]
  const [perLng, perLat] = metresPerDegree(lat)
  const away = (hole: number) =>
    Math.hypot((model.holes[hole]!.lng - lng) * perLng, (model.holes[hole]!.lat - lat) * perLat)
  return near.toSorted((a, b) => away(a) - away(b)).slice(0, 2 * MOST_LEFT_OUT)
}
