/** Starts the real server on a scratch data folder, as a person would, and waits until its city is cut. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A running server. */
export interface CityServer {
  url: string
  dataDir: string
  process: ChildProcess
  /** Ends it (SIGTERM) and waits; the data folder stays until `dispose`. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  dispose(): Promise<void>
}

const ROOT = new URL('../..', import.meta.url).pathname

/** @returns the server once it prints its URL; `ready` waits for the tiles too */
export async function startCityServer({
  dataDir,
  port = 0,
  arguments: extra = ['--city', 'tiny'],
  ready = true,
}: {
  dataDir?: string
  port?: number
  arguments?: string[]
  ready?: boolean
} = {}): Promise<CityServer> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'tidewall-e2e-')))
  const child = spawn(process.execPath, ['tiles-server/main.ts', '--data', folder, '--port', String(port), ...extra], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = output.match(/http:\/\/[\w.:[\]]+/)
      if (found) resolve(found[0])
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`server ended with ${code}:\n${output}`)))
  })
  if (ready) await made(url)
  return {
    url,
    dataDir: folder,
    process: child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      return child.exitCode
    },
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      if (!dataDir) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until GET /ingest says ready. */
export async function made(url: string): Promise<void> {
  for (;;) {
    const progress = (await (await fetch(`${url}/ingest`, { headers: { accept: 'application/json' } })).json()) as {
      state: string
      reason?: string
    }
    if (progress.state === 'ready') return
    if (progress.state === 'failed') throw new Error(`city: ${progress.reason}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
