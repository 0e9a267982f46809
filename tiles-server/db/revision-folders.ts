/** Things that come in as many files: `<dir>/<id>/<head>.json` and a folder per revision; written whole or not at all. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from './write-atomically.ts'

/** What every head says. */
export interface RevisionHead {
  /** names the folder: letters, digits, `.`, `_`, `-`, 80 at most */
  id: string
  /** new with each import; also the folder of its files */
  revision: string
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u

/** Folder of one thing. @throws {RangeError} when an id could leave it */
export function folderOf(dir: string, id: string): string {
  if (!NAME.test(id)) throw new RangeError(`${dir}: bad id, got ${JSON.stringify(id.slice(0, 80))}; expected a name`)
  return join(dir, id)
}

/** Folder in which files are gathered before they are published. @throws {RangeError} for a bad id */
export async function makeRevision(dir: string, id: string, revision: string): Promise<string> {
  const folder = join(folderOf(dir, id), `${revision}.tmp`)
  await mkdir(folder, { recursive: true })
  return folder
}

/**
 * Puts a gathered revision in place of the old one.
 * @param file name of the head, `cloud.json`
 */
export async function publishRevision(dir: string, file: string, head: RevisionHead): Promise<void> {
  const folder = folderOf(dir, head.id)
  await rename(join(folder, `${head.revision}.tmp`), join(folder, head.revision))
  await writeAtomically(join(folder, file), JSON.stringify(head))
  for (const name of await readdir(folder))
    if (name !== file && name !== head.revision) await rm(join(folder, name), { recursive: true, force: true })
}

/** Folder of a published thing's files. */
export const revisionFolder = (dir: string, { id, revision }: RevisionHead): string => join(folderOf(dir, id), revision)

/** Heads there are, by id; folders without a readable head are left out. */
export function listRevisions<Head extends RevisionHead>(dir: string, file: string): Head[] {
  let names: string[] = []
  try {
    names = readdirSync(dir)
  } catch {
    return []
  }
  return names.sort().flatMap((name) => {
    try {
      return NAME.test(name) ? [JSON.parse(readFileSync(join(dir, name, file), 'utf8')) as Head] : []
    } catch {
      return []
    }
  })
}
