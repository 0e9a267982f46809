import { expect, test } from 'vitest'
import { reasonOf } from './broken-tiles.ts'

test('the reason of a tile that cannot be drawn names the tile and the deepest cause', () => {
  const message =
    'Failed to load model: http://127.0.0.1:8080/tiles/mesh/c/58/tile.glb\nFailed to load glTF\nFailed to load texture\nInvalid KTX2 file'
  expect(reasonOf(message)).toBe('tile /tiles/mesh/c/58/tile.glb: Invalid KTX2 file')
  expect(reasonOf('Out of memory.')).toBe('Out of memory.')
})
