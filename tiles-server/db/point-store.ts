/** Point clouds on disk: `<dir>/<id>/cloud.json` and one file of points per node; written whole or not at all. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from './write-atomically.ts'

/**
 * Bytes of a stored point, little-endian: three Int32 x, y, z in units of the cloud; three Uint16 red, green, blue as the
 * file has them; Uint16 intensity; Uint8 class; three bytes of zero.
 */
export const POINT_BYTES = 24

/** A file of points. */
export interface StoredPoints {
  /** octal path from the root cube: bit 0 of a digit = upper half in x, 1 in y, 2 in z; '' = the root */
  key: string
  points: number
  /** true: all points of this cube that the nodes above have not; a tree is still to be built. false: a node's own points */
  whole: boolean
}

/** A cloud's head. */
export interface StoredCloud {
  id: string
  title: string
  /** data set it came with */
  source: string
  /** new with each import; also the folder of its points */
  revision: string
  points: number
  /** the frame: east, north, up at this place; degrees and metres above the ellipsoid */
  place: { lng: number; lat: number; height: number }
  /** metres per unit of the stored coordinates */
  unitM: number
  /** cube around all points, in units */
  cube: { min: [x: number, y: number, z: number]; size: number }
  coloured: boolean
  /** colours fill 16 bits; else 8 */
  deepColours: boolean
  /** intensities between which nearly all lie */
  intensity: [low: number, high: number]
  /** metres above the ellipsoid between which nearly all points lie */
  heights: [low: number, high: number]
  /** points by ASPRS class */
  classes: Record<string, number>
  /** west, south, east, north in degrees */
  extent: [number, number, number, number]
  nodes: StoredPoints[]
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u

/** @throws {RangeError} when an id could leave its folder */
function folderOf(dir: string, id: string): string {
  if (!NAME.test(id)) throw new RangeError(`points: bad id, got ${JSON.stringify(id.slice(0, 80))}; expected a name`)
  return join(dir, id)
}

/** Name of a node's file. */
export const pointsFile = (key: string): string => `r${key}.bin`

/** Folder in which a cloud's files are made before they are published. @throws {RangeError} for a bad id */
export async function makePointsFolder(dir: string, id: string, revision: string): Promise<string> {
  const folder = join(folderOf(dir, id), `${revision}.tmp`)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Puts a finished folder of points in place of the cloud's old one. */
export async function publishCloud(dir: string, head: StoredCloud): Promise<void> {
  const folder = folderOf(dir, head.id)
  await rename(join(folder, `${head.revision}.tmp`), join(folder, head.revision))
  await writeAtomically(join(folder, 'cloud.json'), JSON.stringify(head))
  for (const name of await readdir(folder))
    if (name !== 'cloud.json' && name !== head.revision) await rm(join(folder, name), { recursive: true, force: true })
}

/** Heads of the clouds there are, by id; folders without a readable head are left out. */
export function listClouds(dir: string): StoredCloud[] {
  let names: string[] = []
  try {
    names = readdirSync(dir)
  } catch {
    return []
  }
  return names.sort().flatMap((name) => {
    try {
      return NAME.test(name) ? [JSON.parse(readFileSync(join(dir, name, 'cloud.json'), 'utf8')) as StoredCloud] : []
    } catch {
      return []
    }
  })
}

/** Bytes of one node. @throws {Error} when the file is gone or its length does not fit the head */
export async function readPoints(dir: string, cloud: StoredCloud, { key, points }: StoredPoints): Promise<Uint8Array> {
  const bytes = await readFile(join(folderOf(dir, cloud.id), cloud.revision, pointsFile(key)))
  if (bytes.length !== points * POINT_BYTES)
    throw new RangeError(`points: node ${key} of ${cloud.id} has ${bytes.length} bytes; expected ${points} points`)
  return bytes
}

/** Removes a cloud; nothing happens when there is none. */
export async function removeCloud(dir: string, id: string): Promise<void> {
  await rm(folderOf(dir, id), { recursive: true, force: true })
}
