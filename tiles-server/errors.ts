/** What the server says when it cannot answer: problem+json (RFC 9457), never a stack, a path or a connection string. */
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler } from 'express'

/** An error meant for the client. */
export class HttpError extends Error {
  readonly status: number
  readonly headers: OutgoingHttpHeaders

  /** @param detail one sentence: what was wrong, what was got, what is allowed */
  constructor(status: number, detail: string, options: { headers?: OutgoingHttpHeaders; cause?: unknown } = {}) {
    super(detail, { cause: options.cause })
    this.name = 'HttpError'
    this.status = status
    this.headers = options.headers ?? {}
  }
}

/** Sends a problem over a bare response; nothing when it is already gone. */
export function sendProblem(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  detail: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (res.headersSent || res.destroyed) {
    res.destroy()
    return
  }
  const body = Buffer.from(
    `${JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail })}\n`,
  )
  res.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Access-Control-Allow-Origin': '*',
    ...headers,
  })
  res.end(req.method === 'HEAD' ? undefined : body)
}

/** SQLSTATE classes and system codes that mean “the database is away”. */
const AWAY = /^(08|57P|53|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE)/

/** Express' and our own errors → status and sentence; everything unknown is a 500 without its words. */
export function describeError(error: unknown): { status: number; detail: string; headers?: OutgoingHttpHeaders } {
  if (error instanceof HttpError) return { status: error.status, detail: error.message, headers: error.headers }
  const { status, code, message, type, limit } = error as Record<string, unknown>
  if (error instanceof URIError) return { status: 400, detail: 'url: bad percent-encoding; expected UTF-8' }
  if (type === 'entity.parse.failed') return { status: 400, detail: 'body: cannot be read; expected JSON' }
  if (type === 'entity.too.large') return { status: 413, detail: `body: too large; expected at most ${limit} bytes` }
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, detail: STATUS_CODES[status] ?? 'Bad request' }
  if (typeof code === 'string' && code === '57014')
    return { status: 503, detail: 'database: the query took too long; ask for less' }
  if ((typeof code === 'string' && AWAY.test(code)) || String(message).startsWith('database: '))
    return { status: 503, detail: 'database: cannot be reached at the moment', headers: { 'Retry-After': '5' } }
  return { status: 500, detail: 'the server failed; the reason is in its log' }
}

/** The one error middleware. */
export function problems(log: { error(fields: object, message: string): void }): ErrorRequestHandler {
  return (error, req, res, _next) => {
    if (req.destroyed && !res.headersSent && (error as Error)?.name === 'AbortError') return
    const { status, detail, headers } = describeError(error)
    if (status >= 500)
      log.error({ err: error, method: req.method, url: req.originalUrl.slice(0, 200) }, 'request failed')
    sendProblem(req, res, status, detail, headers)
  }
}
