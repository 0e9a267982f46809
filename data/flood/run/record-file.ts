/** A table in time in a file: appended as the run goes, cut back to the checkpoint when it goes on. */
import { open, truncate } from 'node:fs/promises'
import { cannotWrite } from './keep.ts'

/** A table that grows. */
export interface Record {
  add(line: string): void
  /** length of the file when all lines are in it, bytes */
  size(): number
  /** brings all lines to the file */
  flush(): Promise<void>
}

async function append(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'a')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

/**
 * Opens a table.
 *
 * @param keep bytes of an earlier run to keep; 0 starts anew with the head
 * @throws {Error} with the path when the disk is full or may not be written
 */
export async function openRecord(path: string, head: string, keep: number): Promise<Record> {
  let bytes = keep
  let waiting = keep > 0 ? '' : `${head}\n`
  try {
    if (keep > 0) await truncate(path, keep)
    else await (await open(path, 'w')).close()
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
  return {
    add(line) {
      waiting += `${line}\n`
    },
    size: () => bytes + Buffer.byteLength(waiting),
    async flush() {
      if (waiting) {
        const text = waiting
        waiting = ''
        bytes += Buffer.byteLength(text)
        await append(path, text)
      }
    },
  }
}
