/** Files as they lie on disk, unwrapped (gzip, bzip2, zip) and recognised by content, with bounds against bombs. */
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, posix, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type FileKind, HEAD_BYTES, recognize } from '../formats/recognize.ts'
import { bunzip } from './bunzip.ts'
import { holdsTileset } from './tilesets/packed-tileset.ts'

/** A kind that has content of its own. */
export type DataKind = Exclude<FileKind, 'gzip' | 'bzip2' | 'zip'>

/** One thing to read. */
export interface InputFile {
  /** file name, for the report; `a.zip/b.hgt` for an entry */
  name: string
  path: string
  kind: DataKind
  /** bytes on disk that one pass reads */
  bytes: number
  /** opens the unwrapped bytes anew; `onBytes` hears the packed bytes read */
  open(onBytes?: (count: number) => void): AsyncIterable<Uint8Array>
  /** bytes of the file of the same name with another extension (`.dbf`), in the same folder or zip; null when there is none */
  beside(extension: string): Promise<Uint8Array | null>
  /** bytes of a file by its path from the folder this one lies in, in that folder or below, or in the same zip; null when there is none */
  near(path: string): Promise<Uint8Array | null>
}

/** A file that is left out, and why. */
export interface Refused {
  name: string
  reason: string
}

/** Packed data may grow this many times (OpenStreetMap XML grows 10…30 times), after a free first part. */
const MOST_RATIO = 200
const FREE_BYTES = 64 * 2 ** 20
const MOST_ENTRIES = 10_000

async function* counted(
  stream: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    onBytes(chunk.length)
    yield chunk
  }
}

/** Ends a stream that grows out of all proportion. */
async function* bounded(stream: AsyncIterable<Uint8Array>, packed: () => number): AsyncGenerator<Uint8Array> {
  let out = 0
  for await (const chunk of stream) {
    out += chunk.length
    if (out > FREE_BYTES && out > packed() * MOST_RATIO) {
      throw new Error(`unpacks to more than ${MOST_RATIO} times its size (a bomb?), stopped after ${out} bytes`)
    }
    yield chunk
  }
}

async function* gunzipped(path: string, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: 1 << 18 })
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  source.on('data', (chunk) => onBytes(chunk.length))
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    yield* gunzip as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new Error(`gzip: truncated or damaged: ${(cause as Error).message}`, { cause })
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** Opens one wrapping of a whole file. */
function opener(path: string, wrapping: FileKind): InputFile['open'] {
  return (onBytes = () => {}) => {
    let packed = 0
    const heard = (count: number) => {
      packed += count
      onBytes(count)
    }
    if (wrapping === 'gzip') return bounded(gunzipped(path, heard), () => packed)
    if (wrapping === 'bzip2') return bounded(bunzip(path, heard), () => packed)
    return counted(createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>, onBytes)
  }
}

/** The first bytes of a stream, and its whole length when it ends before `most`. */
async function peek(stream: AsyncIterable<Uint8Array>, most: number): Promise<{ head: Uint8Array; length: number }> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    if (length < HEAD_BYTES) parts.push(chunk)
    length += chunk.length
    if (length > most) break
  }
  return { head: Buffer.concat(parts).subarray(0, HEAD_BYTES), length }
}

/** Largest hgt: the only kind that is told by its size. */
const HGT_MOST = 6001 * 6001 * 2

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => (error ? reject(error) : resolve(zip)))
  })
}

async function entries(path: string): Promise<Entry[]> {
  const zip = await openZip(path)
  try {
    if (zip.entryCount > MOST_ENTRIES) throw new Error(`zip: ${zip.entryCount} entries; expected up to ${MOST_ENTRIES}`)
    return await new Promise<Entry[]>((resolve, reject) => {
      const found: Entry[] = []
      zip.on('entry', (entry) => {
        found.push(entry)
        zip.readEntry()
      })
      zip.on('end', () => resolve(found))
      zip.on('error', reject)
      zip.readEntry()
    })
  } finally {
    zip.close()
  }
}

async function* entryBytes(path: string, entry: Entry): AsyncGenerator<Uint8Array> {
  const zip = await openZip(path)
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)))
    })
    yield* stream as AsyncIterable<Uint8Array>
  } finally {
    zip.close()
  }
}

/** A companion may not be larger: it is held in memory. */
const MOST_BESIDE = 2 ** 31 - 1

/** A file beside another on disk, whatever the case of its extension. */
async function besideOnDisk(path: string, extension: string): Promise<Uint8Array | null> {
  const stem = path.slice(0, path.length - extname(path).length)
  for (const each of [extension, extension.toUpperCase(), extname(path) + extension]) {
    const info = await stat(stem + each).catch(() => null)
    if (info?.isFile() && info.size <= MOST_BESIDE) return readFile(stem + each)
  }
  return null
}

/** A file in a folder or below; links are followed only inside of it. */
async function nearOnDisk(folder: string, name: string): Promise<Uint8Array | null> {
  const from = await realpath(folder)
  const full = await realpath(join(from, name)).catch(() => null)
  const info = full?.startsWith(from + sep) ? await stat(full) : null
  return full !== null && info?.isFile() && info.size <= MOST_BESIDE ? readFile(full) : null
}

/** A file in a zip by its name there, whatever its case. */
async function fileInZip(path: string, all: readonly Entry[], name: string): Promise<Uint8Array | null> {
  const wanted = name.toLowerCase()
  const entry = all.find(({ fileName }) => fileName.toLowerCase() === wanted)
  if (!entry || entry.isEncrypted() || entry.uncompressedSize > MOST_BESIDE) return null
  if (entry.uncompressedSize > FREE_BYTES && entry.uncompressedSize > entry.compressedSize * MOST_RATIO) return null
  const parts: Uint8Array[] = []
  for await (const chunk of bounded(entryBytes(path, entry), () => entry.compressedSize)) parts.push(chunk)
  return Buffer.concat(parts)
}

/** The files inside a zip; macOS shadow files and folders are passed over. */
async function unzipped(path: string): Promise<(InputFile | Refused)[]> {
  const found: (InputFile | Refused)[] = []
  const all = await entries(path)
  for (const entry of all) {
    if (entry.fileName.endsWith('/') || /(^|\/)(__MACOSX|\.)/.test(entry.fileName)) continue
    if (all.some(({ fileName }) => leads(fileName, entry.fileName))) continue
    const name = `${basename(path)}/${entry.fileName}`
    if (entry.isEncrypted()) found.push({ name, reason: 'encrypted' })
    else if (entry.uncompressedSize > FREE_BYTES && entry.uncompressedSize > entry.compressedSize * MOST_RATIO) {
      found.push({
        name,
        reason: `claims to unpack to ${entry.uncompressedSize} bytes from ${entry.compressedSize} (a bomb?)`,
      })
    } else {
      const { head } = await peek(entryBytes(path, entry), HEAD_BYTES)
      const seen = recognize(head, entry.uncompressedSize, entry.fileName)
      if (seen.kind === null) found.push({ name, reason: seen.reason })
      else if (seen.kind === 'gzip' || seen.kind === 'bzip2' || seen.kind === 'zip')
        found.push({ name, reason: `${seen.kind} inside a zip; expected to be unpacked once` })
      else {
        const open: InputFile['open'] = (onBytes = () => {}) => {
          onBytes(entry.compressedSize)
          return bounded(entryBytes(path, entry), () => entry.compressedSize)
        }
        const stem = entry.fileName.slice(0, entry.fileName.length - extname(entry.fileName).length)
        const beside: InputFile['beside'] = (extension) => fileInZip(path, all, stem + extension)
        const near: InputFile['near'] = (from) => fileInZip(path, all, posix.join(posix.dirname(entry.fileName), from))
        found.push({ name, path, kind: seen.kind, bytes: entry.compressedSize, open, beside, near })
      }
    }
  }
  return found
}

/** What one file holds. */
async function recognizeFile(path: string): Promise<(InputFile | Refused)[]> {
  const name = basename(path)
  const info = await stat(path)
  if (info.isDirectory())
    return [{ name, reason: 'an Esri file geodatabase: ogr2ogr -f GPKG out.gpkg in.gdb converts it' }]
  const { size } = info
  const file = await open(path, 'r')
  const head = Buffer.alloc(HEAD_BYTES)
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0).finally(() => file.close())
  const beside: InputFile['beside'] = (extension) => besideOnDisk(path, extension)
  const near: InputFile['near'] = (from) => nearOnDisk(dirname(path), from)
  const outer = recognize(head.subarray(0, bytesRead), size, name)
  if (outer.kind === null) return [{ name, reason: outer.reason }]
  if (outer.kind === 'zip') {
    if (await holdsTileset(path))
      return [{ name, path, kind: '3d-tiles', bytes: size, open: opener(path, 'zip'), beside, near }]
    const workbook = (await entries(path)).some(({ fileName }) => fileName === 'xl/workbook.xml')
    if (!workbook) return unzipped(path)
    return [{ name, path, kind: 'xlsx', bytes: size, open: opener(path, 'zip'), beside, near }]
  }
  const opened = opener(path, outer.kind)
  if (outer.kind !== 'gzip' && outer.kind !== 'bzip2')
    return [{ name, path, kind: outer.kind, bytes: size, open: opened, beside, near }]
  const hgt = /\.hgt\.(gz|bz2)$/i.test(name)
  const inner = await peek(opened(), hgt ? HGT_MOST : HEAD_BYTES)
  const seen = recognize(
    inner.head,
    hgt ? inner.length : Math.max(inner.length, 1) + 1,
    name.replace(/\.(gz|bz2)$/i, ''),
  )
  if (seen.kind === null || seen.kind === 'gzip' || seen.kind === 'bzip2' || seen.kind === 'zip') {
    return [
      { name, reason: seen.kind ? `packed twice (${seen.kind} in ${outer.kind})` : `${outer.kind} of: ${seen.reason}` },
    ]
  }
  return [{ name, path, kind: seen.kind, bytes: size, open: opened, beside, near }]
}

/** Parts of a shapefile that are read with it. */
const COMPANION = /\.(dbf|shx|prj|cpg|sbn|sbx|qix|qpj|fix|shp\.xml)$/i

/** Numbers and pictures that a .gltf in the same folder or above it names. */
const SCENE_PART = /\.(bin|png|jpe?g|webp|ktx2)$/i

/** Whether a file is read with another: parts of a shapefile with its .shp, those of a scene with its .gltf. */
function leads(file: string, part: string): boolean {
  if (COMPANION.test(part)) return file.toLowerCase() === `${part.toLowerCase().replace(COMPANION, '')}.shp`
  if (!SCENE_PART.test(part) || !/\.gltf$/i.test(file)) return false
  return posix.dirname(file) === '.' || part.startsWith(`${posix.dirname(file)}/`)
}

/** Files beside the data that are no data. */
const ASIDE = new Set([
  '.qpj',
  '.qix',
  '.sbn',
  '.sbx',
  '.fix',
  '.shx',
  '.sld',
  '.qml',
  '.md',
  '.txt',
  '.prj',
  '.lic',
  '.html',
  '.pdf',
  '.xml',
  '.cpg',
  '.qmd',
])

/** Of them, those that hold data in some offices: a table, a city in GML. */
const MAY_BE_DATA = new Set(['.txt', '.xml'])
/** An Esri file geodatabase is a folder of parts that mean nothing alone. */
const GEODATABASE = /\.gdbtable$/i

async function filesIn(path: string, depth: number, links: string[]): Promise<string[]> {
  const info = await stat(path)
  // a pipe or device has no size and may never end
  if (!info.isDirectory() && !info.isFile()) throw new Error('neither a file nor a folder')
  if (!info.isDirectory()) return [path]
  if (depth > 6) return []
  // tiles of a tileset are no inputs of their own
  const entries = await readdir(path)
  if (entries.includes('tileset.json')) return [join(path, 'tileset.json')]
  if (entries.some((name) => GEODATABASE.test(name))) return [path]
  const found: string[] = []
  for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    if (entry.isSymbolicLink()) links.push(entry.name)
    else if (entry.isDirectory()) found.push(...(await filesIn(join(path, entry.name), depth + 1, links)))
    else if (entry.isFile()) found.push(join(path, entry.name))
  }
  return found
}

/**
 * Finds what there is to read in files and folders (to 6 levels; links and hidden files are passed over).
 *
 * @returns the files in order of their names, and those that are not understood, with the reason
 * @throws {Error} when a path does not exist
 */
export async function findInput(paths: readonly string[]): Promise<{ files: InputFile[]; refused: Refused[] }> {
  const files: InputFile[] = []
  const refused: Refused[] = []
  for (const path of paths) {
    const links: string[] = []
    const named = await filesIn(path, 0, links).catch((cause) => {
      throw new Error(
        `ingest: cannot open ${path}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`,
        { cause },
      )
    })
    for (const name of links) refused.push({ name, reason: 'a link: passed over; expected the file itself' })
    for (const file of named) {
      const aside = file !== path && ASIDE.has(extname(file).toLowerCase())
      if (aside && !MAY_BE_DATA.has(extname(file).toLowerCase())) continue
      if (file !== path && named.some((other) => leads(other, file))) continue
      try {
        for (const found of await recognizeFile(file))
          if ('kind' in found) files.push(found)
          else if (!aside) refused.push(found)
      } catch (error) {
        if (!aside)
          refused.push({ name: basename(file), reason: error instanceof Error ? error.message : String(error) })
      }
    }
  }
  return { files, refused }
}

/**
 * A whole file in memory.
 *
 * @param most bytes; more is an error, not a crash
 */
export async function wholeFile(file: InputFile, most: number, onBytes?: (count: number) => void): Promise<Uint8Array> {
  // of the size it will have, where it is not packed: pieces that are put together at the end would stand twice in memory
  let whole = new Uint8Array(Math.min(most, file.bytes))
  let length = 0
  for await (const chunk of file.open(onBytes)) {
    const next = length + chunk.length
    if (next > most) throw new Error(`${file.name}: over ${most} bytes; expected less`)
    if (next > whole.length) {
      const wider = new Uint8Array(Math.min(most, Math.max(next, whole.length * 2)))
      wider.set(whole.subarray(0, length))
      whole = wider
    }
    whole.set(chunk, length)
    length = next
  }
  return whole.subarray(0, length)
}

/** Text of the `.prj` beside a file; null when there is none. */
export async function projectionBeside(path: string): Promise<string | null> {
  const text = await readFile(path.replace(/\.[^.]+$/, '.prj'), 'utf8').catch(() => null)
  return text?.trim() || null
}
