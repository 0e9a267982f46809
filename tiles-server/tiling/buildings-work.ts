/** What the buildings cutter remembers between runs: the manifest of the last finished cut and the journal of an unfinished one. */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CutTile } from './buildings-tile.ts'
import { openStandPacks, type PackPlace, packSize, worthPacking } from './stand-packs.ts'
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
  /** files of this generation */
  files: string[]
  /** files of the generation before, kept for clients that still show it */
  previous: string[]
}

const MANIFEST = 'buildings/work/manifest.json'
const journalFile = (store: TileStore): string => join(store.root, 'buildings/work/journal.ndjson')

/** Raised whenever the same input gives other tiles. */
export const CUT_VERSION = 7

/** Places of all summaries of some cuts. */
export const placesOf = (cuts: Iterable<Cut>): PackPlace[] => [...cuts].flatMap(({ stand }) => (stand ? [stand] : []))

/** Whether the packs of some cuts are as long as they should be: a machine that lost power may have lost their ends. */
function whole(store: TileStore, cuts: readonly Cut[]): boolean {
  const sizes = new Map<string, number>()
  for (const { pack } of placesOf(cuts)) if (!sizes.has(pack)) sizes.set(pack, packSize(store.root, pack))
  return placesOf(cuts).every(({ pack, at, length }) => at + length <= (sizes.get(pack) ?? 0))
}

/** The last finished cut; null when there is none, or it is damaged or of another version (then everything is cut). */
export async function readManifest(store: TileStore): Promise<Manifest | null> {
  const bytes = await store.get(MANIFEST)
  if (!bytes) return null
  try {
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest
    return manifest.version === CUT_VERSION && whole(store, Object.values(manifest.nodes)) ? manifest : null
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
      if (whole(store, [cut])) cuts.set(cut.key, cut)
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

/** Copies all summaries in use into one pack when that pays; the cuts name their new places then. */
export function packAnew(store: TileStore, cuts: Map<string, Cut>, name: string): void {
  const places = placesOf(cuts.values())
  if (!worthPacking(store.root, places)) return
  const packs = openStandPacks(store.root)
  try {
    const moved = new Map<string, PackPlace>()
    for (const [node, cut] of cuts) {
      if (!cut.stand) continue
      const known = `${cut.stand.pack} ${cut.stand.at}`
      const stand = moved.get(known) ?? packs.add(name, packs.read(cut.stand))
      moved.set(known, stand)
      cuts.set(node, { ...cut, stand })
    }
  } finally {
    packs.close()
  }
}

/**
 * Removes what neither this generation nor the one before uses, and the journal. Called after publishing.
 * @returns contents removed
 */
export async function sweep(store: TileStore, manifest: Manifest): Promise<number> {
  await rm(journalFile(store), { force: true })
  const files = new Set([...manifest.files, ...manifest.previous])
  const packs = new Set(placesOf(Object.values(manifest.nodes)).map(({ pack }) => `${pack}.pack`))
  let removed = 0
  for (const name of await readdir(join(store.root, 'buildings/c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (files.has(plain)) continue
    await store.remove(`buildings/c/${plain}`)
    if (plain === name) removed++
  }
  for (const name of await readdir(join(store.root, 'buildings/work')).catch(() => [])) {
    const stale = /\.(tmp|bin)$/.test(name) || (name.endsWith('.pack') && !packs.has(name))
    if (stale) await store.remove(`buildings/work/${name}`)
  }
  return removed
}
