/** A tree of cut tiles → tileset.json of OGC 3D Tiles 1.1, split into external tilesets when it grows large. */
import { createHash } from 'node:crypto'

/** west, south, east, north in degrees; lowest and highest metres above the ellipsoid. */
export type Region = [number, number, number, number, number, number]

/** A tile of the tree. */
export interface TileNode {
  region: Region
  /** metres; a child's is never larger */
  error: number
  /** path from tileset.json, null for a tile that only groups */
  uri: string | null
  children: TileNode[]
}

/** A JSON file of the tileset. */
export interface TilesetFile {
  path: string
  json: string
}

const MOST_TILES = 2000
const RADIANS = Math.PI / 180

/** The smallest region around some others. @throws {RangeError} when there are none */
export function enclose(regions: readonly Region[]): Region {
  if (!regions.length) throw new RangeError('tileset: nothing to enclose, got 0 regions; expected at least 1')
  const result: Region = [...regions[0]]
  for (const region of regions) {
    for (const i of [0, 1, 4]) result[i] = Math.min(result[i], region[i])
    for (const i of [2, 3, 5]) result[i] = Math.max(result[i], region[i])
  }
  return result
}

/**
 * Describes a tree.
 * @param root null for a tileset without tiles
 * @param folder where external tilesets go, relative to tileset.json: `c/`
 * @returns tileset.json last, so that writing in order publishes it last
 */
export function describeTileset(root: TileNode | null, folder: string): TilesetFile[] {
  const files: TilesetFile[] = []
  const error = root ? Math.max(500, root.error * 2) : 0
  const top = root
    ? describeTile(root, folder, files, '')
    : { boundingVolume: { region: [0, 0, 0, 0, 0, 0] }, geometricError: 0, refine: 'REPLACE' }
  files.push({ path: 'tileset.json', json: wrap(top, error) })
  return files
}

const wrap = (root: object, error: number): string =>
  JSON.stringify({ asset: { version: '1.1', generator: 'Tidewall' }, geometricError: error, root })

const counted = new WeakMap<TileNode, number>()
function count(node: TileNode): number {
  const known = counted.get(node)
  if (known !== undefined) return known
  const sum = node.children.reduce((total, child) => total + count(child), 1)
  counted.set(node, sum)
  return sum
}

/** @param base path from the file being written back to tileset.json's folder */
function describeTile(node: TileNode, folder: string, files: TilesetFile[], base: string): object {
  const children = node.children.map((child) => {
    const large = count(node) > MOST_TILES && count(child) <= MOST_TILES && count(child) > 50
    return large ? external(child, folder, files, base) : describeTile(child, folder, files, base)
  })
  return {
    boundingVolume: { region: radians(node.region) },
    geometricError: round(node.error),
    refine: 'REPLACE',
    ...(node.uri ? { content: { uri: base + node.uri } } : {}),
    ...(children.length ? { children } : {}),
  }
}

function external(node: TileNode, folder: string, files: TilesetFile[], base: string): object {
  const back = '../'.repeat(folder.split('/').length - 1)
  const json = wrap(describeTile(node, folder, files, back), round(node.error))
  const path = `${folder}${createHash('sha256').update(json).digest('base64url').slice(0, 20)}.json`
  files.push({ path, json })
  return {
    boundingVolume: { region: radians(node.region) },
    geometricError: round(node.error),
    refine: 'REPLACE',
    content: { uri: base + path },
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000

/** To radians at 1e-10 (0.6 mm), outward, so that children stay inside their parents. */
function radians([west, south, east, north, low, high]: Region): number[] {
  const down = (degrees: number): number => Math.floor(degrees * RADIANS * 1e10) / 1e10
  const up = (degrees: number): number => Math.ceil(degrees * RADIANS * 1e10) / 1e10
  return [down(west), down(south), up(east), up(north), Math.floor(low * 100) / 100, Math.ceil(high * 100) / 100]
}
