/** Tiles from memory, ahead of the Express router: the parse of a hot request is one look into a map. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendProblem } from '../errors.ts'
import { answerOf, plainWish } from './hot-answer.ts'
import { type Answer, createHotFiles, type HotFile, readHotFile } from './hot-files.ts'
import { openPacking } from './hot-packed.ts'
import { type Manifest, openManifests } from './manifests.ts'
import { formFor, lacking, respond } from './respond.ts'
import { parseTileUrl, type TileAddress } from './tile-address.ts'

/** Serves `/tiles/**`. */
export interface TileServer {
  /** @returns false when the request is for somebody else */
  handle(req: IncomingMessage, res: ServerResponse): boolean
  /** @returns the whole answer to a GET without conditions, when it is in memory (see listen.ts) */
  ready(url: string, rawHeaders: string[]): Answer | null
  /** Forgets what is in memory of a tileset: its files were replaced. Manifests that change on disk do it by themselves within a second. */
  changed(tileset: string): void
  /** for /metrics */
  readonly counts: { hits: number; misses: number; empty: number; refused: number; bytes: number; files: number }
  close(): void
}

export const TILE_METHODS = 'GET, HEAD, OPTIONS'
const IMMUTABLE = 'public, max-age=31536000, immutable'
const REVALIDATE = 'no-cache'
const CONTENT_ADDRESSED = /\/c\/(?:[\w-]+\/)*[\w-]{8,}\.\w+$/
const preflight = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': TILE_METHODS,
  'Access-Control-Allow-Headers': 'Range, If-None-Match, If-Modified-Since, If-Range, If-Match',
  'Access-Control-Expose-Headers': 'ETag, Content-Range, Accept-Ranges, Content-Length',
  'Access-Control-Max-Age': '86400',
  Allow: TILE_METHODS,
  'Content-Length': '0',
}

/**
 * Answers for a file that is not there: 404 with the reason, or 204 for an empty place of a tileset.
 * @returns true for the empty place
 */
function sendMissing(
  req: IncomingMessage,
  res: ServerResponse,
  address: TileAddress,
  manifest: Manifest | null,
): boolean {
  const { tileset, z } = address
  if (!manifest) {
    sendProblem(req, res, 404, `tile: unknown tileset, got ${tileset.slice(0, 60)}`)
    return false
  }
  if (z === null || z < manifest.minZ || z > manifest.maxZ) {
    const expected = z === null ? '' : `; expected level ${manifest.minZ} … ${manifest.maxZ}`
    sendProblem(req, res, 404, `tile: no such file in tileset ${tileset}${expected}`)
    return false
  }
  const cache = manifest.version !== '' && address.version === manifest.version ? IMMUTABLE : REVALIDATE
  res.writeHead(204, { 'Cache-Control': cache, 'Access-Control-Allow-Origin': '*' })
  res.end()
  return true
}

/** Answers what is neither GET nor HEAD. @returns whether it was a question for what is allowed */
function sendPreflight(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method !== 'OPTIONS') {
    sendProblem(req, res, 405, `method: got ${req.method}; expected ${TILE_METHODS}`, { Allow: TILE_METHODS })
    return false
  }
  res.writeHead(204, preflight)
  res.end()
  return true
}

/** The whole answer to a plain GET, where the form that is wished for is there; null else. */
function plainAnswer(file: HotFile, rawHeaders: string[]): Answer | null {
  const encoding = plainWish(rawHeaders)
  if (typeof encoding !== 'string' || (encoding !== '' && lacking(file, rawHeaders))) return null
  return answerOf(formFor(file, encoding))
}

/** Under which address a file is kept, and how long others may keep it. */
function keyOf(url: string, address: TileAddress, manifest: Manifest | null): { key: string; immutable: boolean } {
  const current = manifest !== null && manifest.version !== '' && address.version === manifest.version
  // Only addresses that we hand out ourselves are kept: `?v=1`, `?v=2` … would fill the memory with one tile.
  const mark = url.indexOf('?')
  const canonical = mark < 0 || (current && url.endsWith(`?v=${address.version}`))
  const immutable = !address.manifest && ((canonical && current) || CONTENT_ADDRESSED.test(address.path))
  return { key: canonical ? url : url.slice(0, mark), immutable }
}

/**
 * Opens the tiles of a folder (see tiling/tile-store.ts); it may be empty and fill up later.
 * @param memoryBytes how much is kept in memory, 256 MB by default
 */
export function openTiles(root: string, memoryBytes = 256 << 20): TileServer {
  const hot = createHotFiles(memoryBytes)
  const packing = openPacking(hot)
  const loading = new Map<string, Promise<void>>()
  const counts = { hits: 0, misses: 0, empty: 0, refused: 0 }

  let changes = 0
  const changed = (tileset: string): void => {
    changes++
    manifests.forget(tileset)
    const inside = `/tiles/${tileset}/`
    hot.forget((key) => key.startsWith(inside) || key === `/tiles/${tileset}.json`)
  }
  const manifests = openManifests(root, changed)

  /** Sends a file in the form its client would rather have; that form is made when nobody has asked for it before. */
  const send = async (req: IncomingMessage, res: ServerResponse, url: string, file: HotFile): Promise<void> => {
    const encoding = lacking(file, req.rawHeaders)
    respond(req, res, encoding ? await packing.pack(url, file, encoding) : file)
  }

  const fetchCold = async (req: IncomingMessage, res: ServerResponse, url: string): Promise<void> => {
    const address = parseTileUrl(url)
    if ('status' in address) {
      counts.refused++
      sendProblem(req, res, address.status, address.detail)
      return
    }
    counts.misses++
    const before = changes
    const manifest = await manifests.read(address.tileset)
    const { key, immutable } = keyOf(url, address, manifest)
    const known = hot.get(key)
    if (known) return send(req, res, key, known)
    const file =
      manifest || address.manifest ? await readHotFile(root, address.path, immutable ? IMMUTABLE : REVALIDATE) : null
    if (!file) {
      if (sendMissing(req, res, address, manifest)) counts.empty++
      return
    }
    if (file.identity.bytes && before === changes) hot.set(key, file)
    return send(req, res, key, file)
  }

  /** One reading per address: a wall that opens asks for the same tile from every screen. */
  const fetchOnce = (req: IncomingMessage, res: ServerResponse, url: string): void => {
    const running = loading.get(url)
    const retry = async (): Promise<void> => {
      const ready = hot.get(url)
      return ready ? send(req, res, url, ready) : fetchCold(req, res, url)
    }
    const work = (running ? running.then(retry, retry) : fetchCold(req, res, url)).catch(() =>
      sendProblem(req, res, 500, 'tile: cannot be read'),
    )
    if (running) return
    loading.set(url, work)
    void work.finally(() => loading.delete(url))
  }

  return {
    changed,
    close: manifests.close,
    get counts() {
      return { ...counts, bytes: hot.bytes, files: hot.size }
    },
    ready(url, rawHeaders) {
      const file = hot.get(url)
      const answer = file ? plainAnswer(file, rawHeaders) : null
      if (file && answer) {
        file.used = true
        counts.hits++
      }
      return answer
    },
    handle(req, res) {
      const url = req.url as string
      const file = hot.get(url)
      if (file !== undefined && (req.method === 'GET' || req.method === 'HEAD')) {
        file.used = true
        counts.hits++
        if (lacking(file, req.rawHeaders)) void send(req, res, url, file)
        else respond(req, res, file)
        return true
      }
      if (!url.startsWith('/tiles/')) return false
      if (req.method === 'GET' || req.method === 'HEAD') fetchOnce(req, res, url)
      else if (!sendPreflight(req, res)) counts.refused++
      return true
    },
  }
}
