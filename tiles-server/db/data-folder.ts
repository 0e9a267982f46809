/** One process per data folder: a lock file that says who holds it. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who holds a folder. */
interface Holder {
  pid: number
  /** when the process started, in clock ticks since boot: a pid that was used again is another process */
  started: string | null
  port?: number
}

/** A held folder. */
export interface DataFolderLock {
  /** Adds the port to what a second process is told. */
  setPort(port: number): void
  release(): void
}

/** Linux: field 22 of /proc/<pid>/stat; null elsewhere or when there is no such process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return null
  }
}

function alive({ pid, started }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === null || startOf(pid) === started
}

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return null // gone, or its writer died before the first byte
  }
}

/**
 * Takes the folder (made when missing) for this process. The lock of a process that is no more is taken over.
 * @throws {Error} naming the pid and, when known, the port of the process that holds it
 */
export function lockDataFolder(dir: string): DataFolderLock {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'lock.json')
  const fresh = `${file}.${process.pid}.tmp`
  const mine: Holder = { pid: process.pid, started: startOf(process.pid) }
  for (let attempt = 0; ; attempt++) {
    try {
      // Linked when whole: a lock that can be seen is never empty.
      writeFileSync(fresh, JSON.stringify(mine))
      linkSync(fresh, file)
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 4) throw error
    } finally {
      rmSync(fresh, { force: true })
    }
    const holder = readHolder(file)
    if (holder && alive(holder)) {
      const where = holder.port ? `, serving on port ${holder.port}` : ''
      throw new Error(
        `data folder: ${dir} is in use by process ${holder.pid}${where}; stop it or choose another with --data`,
      )
    }
    // Moved away rather than removed: of two that find the same stale lock only one succeeds, the other looks again.
    const stale = `${file}.${process.pid}.stale`
    try {
      renameSync(file, stale)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    rmSync(stale, { force: true })
  }
  let held = true
  return {
    setPort(port) {
      if (!held) return
      writeFileSync(fresh, JSON.stringify({ ...mine, port }))
      renameSync(fresh, file)
    },
    release() {
      if (held && readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
      held = false
    },
  }
}
