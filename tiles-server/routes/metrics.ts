/** Prometheus: the process, the answers of the router, the tiles. */
import type { RequestHandler } from 'express'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { TileServer } from '../serve/hot-tiles.ts'

/** The measuring middleware and the page that shows what it measured. */
export function createMetrics(tiles: TileServer): { measure: RequestHandler; show: RequestHandler } {
  const registers = [new Registry()]
  collectDefaultMetrics({ register: registers[0] })
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Answers of the router; tiles are counted apart',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  })
  new Counter({
    name: 'tile_requests_total',
    help: 'Tile requests by how they were answered',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { hits, misses, empty, refused } = tiles.counts
      this.reset()
      for (const [outcome, n] of Object.entries({ hit: hits, miss: misses, empty, refused })) this.inc({ outcome }, n)
    },
  })
  new Gauge({
    name: 'tile_memory_bytes',
    help: 'Hot tiles in memory',
    registers,
    collect() {
      this.set(tiles.counts.bytes)
    },
  })
  return {
    measure(req, res, next) {
      const end = seconds.startTimer()
      // The route's pattern, never the address: labels must stay few.
      res.on('close', () =>
        end({ route: (req.route as { path?: string } | undefined)?.path ?? 'none', status: res.statusCode }),
      )
      next()
    },
    async show(_req, res) {
      res
        .set({ 'Content-Type': registers[0].contentType, 'Cache-Control': 'no-store' })
        .end(await registers[0].metrics())
    },
  }
}
