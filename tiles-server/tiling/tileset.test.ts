/** Tests of tileset.json: nesting, outward rounding, external tilesets. */
import { expect, test } from 'vitest'
import { describeTileset, enclose, type Region, type TileNode } from './tileset.ts'

const leaf = (i: number): TileNode => {
  const region: Region = [121 + i * 1e-4, 28.123456789, 121 + (i + 1) * 1e-4, 28.2, 3.1234, 20.5678]
  return { region, error: 0, uri: `c/leaf-${i}.glb`, children: [] }
}
const group = (children: TileNode[], error: number, uri: string | null): TileNode => ({
  region: enclose(children.map(({ region }) => region)),
  error,
  uri,
  children,
})

interface Tile {
  boundingVolume: { region: number[] }
  geometricError: number
  content?: { uri: string }
  children?: Tile[]
}
interface Tileset {
  geometricError: number
  root: Tile
}

test('a small tree stays in one file, parents around children', () => {
  const files = describeTileset(group([leaf(0), leaf(1)], 16, 'c/top.glb'), 'c/')
  expect(files).toHaveLength(1)
  const { root, geometricError } = JSON.parse(files[0].json) as Tileset
  expect(geometricError).toBeGreaterThan(root.geometricError)
  const [west, south, east, north] = root.boundingVolume.region
  for (const child of root.children!) {
    const [w, s, e, n] = child.boundingVolume.region
    expect(w >= west && s >= south && e <= east && n <= north).toBe(true)
    expect(s).toBeLessThanOrEqual((28.123456789 * Math.PI) / 180)
  }
})

test('a large tree is split into external tilesets that together name every tile once', () => {
  const branches = Array.from({ length: 60 }, (_, b) =>
    group(
      Array.from({ length: 100 }, (_, i) => leaf(b * 100 + i)),
      16,
      `c/branch-${b}.glb`,
    ),
  )
  const files = describeTileset(group(branches, 64, null), 'c/')
  expect(files.length).toBe(61)
  expect(files[files.length - 1].path).toBe('tileset.json')
  const byPath = new Map(files.map(({ path, json }) => [path, JSON.parse(json) as Tileset]))
  const found: string[] = []
  const visit = (tile: Tile, from: string, most: number): void => {
    expect(tile.geometricError).toBeLessThanOrEqual(most)
    const uri = tile.content && new URL(tile.content.uri, `http://x/${from}`).pathname.slice(1)
    const external = uri ? byPath.get(uri) : undefined
    if (external) visit(external.root, uri!, tile.geometricError)
    else if (uri) found.push(uri)
    for (const child of tile.children ?? []) visit(child, from, tile.geometricError)
  }
  visit(byPath.get('tileset.json')!.root, 'tileset.json', Infinity)
  expect(found).toHaveLength(6060)
  expect(new Set(found).size).toBe(6060)
  expect(files[files.length - 1].json.length).toBeLessThan(20_000)
})

test('nothing at all is still a tileset', () => {
  const [file] = describeTileset(null, 'c/')
  expect(JSON.parse(file.json).root.geometricError).toBe(0)
  expect(() => enclose([])).toThrow(/nothing to enclose/)
})
