/** The thread PGlite lives in: it runs one statement after the other and would block whoever it shares a thread with. */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type Results } from '@electric-sql/pglite'
import { slimPostgis } from './slim-postgis.ts'

/** What the main thread asks; without parameters several statements may come in one text. */
export type Request =
  | { id: number; type: 'query'; sql: string; parameters: readonly unknown[] }
  | { id: number; type: 'copy'; table: string; bytes: Uint8Array<ArrayBuffer> }
  | { id: number; type: 'listen'; channel: string }
  | { id: number; type: 'close' }

/** What it gets: column names and, per column, its values; or an error; or a notification. */
export type Reply =
  | { id: number; names: string[]; columns: unknown[][]; rows: number }
  | { id: number; error: { message: string; code?: string; detail?: string } }
  | { channel: string; payload: string }

const port = parentPort
if (!port) throw new Error('pglite-worker: started outside a worker thread')

// bytea arrives as hex text. It is decoded into a few big arenas whose memory is moved, not copied, to the other thread:
// 2× the rate of PGlite's own parser on 100,000 rows.
const FIRST_ARENA = 64 << 10
const LARGEST_ARENA = 16 << 20
let arenas: ArrayBuffer[] = []
let arena = Buffer.alloc(0)
let used = 0

function bytea(text: string): Uint8Array {
  const length = (text.length - 2) >> 1
  if (used + length > arena.length) {
    const size = Math.max(length, Math.min(LARGEST_ARENA, arena.length * 2), FIRST_ARENA)
    const memory = new ArrayBuffer(size)
    arenas.push(memory)
    arena = Buffer.from(memory)
    used = 0
  }
  arena.write(text.slice(2), used, 'hex')
  const bytes = new Uint8Array(arena.buffer, used, length)
  used += (length + 7) & ~7 // readers lay wider typed arrays over the bytes
  return bytes
}

const { dataDir } = workerData as { dataDir: string }
const opened = PGlite.create({
  dataDir,
  extensions: { postgis: slimPostgis },
  relaxedDurability: true,
  parsers: { 17: bytea },
})

function columnsOf(result: Results | undefined): { names: string[]; columns: unknown[][]; rows: number } {
  const names = result?.fields.map(({ name }) => name) ?? []
  const rows = (result?.rows ?? []) as unknown as unknown[][]
  return { names, columns: names.map((_, column) => rows.map((row) => row[column])), rows: rows.length }
}

async function answer(request: Request): Promise<void> {
  arenas = []
  arena = Buffer.alloc(0)
  used = 0
  try {
    const db = await opened
    let result: Results | undefined
    if (request.type === 'query') {
      result = request.parameters.length
        ? await db.query(request.sql, [...request.parameters], { rowMode: 'array' })
        : (await db.exec(request.sql, { rowMode: 'array' })).at(-1)
    } else if (request.type === 'copy') {
      await db.query(`copy ${request.table} from '/dev/blob' (format binary)`, [], { blob: new Blob([request.bytes]) })
    } else if (request.type === 'listen') {
      await db.listen(`"${request.channel}"`, (payload) =>
        port?.postMessage({ channel: request.channel, payload } satisfies Reply),
      )
    } else await db.close()
    port?.postMessage({ id: request.id, ...columnsOf(result) } satisfies Reply, arenas)
  } catch (cause) {
    const { message, code, detail } = cause as Error & { code?: string; detail?: string }
    port?.postMessage({ id: request.id, error: { message: String(message), code, detail } } satisfies Reply)
  }
}

// One at a time: the arenas belong to the statement that is running.
let last: Promise<void> = Promise.resolve()
port.on('message', (request: Request) => {
  last = last.then(() => answer(request))
})
