/** Several processes for tiles on one port (`--workers`): × cores, for walls and busy sites without nginx in front. */
import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { TileWorkerOrder } from './tile-worker.ts'

/** Running workers. */
export interface TileWorkers {
  /** the public port (useful when 0 was asked for) */
  port: number
  /** Lets running answers end, then ends the workers. */
  close(): Promise<void>
}

/**
 * Starts `count` workers; resolves when all listen. One that dies is replaced after a second. They only read the tile folder, so this
 * works with the embedded database too: what is not a tile is passed to `order.upstream`.
 * @throws {Error} when a worker cannot listen
 */
export async function startTileWorkers(count: number, order: TileWorkerOrder): Promise<TileWorkers> {
  const workers = new Set<Worker>()
  let closing = false
  let port = order.port
  const fork = (): Promise<void> => {
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('./tile-worker.ts', import.meta.url)),
      args: [JSON.stringify(order)],
      execArgv: [],
    })
    const worker = cluster.fork()
    workers.add(worker)
    return new Promise((resolve, reject) => {
      worker.once('listening', (address) => {
        port = address.port
        resolve()
      })
      worker.once('exit', (code) => {
        workers.delete(worker)
        reject(new Error(`tile worker: ended with code ${code}`))
        if (!closing) setTimeout(() => closing || void fork().catch(() => {}), 1000).unref()
      })
    })
  }
  try {
    await Promise.all(Array.from({ length: count }, fork)) // port 0 is the same random one in all of them
  } catch (error) {
    closing = true
    for (const worker of workers) worker.kill()
    throw error
  }
  return {
    port,
    async close() {
      closing = true
      await Promise.all(
        [...workers].map(
          (worker) =>
            new Promise<void>((resolve) => {
              const force = setTimeout(() => worker.process.kill('SIGKILL'), 15_000)
              worker.once('exit', () => {
                clearTimeout(force)
                resolve()
              })
              worker.send('stop')
            }),
        ),
      )
    },
  }
}
