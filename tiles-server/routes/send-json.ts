/** Sends JSON text with an ETag, compressed when it pays. */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, Response } from 'express'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

/** A weak ETag of the address and what its answer depends on: a repeated question costs one look at a revision. */
export function etagOf(req: Request, ...parts: (string | number)[]): string {
  return `W/"${createHash('sha1')
    .update(`${req.originalUrl}\n${parts.join('\n')}`)
    .digest('base64url')
    .slice(0, 20)}"`
}

/** @returns true when the client has this already; the 304 is sent */
export function isFresh(req: Request, res: Response, etag: string): boolean {
  res.set({ ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' })
  const known = req
    .get('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim())
  if (!known?.some((tag) => tag === etag || tag === '*')) return false
  res.status(304).end()
  return true
}

/** Larger answers are packed less: half the time for a quarter more bytes. */
const LARGE = 1 << 20

/** Sends a value, or text or bytes that are JSON already. */
export async function sendJson(req: Request, res: Response, value: unknown, media = 'application/json'): Promise<void> {
  let bytes =
    value instanceof Uint8Array ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const encoding = bytes.length > 1024 ? req.acceptsEncodings('br', 'gzip', 'identity') : 'identity'
  if (encoding === 'br')
    bytes = await brotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: bytes.length > LARGE ? 3 : 4,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    })
  else if (encoding === 'gzip') bytes = await gzipped(bytes, { level: bytes.length > LARGE ? 3 : 5 })
  if (encoding === 'br' || encoding === 'gzip') res.set('Content-Encoding', encoding)
  if (!res.get('Cache-Control')) res.set('Cache-Control', 'no-cache')
  res.set({ 'Content-Type': media, Vary: 'Accept-Encoding', 'Content-Length': String(bytes.length) })
  if (req.method === 'HEAD') res.end()
  else res.end(bytes)
}

/** Sends a page. */
export function sendHtml(req: Request, res: Response, html: string): Promise<void> {
  return sendJson(req, res, html, 'text/html; charset=utf-8')
}
