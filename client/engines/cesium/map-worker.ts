/** The painter: one picture of the flat map for one tile of ground, made off the page's thread. */

import { cssColor } from '../../../scenes/schema/color.ts'
import { compile } from '../../../scenes/schema/expression.ts'
import type { Box, FlatStyle, Label, PainterAnswer, PainterTask, PictureStyle, TileSource } from './map-messages.ts'
import { paintKind } from './map-paint.ts'
import { paintShade, SHADED_TO_MPP, shadedFrom } from './map-shade.ts'
import { forgetTiles, latitude, type MapTile, mapTile, mercator, tilesUnder } from './map-tiles.ts'

let source: TileSource | null = null
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<PainterTask>) => void) | null
  postMessage(answer: PainterAnswer, transfer?: Transferable[]): void
}

scope.onmessage = ({ data }) => {
  if (data.type === 'source') {
    if (source?.template !== data.source.template) forgetTiles()
    source = data.source
  } else
    picture(data.box, data.size, data).then(
      (bitmap) => scope.postMessage({ type: 'painted', id: data.id, picture: bitmap }, [bitmap]),
      (error: unknown) =>
        scope.postMessage({
          type: 'failed',
          id: data.id,
          reason: error instanceof Error ? error.message : String(error),
        }),
    )
}

const found = (tile: string, labels: Label[]) => scope.postMessage({ type: 'labels', tile, labels })

const compiled = new Map<string, (properties: Record<string, unknown>) => string | null>()

/** A colour expression as a function to CSS, null where it gives none. */
function colorOf(style: FlatStyle): ((properties: Record<string, unknown>) => string | null) | null {
  if (style.color === null) return null
  const key = JSON.stringify(style.color)
  const known = compiled.get(key)
  if (known) return known
  const evaluate = compile(style.color, 'color')
  const made = (properties: Record<string, unknown>) => {
    const color = evaluate(properties)
    return color === null ? null : cssColor(color)
  }
  if (compiled.size > 64) compiled.clear()
  compiled.set(key, made)
  return made
}

async function picture(box: Box, size: number, { styles, shade }: PictureStyle): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(size, size)
  const context = canvas.getContext('2d')!
  const [west, south, east, north] = box
  // A picture is about as large as a vector tile, and has four units of it to a pixel.
  const wanted = Math.round(Math.log2(360 / (east - west)))
  if (source && wanted >= source.minZoom - 2) {
    const z = Math.max(source.minZoom, Math.min(source.maxZoom, wanted))
    const tiles = await tilesOf(source, box, z)
    const metresPerPixel = ((north - south) * 111_320) / size
    for (const style of styles) {
      for (const tile of tiles) {
        context.save()
        const unitsPerMetre = place(context, tile, box, size)
        clip(context, tile)
        paintKind(context, tile.shapes[style.kind], style, colorOf(style), { metresPerPixel, unitsPerMetre, z })
        context.restore()
      }
    }
    if (shade && metresPerPixel <= SHADED_TO_MPP) {
      const where = { box, size, metresPerPixel }
      paintShade(context, await tilesOf(source, shadedFrom(where, shade), z), shade, where, place)
    }
  }
  return canvas.transferToImageBitmap()
}

/** The tiles of one zoom under a box, as far as the source has any. */
async function tilesOf(from: TileSource, [west, south, east, north]: Box, z: number): Promise<MapTile[]> {
  const [w, s, e, n] = from.bounds
  const seen: Box = [Math.max(west, w), Math.max(south, s), Math.min(east, e), Math.min(north, n)]
  if (seen[0] >= seen[2] || seen[1] >= seen[3]) return []
  const tiles = await Promise.all(tilesUnder(seen, z).map(([x, y]) => mapTile(from, z, x, y, found)))
  return tiles.filter((tile) => tile !== null)
}

/** Sets tile units → pixels and answers how many units a metre has. South is the first row: a picture goes to the graphics card as it is. */
function place(
  context: OffscreenCanvasRenderingContext2D,
  tile: MapTile,
  [west, south, east, north]: Box,
  size: number,
): number {
  const side = 2 ** tile.z
  const tileWest = (tile.x / side) * 360 - 180
  const widthDeg = 360 / side
  // Latitude is not quite linear in Mercator: take the two ends inside both, where it is exact, so that neighbours meet.
  const top = Math.min(north, latitude(tile.y / side))
  const bottom = Math.max(south, latitude((tile.y + 1) / side))
  const unit = (lat: number) => (mercator(lat) * side - tile.y) * tile.extent
  const pixel = (lat: number) => ((lat - south) / (north - south)) * size
  const scaleX = ((widthDeg / (east - west)) * size) / tile.extent
  const scaleY = (pixel(bottom) - pixel(top)) / (unit(bottom) - unit(top))
  context.setTransform(
    scaleX,
    0,
    0,
    scaleY,
    ((tileWest - west) / (east - west)) * size,
    pixel(top) - unit(top) * scaleY,
  )
  return (tile.extent * side) / (40_075_017 * Math.cos((((south + north) / 2) * Math.PI) / 180))
}

function clip(context: OffscreenCanvasRenderingContext2D, tile: MapTile): void {
  context.beginPath()
  context.rect(0, 0, tile.extent, tile.extent)
  context.clip()
}
