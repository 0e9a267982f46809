/** Which blocks of a long cut are done, kept on disk so that a killed run is continued and not begun again. */
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What is remembered of a block: numbers for the sums. */
export interface BlockNote {
  tiles: number
  written: number
  removed?: number
  bytes: number
}

/** An open journal. */
export interface Journal {
  readonly signature: string
  /** a cut of the same signature was interrupted */
  readonly continued: boolean
  /** @returns what was noted of a block, or null */
  finished(key: string): BlockNote | null
  note(key: string, note: BlockNote): Promise<void>
  /** The cut is complete and published: nothing to continue any more. */
  finish(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens `<root>/<tileset>/cut.journal`: lines of JSON, the first one its signature.
 * Notes of another signature are thrown away, and so is a last line that was cut off.
 */
export async function openJournal(root: string, tileset: string, signature: string): Promise<Journal> {
  const folder = join(root, tileset)
  const path = join(folder, 'cut.journal')
  await mkdir(folder, { recursive: true })
  const text = await readFile(path, 'utf8').catch(() => '')
  const [head, ...lines] = text.split('\n')
  const known = new Map<string, BlockNote>()
  const continued = head === JSON.stringify(signature)
  if (continued)
    for (const line of lines) {
      try {
        const [key, note] = JSON.parse(line) as [string, BlockNote]
        known.set(key, note)
      } catch {
        // the line that was being written when the run was killed
      }
    }
  const file = await open(path, continued ? 'a' : 'w')
  await file.appendFile(continued ? '\n' : `${JSON.stringify(signature)}\n`)
  return {
    signature,
    continued,
    finished: (key) => known.get(key) ?? null,
    note: (key, note) => file.appendFile(`${JSON.stringify([key, note])}\n`),
    finish: () => rm(path, { force: true }),
    close: () => file.close(),
  }
}
