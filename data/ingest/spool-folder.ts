/** Folders where runs put records while they read. */
import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder of this run's spool; it is not made. */
export function spoolFolder(beside: string): string {
  return join(beside, `ingest-${process.pid}-${randomUUID().slice(0, 8)}`)
}

/** Removes what runs that were killed have left; a live process's spool stays. */
export async function sweepSpools(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^ingest-(\d+)-/.exec(name)?.[1] ?? 0)
    if (pid === 0 || pid === process.pid) continue
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH')
        await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}
