/** The embedded database: PGlite with PostGIS in a worker thread, behind the port. */
import { mkdir } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { Database, Queryable, Row } from './database.ts'
import type { Reply, Request } from './pglite-worker.ts'

interface Waiting {
  resolve(rows: Row[]): void
  reject(error: Error): void
}

type Ask = Request extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never

function rowsOf(names: string[], columns: unknown[][], count: number): Row[] {
  const rows = new Array<Row>(count)
  for (let i = 0; i < count; i++) {
    const row: Row = {}
    for (let c = 0; c < names.length; c++) row[names[c]] = columns[c][i]
    rows[i] = row
  }
  return rows
}

interface Connection {
  ask(request: Ask, given?: ArrayBuffer[]): Promise<Row[]>
  /** listeners by channel */
  heard: Map<string, Set<(payload: string) => void>>
  end(): Promise<void>
}

/** Starts the thread and pairs its replies with the questions. */
function connect(dataDir: string): Connection {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: { dataDir }, execArgv: [] })
  const waiting = new Map<number, Waiting>()
  const heard = new Map<string, Set<(payload: string) => void>>()
  let serial = 0
  let gone: Error | null = null

  const died = (reason: Error): void => {
    gone ??= reason
    for (const { reject } of waiting.values()) reject(gone)
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    if ('channel' in reply) {
      for (const hear of heard.get(reply.channel) ?? []) hear(reply.payload)
      return
    }
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (!('error' in reply)) asked?.resolve(rowsOf(reply.names, reply.columns, reply.rows))
    else
      asked?.reject(
        Object.assign(new Error(reply.error.message), { code: reply.error.code, detail: reply.error.detail }),
      )
  })
  worker.on('error', (cause) => died(new Error('database: the embedded engine failed', { cause })))
  worker.on('exit', () => died(new Error('database: closed')))

  const ask = (request: Ask, given: ArrayBuffer[] = []): Promise<Row[]> => {
    if (gone) return Promise.reject(gone)
    const id = serial++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.postMessage({ ...request, id }, given)
    })
  }
  return {
    ask,
    heard,
    async end() {
      if (gone) return
      await ask({ type: 'close' }).catch(() => {})
      await worker.terminate()
    },
  }
}

/**
 * Opens (and makes) a PGlite folder. One process at a time: hold the lock of data-folder.ts.
 *
 * There is one session. Statements outside a transaction wait while one is open, so they never see half of it.
 * @throws {Error} from the first query when the folder is no database
 */
export async function openPglite(dataDir: string): Promise<Database> {
  await mkdir(dataDir, { recursive: true })
  const { ask, heard, end } = connect(dataDir)
  let busy: Promise<void> | null = null
  const direct: Queryable = {
    query: <T>(sql: string, parameters: readonly unknown[] = []) =>
      ask({ type: 'query', sql, parameters }) as Promise<T[]>,
    copy: async (table, bytes) => void (await ask({ type: 'copy', table, bytes }, [bytes.buffer])),
  }

  return {
    engine: 'pglite',
    async query<T>(sql: string, parameters?: readonly unknown[]) {
      while (busy) await busy
      return direct.query<T>(sql, parameters)
    },
    async copy(table, bytes) {
      while (busy) await busy
      return direct.copy?.(table, bytes)
    },
    async transaction(work) {
      while (busy) await busy
      let free = (): void => {}
      busy = new Promise<void>((resolve) => {
        free = () => {
          busy = null
          resolve()
        }
      })
      try {
        await direct.query('begin')
        try {
          const value = await work(direct)
          await direct.query('commit')
          return value
        } catch (error) {
          await direct.query('rollback').catch(() => {})
          throw error
        }
      } finally {
        free()
      }
    },
    async listen(channel, hear) {
      let set = heard.get(channel)
      if (!set) {
        set = new Set()
        heard.set(channel, set)
        await ask({ type: 'listen', channel })
      }
      set.add(hear)
      return async () => void set.delete(hear)
    },
    async close() {
      while (busy) await busy
      await end()
    },
  }
}
