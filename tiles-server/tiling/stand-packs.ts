/** Summaries of building tiles, many to a file: to make a file of its own for each costs more than to cut the tile. */
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Where a summary lies. */
export interface PackPlace {
  /** file name in `buildings/work/`, without `.pack` */
  pack: string
  /** byte range */
  at: number
  length: number
}

/** The packs of one tile store as one thread sees them. */
export interface StandPacks {
  /**
   * Appends a summary to the pack `name`, which only this thread may write to.
   * @throws {Error} ENOSPC and its like; what was written before stays readable
   */
  add(name: string, bytes: Uint8Array): PackPlace
  /** @throws {RangeError} when the pack is missing or cut short */
  read(place: PackPlace): Uint8Array
  /** Forgets which files are open; the next `add` or `read` opens them again. */
  close(): void
}

const WORK = 'buildings/work'
/** Path of a pack in the tile store. */
export const packPath = (name: string): string => `${WORK}/${name}.pack`
/** packs open for reading at a time */
const MOST_OPEN = 64

/** @returns bytes of a pack, 0 when there is none */
export function packSize(root: string, name: string): number {
  return statSync(join(root, packPath(name)), { throwIfNoEntry: false })?.size ?? 0
}

/** Opens the packs of a tile store. */
export function openStandPacks(root: string): StandPacks {
  let writing: { name: string; file: number; at: number } | null = null
  const reading = new Map<string, number>()
  const open = (name: string): { name: string; file: number; at: number } => {
    if (writing) closeSync(writing.file)
    writing = null
    mkdirSync(join(root, WORK), { recursive: true })
    const at = packSize(root, name)
    writing = { name, file: openSync(join(root, packPath(name)), 'a'), at }
    return writing
  }
  return {
    add(name, bytes) {
      const pack = writing?.name === name ? writing : open(name)
      const { at } = pack
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(pack.file, bytes, done)
      } catch (error) {
        ftruncateSync(pack.file, at)
        throw error
      }
      pack.at += bytes.length
      return { pack: name, at, length: bytes.length }
    },
    read({ pack, at, length }) {
      let file = reading.get(pack)
      if (file === undefined) {
        if (!packSize(root, pack)) throw new RangeError(`buildings: summaries ${pack} are missing`)
        if (reading.size >= MOST_OPEN) {
          for (const old of reading.values()) closeSync(old)
          reading.clear()
        }
        file = openSync(join(root, packPath(pack)), 'r')
        reading.set(pack, file)
      }
      const bytes = new Uint8Array(length)
      const got = readSync(file, bytes, 0, length, at)
      if (got !== length)
        throw new RangeError(
          `buildings: summaries ${pack} are cut short at ${at}, got ${got} bytes; expected ${length}`,
        )
      return bytes
    },
    close() {
      if (writing) closeSync(writing.file)
      writing = null
      for (const file of reading.values()) closeSync(file)
      reading.clear()
    },
  }
}

/**
 * Which packs hold more dead bytes than living ones, or are so many that they should become one.
 * @param places of all summaries in use
 * @returns true when copying all of them into one pack pays
 */
export function worthPacking(root: string, places: readonly PackPlace[]): boolean {
  const packs = new Set(places.map(({ pack }) => pack))
  if (packs.size > MOST_OPEN / 2) return true
  let [lying, living] = [0, 0]
  for (const name of packs) lying += packSize(root, name)
  for (const { length } of places) living += length
  return lying > living * 2 + (4 << 20)
}
