/** What the buildings cutter remembers between runs beside its tiles: their summaries in packs. */
import type { CutTile } from './buildings-tile.ts'
import { readJournal, readWork, sweepWork } from './cut-work.ts'
import { openStandPacks, type PackPlace, packSize, worthPacking } from './stand-packs.ts'
import type { TileStore } from './tile-store.ts'

/** A tile that was cut, with the key of what went in. */
export interface Cut extends CutTile {
  key: string
}

/** The tiles of a finished cut by node name (see buildings-plan.ts). */
export interface Manifest {
  version: number
  nodes: Record<string, Cut>
  /** files of this generation */
  files: string[]
  /** files of the generation before, kept for clients that still show it */
  previous: string[]
}

/** Raised whenever the same input gives other tiles. */
export const CUT_VERSION = 8

/** Places of all summaries of some cuts. */
export const placesOf = (cuts: Iterable<Cut>): PackPlace[] => [...cuts].flatMap(({ stand }) => (stand ? [stand] : []))

/** Whether the packs of some cuts are as long as they should be: a machine that lost power may have lost their ends. */
function whole(store: TileStore, cuts: readonly Cut[]): boolean {
  const sizes = new Map<string, number>()
  for (const { pack } of placesOf(cuts)) if (!sizes.has(pack)) sizes.set(pack, packSize(store.root, pack))
  return placesOf(cuts).every(({ pack, at, length }) => at + length <= (sizes.get(pack) ?? 0))
}

/** The last finished cut; null when there is none, or it is damaged or of another version (then everything is cut). */
export const readBuildings = (store: TileStore): Promise<Manifest | null> =>
  readWork<Manifest>(store, 'buildings', CUT_VERSION, ({ nodes }) => whole(store, Object.values(nodes)))

/** Tiles that an interrupted run had finished, by key. */
export const readFinished = (store: TileStore): Promise<Map<string, Cut>> =>
  readJournal<Cut>(store, 'buildings', (cut) => whole(store, [cut]))

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
 * Removes what neither this generation nor the one before uses. Called after publishing.
 * @returns contents removed
 */
export function sweep(store: TileStore, { files, previous, nodes }: Manifest): Promise<number> {
  const packs = new Set(placesOf(Object.values(nodes)).map(({ pack }) => `${pack}.pack`))
  const stale = (name: string): boolean => name.endsWith('.bin') || (name.endsWith('.pack') && !packs.has(name))
  return sweepWork(store, 'buildings', new Set([...files, ...previous]), stale)
}
