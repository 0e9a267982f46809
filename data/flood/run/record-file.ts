/** A table in time in a file: appended as the run goes, cut back to the checkpoint when it goes on. */
import { open, truncate } from 'node:fs/promises'

/** A table that grows. */
export interface Record {
  add(line: string): void
  /** length of the file when all lines are in it, bytes */
  size(): number
  /** brings all lines to the file */
  flush(): Promise<void>
}

/**
 * Opens a table.
 *
 * @param keep bytes of an earlier run to keep; 0 starts anew with the head
 */
export async function openRecord(path: string, head: string, keep: number): Promise<Record> {
  let bytes = keep
  let waiting = keep > 0 ? '' : `${head}\n`
  if (keep > 0) await truncate(path, keep)
  else await (await open(path, 'w')).close()
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
        const file = await open(path, 'a')
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
      }
    },
  }
}
