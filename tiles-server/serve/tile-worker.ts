/** One of several processes on the public port: serves tiles itself and hands everything else to the first process. */
import cluster from 'node:cluster'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { sendProblem } from '../errors.ts'
import { openTiles } from './hot-tiles.ts'
import { listen, requestListener } from './listen.ts'

/** What a worker is told, as JSON in its first argument. */
export interface TileWorkerOrder {
  root: string
  memoryBytes: number
  port: number
  host: string
  /** loopback port of the process with the database */
  upstream: number
}

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-connection'])

const endToEnd = (raw: string[]): string[] => raw.filter((_text, i) => !HOP.has(raw[i - (i % 2)].toLowerCase()))

/** Passes a request on, both bodies streamed. */
function forward(upstream: number) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    const up = request(
      {
        host: '127.0.0.1',
        port: upstream,
        method: req.method,
        path: req.url,
        headers: endToEnd(req.rawHeaders) as never,
      },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
        pipeline(answer, res, () => {})
      },
    )
    up.on('error', () => sendProblem(req, res, 502, 'the server behind does not answer', { 'Retry-After': '5' }))
    res.on('close', () => up.destroy())
    pipeline(req, up, () => {})
  }
}

if (cluster.isWorker) {
  const order = JSON.parse(process.argv[2]) as TileWorkerOrder
  const tiles = openTiles(order.root, order.memoryBytes)
  const listening = await listen(requestListener(tiles, forward(order.upstream)), order, tiles)
  // The first process decides when it is over, also when Ctrl-C reaches all of them.
  process.on('SIGINT', () => {})
  const end = async (): Promise<void> => {
    await listening.close()
    process.exit(0)
  }
  process.on('message', (word) => word === 'stop' && void end())
  process.on('disconnect', () => void end())
}
