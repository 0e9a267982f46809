/** What the pipes cutter remembers between runs: the manifest of the last finished cut and the journal of an unfinished one. */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PipeCut } from './pipes-tile.ts'
import type { TileStore } from './tile-store.ts'

/** A tile that was cut, with the key of what went in. */
export interface KeyedCut extends PipeCut {
  key: string
}

/** A finished cut. */
export interface PipeManifest {
  version: number
  /** by node name (see buildings-plan.ts) */
  nodes: Record<string, KeyedCut>
  files: string[]
  /** keys and files of the generation before, kept for clients that still show it */
  previous: { keys: string[]; files: string[] }
}

/** Raised whenever the same input gives other tiles. */
export const PIPES_VERSION = 4

const MANIFEST = 'pipes/work/manifest.json'
const journalFile = (store: TileStore): string => join(store.root, 'pipes/work/journal.ndjson')

/** The last finished cut; null when there is none, or it is damaged or of another version (then everything is cut). */
export async function readPipeManifest(store: TileStore): Promise<PipeManifest | null> {
  const bytes = await store.get(MANIFEST)
  try {
    const manifest = bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as PipeManifest) : null
    return manifest?.version === PIPES_VERSION ? manifest : null
  } catch {
    return null
  }
}

/** Stores the manifest; from now on it is what the next cut starts from. */
export async function writePipeManifest(store: TileStore, manifest: PipeManifest): Promise<void> {
  await store.put(MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)), { compress: false })
}

/** Tiles that an interrupted run had finished, by key; a half-written last line is passed over. */
export async function readPipeJournal(store: TileStore): Promise<Map<string, KeyedCut>> {
  const cuts = new Map<string, KeyedCut>()
  const text = await readFile(journalFile(store), 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    try {
      const cut = JSON.parse(line) as KeyedCut
      cuts.set(cut.key, cut)
    } catch {
      // the line at which the process was killed
    }
  }
  return cuts
}

/** Notes finished tiles. */
export async function notePipeCuts(store: TileStore, cuts: readonly KeyedCut[]): Promise<void> {
  if (!cuts.length) return
  const file = journalFile(store)
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, `\n${cuts.map((cut) => JSON.stringify(cut)).join('\n')}\n`)
}

/**
 * Removes what neither this generation nor the one before uses, and the journal. Called after publishing.
 * @returns contents removed
 */
export async function sweepPipes(store: TileStore, manifest: PipeManifest): Promise<number> {
  await rm(journalFile(store), { force: true })
  const files = new Set([...manifest.files, ...manifest.previous.files])
  const keys = new Set([...Object.values(manifest.nodes).map(({ key }) => key), ...manifest.previous.keys])
  let removed = 0
  for (const name of await readdir(join(store.root, 'pipes/c')).catch(() => [])) {
    const plain = name.replace(/\.(br|gz)$/, '')
    if (files.has(plain)) continue
    await store.remove(`pipes/c/${plain}`)
    if (plain === name) removed++
  }
  for (const name of await readdir(join(store.root, 'pipes/work')).catch(() => [])) {
    if (name.endsWith('.tmp') || (name.endsWith('.bin') && !keys.has(name.slice(0, -4))))
      await store.remove(`pipes/work/${name}`)
  }
  return removed
}
