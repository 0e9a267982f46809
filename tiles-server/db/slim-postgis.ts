/** PostGIS for PGlite without raster and topology: their 31 MB of code would be compiled and kept at every start. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { postgis } from '@electric-sql/pglite-postgis'
import { preparedFolder } from './prepared-folder.ts'

const BLOCK = 512
/** The library, what `create extension postgis` reads, and PROJ's table of reference systems. */
const KEPT =
  /^(?:\.\/)?(?:lib\/postgresql\/postgis-3\.so|share\/postgresql\/extension\/postgis(?:--\d+\.\d+\.\d+)?\.(?:control|sql)|share\/proj\/proj\.db)$/

const text = (block: Uint8Array, from: number, to: number): string => {
  const end = block.indexOf(0, from)
  return Buffer.from(block.subarray(from, end < 0 || end > to ? to : end)).toString()
}

/**
 * Keeps the files of a tar archive whose names match.
 * @param tar ustar, whole
 * @throws {RangeError} when an entry goes beyond the end
 */
export function filterTar(tar: Uint8Array, kept: RegExp): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK)
    const size = Number.parseInt(text(header, 124, 136).trim() || '0', 8)
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (!(end <= tar.length)) throw new RangeError(`tar: truncated, got ${tar.length} bytes; expected at least ${end}`)
    const prefix = text(header, 257, 262) === 'ustar' ? text(header, 345, 500) : ''
    const name = (prefix ? `${prefix}/` : '') + text(header, 0, 100)
    if (kept.test(name)) parts.push(tar.subarray(at, end))
    at = end
  }
  return Buffer.concat([...parts, new Uint8Array(2 * BLOCK)])
}

const slimBundle = (): string => join(dirname(preparedFolder()), `${preparedFolder().slice(-12)}-postgis.tar.gz`)

/** Makes the small archive unless it is there; atomic. */
export async function prepareSlimPostgis(): Promise<void> {
  const file = slimBundle()
  if (existsSync(file)) return
  const { bundlePath } = await postgis.setup(undefined as never, { PGLITE_ENV: {} })
  const small = filterTar(await promisify(gunzip)(await readFile(bundlePath)), KEPT)
  await mkdir(dirname(file), { recursive: true })
  const half = `${file}.${process.pid}.tmp`
  // Stored, not squeezed: it is unpacked at every start.
  await writeFile(half, await promisify(gzip)(small, { level: 0 }))
  await rename(half, file)
}

/** The extension to give to PGlite: the small archive when it was prepared, else the whole one. */
export const slimPostgis: typeof postgis = {
  name: 'postgis',
  async setup(pg, options) {
    const whole = await postgis.setup(pg, options)
    const file = slimBundle()
    return existsSync(file) ? { ...whole, bundlePath: pathToFileURL(file) } : whole
  },
}
