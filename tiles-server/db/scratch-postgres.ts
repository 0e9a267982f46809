/** Starts Debian's PostgreSQL on a scratch port and folder, runs a command with DATABASE_URL set (by default the server suite), and removes it all. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A running scratch server. */
export interface ScratchPostgres {
  url: string
  stop(): void
}

const SUITE = ['vitest', 'run', '--project', 'code', 'tiles-server']

/** Newest installed version's programs. */
function binFolder(): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root)
    ? readdirSync(root).filter((name) => existsSync(join(root, name, 'bin/initdb')))
    : []
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (!newest)
    throw new Error('scratch postgres: not installed, expected apt-get install postgresql-15 postgresql-15-postgis-3')
  return join(root, newest, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * Starts it. PostgreSQL refuses to run as root: then it runs as the user `postgres` of Debian's package.
 * @throws {Error} when it is not installed or does not start
 */
export async function startScratchPostgres(): Promise<ScratchPostgres> {
  const bin = binFolder()
  const folder = mkdtempSync(join(tmpdir(), 'tidewall-postgres-'))
  const root = process.getuid?.() === 0
  const run = (program: string, ...words: string[]): void => {
    const command = [join(bin, program), ...words]
    const [file, ...rest] = root ? ['runuser', '-u', 'postgres', '--', ...command] : command
    try {
      execFileSync(file, rest, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    } catch (cause) {
      const said = String((cause as { stderr?: Buffer }).stderr ?? '')
        .trim()
        .split('\n')
        .at(-1)
      throw new Error(`scratch postgres: ${program} failed: ${said}`, { cause })
    }
  }
  if (root) {
    const [uid, gid] = ['-u', '-g'].map((which) =>
      Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })),
    )
    chownSync(folder, uid, gid)
  }
  chmodSync(folder, 0o700)
  const data = join(folder, 'data')
  let stopped = false
  const stop = (): void => {
    if (stopped) return
    stopped = true
    if (existsSync(join(data, 'postmaster.pid'))) {
      try {
        run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
      } catch {
        // ended by itself
      }
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync')
    const port = await freePort()
    // A scratch server keeps nothing: no fsync.
    appendFileSync(
      join(data, 'postgresql.conf'),
      `port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${folder}'\nfsync = off\nfull_page_writes = off\nmax_connections = 60\n`,
    )
    run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), 'start')
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    stop()
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scratch = await startScratchPostgres()
  process.on('exit', scratch.stop)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
  const [command, ...words] = process.argv.length > 2 ? process.argv.slice(2) : SUITE
  const path = `${fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))}:${process.env.PATH}`
  if (spawnSync('sh', ['-c', `command -v "${command}"`], { env: { ...process.env, PATH: path } }).status !== 0)
    throw new Error(`scratch postgres: no such command, got ${command}`)
  const child = spawn(command, words, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path, DATABASE_URL: scratch.url },
  })
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
