/** A tileset in an archive (`.3tz` or any zip that holds a `tileset.json`): its files one by one, with bounds against bombs. */
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { inflateRaw, zstdDecompress } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'

const MOST_ENTRIES = 300_000
const MOST_FILE_BYTES = 2 ** 30
/** Files may grow this many times, after a free first part; the archive as a whole likewise. */
const MOST_RATIO = 200
const FREE_BYTES = 64 * 2 ** 20
/** Ways of packing: as it is, deflate, Zstandard (the 3tz format allows these). */
const [STORED, DEFLATED, ZSTANDARD] = [0, 8, 93]
/** The index that a .3tz ends with; it is no file of the tileset. */
const INDEX = '@3dtilesIndex1@'

const unpack: Record<number, (packed: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  [DEFLATED]: promisify(inflateRaw),
  [ZSTANDARD]: promisify(zstdDecompress),
}

/** An open archive. */
export interface PackedTileset {
  /**
   * A file of the tileset; null when it is not there, or no file that can be taken (encrypted, too large, packed otherwise).
   *
   * @param path from the folder of `tileset.json`
   * @throws {RangeError} when what was read so far is out of all proportion to the archive
   */
  read(path: string): Promise<Uint8Array | null>
  close(): void
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => (error ? reject(error) : resolve(zip)))
  })
}

/** Calls for each file until it answers true; names that lead out of the archive are errors. */
function eachEntry(zip: ZipFile, see: (entry: Entry) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (see(entry)) resolve()
      else zip.readEntry()
    })
    zip.on('end', resolve)
    zip.on('error', reject)
    zip.readEntry()
  })
}

/** The folder of a name that is a `tileset.json` at the top or one folder down, with its slash; null for others. */
function topOf(name: string): string | null {
  return /^([^/]+\/)?tileset\.json$/.exec(name) ? name.slice(0, -'tileset.json'.length) : null
}

/** Whether a zip holds a tileset: a `tileset.json` at the top or in one of its folders. */
export async function holdsTileset(path: string): Promise<boolean> {
  const zip = await openZip(path)
  let found = false
  try {
    if (zip.entryCount > MOST_ENTRIES) return false
    await eachEntry(zip, ({ fileName }) => {
      found = topOf(fileName) !== null && !fileName.startsWith('__MACOSX/')
      return found
    })
  } catch {
    // a damaged archive is told by whoever reads it
    return false
  } finally {
    zip.close()
  }
  return found
}

/**
 * Opens an archive.
 *
 * @throws {RangeError} when it is damaged, holds too many files, names that lead out of it, or several tilesets side by side
 */
export async function openPackedTileset(path: string): Promise<PackedTileset> {
  const zip = await openZip(path).catch((error: Error) => {
    throw new RangeError(`3d tiles: archive: ${error.message}`)
  })
  const entries = new Map<string, Entry>()
  const tops = new Set<string>()
  try {
    if (zip.entryCount > MOST_ENTRIES)
      throw new RangeError(`3d tiles: archive: ${zip.entryCount} files; expected up to ${MOST_ENTRIES}`)
    await eachEntry(zip, (entry) => {
      const { fileName } = entry
      if (fileName.endsWith('/') || fileName === INDEX || fileName.startsWith('__MACOSX/')) return false
      if (!entries.has(fileName)) entries.set(fileName, entry)
      const top = topOf(fileName)
      if (top !== null) tops.add(top)
      return false
    })
    if (!tops.has('') && tops.size !== 1)
      throw new RangeError(
        `3d tiles: archive: ${tops.size} tilesets (${[...tops].slice(0, 3).join(', ')}); expected one, at the top or in one folder`,
      )
  } catch (error) {
    zip.close()
    throw error instanceof RangeError ? error : new RangeError(`3d tiles: archive: ${(error as Error).message}`)
  }
  const top = tops.has('') ? '' : [...tops][0]
  let unpacked = 0
  return {
    async read(name) {
      const entry = entries.get(top + name)
      if (!entry || entry.isEncrypted() || entry.uncompressedSize > MOST_FILE_BYTES) return null
      const bytes = await bytesOf(zip, entry)
      unpacked += bytes?.length ?? 0
      if (unpacked > FREE_BYTES && unpacked > zip.fileSize * MOST_RATIO)
        throw new RangeError(`3d tiles: archive: unpacks to more than ${MOST_RATIO} times its size (a bomb?)`)
      return bytes
    },
    close: () => zip.close(),
  }
}

/** One file unpacked, never longer than it says; null when it cannot be. */
async function bytesOf(zip: ZipFile, entry: Entry): Promise<Uint8Array | null> {
  const { compressionMethod: method, compressedSize, uncompressedSize, fileName } = entry
  if (uncompressedSize > FREE_BYTES && uncompressedSize > compressedSize * MOST_RATIO)
    throw new RangeError(
      `3d tiles: archive: ${fileName} claims ${uncompressedSize} bytes of ${compressedSize} (a bomb?)`,
    )
  const unpackIt = unpack[method]
  if ((method !== STORED && !unpackIt) || compressedSize > MOST_FILE_BYTES) return null
  try {
    const packed = await rawBytes(zip, entry)
    if (!unpackIt) return packed.length === uncompressedSize ? packed : null
    const bytes = await unpackIt(packed, { maxOutputLength: Math.max(1, uncompressedSize) })
    return bytes.length === uncompressedSize ? bytes : null
  } catch {
    return null
  }
}

async function rawBytes(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, { decodeFileData: false }, (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  const parts: Uint8Array[] = []
  for await (const chunk of stream as AsyncIterable<Uint8Array>) parts.push(chunk)
  return Buffer.concat(parts)
}
