/** Brotli forms made in memory for the tiles that somebody asks for: at cut time it would cost five times as much as gzip, for all. */
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Form, HotFile, HotFiles } from './hot-files.ts'

const brotli = promisify(brotliCompress)
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }
/** tiles that wait for their brotli form; what comes beyond is sent with gzip */
const MOST_WAITING = 500

/**
 * A file that its cutter left with a gzip form only (see tiling/tile-store.ts), with a brotli form beside it.
 * @returns null when there is one already, or it would not pay
 */
export async function withBrotli(file: HotFile): Promise<HotFile | null> {
  const { identity, gzip } = file
  if (file.br || !gzip || !identity.bytes) return null
  const bytes = await brotli(identity.bytes, QUALITY)
  if (bytes.length > gzip.size * 0.97) return null
  const etag = `${identity.etag.slice(0, -1)}-br"`
  const headers = identity.headers.slice()
  headers[headers.indexOf('Content-Length') + 1] = String(bytes.length)
  headers[headers.indexOf('ETag') + 1] = etag
  headers.push('Content-Encoding', 'br')
  const unchanged = identity.unchanged.slice()
  unchanged[unchanged.indexOf('ETag') + 1] = etag
  const br: Form = { encoding: 'br', bytes, path: identity.path, size: bytes.length, etag, headers, unchanged }
  return { ...file, br, bytes: file.bytes + bytes.length }
}

/** @returns adds the brotli form to a file among the hot ones, one after the other, so that the threads that read files stay free */
export function packLater(hot: HotFiles): (url: string, file: HotFile, accepts: string | string[] | undefined) => void {
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  const pack = async (url: string, file: HotFile): Promise<void> => {
    const packed = hot.get(url) === file ? await withBrotli(file).catch(() => null) : null
    if (packed && hot.get(url) === file) hot.set(url, packed)
    waiting--
  }
  return (url, file, accepts) => {
    if (file.br || !file.gzip || !accepts?.includes('br') || waiting >= MOST_WAITING) return
    waiting++
    last = last.then(() => pack(url, file))
  }
}
