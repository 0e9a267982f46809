/** Photogrammetric meshes on disk: `<dir>/<id>/mesh.json` and the folder of a tileset as it came, names made safe. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from './write-atomically.ts'

/** A mesh's head. */
export interface StoredMesh {
  id: string
  title: string
  /** data set it came with */
  source: string
  /** new with each import; also the folder of its files */
  revision: string
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

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u

/** @throws {RangeError} when an id could leave its folder */
function folderOf(dir: string, id: string): string {
  if (!NAME.test(id)) throw new RangeError(`mesh: bad id, got ${JSON.stringify(id.slice(0, 80))}; expected a name`)
  return join(dir, id)
}

/** Folder in which a mesh's files are gathered before they are published. @throws {RangeError} for a bad id */
export async function makeMeshFolder(dir: string, id: string, revision: string): Promise<string> {
  const folder = join(folderOf(dir, id), `${revision}.tmp`)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Puts a gathered mesh in place of the old one. */
export async function publishMesh(dir: string, head: StoredMesh): Promise<void> {
  const folder = folderOf(dir, head.id)
  await rename(join(folder, `${head.revision}.tmp`), join(folder, head.revision))
  await writeAtomically(join(folder, 'mesh.json'), JSON.stringify(head))
  for (const name of await readdir(folder))
    if (name !== 'mesh.json' && name !== head.revision) await rm(join(folder, name), { recursive: true, force: true })
}

/** Folder of a mesh's files. */
export const meshFiles = (dir: string, { id, revision }: StoredMesh): string => join(folderOf(dir, id), revision)

/** Heads of the meshes there are, by id; folders without a readable head are left out. */
export function listMeshes(dir: string): StoredMesh[] {
  let names: string[] = []
  try {
    names = readdirSync(dir)
  } catch {
    return []
  }
  return names.sort().flatMap((name) => {
    try {
      return NAME.test(name) ? [JSON.parse(readFileSync(join(dir, name, 'mesh.json'), 'utf8')) as StoredMesh] : []
    } catch {
      return []
    }
  })
}
