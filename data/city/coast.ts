/** The land and the water of the city: shores from coast.json (GSHHG and our own lines) as rings in metres. */
import coast from './coast.json' with { type: 'json' }
import { EXTENT_M, type Point, toMetres } from './frame.ts'
import { area, type Ring } from './polygon.ts'

/** Rings in metres, counter-clockwise; lines run as the names say. */
export interface Shores {
  /** from the extent's north edge along the coast and up the river's north bank to the west edge */
  north: Point[]
  /** from the west edge down the upper river's right bank to the confluence, then up the Yongning's left bank */
  wedge: Point[]
  /** from the west edge down the Yongning's right bank and the river's south bank, along the coast to the south edge */
  south: Point[]
  /** the mainland north of the river, between the two rivers, and south of them */
  northLand: Ring
  wedgeLand: Ring
  southLand: Ring
  islands: Ring[]
  /** islands that the reclaimed land has swallowed: hills on the plain now */
  formerIslands: Ring[]
  /** index in `north` and in `south` where the river ends and the sea begins */
  mouthNorth: number
  mouthSouth: number
}

const metres = (line: number[][]): Point[] => line.map((p) => toMetres(p[0]!, p[1]!))

/** Index of the vertex nearest to a point. */
export function nearestVertex(line: Point[], p: Point): number {
  let best = 0
  for (let i = 1; i < line.length; i++) {
    if (Math.hypot(line[i]![0] - p[0], line[i]![1] - p[1]) < Math.hypot(line[best]![0] - p[0], line[best]![1] - p[1]))
      best = i
  }
  return best
}

/** Reads the shores. */
export function readShores(): Shores {
  const [w, s, , n] = EXTENT_M
  const edge = (line: Point[]): Point[] => line.map(([x, y]) => [Math.max(w, x), Math.min(n, Math.max(s, y))])
  const north = edge(metres(coast.shoreNorth))
  const wedge = edge(metres(coast.wedge))
  const south = edge(metres(coast.shoreSouth))
  const ccw = (ring: Ring): Ring => (area(ring) < 0 ? ring.reverse() : ring)
  return {
    north,
    wedge,
    south,
    northLand: ccw([...north, [w, n]]),
    wedgeLand: ccw([...wedge]),
    southLand: ccw([...south, [w, s]]),
    islands: coast.islands.map((ring) => ccw(metres(ring))),
    formerIslands: coast.formerIslands.map((ring) => ccw(metres(ring))),
    mouthNorth: nearestVertex(north, toMetres(121.5, 28.696)),
    mouthSouth: nearestVertex(south, toMetres(121.4955, 28.6675)),
  }
}
