/** Tiles cut beside those that are being served, which take their places only when all are there. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { TileStore } from './tile-store.ts'

const FOLDER = 'next'
const GONE = '.gone'
/** Servers look at manifests once a second: after this long none hands out tiles as those of a version any more. */
const SETTLE_MS = 1500

/** How a worker stores the tiles of a tileset. */
export interface Staging {
  /** Stores a tile unless it is being served already, byte for byte. @returns bytes stored, null when nothing changed */
  put(path: string, bytes: Uint8Array): Promise<number | null>
  /** Takes a tile away. @returns false when there was none */
  remove(path: string): Promise<boolean>
}

/**
 * Opens the staging of a tileset; paths are below it: `12/3429/1684.mvt`.
 * @param direct true while nothing was published yet: tiles go straight to their places
 */
export function openStaging(store: TileStore, tileset: string, direct: boolean): Staging {
  const target = direct ? tileset : `${tileset}/${FOLDER}`
  return {
    async put(path, bytes) {
      const old = await store.get(`${tileset}/${path}`)
      if (old && Buffer.compare(old, bytes) === 0) return null
      return store.put(`${target}/${path}`, bytes, { compress: 'large' })
    },
    async remove(path) {
      if (!(await store.get(`${tileset}/${path}`))) return false
      if (direct) await store.remove(`${tileset}/${path}`)
      else await store.put(`${target}/${path}${GONE}`, new Uint8Array(0), { compress: false })
      return true
    },
  }
}

/** Throws away what a cut left behind that is not going to be continued. */
export async function clearStaging(store: TileStore, tileset: string): Promise<void> {
  await rm(join(store.root, tileset, FOLDER), { recursive: true, force: true })
}

/** Whether a manifest says that its tiles are just being replaced: no version, so that nobody keeps them. */
export const isUnsettled = (manifest: { tiles?: string[] } | null): boolean =>
  manifest !== null && !/[?&]v=/.test(manifest.tiles?.[0] ?? '')

/**
 * Puts staged tiles in their places. An address with a version is kept for good by whoever asks for it; so the manifest is
 * published without one first, and only when all servers have seen it the tiles change under the addresses of old. A cut
 * that fails or is killed before leaves the old tiles as they were; one killed in between is continued, and until then
 * tiles are asked for again each time.
 * @param manifest as it is being served; null when there is none
 * @param publish stores a manifest
 */
export async function settle<Manifest extends { tiles: string[] }>(
  store: TileStore,
  tileset: string,
  manifest: Manifest | null,
  publish: (manifest: Manifest) => Promise<unknown>,
): Promise<void> {
  if (!manifest) return
  if (!isUnsettled(manifest)) {
    await publish({ ...manifest, tiles: manifest.tiles.map((template) => template.replace(/\?.*$/, '')) })
    await wait(SETTLE_MS)
  }
  const folder = join(store.root, tileset, FOLDER)
  if (!existsSync(folder)) return
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const staged = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)))
  const made = new Set<string>()
  for (const path of staged) {
    if (/\.(br|gz|tmp)$/.test(path)) continue
    const place = join(store.root, tileset, path.slice(folder.length)).replace(/\.gone$/, '')
    if (!made.has(dirname(place))) await mkdir(dirname(place), { recursive: true })
    made.add(dirname(place))
    for (const form of ['.br', '.gz']) {
      if (staged.has(path + form)) await rename(path + form, place + form)
      else await rm(place + form, { force: true })
    }
    if (path.endsWith(GONE)) await rm(place, { force: true })
    else await rename(path, place)
  }
  await clearStaging(store, tileset)
}
