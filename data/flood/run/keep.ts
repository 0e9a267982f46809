/** Files that are whole or not there, and the checkpoint from which a run goes on. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Engine } from '../engine.ts'
import type { Forcing } from '../forcing/forcing.ts'

/**
 * Writes a file under another name, brings it to the disk, then gives it its name.
 *
 * @throws {Error} with the path when the disk is full or may not be written
 */
export async function writeWhole(path: string, parts: readonly (Uint8Array | string)[]): Promise<void> {
  const part = `${path}.part`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(part, 'w')
    try {
      for (const bytes of parts) await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {})
    throw cannotWrite(path, cause)
  }
}

/** What is said when a file of a run cannot be written. */
export function cannotWrite(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const why = code === 'ENOSPC' ? 'the disk is full' : code
  return new Error(`${path}: cannot be written: ${why}; expected room and rights (the last checkpoint is kept)`, {
    cause,
  })
}

/** What a run knows besides its arrays. */
export interface Progress {
  /** hash of the document, the terrain and the solver */
  key: string
  time: number
  /** last moment whose tables and maps are written, -1 before the first */
  recorded: number
  steps: number
  shortest: number
  longest: number
  cellUpdates: number
  seconds: number
  volumeAtStart: number
  gaugeBytes: number
  sectionBytes: number
  sewerBytes: number
}

interface Header extends Progress {
  forcings: number[]
  fieldLengths: number[]
  float64: boolean
}

function arraysOf(engine: Engine) {
  const rest = engine.residue ? [engine.residue] : []
  return [
    engine.depth(),
    engine.across(),
    engine.down(),
    ...rest,
    ...(engine.trackers ? Object.values(engine.trackers) : []),
    ...(engine.subgrid ? [...engine.subgrid.faces(), ...Object.values(engine.subgrid.history ?? {})] : []),
  ]
}

/**
 * Writes a checkpoint of the state at the call; the run may go on meanwhile.
 *
 * @param ready what must be on the disk before: the tables up to the lengths in `progress`
 */
export async function writeCheckpoint(
  path: string,
  engine: Engine,
  forcings: readonly Forcing[],
  progress: Progress,
  ready: Promise<unknown>,
): Promise<void> {
  const fields = arraysOf(engine)
  const saves = forcings.map((forcing) => Float64Array.from(forcing.save()))
  const header: Header = {
    ...progress,
    forcings: saves.map(({ length }) => length),
    fieldLengths: fields.map(({ length }) => length),
    float64: fields[0] instanceof Float64Array,
  }
  const text = JSON.stringify(header)
  const head = new TextEncoder().encode(text.padEnd(Math.ceil((text.length + 8) / 8) * 8 - 8))
  const size = new Uint8Array(new BigUint64Array([BigInt(head.length)]).buffer)
  const bytes = (array: Float32Array | Float64Array) => {
    // shared memory may not be handed to the file system
    const copy = new Uint8Array(array.byteLength)
    copy.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    return copy
  }
  const parts = [size, head, ...saves.map(bytes), ...fields.map(bytes)]
  await ready
  await writeWhole(path, parts)
}

/**
 * Puts a checkpoint back.
 *
 * @param key what the run is now; a checkpoint of another run is not used
 * @returns null when there is none that fits
 */
export async function readCheckpoint(
  path: string,
  engine: Engine,
  forcings: readonly Forcing[],
  key: string,
): Promise<Progress | null> {
  const file = await readFile(path).catch(() => null)
  if (!file || file.length < 16) return null
  const all = file.buffer.slice(file.byteOffset, file.byteOffset + file.length)
  const headLength = Number(new BigUint64Array(all, 0, 1)[0])
  if (!(headLength > 0 && headLength < file.length)) return null
  let header: Header
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(all, 8, headLength)))
  } catch {
    return null
  }
  const fields = arraysOf(engine)
  if (header.key !== key || String(header.fieldLengths) !== String(fields.map(({ length }) => length))) return null
  if (header.forcings.length !== forcings.length) return null
  let at = 8 + headLength
  const bytes = header.float64 ? 8 : 4
  const expected =
    at +
    header.forcings.reduce((sum, n) => sum + n * 8, 0) +
    fields.reduce((sum, { length }) => sum + length * bytes, 0)
  if (file.length !== expected || header.float64 !== fields[0] instanceof Float64Array) return null
  header.forcings.forEach((length, k) => {
    forcings[k]!.restore(new Float64Array(all.slice(at, at + length * 8)))
    at += length * 8
  })
  for (const field of fields) {
    const part = all.slice(at, at + field.byteLength)
    field.set(header.float64 ? new Float64Array(part) : new Float32Array(part))
    at += field.byteLength
  }
  engine.refresh()
  const { key: _, ...rest } = header
  return { ...rest, key }
}
