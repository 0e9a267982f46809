/** The features of a tileset's tiles while they are in memory: each tile's are shown or hidden, and painted, when it comes. */
import type { Cesium3DTile, Cesium3DTileset } from '@cesium/engine'
import type { Feature, FeatureColors } from './feature-colors.ts'

/** A feature that can be hidden. */
export type Shown = Feature & { show: boolean }

/** All features of a tile, in the order of their numbers. */
export function featuresIn({ content }: Cesium3DTile): Shown[] {
  const features: Shown[] = []
  for (let i = 0; i < content.featuresLength; i++) features.push(content.getFeature(i) as unknown as Shown)
  return features
}

/** Keeps features; `show` decides which of a tile's are seen, `changed` hears that a tile came or went. */
export function tileFeatures(colors: FeatureColors, show: (features: readonly Shown[]) => void, changed = () => {}) {
  const tiles = new Map<Cesium3DTile, Shown[]>()
  return {
    /** A tileset was opened: what the one before had is forgotten. */
    open(tileset: Cesium3DTileset): void {
      colors.clear()
      tiles.clear()
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const features = featuresIn(tile)
        tiles.set(tile, features)
        show(features)
        colors.tile(tile, features)
        changed()
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => {
        tiles.delete(tile)
        colors.tile(tile, null)
        changed()
      })
    },
    /** tile by tile */
    lists: (): Iterable<readonly Shown[]> => tiles.values(),
    showAll(): void {
      for (const features of tiles.values()) show(features)
    },
  }
}
