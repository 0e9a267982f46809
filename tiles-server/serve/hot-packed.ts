/** Compressed forms made in memory for the tiles that somebody asks for: at cut time they would cost as much as the cutting, for all. */
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Form, HotFile, HotFiles } from './hot-files.ts'

type Encoding = 'br' | 'gzip'

const [brotlied, gzipped] = [promisify(brotliCompress), promisify(gzip)]
const compress: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    brotlied(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => gzipped(bytes, { level: 6 }),
}
/** at a time: the threads that compress are those that read files */
const MOST_AT_ONCE = 2
/** Who comes when so many wait is sent what there is. */
const MOST_WAITING = 500

/** Tries one form of a file. @returns the file with it, or with a note that it does not pay */
async function withForm(file: HotFile, encoding: Encoding): Promise<HotFile> {
  const { identity } = file
  const bytes = identity.bytes ? await compress[encoding](identity.bytes) : null
  const tried: HotFile = { ...file, untried: { ...file.untried, [encoding]: false } }
  if (!bytes || bytes.length > identity.size * 0.9) return { ...tried, untried: { br: false, gzip: false } }
  if (encoding === 'br' && file.gzip && bytes.length > file.gzip.size * 0.97) return tried
  const etag = `${identity.etag.slice(0, -1)}-${encoding}"`
  const headers = identity.headers.slice()
  headers[headers.indexOf('Content-Length') + 1] = String(bytes.length)
  headers[headers.indexOf('ETag') + 1] = etag
  headers.push('Content-Encoding', encoding)
  const unchanged = identity.unchanged.slice()
  unchanged[unchanged.indexOf('ETag') + 1] = etag
  const { path } = identity
  const form: Form = { encoding, bytes, path, size: bytes.length, etag, headers, unchanged, answer: null }
  return { ...tried, [encoding]: form, bytes: file.bytes + bytes.length }
}

/** Makes compressed forms. */
export interface Packing {
  /** @returns the file with that form where it pays; made once, however many ask. Kept when the file is among the hot ones */
  pack(url: string, file: HotFile, encoding: Encoding): Promise<HotFile>
}

/** Opens the packing of hot files. */
export function openPacking(hot: HotFiles): Packing {
  const packing = new Map<string, { from: HotFile; work: Promise<HotFile> }>()
  const waiting: (() => void)[] = []
  let running = 0
  const make = async (url: string, file: HotFile, encoding: Encoding): Promise<HotFile> => {
    if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => void waiting.push(resolve))
    running++
    try {
      // somebody may have made the other form meanwhile
      const known = hot.get(url)
      const from = known?.identity === file.identity ? known : file
      const packed = from[encoding] ? from : await withForm(from, encoding)
      if (hot.get(url) === from) hot.set(url, packed)
      return packed
    } finally {
      running--
      waiting.shift()?.()
    }
  }
  return {
    pack(url, file, encoding) {
      const key = `${encoding} ${url}`
      const known = packing.get(key)
      if (known?.from.identity === file.identity) return known.work
      if (waiting.length >= MOST_WAITING) return Promise.resolve(file)
      const work = make(url, file, encoding)
        .catch(() => file)
        .finally(() => packing.get(key)?.work === work && packing.delete(key))
      packing.set(key, { from: file, work })
      return work
    },
  }
}
