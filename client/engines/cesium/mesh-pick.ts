/** What was picked in a mesh: which mesh it is, and all that its tile says of the very object, when the mesh knows objects. */
import { Cesium3DTileFeature, type Cesium3DTileset } from '@cesium/engine'
import type { Picked, PickedAt } from './stage.ts'

/** Somebody else's tiles say what they like: so many words of an object are shown, so long. */
const MOST_WORDS = 80
const MOST_LETTERS = 400

/** A tile, with what the server's own tileset says above the mesh's. */
export interface InnerTile {
  extras?: { mesh?: unknown }
  parent?: InnerTile
}

/** The id of the mesh that a tile is of: the nearest tile above that names it; null when none does. */
export function meshOf(tile: InnerTile | undefined): string | null {
  for (let at = tile; at; at = at.parent) if (typeof at.extras?.mesh === 'string') return at.extras.mesh
  return null
}

/** What an object says of itself, as text and numbers; what is empty or not to be said in a line is left out. */
export function factsOf(
  names: readonly string[],
  wordOf: (name: string) => unknown,
): Record<string, string | number> | undefined {
  const facts = names.slice(0, MOST_WORDS).flatMap((name): [string, string | number][] => {
    const value = wordOf(name)
    if (typeof value === 'number') return Number.isFinite(value) ? [[name, value]] : []
    if (typeof value === 'boolean' || typeof value === 'bigint') return [[name, String(value)]]
    return typeof value === 'string' && value.trim() !== '' ? [[name, value.slice(0, MOST_LETTERS)]] : []
  })
  return facts.length > 0 ? Object.fromEntries(facts) : undefined
}

/** A pick as the mesh it is of, with the object's own words; null when the pick is not of this tileset. */
export function pickMesh(
  picked: unknown,
  tileset: Cesium3DTileset | null,
  layer: string,
  { lng, lat }: PickedAt,
): Picked | null {
  const found = picked as { content?: { tile?: InnerTile; tileset?: unknown } } | undefined
  if (!tileset || !found?.content || found.content.tileset !== tileset) return null
  const id = meshOf(found.content.tile)
  if (id === null) return null
  const facts =
    picked instanceof Cesium3DTileFeature
      ? factsOf(picked.getPropertyIds() ?? [], (name) => picked.getProperty(name))
      : undefined
  return { layer, collection: 'mesh', id, lng, lat, ...(facts ? { facts } : {}) }
}
