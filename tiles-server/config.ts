/** What the server was told by the environment and the command line; the only reader of process.env. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Everything that can be chosen at start; each has a working default. */
export interface Config {
  port: number
  host: string
  dataDir: string
  /** empty = the embedded database in the data folder */
  databaseUrl: string
  /** memory for hot tiles, bytes */
  tileMemory: number
  /** further processes that serve tiles only, 0 = none */
  workers: number
  /** worker threads for cutting */
  threads: number
  logLevel: string
  /** who bears it may write; empty = one is made and kept in the data folder */
  editKey: string
  /** arguments that are not the server's own, for the composition root: `city`, `buildings` … */
  rest: Record<string, string | boolean>
}

const OPTIONS = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  workers: { type: 'string' },
  threads: { type: 'string' },
} as const

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`config: bad ${name}, got ${text}; expected a whole number ${low} … ${high}`)
  return value
}

/**
 * Reads `--data --port --host --workers --threads`, then PORT, HOST, DATA_DIR, DATABASE_URL, TILE_MEMORY_MB, WORKERS, THREADS, LOG_LEVEL, EDIT_KEY.
 * @param known names of further options that the caller understands (with a value, or none for a switch)
 * @throws {RangeError} naming the word and what is allowed
 */
export function readConfig(
  argv = process.argv.slice(2),
  env: NodeJS.ProcessEnv = process.env,
  known: Record<string, { type: 'string' | 'boolean' }> = {},
): Config {
  const options = { ...known, ...OPTIONS }
  let values: Record<string, string | boolean | undefined>
  try {
    values = parseArgs({ args: argv, options, strict: true }).values as typeof values
  } catch (cause) {
    const names = Object.keys(options).map((name) => `--${name}`)
    throw new RangeError(`config: ${(cause as Error).message.split('. ')[0]}; expected ${names.join(' | ')}`, { cause })
  }
  const word = (option: keyof typeof OPTIONS, variable: string, fallback: string): string =>
    (values[option] as string | undefined) ?? (env[variable] || fallback)
  const rest = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => !(name in OPTIONS) && value !== undefined),
  ) as Config['rest']
  return {
    port: whole('port', word('port', 'PORT', '8080'), 0, 65535),
    host: word('host', 'HOST', '127.0.0.1'),
    dataDir: word('data', 'DATA_DIR', join(import.meta.dirname, '../city-data')),
    databaseUrl: env.DATABASE_URL ?? '',
    tileMemory: whole('TILE_MEMORY_MB', env.TILE_MEMORY_MB || '256', 1, 65536) * 2 ** 20,
    workers: whole('workers', word('workers', 'WORKERS', '0'), 0, 256),
    threads: whole('threads', word('threads', 'THREADS', String(Math.min(8, availableParallelism()))), 1, 256),
    logLevel: env.LOG_LEVEL || 'info',
    editKey: env.EDIT_KEY ?? '',
    rest,
  }
}
