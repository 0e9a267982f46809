/** Drafts from drawing units to longitude and latitude: by their system, or around an anchor for a local grid. */
import type { Position } from 'geojson'
import { converter, crs, suggestCrs } from '../../geo/crs.ts'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import type { DraftPipe, DraftTable } from './draft.ts'
import { median } from './values.ts'

/** Where a local grid lies. */
export interface Anchor {
  lng: number
  lat: number
  /** degrees that the drawing is turned counter-clockwise */
  rotationDeg: number
  /** metres per drawing unit; null = found from the declared lengths, else 1 */
  scale: number | null
  /** drawing coordinates that lie at lng, lat; null = the middle of the drawing */
  at: [x: number, y: number] | null
}

/**
 * Reads `lng,lat[,rotation[,scale[,x,y]]]`.
 *
 * @throws {Error} saying what is wrong
 */
export function parseAnchor(text: string): Anchor {
  const numbers = text.split(',').map((word) => (word.trim() === '' ? Number.NaN : Number(word)))
  const [lng, lat, rotation, scale, x, y] = numbers
  const shape = 'expected lng,lat[,rotation[,scale[,x,y]]]'
  if (numbers.length < 2 || numbers.length > 6 || numbers.length === 5) throw new Error(`anchor: got ${text}; ${shape}`)
  if (!(Math.abs(lng) <= 180 && Math.abs(lat) < 89.9))
    throw new Error(`anchor: no place on earth, got ${lng}, ${lat}; ${shape}`)
  if (numbers.length > 2 && !Number.isFinite(rotation)) throw new Error(`anchor: bad rotation, got ${text}; ${shape}`)
  if (numbers.length > 3 && !(scale > 0 && scale < 1e6))
    throw new Error(`anchor: bad scale, got ${text}; expected metres per unit, more than 0`)
  if (numbers.length > 5 && !(Number.isFinite(x) && Number.isFinite(y)))
    throw new Error(`anchor: bad x, y, got ${text}; ${shape}`)
  return { lng, lat, rotationDeg: rotation ?? 0, scale: scale ?? null, at: numbers.length > 5 ? [x, y] : null }
}

/** What can be placed: lines and points of tables. */
export interface Placeable {
  tables: Pick<DraftTable, 'file' | 'name' | 'crs' | 'datum' | 'notes' | 'schematic'>[]
  pipes: Pick<DraftPipe, 'table' | 'line' | 'length'>[]
  nodes: { table: number; at: [number, number] }[]
}

/** Drawn length of a pipe in drawing units. */
function drawn(line: readonly Position[]): number {
  let sum = 0
  for (let i = 1; i < line.length; i++) sum += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1])
  return sum
}

/** Metres per drawing unit by the declared lengths, and how sure that is. */
function scaleOf(pipes: Placeable['pipes']): { scale: number; words: string } {
  const ratios = pipes
    .map(({ line, length }) => length / drawn(line))
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
  if (ratios.length < 3) return { scale: 1, words: 'drawing unit taken as 1 m: no declared lengths to compare with' }
  const middle = median(ratios)
  const near = ratios.filter((ratio) => Math.abs(ratio / middle - 1) < 0.1).length / ratios.length
  const share = `${Math.round(near * 100)} % of ${ratios.length} lengths agree within 10 %`
  for (const [unit, name] of [
    [1, 'metres'],
    [0.3048, 'feet'],
  ] as const)
    if (Math.abs(middle / unit - 1) < 0.05) return { scale: unit, words: `drawing units are ${name}: ${share}` }
  return { scale: middle, words: `1 drawing unit = ${middle.toPrecision(4)} m by the declared lengths: ${share}` }
}

type Convert = (x: number, y: number) => [number, number]

function middleOf(drafts: Placeable, tables: ReadonlySet<number>): [number, number] | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  const see = (at: readonly number[]) => {
    west = Math.min(west, at[0])
    south = Math.min(south, at[1])
    east = Math.max(east, at[0])
    north = Math.max(north, at[1])
  }
  for (const { table, line } of drafts.pipes) if (tables.has(table)) for (const at of line) see(at)
  for (const { table, at } of drafts.nodes) if (tables.has(table)) see(at)
  return west <= east ? [(west + east) / 2, (south + north) / 2] : null
}

/** Places on a plane around the anchor. */
function anchored(anchor: Anchor, scale: number, middle: [number, number]): (x: number, y: number) => [number, number] {
  const [x0, y0] = anchor.at ?? middle
  const turn = (anchor.rotationDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const [perLng, perLat] = metresPerDegree(anchor.lat)
  return (x, y) => {
    const [dx, dy] = [(x - x0) * scale, (y - y0) * scale]
    return [anchor.lng + (dx * cos - dy * sin) / perLng, anchor.lat + (dx * sin + dy * cos) / perLat]
  }
}

/** The system of a table. @throws {Error} naming the file beside what is wrong with its system */
function systemOf({ file, crs: named }: Placeable['tables'][number], wish: string | undefined): ReturnType<typeof crs> {
  try {
    return crs(wish ?? named ?? 'EPSG:4326')
  } catch (cause) {
    if (wish) throw cause
    throw new Error(`${file}: ${(cause as Error).message}`, { cause })
  }
}

/** Whether a system gave a place in the world. */
function onEarth([lng, lat]: readonly number[]): boolean {
  return Number.isFinite(lng) && Number.isFinite(lat) && Math.abs(lng) <= 200 && Math.abs(lat) <= 90
}

/**
 * A system that none of a table's coordinates can be of is the wrong one.
 *
 * @throws {Error} naming the system, what was got, and what it looks like
 */
function checkSystem(drafts: Placeable, i: number, named: string, geographic: boolean, convert: Convert): void {
  const middle = middleOf(drafts, new Set([i]))
  if (!middle) return
  const { file, name } = drafts.tables[i]
  const wrong = (words: string) =>
    new Error(
      `${file}: ${name ? `${name}: ` : ''}${words}, got ${middle.map((each) => each.toFixed(2)).join(', ')} in the middle; expected ${suggestCrs(...middle)}`,
    )
  if (!geographic && Math.abs(middle[0]) <= 180 && Math.abs(middle[1]) <= 180 && spanOf(drafts, i) < 5)
    throw wrong(`coordinates look like degrees, ${named} has metres`)
  for (const { table, line } of drafts.pipes)
    if (table === i) for (const at of line) if (onEarth(convert(at[0], at[1]))) return
  for (const { table, at } of drafts.nodes) if (table === i && onEarth(convert(at[0], at[1]))) return
  throw wrong(`no place lies in ${named}`)
}

/** The longer side of a table's box, drawing units. */
function spanOf(drafts: Placeable, i: number): number {
  const [xs, ys] = [new Extent(), new Extent()]
  const see = (at: readonly number[]) => {
    xs.see(at[0])
    ys.see(at[1])
  }
  for (const { table, line } of drafts.pipes) if (table === i) for (const at of line) see(at)
  for (const { table, at } of drafts.nodes) if (table === i) see(at)
  return Math.max(xs.length, ys.length)
}

class Extent {
  private low = Infinity
  private high = -Infinity
  see(value: number): void {
    if (value < this.low) this.low = value
    if (value > this.high) this.high = value
  }
  get length(): number {
    return this.high - this.low
  }
}

const rounded = (degrees: number): number => Math.round(degrees * 1e9) / 1e9

/**
 * Places all drafts. A table without a system and without an anchor is a mistake of the call, not of a record.
 *
 * @param wish system that a person named; wins over the files'
 * @returns names of the systems
 * @throws {Error} naming the table, its coordinates and what to add to the command
 */
export function placeDrafts(drafts: Placeable, wish: string | undefined, anchor: Anchor | null): Set<string> {
  const named = new Set<string>()
  const local = new Set(drafts.tables.map((_, i) => i).filter((i) => !wish && !drafts.tables[i].crs))
  const convert: Convert[] = []
  const middle = middleOf(drafts, local)
  if (local.size > 0 && middle && !anchor) {
    const [first] = local
    const { file, name, schematic } = drafts.tables[first]
    const anchorAs = '--anchor lng,lat[,rotation[,scale]] for a local grid'
    // a drawing of some hundred units is none of degrees
    const drawing = schematic && Math.abs(middle[0]) <= 180 && Math.abs(middle[1]) <= 180 && spanOf(drafts, first) >= 5
    throw new Error(
      `${file}: ${name ? `${name} names` : 'names'} no coordinate system (middle of its coordinates ${middle.map((each) => each.toFixed(2)).join(', ')}); expected ${drawing ? `${anchorAs} | --crs with the system of the file` : `${suggestCrs(...middle)} | ${anchorAs}`}`,
    )
  }
  const { scale, words } = scaleOf(drafts.pipes.filter(({ table }) => local.has(table)))
  for (const [i, table] of drafts.tables.entries()) {
    if (local.has(i)) {
      if (!anchor || !middle) convert.push((x, y) => [x, y])
      else {
        table.notes.push(
          `placed around ${anchor.lng}, ${anchor.lat} (${anchor.at ? `${anchor.at.join(', ')} lies there` : 'the middle of the drawing lies there'}), ${anchor.scale ? `1 unit = ${anchor.scale} m` : words}`,
        )
        convert.push(anchored(anchor, anchor.scale ?? scale, middle))
        named.add('local grid')
      }
    } else {
      const system = systemOf(table, wish)
      table.datum ??= system.vertical === 'ellipsoidal' ? 'ellipsoidal' : null
      named.add(system.name)
      convert.push(converter(system))
      // what a file says of itself is checked record by record
      if (wish) checkSystem(drafts, i, system.name, system.geographic, convert[i])
      table.schematic = false
    }
  }
  for (const pipe of drafts.pipes)
    pipe.line = pipe.line.map((at) => {
      const [lng, lat] = convert[pipe.table](at[0], at[1])
      return Number.isFinite(at[2]) ? [rounded(lng), rounded(lat), at[2]] : [rounded(lng), rounded(lat)]
    })
  for (const node of drafts.nodes) {
    const [lng, lat] = convert[node.table](node.at[0], node.at[1])
    node.at = [rounded(lng), rounded(lat)]
  }
  return named
}
