/** The HTTP server: tiles first, then the app; bounded against slow and endless clients; ends without cutting anybody off. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerHits } from './hot-answer.ts'
import type { TileServer } from './hot-tiles.ts'

/** A listening server. */
export interface Listening {
  server: Server
  port: number
  /** `http://127.0.0.1:8080` */
  url: string
  /** Stops accepting, lets running answers end (at most `graceMs`), closes idle connections. Then close the database. */
  close(graceMs?: number): Promise<void>
}

/** The address a person can open: `http://localhost:8080` when all addresses are listened on. */
export function addressOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${shown}:${port}`
}

/** The listener of node:http: what is not a tile goes to the app. */
export function requestListener(tiles: TileServer, app: (req: IncomingMessage, res: ServerResponse) => void) {
  return (req: IncomingMessage, res: ServerResponse): void => {
    if (!tiles.handle(req, res)) app(req, res)
  }
}

/**
 * Listens.
 * @param tiles what is hot there is answered before a `ServerResponse` is made
 * @throws {Error} when the port is taken: `listen: port 8080 is in use …`
 */
export function listen(
  listener: (req: IncomingMessage, res: ServerResponse) => void,
  { port, host }: { port: number; host: string },
  tiles?: TileServer,
): Promise<Listening> {
  const server = createServer(
    {
      keepAliveTimeout: 0,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 5000,
      noDelay: true,
      optimizeEmptyRequests: true,
    },
    listener,
  )
  // One clock for idle connections and for readers that take nothing; a second one (keepAliveTimeout) would be set and
  // cleared with every request.
  server.timeout = 120_000
  server.maxConnections = 20_000
  if (tiles) answerHits(server, tiles.ready)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const status =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request'
    const body = JSON.stringify({
      type: 'about:blank',
      title: status.slice(4),
      status: Number(status.slice(0, 3)),
      detail: 'the request cannot be read',
    })
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  let closing: Promise<void> | null = null
  const close = (graceMs: number): Promise<void> =>
    new Promise((resolve) => {
      const force = setTimeout(() => server.closeAllConnections(), graceMs)
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      server.close(() => {
        clearTimeout(force)
        clearInterval(idle)
        resolve()
      })
      server.closeIdleConnections()
    })
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === 'EADDRINUSE'
          ? `port ${port} is in use; choose another with --port`
          : `cannot listen on ${host}:${port}`
      reject(new Error(`listen: ${reason}`, { cause }))
    })
    server.listen(port, host, () => {
      const { port: actual } = server.address() as AddressInfo
      resolve({
        server,
        port: actual,
        url: addressOf(host, actual),
        close: (graceMs = 10_000) => (closing ??= close(graceMs)),
      })
    })
  })
}
