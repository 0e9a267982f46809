/** Pits and trenches cut out of a mesh as they are out of the ground: the mesh's own ground must not lie over them like a lid. */
import { Cartesian3, type Cesium3DTileset, ClippingPolygon, ClippingPolygonCollection } from '@cesium/engine'
import { metresPerDegree } from '../../../data/geo/ellipsoid.ts'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { trenchOutline } from './excavation-shape.ts'
import type { Stage } from './stage.ts'

/** The outline of what a mark digs, lng, lat alternating in degrees; null for marks that dig nothing. */
export function dugOutline(mark: Mark): number[] | null {
  if (mark.type === 'pit') return mark.outline.flat()
  if (mark.type !== 'trench') return null
  const [lng0, lat0] = mark.line[0] as [number, number]
  const [perLng, perLat] = metresPerDegree(lat0)
  const line = mark.line.flatMap(([lng, lat]) => [(lng - lng0) * perLng, (lat - lat0) * perLat])
  const ring = trenchOutline(line, mark.width)
  return ring?.map((value, i) => (i % 2 === 0 ? lng0 + value / perLng : lat0 + value / perLat)) ?? null
}

/** Keeps a tileset cut where the scene's marks dig; call the answer to stop. */
export function clipByPits(stage: Stage, tileset: () => Cesium3DTileset | null): () => void {
  let done: { tileset: Cesium3DTileset; words: string } | null = null
  return stage.scene.preUpdate.addEventListener(() => {
    const now = tileset()
    if (!now) return
    const outlines = Object.values(stage.document().marks ?? {}).flatMap((mark) => {
      const outline = dugOutline(mark)
      return outline ? [outline] : []
    })
    const words = JSON.stringify(outlines)
    if (done?.tileset === now && done.words === words) return
    if (outlines.length === 0 && done?.tileset !== now) {
      done = { tileset: now, words }
      return
    }
    done = { tileset: now, words }
    now.clippingPolygons = new ClippingPolygonCollection({
      polygons: outlines.map((outline) => new ClippingPolygon({ positions: Cartesian3.fromDegreesArray(outline) })),
    })
    stage.redraw()
  })
}
