/** Files of a folder in memory, with their br and gzip siblings and ready-made headers; bounded, oldest unused out first. */
import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { LARGE_TILE } from '../tiling/tile-store.ts'

/** One encoding of a file. */
export interface Form {
  encoding: 'identity' | 'br' | 'gzip'
  /** null when the file is too big to keep: it is streamed from `path` */
  bytes: Buffer | null
  path: string
  size: number
  /** strong, with its quotes; differs per encoding */
  etag: string
  /** name, value, name, value …: the headers of a 200 and of a 304 */
  headers: string[]
  unchanged: string[]
  /** the whole answer as one piece (see hot-answer.ts), made when the file is asked for again */
  answer: Answer | null
}

/** A 200 with its body, as it goes through the socket. */
export interface Answer {
  bytes: Buffer
  /** of its Date header, since 1970 */
  second: number
  /** a slow reader's socket holds on to `bytes`: they must not change any more */
  held: boolean
}

/** A file ready to be sent. */
export interface HotFile {
  identity: Form
  br: Form | null
  gzip: Form | null
  /** it may pay to compress it, and nobody has tried (see hot-packed.ts) */
  untried: { br: boolean; gzip: boolean }
  modifiedMs: number
  cacheControl: string
  /** memory it holds */
  bytes: number
  /** set on each hit, cleared by the sweep */
  used: boolean
}

const TYPES: Record<string, string> = {
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.glb': 'model/gltf-binary',
  '.gltf': 'model/gltf+json',
  '.terrain': 'application/vnd.quantized-mesh',
  '.mvt': 'application/vnd.mapbox-vector-tile',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.ktx2': 'image/ktx2',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
}
/** Bigger files are streamed: 64 slow readers of a 100 MB file must not hold 6 GB. */
const KEEP_BYTES = LARGE_TILE
/** Smaller ones fit in one packet anyway. */
const LEAST_PACKED = 512
const PACKED_ALREADY = /\.(png|jpe?g|webp|ktx2|woff2|ico|wasm|laz|zip)$/i
const SIBLINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

interface Loaded {
  bytes: Buffer | null
  size: number
  modifiedMs: number
}

async function load(path: string): Promise<Loaded | null> {
  const info = await stat(path).catch(() => null)
  if (!info?.isFile()) return null
  const modifiedMs = Math.floor(info.mtimeMs / 1000) * 1000
  if (info.size > KEEP_BYTES) return { bytes: null, size: info.size, modifiedMs }
  const file = await open(path).catch(() => null) // replaced between the two calls: the next request finds it
  if (!file) return null
  try {
    const bytes = await file.readFile()
    return { bytes, size: bytes.length, modifiedMs }
  } finally {
    await file.close()
  }
}

/** Headers every answer about this file has, whatever its encoding. */
function common(cacheControl: string, modifiedMs: number, negotiated: boolean): string[] {
  return [
    'Cache-Control',
    cacheControl,
    'Last-Modified',
    new Date(modifiedMs).toUTCString(),
    'Access-Control-Allow-Origin',
    '*',
    'X-Content-Type-Options',
    'nosniff',
    ...(negotiated ? ['Vary', 'Accept-Encoding'] : []),
  ]
}

/**
 * Reads a file and its siblings.
 * @param root folder
 * @param path relative, already checked: no `..`, no empty segment
 * @returns null when there is no such file
 */
export async function readHotFile(root: string, path: string, cacheControl: string): Promise<HotFile | null> {
  const full = join(root, path)
  const [plain, ...packed] = await Promise.all([load(full), ...SIBLINGS.map(([, extension]) => load(full + extension))])
  if (!plain) return null
  // A sibling older than its file belongs to the version before.
  const siblings = packed.map((sibling) => (sibling && sibling.modifiedMs >= plain.modifiedMs - 5000 ? sibling : null))
  const hash = createHash('sha1')
  hash.update(plain.bytes ?? `${path} ${plain.size} ${plain.modifiedMs}`)
  const digest = hash.digest('base64url').slice(0, 22)
  const worthPacking = plain.bytes !== null && plain.size >= LEAST_PACKED && !PACKED_ALREADY.test(path)
  const shared = common(cacheControl, plain.modifiedMs, worthPacking || siblings.some(Boolean))
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
  const form = (loaded: Loaded, encoding: Form['encoding'], extension: string): Form => {
    const etag = encoding === 'identity' ? `"${digest}"` : `"${digest}-${encoding}"`
    const headers = [
      'Content-Type',
      type,
      'Content-Length',
      String(loaded.size),
      'ETag',
      etag,
      ...shared,
      'Accept-Ranges',
      'bytes',
    ]
    if (encoding !== 'identity') headers.push('Content-Encoding', encoding)
    return {
      encoding,
      bytes: loaded.bytes,
      path: full + extension,
      size: loaded.size,
      etag,
      headers,
      unchanged: ['ETag', etag, ...shared],
      answer: null,
    }
  }
  const [br, gzip] = SIBLINGS.map(([encoding, extension], i) => {
    const loaded = siblings[i]
    return loaded ? form(loaded, encoding, extension) : null
  })
  const kept = [plain, ...siblings].reduce((sum, loaded) => sum + (loaded?.bytes?.length ?? 0), 0)
  const identity = form(plain, 'identity', '')
  const untried = { br: worthPacking && !br, gzip: worthPacking && !gzip }
  return { identity, br, gzip, untried, modifiedMs: plain.modifiedMs, cacheControl, bytes: kept + 2048, used: false }
}

/** A bounded map from key to file. */
export interface HotFiles {
  get(key: string): HotFile | undefined
  set(key: string, file: HotFile): void
  /** Drops the keys for which `drop` is true. */
  forget(drop: (key: string) => boolean): void
  readonly bytes: number
  readonly size: number
}

/** Keeps files while together they hold at most `limit` bytes (second-chance order: a hit costs one assignment). */
export function createHotFiles(limit: number): HotFiles {
  const files = new Map<string, HotFile>()
  let bytes = 0
  const remove = (key: string, file: HotFile): void => {
    files.delete(key)
    bytes -= file.bytes
  }
  const shrink = (): void => {
    for (const [key, file] of files) {
      if (bytes <= limit) return
      remove(key, file)
      if (!file.used) continue
      file.used = false
      files.set(key, file)
      bytes += file.bytes
    }
  }
  return {
    get: (key) => files.get(key),
    set(key, file) {
      const old = files.get(key)
      if (old) remove(key, old)
      if (file.bytes > limit / 4) return
      files.set(key, file)
      bytes += file.bytes
      if (bytes > limit) shrink()
    },
    forget(drop) {
      for (const [key, file] of files) if (drop(key)) remove(key, file)
    },
    get bytes() {
      return bytes
    },
    get size() {
      return files.size
    },
  }
}
