/** Tops of layers around the camera: asked from the server tile by tile, the far ones forgotten. */
import { GEOGRAPHIC } from '../../../data/geo/tile-grid.ts'
import type { Hatch } from '../../../data/geology/soils.ts'

/** One tile of surfaces, as the server answers. */
export interface SurfaceTile {
  /** nodes along a side; rows from the north-west */
  side: number
  /** west, south, east, north, degrees */
  box: [number, number, number, number]
  /** farther from any hole nothing is known, metres */
  reachM: number
  /** metres to the nearest hole per node */
  nearestM: (number | null)[]
  /** from the ground down; heights in metres above the ellipsoid, `state` as `SURFACE_STATES` */
  layers: { color: string; hatch: Hatch; top: (number | null)[]; state: number[] }[]
  water: { height: (number | null)[] } | null
}

/** Tiles kept, and questions under way at a time: each costs the server some tenths of a second. */
const [MOST_TILES, AT_ONCE] = [120, 3]
const AGAIN_MS = 8000

/**
 * The tiles of one level around a place, the nearest first.
 *
 * @param reach metres
 */
export function tilesAround(lng: number, lat: number, z: number, reach: number): string[] {
  const dLat = reach / 111_000
  const dLng = dLat / Math.max(0.05, Math.cos((lat * Math.PI) / 180))
  const found: { key: string; away: number }[] = []
  for (let y = GEOGRAPHIC.y(lat - dLat, z); y <= GEOGRAPHIC.y(lat + dLat, z); y++)
    for (let x = GEOGRAPHIC.x(lng - dLng, z); x <= GEOGRAPHIC.x(lng + dLng, z); x++) {
      const { west, south, east, north } = GEOGRAPHIC.bounds(z, x, y)
      const [dx, dy] = [((west + east) / 2 - lng) / dLng, ((south + north) / 2 - lat) / dLat]
      found.push({ key: `${z}/${x}/${y}`, away: Math.hypot(dx, dy) })
    }
  return found.sort((a, b) => a.away - b.away).map(({ key }) => key)
}

/** Tiles of surfaces. */
export interface SurfaceTiles {
  /** The tiles wanted now, those there are; the others are on their way and `changed` will be called. */
  want(keys: readonly string[]): Map<string, SurfaceTile>
  /** tiles on their way */
  pending(): number
  /** why the last question failed; null when it did not */
  failed(): string | null
  dispose(): void
}

/** Opens them. */
export function surfaceTiles(changed: () => void): SurfaceTiles {
  const tiles = new Map<string, SurfaceTile>()
  const asked = new Map<string, AbortController>()
  let wanted: readonly string[] = []
  let failed: string | null = null
  let again: ReturnType<typeof setTimeout> | undefined

  const ask = async (key: string, stop: AbortController): Promise<void> => {
    const answer = await fetch(`/geology/surfaces/${key}`, { signal: stop.signal })
    if (!answer.ok) throw new Error(`/geology/surfaces: got HTTP ${answer.status}; expected 200`)
    tiles.set(key, (await answer.json()) as SurfaceTile)
    failed = null
  }
  const next = (): void => {
    if (again !== undefined) return
    for (const key of wanted) {
      if (asked.size >= AT_ONCE) return
      if (tiles.has(key) || asked.has(key)) continue
      const stop = new AbortController()
      asked.set(key, stop)
      ask(key, stop)
        .catch((error: unknown) => {
          if (stop.signal.aborted) return
          failed = error instanceof Error ? error.message : String(error)
          again ??= setTimeout(() => {
            again = undefined
            next()
          }, AGAIN_MS)
        })
        .finally(() => {
          if (asked.get(key) === stop) asked.delete(key)
          if (stop.signal.aborted) return
          next()
          changed()
        })
    }
  }
  return {
    want(keys) {
      wanted = keys
      for (const [key, stop] of asked) {
        if (keys.includes(key)) continue
        stop.abort()
        asked.delete(key)
      }
      for (const key of tiles.keys()) {
        if (tiles.size <= MOST_TILES) break
        if (!keys.includes(key)) tiles.delete(key)
      }
      next()
      return new Map(
        keys.flatMap((key) => {
          const tile = tiles.get(key)
          return tile ? [[key, tile] as const] : []
        }),
      )
    },
    pending: () => (failed === null ? wanted.filter((key) => !tiles.has(key)).length : 0),
    failed: () => failed,
    dispose() {
      clearTimeout(again)
      wanted = []
      for (const stop of asked.values()) stop.abort()
      asked.clear()
      tiles.clear()
    },
  }
}
