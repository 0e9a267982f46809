/** Files in a folder, small ones that everybody asks for with precompressed siblings, written so that a reader never sees half of one. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { threadId } from 'node:worker_threads'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** Where tiles are kept. Paths are relative, with forward slashes: `buildings/tileset.json`. */
export interface TileStore {
  /** Folder on disk. */
  readonly root: string
  /**
   * Stores a file and, when `compress` and it pays (≥ 10 %), `<path>.br` and `<path>.gz` beside it. `'large'`, for tiles,
   * leaves that to the server, which compresses what is asked for in memory (serve/hot-packed.ts); only a tile too large for
   * that gets a `.gz`. Compresses and writes before it returns: meant for worker threads, and for small files elsewhere.
   * @returns bytes of the smallest form written
   */
  put(path: string, bytes: Uint8Array, options?: { compress?: boolean | 'large' }): Promise<number>
  /** @returns the plain bytes, or null when there is no such file */
  get(path: string): Promise<Uint8Array | null>
  remove(path: string): Promise<void>
}

/** Bytes from which on a server streams a file instead of keeping it in memory. */
export const LARGE_TILE = 8 << 20
/** For a terrain tile of 21 kB: zlib's level 2 takes 235 µs (42 % left), 6 620 (38 %), brotli's 5 960 (36 %); to mesh it takes 1,700. */
const QUICKLY = { level: 2, chunkSize: 1 << 17 }
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }
let serial = 0

function packed(bytes: Uint8Array, compress: boolean | 'large'): { br: Uint8Array | null; gz: Uint8Array | null } {
  if (!compress || (compress === 'large' && bytes.length <= LARGE_TILE)) return { br: null, gz: null }
  if (compress === 'large') return { br: null, gz: gzipSync(bytes, QUICKLY) }
  return { br: brotliCompressSync(bytes, BROTLI), gz: gzipSync(bytes, { level: 6 }) }
}

/**
 * Opens (and makes) a folder of tiles.
 * @throws {RangeError} from put/get/remove when a path leaves the folder
 */
export function openTileStore(root: string): TileStore {
  const at = (path: string): string => {
    const full = normalize(join(root, path))
    if (!full.startsWith(normalize(root) + sep)) throw new RangeError(`tile store: path leaves the store, got ${path}`)
    return full
  }
  const made = new Set<string>()
  // Not the promises of node:fs: a file of some kilobytes is written in less time than a trip to the thread pool and back.
  const write = (file: string, bytes: Uint8Array): void => {
    const folder = dirname(file)
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true })
      made.add(folder)
    }
    const temporary = `${file}.${process.pid}-${threadId}-${serial++}.tmp`
    try {
      writeFileSync(temporary, bytes)
      renameSync(temporary, file)
    } catch (error) {
      rmSync(temporary, { force: true })
      // the folder was removed meanwhile: make it again, once
      if (!made.delete(folder) || (error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(folder)) throw error
      write(file, bytes)
    }
  }
  return {
    root,
    async put(path, bytes, { compress = true } = {}) {
      const file = at(path)
      const { br, gz } = packed(bytes, compress)
      let smallest = bytes.length
      for (const [name, form] of [
        [`${file}.br`, br],
        [`${file}.gz`, gz],
      ] as const) {
        if (form && form.length < bytes.length * 0.9) {
          write(name, form)
          smallest = Math.min(smallest, form.length)
        } else if (compress === true && existsSync(name)) rmSync(name, { force: true })
      }
      write(file, bytes)
      return smallest
    },
    async get(path) {
      const file = at(path)
      if (!existsSync(file)) return null
      try {
        return readFileSync(file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async remove(path) {
      const file = at(path)
      await Promise.all(['', '.br', '.gz'].map((extension) => rm(file + extension, { force: true })))
    },
  }
}
