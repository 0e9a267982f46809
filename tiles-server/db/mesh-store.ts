/** Photogrammetric meshes on disk: `<dir>/<id>/mesh.json` and the folder of a tileset as it came, names made safe. */
import { listRevisions, makeRevision, publishRevision, type RevisionHead, revisionFolder } from './revision-folders.ts'

/** A mesh's head. */
export interface StoredMesh extends RevisionHead {
  title: string
  /** data set it came with */
  source: string
  files: number
  bytes: number
  /** of the tileset's root, in the tileset's own frame */
  boundingVolume: object
  geometricError: number
  /** puts the whole tileset in its place, column-major; null when it stands where it says */
  transform: number[] | null
  /** west, south, east, north in degrees */
  extent: [number, number, number, number]
}

const HEAD = 'mesh.json'

/** Folder in which a mesh's files are gathered before they are published. @throws {RangeError} for a bad id */
export const makeMeshFolder = makeRevision

/** Puts a gathered mesh in place of the old one. */
export const publishMesh = (dir: string, head: StoredMesh): Promise<void> => publishRevision(dir, HEAD, head)

/** Folder of a mesh's files. */
export const meshFiles = (dir: string, mesh: StoredMesh): string => revisionFolder(dir, mesh)

/** Heads of the meshes there are, by id; folders without a readable head are left out. */
export const listMeshes = (dir: string): StoredMesh[] => listRevisions<StoredMesh>(dir, HEAD)
