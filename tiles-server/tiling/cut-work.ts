/** What the cutters of 3D Tiles remember between runs: the manifest of the last finished cut and the journal of an unfinished one. */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TileStore } from './tile-store.ts'

/** What every manifest says. */
export interface WorkManifest {
  /** of the code that cuts: other versions are cut anew */
  version: number
}

const manifestPath = (tileset: string): string => `${tileset}/work/manifest.json`
const journalPath = (store: TileStore, tileset: string): string => join(store.root, tileset, 'work/journal.ndjson')

/**
 * The manifest of the last finished cut.
 * @param whole whether all that it names is there
 * @returns null when there is none, or it is damaged or of another version (then everything is cut)
 */
export async function readWork<Manifest extends WorkManifest>(
  store: TileStore,
  tileset: string,
  version: number,
  whole: (manifest: Manifest) => boolean = () => true,
): Promise<Manifest | null> {
  const bytes = await store.get(manifestPath(tileset))
  try {
    const manifest = bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as Manifest) : null
    return manifest?.version === version && whole(manifest) ? manifest : null
  } catch {
    return null
  }
}

/** Stores the manifest; from now on it is what the next cut starts from. */
export async function writeWork(store: TileStore, tileset: string, manifest: WorkManifest): Promise<void> {
  await store.put(manifestPath(tileset), new TextEncoder().encode(JSON.stringify(manifest)), { compress: false })
}

/** Tiles that an interrupted run had finished, by key; a half-written last line is passed over. */
export async function readJournal<Cut extends { key: string }>(
  store: TileStore,
  tileset: string,
  whole: (cut: Cut) => boolean = () => true,
): Promise<Map<string, Cut>> {
  const cuts = new Map<string, Cut>()
  const text = await readFile(journalPath(store, tileset), 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    try {
      const cut = JSON.parse(line) as Cut
      if (whole(cut)) cuts.set(cut.key, cut)
    } catch {
      // the line at which the process was killed
    }
  }
  return cuts
}

/** Notes finished tiles. */
export async function noteCuts(store: TileStore, tileset: string, cuts: readonly object[]): Promise<void> {
  if (!cuts.length) return
  const file = journalPath(store, tileset)
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `\n${cuts.map((cut) => JSON.stringify(cut)).join('\n')}\n`)
}

/**
 * Removes the contents and work files that nobody uses, and the journal. Called after publishing.
 * @param files names in `<tileset>/c/` in use, of this generation and the one before
 * @param stale whether a file of `<tileset>/work/` is not in use
 * @returns contents removed
 */
export async function sweepWork(
  store: TileStore,
  tileset: string,
  files: ReadonlySet<string>,
  stale: (name: string) => boolean = () => false,
): Promise<number> {
  await rm(journalPath(store, tileset), { force: true })
  let removed = 0
  for (const name of await readdir(join(store.root, tileset, 'c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (files.has(plain)) continue
    await store.remove(`${tileset}/c/${plain}`)
    if (plain === name) removed++
  }
  for (const name of await readdir(join(store.root, tileset, 'work')).catch(() => []))
    if (name.endsWith('.tmp') || stale(name)) await store.remove(`${tileset}/work/${name}`)
  return removed
}
