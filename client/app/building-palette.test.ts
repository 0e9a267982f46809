/** The palette names every use a tile can store, in the tile's order, and stays clay and stone. */
import { expect, test } from 'vitest'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { BUILDING_PALETTE } from './building-palette.ts'

test('its uses are those of the tiles, in their order', () => {
  expect(Object.keys(BUILDING_PALETTE)).toEqual([...CLASSES.buildings])
})

test('no use shouts: warm greys, none far from the others, none pure white', () => {
  for (const [red, green, blue] of Object.values(BUILDING_PALETTE)) {
    expect(Math.max(red, green, blue)).toBeLessThan(0.85)
    expect(Math.min(red, green, blue)).toBeGreaterThan(0.5)
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(0.2)
  }
})
