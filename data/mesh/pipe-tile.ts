/** Pipes and nodes of one tile → places, turns and sizes of a few small solids, in the tile's own plane. */
import { CLASSES, SECTIONS } from '../geo/city-feature.ts'
import { openPlane, type Plane } from './building-frame.ts'
import { SHAPE_UNIT_DEG } from './building-shape.ts'
import { bend, type Ground } from './building-tile.ts'
import type { PipeShape } from './pipe-shape.ts'
import { jointSolid, NODE_SOLIDS, type Solid, tubeSolid } from './tube-models.ts'

/** How much is drawn: all, round tubes with fewer sides and no joints, or lines as thin prisms. */
export type PipeDetail = 'full' | 'tubes' | 'lines'

/** One solid, many times: arrays grow together, one entry per place. */
export interface Placed {
  solid: Solid
  count: number
  /** x, y, z in metres of the plane, above the tile's lowest point */
  translations: Float32Array
  /** quaternion x, y, z, w × 32767 */
  rotations: Int16Array
  /** along the solid's own x, y, z */
  scales: Float32Array
  /** feature number */
  features: Uint16Array
}

/** What is drawn of a tile. */
export interface PipeTile {
  shapes: PipeShape[]
  /** metres of cover over each feature's crown, in the middle; NaN where the ground is not known */
  depths: Float32Array
  placed: Placed[]
  plane: Plane
  /** height of the plane's zero, metres above the ellipsoid */
  low: number
  /** west, south, east, north in degrees, lowest and highest metres above the ellipsoid */
  region: [number, number, number, number, number, number]
}

/** Drawn where a diameter is not known, metres, by utility as in `CLASSES.pipes`. */
const USUAL_DIAMETER = [0.2, 0.5, 0.4, 0.6, 0.15, 0.4, 0.2, 0.11, 2.4, 0.3, 0.2]
/** Longer pieces are cut: a straight line leaves the Earth's curve by a millimetre in 250 m. */
const LONGEST_PIECE_M = 250
const METRES_PER_DEGREE = 111_000
/** Lengths in 64ths, places in 256ths, widths in 1024ths of a metre: their last bytes are zero and compress away. */
const LENGTH_STEP = 64
const PLACE_STEP = 256
const SIZE_STEP = 1024
const KINDS = CLASSES['pipe-nodes']

const solids = new Map<string, Solid>()
function solid(name: string): Solid {
  const known = solids.get(name)
  if (known) return known
  const [word, rest, sides] = name.split(' ')
  const section = rest as (typeof SECTIONS)[number]
  const made =
    word === 'tube'
      ? tubeSolid(section, Number(sides))
      : word === 'joint'
        ? jointSolid(section, Number(sides))
        : NODE_SOLIDS[word!]!()
  solids.set(name, made)
  return made
}

class Places {
  readonly solid: Solid
  count = 0
  translations = new Float32Array(96)
  rotations = new Int16Array(128)
  scales = new Float32Array(96)
  features = new Uint16Array(32)

  constructor(of: Solid) {
    this.solid = of
  }

  /** @param q quaternion x, y, z, w */
  add(place: readonly number[], q: readonly number[], size: readonly number[], feature: number): void {
    const n = this.count++
    if (n === this.features.length) {
      const grown = <T extends Float32Array | Int16Array | Uint16Array>(array: T): T => {
        const next = new (array.constructor as new (length: number) => T)(array.length * 2)
        next.set(array as never)
        return next
      }
      this.translations = grown(this.translations)
      this.rotations = grown(this.rotations)
      this.scales = grown(this.scales)
      this.features = grown(this.features)
    }
    for (let axis = 0; axis < 3; axis++) {
      this.translations[n * 3 + axis] = Math.round(place[axis]! * PLACE_STEP) / PLACE_STEP
      this.scales[n * 3 + axis] = size[axis]!
    }
    for (let k = 0; k < 4; k++) this.rotations[n * 4 + k] = Math.round(q[k]! * 32767)
    this.features[n] = feature
  }

  done(): Placed {
    const { solid, count } = this
    return {
      solid,
      count,
      translations: this.translations.subarray(0, count * 3),
      rotations: this.rotations.subarray(0, count * 4),
      scales: this.scales.subarray(0, count * 3),
      features: this.features.subarray(0, count),
    }
  }
}

const UPRIGHT = [0, 0, 0, 1]

/** The turn that lays a solid's y along a direction and keeps its z upward: first about z, then tilted. */
function along(dx: number, dy: number, dz: number): [number, number, number, number] {
  const flat = Math.hypot(dx, dy)
  const turn = flat > 1e-9 ? Math.atan2(-dx, dy) / 2 : 0
  const tilt = Math.atan2(dz, flat) / 2
  const [cz, sz, cx, sx] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)]
  return [cz * sx, sz * sx, sz * cx, cz * cx]
}

/** What a drawing of one tile writes into. */
interface Sheet {
  plane: Plane
  low: number
  detail: PipeDetail
  /** tubes are never thinner than this, metres: lines are made so that they show */
  thinnest: number
  places: Map<string, Places>
  joints: Set<string>
}

function put(sheet: Sheet, name: string, place: number[], q: readonly number[], size: number[], feature: number): void {
  let places = sheet.places.get(name)
  if (!places) {
    places = new Places(solid(name))
    sheet.places.set(name, places)
  }
  places.add(place, q, size, feature)
}

const local = [0, 0]
/** x, y, z of a vertex in the tile's plane. */
function seat({ plane, low }: Sheet, vertices: Float64Array, k: number): [number, number, number] {
  plane.project([vertices[k]! / SHAPE_UNIT_DEG, vertices[k + 1]! / SHAPE_UNIT_DEG], local)
  const [x, y] = [local[0]!, local[1]!]
  const height = vertices[k + 2]!
  return [x + (height * x) / plane.normal, y + (height * y) / plane.meridian, bend(plane, x, y, height) - low]
}

/** Width and height as drawn. */
export function drawnSize({ width, height, utility, kind }: PipeShape): [width: number, height: number] {
  const usual = kind < 0 ? USUAL_DIAMETER[utility]! : 0.8
  const high = Number.isNaN(height) ? (Number.isNaN(width) ? usual : width) : height
  return [Number.isNaN(width) ? high : width, high]
}

/** Bends gentler than this (the cosine of 15°) are closed by longer tubes, sharper ones by a joint. */
const GENTLE = Math.cos((15 * Math.PI) / 180)

function drawPipe(sheet: Sheet, shape: PipeShape, feature: number): void {
  const { detail, thinnest } = sheet
  const section = SECTIONS[detail === 'full' ? shape.section : 0]!
  const sides = detail === 'full' ? 12 : detail === 'tubes' ? 6 : 4
  const [w, h] = drawnSize(shape).map((value) => Math.round(Math.max(value, thinnest) * SIZE_STEP) / SIZE_STEP) as [
    number,
    number,
  ]
  const tube = `tube ${detail === 'lines' ? 'box' : section} ${sides}`
  const line = course(sheet, shape.vertices)
  const last = line.length - 1
  let early = 0
  for (let k = 0; k <= last; k++) {
    const place = line[k]!
    const bend = k > 0 && k < last ? cosineAt(line[k - 1]!, place, line[k + 1]!) : -1
    if (detail === 'full' && bend < GENTLE) joint(sheet, section, place, w, h, feature)
    if (k === last) break
    const next = line[k + 1]!
    const [dx, dy, dz] = [next[0]! - place[0]!, next[1]! - place[1]!, next[2]! - place[2]!]
    const length = Math.hypot(dx, dy, dz)
    const ahead = k + 1 < last ? cosineAt(place, next, line[k + 2]!) : -1
    // up to where the outer sides of two tubes meet: half the width times the tangent of half the bend
    const late = ahead >= GENTLE ? (Math.max(w, h) / 2) * Math.sqrt((1 - ahead) / (1 + ahead)) : 0
    const share = length > 0 ? early / length : 0
    const from = [place[0]! - dx * share, place[1]! - dy * share, place[2]! - dz * share]
    const reach = Math.ceil((length + early + late) * LENGTH_STEP) / LENGTH_STEP
    put(sheet, tube, from, along(dx, dy, dz), [w, reach, h], feature)
    early = late
  }
}

/** The vertices of a line in the tile's plane, long stretches in pieces. */
function course(sheet: Sheet, vertices: Float64Array): number[][] {
  const line: number[][] = [seat(sheet, vertices, 0)]
  for (let k = 3; k < vertices.length; k += 3) {
    const from = line.at(-1)!
    const to = seat(sheet, vertices, k)
    const length = Math.hypot(to[0] - from[0]!, to[1] - from[1]!, to[2] - from[2]!)
    const pieces = Math.min(4000, Math.max(1, Math.ceil(length / LONGEST_PIECE_M)))
    for (let piece = 1; piece < pieces; piece++) line.push(between(sheet, vertices, k - 3, piece / pieces))
    line.push(to)
  }
  return line
}

/** Cosine of the bend at b: 1 = straight on. */
function cosineAt(a: number[], b: number[], c: number[]): number {
  const [ux, uy, uz] = [b[0]! - a[0]!, b[1]! - a[1]!, b[2]! - a[2]!]
  const [vx, vy, vz] = [c[0]! - b[0]!, c[1]! - b[1]!, c[2]! - b[2]!]
  const size = Math.hypot(ux, uy, uz) * Math.hypot(vx, vy, vz)
  return size > 0 ? (ux * vx + uy * vy + uz * vz) / size : 1
}

const middle = new Float64Array(3)
function between(sheet: Sheet, vertices: Float64Array, k: number, t: number): [number, number, number] {
  for (let i = 0; i < 3; i++) middle[i] = vertices[k + i]! + (vertices[k + 3 + i]! - vertices[k + i]!) * t
  return seat(sheet, middle, 0)
}

/** One joint per place and size: where pipes of a size meet they share it. */
function joint(sheet: Sheet, section: string, place: number[], w: number, h: number, feature: number): void {
  const key = `${Math.round(place[0]! * 64)} ${Math.round(place[1]! * 64)} ${Math.round(place[2]! * 64)} ${w} ${h}`
  if (sheet.joints.has(key)) return
  sheet.joints.add(key)
  put(sheet, `joint ${section} 12`, place, UPRIGHT, [w, w, h], feature)
}

/** Metres across of what stands at a node of unknown size, by its solid. */
const ACROSS: Readonly<Record<string, number>> = {
  valve: 0.45,
  hydrant: 0.8,
  pump: 1.2,
  tank: 8,
  chamber: 2.5,
  cabinet: 0.9,
  grate: 0.75,
  outfall: 1.2,
  pole: 9,
  ball: 0.3,
}
const SOLID_OF: Readonly<Record<string, string>> = {
  inlet: 'grate',
  outfall: 'outfall',
  valve: 'valve',
  hydrant: 'hydrant',
  pump: 'pump',
  tank: 'tank',
  reservoir: 'tank',
  meter: 'valve',
  regulator: 'cabinet',
  chamber: 'chamber',
  cabinet: 'cabinet',
  transformer: 'cabinet',
  pole: 'pole',
}

function drawNode(sheet: Sheet, shape: PipeShape, feature: number): void {
  const kind = KINDS[shape.kind] ?? 'other'
  const top = seat(sheet, shape.vertices, 0)
  const bottom = seat(sheet, shape.vertices, 3)
  const deep = Math.max(0, top[2] - bottom[2])
  const known = !Number.isNaN(shape.width)
  if (kind === 'manhole' || kind === 'chamber' || kind === 'inlet') {
    const across = known ? shape.width : kind === 'chamber' ? ACROSS.chamber! : kind === 'inlet' ? 0.5 : 0.8
    if (deep > 0.05)
      put(sheet, kind === 'chamber' ? 'chamber' : 'shaft', bottom, UPRIGHT, [across, across, deep], feature)
    if (kind === 'inlet') put(sheet, 'grate', top, UPRIGHT, [0.75, 0.75, 0.75], feature)
    else put(sheet, 'cover', top, UPRIGHT, [0.8, 0.8, 0.8], feature)
    return
  }
  if (kind === 'junction' || kind === 'end') return
  const name = SOLID_OF[kind] ?? 'ball'
  const upright = name === 'pole' || name === 'cabinet' || name === 'hydrant'
  const size = name === 'tank' || name === 'pump' ? (known ? shape.width : ACROSS[name]!) : ACROSS[name]!
  const tall =
    name === 'tank' && deep > 0.5 ? deep : name === 'valve' && known ? Math.max(size, shape.width * 1.6) : size
  put(
    sheet,
    name,
    upright ? top : bottom,
    UPRIGHT,
    [name === 'valve' ? tall : size, name === 'valve' ? tall : size, tall],
    feature,
  )
}

/** The cover over a feature's crown in its middle, metres; NaN where the ground is not known. */
function coverOf(shape: PipeShape, ground: Ground): number {
  const { vertices } = shape
  const k = shape.kind < 0 ? 3 * Math.floor((vertices.length / 3 - 1) / 2) : 0
  const [a, b] = shape.kind < 0 ? [k, k + 3] : [3, 3]
  const at = (i: number): number => (vertices[a + i]! + vertices[b + i]!) / 2
  const crown = shape.kind < 0 ? drawnSize(shape)[1] / 2 : 0
  return ground(at(0), at(1)) - at(2) - crown
}

/** Unknown sizes come first. */
const compared = (a: number, b: number): number => (Number.isNaN(a) ? -1 : a) - (Number.isNaN(b) ? -1 : b)

/**
 * Draws the pipes and nodes of a tile.
 * @param thinnest metres; at `lines` tubes are at least so thick, so that they show from afar
 * @param ground metres above the ellipsoid, NaN unknown
 * @returns null when there is nothing to draw
 */
export function meshPipes(all: PipeShape[], detail: PipeDetail, thinnest: number, ground: Ground): PipeTile | null {
  if (!all.length) return null
  // equals side by side: their sizes and classes compress to nearly nothing
  const shapes = all.toSorted(
    (a, b) => a.kind - b.kind || a.utility - b.utility || a.section - b.section || compared(a.height, b.height),
  )
  let [west, south, east, north, low, high, widest] = [Infinity, Infinity, -Infinity, -Infinity, Infinity, -Infinity, 1]
  for (const shape of shapes) {
    const { vertices } = shape
    widest = Math.max(widest, ...drawnSize(shape), thinnest)
    for (let k = 0; k < vertices.length; k += 3) {
      west = Math.min(west, vertices[k]!)
      east = Math.max(east, vertices[k]!)
      south = Math.min(south, vertices[k + 1]!)
      north = Math.max(north, vertices[k + 1]!)
      low = Math.min(low, vertices[k + 2]!)
      high = Math.max(high, vertices[k + 2]!)
    }
  }
  low = Math.floor(low)
  const plane = openPlane((west + east) / 2, (south + north) / 2)
  const sheet: Sheet = { plane, low, detail, thinnest, places: new Map(), joints: new Set() }
  const depths = new Float32Array(shapes.length)
  for (const [i, shape] of shapes.entries()) {
    depths[i] = coverOf(shape, ground)
    if (shape.kind < 0) drawPipe(sheet, shape, i)
    else drawNode(sheet, shape, i)
  }
  const placed = [...sheet.places.values()].map((places) => places.done())
  const pad = (widest + 1) / METRES_PER_DEGREE
  const wide = pad / Math.max(0.02, Math.cos((plane.latDeg * Math.PI) / 180))
  return {
    shapes,
    depths,
    placed,
    plane,
    low,
    region: [west - wide, south - pad, east + wide, north + pad, low - widest - 1, high + widest + 10],
  }
}
