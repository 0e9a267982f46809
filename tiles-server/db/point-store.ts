/** Point clouds on disk: `<dir>/<id>/cloud.json` and one file of points per node; written whole or not at all. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listRevisions, makeRevision, publishRevision, type RevisionHead, revisionFolder } from './revision-folders.ts'

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
export interface StoredCloud extends RevisionHead {
  title: string
  /** data set it came with */
  source: string
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

const HEAD = 'cloud.json'

/** Name of a node's file. */
export const pointsFile = (key: string): string => `r${key}.bin`

/** Folder in which a cloud's files are made before they are published. @throws {RangeError} for a bad id */
export const makePointsFolder = makeRevision

/** Puts a finished folder of points in place of the cloud's old one. */
export const publishCloud = (dir: string, head: StoredCloud): Promise<void> => publishRevision(dir, HEAD, head)

/** Heads of the clouds there are, by id; folders without a readable head are left out. */
export const listClouds = (dir: string): StoredCloud[] => listRevisions<StoredCloud>(dir, HEAD)

/** Bytes of one node. @throws {Error} when the file is gone or its length does not fit the head */
export async function readPoints(dir: string, cloud: StoredCloud, { key, points }: StoredPoints): Promise<Uint8Array> {
  const bytes = await readFile(join(revisionFolder(dir, cloud), pointsFile(key)))
  if (bytes.length !== points * POINT_BYTES)
    throw new RangeError(`points: node ${key} of ${cloud.id} has ${bytes.length} bytes; expected ${points} points`)
  return bytes
}
