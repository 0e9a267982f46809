/** What the tilesets of a folder say about themselves, kept until their manifest changes on disk. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What a tileset says about itself. */
export interface Manifest {
  /** file and its identity on disk */
  file: string
  stamp: string
  /** `?v=` of its tile template, '' when its files are addressed by content */
  version: string
  minZ: number
  maxZ: number
}

/** Manifests in memory. */
export interface Manifests {
  /** @returns null when there is no such tileset */
  read(tileset: string): Promise<Manifest | null>
  forget(tileset: string): void
  close(): void
}

const MANIFEST_FILES = ['tileset.json', 'layer.json', 'tile.json']
const LOOK_MS = 1000

async function stampOf(file: string): Promise<string | null> {
  const info = await stat(file, { bigint: true }).catch(() => null)
  return info?.isFile() ? `${info.mtimeNs} ${info.size} ${info.ino}` : null
}

async function readManifest(root: string, tileset: string): Promise<Manifest | null> {
  for (const name of MANIFEST_FILES) {
    const file = join(root, tileset, name)
    const stamp = await stampOf(file)
    if (!stamp) continue
    const none: Manifest = { file, stamp, version: '', minZ: 0, maxZ: Number.POSITIVE_INFINITY }
    if (name === 'tileset.json') return none
    try {
      const json = JSON.parse(await readFile(file, 'utf8')) as { tiles?: string[]; minzoom?: number; maxzoom?: number }
      const version = /[?&]v=([\w.-]+)/.exec(json.tiles?.[0] ?? '')?.[1] ?? ''
      return { ...none, version, minZ: json.minzoom ?? 0, maxZ: json.maxzoom ?? none.maxZ }
    } catch {
      return none
    }
  }
  return null
}

/** Looks once a second whether a manifest that was read is another one now; a request never has to. */
export function openManifests(root: string, changed: (tileset: string) => void): Manifests {
  const manifests = new Map<string, Manifest>()
  const watch = setInterval(async () => {
    for (const [tileset, { file, stamp }] of manifests) if ((await stampOf(file)) !== stamp) changed(tileset)
  }, LOOK_MS)
  watch.unref()
  return {
    async read(tileset) {
      const known = manifests.get(tileset)
      if (known) return known
      const manifest = await readManifest(root, tileset)
      if (manifest && manifests.size < 1000) manifests.set(tileset, manifest)
      return manifest
    },
    forget: (tileset) => void manifests.delete(tileset),
    close: () => clearInterval(watch),
  }
}
