/** Tiles as files in a folder, each with precompressed siblings, written so that a reader never sees half of one. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Where tiles are kept. Paths are relative, with forward slashes: `buildings/tileset.json`. */
export interface TileStore {
  /** Folder on disk. */
  readonly root: string
  /**
   * Stores a file and, when `compress` and it pays (≥ 10 %), `<path>.br` and `<path>.gz` beside it.
   * @returns bytes of the smallest form written
   */
  put(path: string, bytes: Uint8Array, options?: { compress?: boolean }): Promise<number>
  /** @returns the plain bytes, or null when there is no such file */
  get(path: string): Promise<Uint8Array | null>
  remove(path: string): Promise<void>
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
let serial = 0

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
  const write = async (file: string, bytes: Uint8Array): Promise<void> => {
    const folder = dirname(file)
    if (!made.has(folder)) {
      await mkdir(folder, { recursive: true })
      made.add(folder)
    }
    const temporary = `${file}.${process.pid}-${serial++}.tmp`
    try {
      await writeFile(temporary, bytes)
      await rename(temporary, file)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }
  return {
    root,
    async put(path, bytes, options = {}) {
      const file = at(path)
      let smallest = bytes.length
      if (options.compress ?? true) {
        const [br, gz] = await Promise.all([
          brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
          gzipped(bytes, { level: 6 }),
        ])
        for (const [extension, packed] of [
          ['.br', br],
          ['.gz', gz],
        ] as const) {
          if (packed.length < bytes.length * 0.9) {
            await write(file + extension, packed)
            smallest = Math.min(smallest, packed.length)
          } else await rm(file + extension, { force: true })
        }
      }
      await write(file, bytes)
      return smallest
    },
    async get(path) {
      try {
        return await readFile(at(path))
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
