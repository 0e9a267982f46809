/** Who hangs on pipes where no service records say so: each building belongs to the pipe nearest to it. */
import type { Network } from '../../data/networks/network.ts'
import { planIndex } from '../../data/networks/plan-index.ts'
import type { Database } from '../db/database.ts'

/** A building as the question needs it. */
export interface Building {
  id: string
  lng: number
  lat: number
  /** ground, metres above the ellipsoid; NaN = unknown */
  height: number
  name: string
  class: string
  /** square metres of all storeys */
  floorM2: number
}

/** A building without water. */
export interface Customer extends Building {
  /** an estimate */
  people: number
  /** hospitals and schools: told first */
  important: boolean
}

/** Metres beyond which a building does not belong to a pipe. */
const REACH = 150
/** Square metres of dwelling for each person. @see census 2020: 41.8 m² per head in Chinese towns */
const M2_PER_PERSON = 40
const DWELLINGS = new Set(['residential', 'house'])
const IMPORTANT = ['hospital', 'school', 'public']
const MOST_BUILDINGS = 50_000

/** Buildings with their middle in a box of degrees. */
export function buildingsOf(db: Database) {
  return async (west: number, south: number, east: number, north: number): Promise<Building[]> => {
    const rows = await db.query<{
      id: string
      lng: number
      lat: number
      z: number | null
      m2: number
      style: Record<string, unknown>
    }>(
      `select id, st_x(c) as lng, st_y(c) as lat, z, m2, style from (
         select id, st_centroid(st_envelope(geom)) as c, st_zmin(geom) as z, style,
           st_area(geom) * 111320.0 * 111320.0 * cos(radians(st_ymin(geom))) as m2
         from feature where layer = 'buildings' and geom && st_makeenvelope($1, $2, $3, $4, 4326)
           and style ->> 'part' is null limit ${MOST_BUILDINGS}) as b`,
      [west, south, east, north],
    )
    return rows.map(({ id, lng, lat, z, m2, style }) => ({
      id,
      lng,
      lat,
      height: z !== null && z !== 0 ? z : Number.NaN,
      name: typeof style.name === 'string' ? style.name : '',
      class: typeof style.class === 'string' ? style.class : 'other',
      floorM2: m2 * (typeof style.levels === 'number' ? style.levels : 1),
    }))
  }
}

/** Metres in plan from a place to a pipe. */
function distanceTo({ pipes }: Network, k: number, x: number, y: number): number {
  const v = pipes.vertices
  let least = Infinity
  for (let i = pipes.vertexStart[k]; i + 1 < pipes.vertexStart[k + 1]; i++) {
    const [ax, ay, dx, dy] = [v[3 * i], v[3 * i + 1], v[3 * i + 3] - v[3 * i], v[3 * i + 4] - v[3 * i + 1]]
    const square = dx * dx + dy * dy
    const along = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square)) : 0
    least = Math.min(least, Math.hypot(ax + dx * along - x, ay + dy * along - y))
  }
  return least
}

/** The pipe nearest to a place in local metres; -1 when none is within reach. */
export function nearestPipe(network: Network, x: number, y: number): number {
  let [best, least] = [-1, REACH]
  // boxes come nearest first; a long slanted pipe has a large one, so several are looked at
  for (const k of planIndex(network).neighbors(x, y, 24, REACH)) {
    const metres = distanceTo(network, k, x, y)
    if (metres >= least) continue
    least = metres
    best = k
  }
  return best
}

/** Buildings whose nearest pipe is lost; important ones first, then by people. */
export async function customersOf(
  network: Network,
  lost: ReadonlySet<number>,
  buildingsIn: (west: number, south: number, east: number, north: number) => Promise<Building[]>,
): Promise<Customer[]> {
  const { pipes, origin, perDegree } = network
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const k of lost) {
    for (let i = pipes.vertexStart[k] * 3; i < pipes.vertexStart[k + 1] * 3; i += 3) {
      w = Math.min(w, pipes.vertices[i])
      e = Math.max(e, pipes.vertices[i])
      s = Math.min(s, pipes.vertices[i + 1])
      n = Math.max(n, pipes.vertices[i + 1])
    }
  }
  if (w > e) return []
  const lng = (x: number): number => origin[0] + x / perDegree[0]
  const lat = (y: number): number => origin[1] + y / perDegree[1]
  const buildings = await buildingsIn(lng(w - REACH), lat(s - REACH), lng(e + REACH), lat(n + REACH))
  return buildings
    .flatMap((one): Customer[] => {
      const k = nearestPipe(network, (one.lng - origin[0]) * perDegree[0], (one.lat - origin[1]) * perDegree[1])
      if (!lost.has(k)) return []
      const people = DWELLINGS.has(one.class) ? Math.round(one.floorM2 / M2_PER_PERSON) : 0
      // footprints are flat: the ground is where the pipe's node has its top
      const height = Number.isFinite(one.height) ? one.height : network.nodes.top[pipes.from[k]]
      return [{ ...one, height, people, important: IMPORTANT.includes(one.class) }]
    })
    .sort((a, b) => Number(b.important) - Number(a.important) || b.people - a.people)
}
