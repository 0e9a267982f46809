/** What the buildings cutter remembers between runs: the manifest of the last finished cut and the journal of an unfinished one. */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CutTile } from './buildings-tile.ts'
import type { TileStore } from './tile-store.ts'

/** A tile that was cut, with the key of what went in. */
export interface Cut extends CutTile {
  key: string
}

/** The tiles of a finished cut by node name (see buildings-plan.ts). */
export interface Manifest {
  /** of the meshing code: other versions are cut anew */
  version: number
  nodes: Record<string, Cut>
  /** keys and files of the generation before, kept for clients that still show it */
  previous: { keys: string[]; files: string[] }
  /** files of this generation */
  files: string[]
}

const MANIFEST = 'buildings/work/manifest.json'
const journalFile = (store: TileStore): string => join(store.root, 'buildings/work/journal.ndjson')

/** Raised whenever the same input gives other tiles. */
export const CUT_VERSION = 5

/** The last finished cut; null when there is none, or it is damaged or of another version (then everything is cut). */
export async function readManifest(store: TileStore): Promise<Manifest | null> {
  const bytes = await store.get(MANIFEST)
  if (!bytes) return null
  try {
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest
    return manifest.version === CUT_VERSION ? manifest : null
  } catch {
    return null
  }
}

/** Stores the manifest; from now on it is what the next cut starts from. */
export async function writeManifest(store: TileStore, manifest: Manifest): Promise<void> {
  await store.put(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)), { compress: false })
}

/** Tiles that an interrupted run had finished, by key; a half-written last line is passed over. */
export async function readJournal(store: TileStore): Promise<Map<string, Cut>> {
  const cuts = new Map<string, Cut>()
  const text = await readFile(journalFile(store), 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    try {
      const cut = JSON.parse(line) as Cut
      cuts.set(cut.key, cut)
    } catch {
      // the line at which the process was killed
    }
  }
  return cuts
}

/** Notes finished tiles. */
export async function noteCuts(store: TileStore, cuts: readonly Cut[]): Promise<void> {
  if (!cuts.length) return
  const file = journalFile(store)
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `\n${cuts.map((cut) => JSON.stringify(cut)).join('\n')}\n`)
}

/**
 * Removes what neither this generation nor the one before uses, and the journal. Called after publishing.
 * @returns contents removed
 */
export async function sweep(store: TileStore, manifest: Manifest): Promise<number> {
  await rm(journalFile(store), { force: true })
  const files = new Set([...manifest.files, ...manifest.previous.files])
  const keys = new Set([...Object.values(manifest.nodes).map(({ key }) => key), ...manifest.previous.keys])
  let removed = 0
  for (const name of await readdir(join(store.root, 'buildings/c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (files.has(plain)) continue
    await store.remove(`buildings/c/${plain}`)
    if (plain === name) removed++
  }
  for (const name of await readdir(join(store.root, 'buildings/work')).catch(() => [])) {
    const stale = name.endsWith('.tmp') || (name.endsWith('.bin') && !keys.has(name.slice(0, -4)))
    if (stale) await store.remove(`buildings/work/${name}`)
  }
  return removed
}
