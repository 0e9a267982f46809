/** The scene that shows what was brought in: the layers of the default city, looking at the new extent. */
import { readFile } from 'node:fs/promises'
import { parseScene, type SceneDocument } from '../../scenes/schema/scene.ts'
import type { LayerName } from '../geo/city-feature.ts'
import { metresPerDegree } from '../geo/ellipsoid.ts'

const TEMPLATE = new URL('../../scenes/jiaojiang/city.json', import.meta.url)

/** Layers of the store that are drawn by a layer of their own, where there are any. */
/** What lies below ground is looked at through it. */
const BURIED: readonly LayerName[] = ['pipes', 'boreholes', 'volumes']
const ADDED: { layer: LayerName; id: 'pipes' | 'models' | 'points' | 'mesh' | 'units' | 'volumes' | 'boreholes' }[] = [
  { layer: 'points', id: 'points' },
  { layer: 'mesh', id: 'mesh' },
  { layer: 'units', id: 'units' },
  { layer: 'volumes', id: 'volumes' },
  { layer: 'pipes', id: 'pipes' },
  { layer: 'elements', id: 'models' },
  { layer: 'boreholes', id: 'boreholes' },
]

/** Tiles, or for what is asked for around the camera its collection. */
function sourceOf(id: (typeof ADDED)[number]['id']) {
  return id === 'boreholes'
    ? { type: 'features', url: `/collections/${id}` }
    : { type: '3d-tiles', url: `/tiles/${id}/tileset.json` }
}

/**
 * A scene over an extent: one view of all of it, one nearer to its middle.
 *
 * @param title the data set's name
 * @param extent west, south, east, north in degrees
 * @param layers what was brought in: pipes and building models are added to the layers of the default city
 * @param highest highest ground in a box (west, south, east, north in degrees), metres above the ellipsoid
 */
export async function cityScene(
  title: string,
  extent: readonly [number, number, number, number],
  layers: readonly LayerName[],
  highest: (box: readonly [number, number, number, number]) => number,
): Promise<SceneDocument> {
  const template = JSON.parse(await readFile(TEMPLATE, 'utf8'))
  const [west, south, east, north] = extent
  const lng = (west + east) / 2
  const lat = (south + north) / 2
  const [perLng, perLat] = metresPerDegree(lat)
  const span = Math.min(
    2e6,
    Math.max(layers.includes('elements') ? 120 : 600, (east - west) * perLng, (north - south) * perLat),
  )
  const view = (width: number, pitch: number, name: { zh: string; en: string }) => {
    const away = width * 0.8
    const from = Math.max(-89, lat - away / perLat)
    const half = width / 4
    // the camera stands south of the middle: nothing between it and there may hide the view, or bury it
    const ground = highest([lng - half / perLng, from - half / perLat, lng + half / perLng, lat])
    return {
      lng: Number(lng.toFixed(6)),
      lat: Number(from.toFixed(6)),
      height: Math.round(ground + away * Math.tan((-pitch * Math.PI) / 180)),
      heading: 0,
      pitch,
      title: name,
    }
  }
  const added = ADDED.filter(({ layer }) => layers.includes(layer))
  const hours = Math.round(lng / 15)
  const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
  return parseScene({
    ...template,
    title: { zh: title, en: title },
    sources: {
      ...template.sources,
      ...Object.fromEntries(added.map(({ id }) => [id, sourceOf(id)])),
    },
    groups: added.length
      ? { below: { zh: '地下与模型', en: 'Below ground and models' }, ...template.groups }
      : template.groups,
    layers: [...template.layers, ...added.map(({ id }) => ({ id, type: id, source: id, group: 'below' }))],
    // pipes and boreholes without a city above them would otherwise be hidden by the ground
    ...(BURIED.some((layer) => layers.includes(layer)) ? { below: { xray: 0.85 } } : {}),
    time: {
      start: `2026-06-01T00:00:00${zone}`,
      end: `2026-06-02T00:00:00${zone}`,
      step: 'PT10M',
      at: `2026-06-01T10:00:00${zone}`,
    },
    views: {
      overview: view(span, -45, { zh: '全貌', en: 'Overview' }),
      middle: view(Math.max(Math.min(600, span), Math.min(1500, span / 5)), -30, { zh: '中心', en: 'The middle' }),
    },
  })
}
