/** The painter: one picture of the flat map for one tile of ground, made off the page's thread. */

import { cssColor } from '../../../scenes/schema/color.ts'
import { compile } from '../../../scenes/schema/expression.ts'
import type { Box, FlatStyle, Label, PainterAnswer, PainterTask, TileSource } from './map-messages.ts'
import { paintKind } from './map-paint.ts'
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
    picture(data.box, data.size, data.styles).then(
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

async function picture(box: Box, size: number, styles: FlatStyle[]): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(size, size)
  const context = canvas.getContext('2d')!
  const [west, south, east, north] = box
  if (source) {
    // A picture is about as large as a vector tile, and has four units of it to a pixel.
    const wanted = Math.round(Math.log2(360 / (east - west)))
    const z = Math.max(source.minZoom, Math.min(source.maxZoom, wanted))
    const [w, s, e, n] = source.bounds
    const seen: Box = [Math.max(west, w), Math.max(south, s), Math.min(east, e), Math.min(north, n)]
    if (seen[0] < seen[2] && seen[1] < seen[3] && wanted >= source.minZoom - 2) {
      const addresses = tilesUnder(seen, z)
      const found_ = await Promise.all(addresses.map(([x, y]) => mapTile(source!, z, x, y, found)))
      const tiles = found_.filter((tile) => tile !== null)
      const metresPerPixel = ((north - south) * 111_320) / size
      for (const style of styles) {
        for (const tile of tiles) {
          context.save()
          place(context, tile, box, size)
          const unitsPerMetre =
            (tile.extent * 2 ** tile.z) / (40_075_017 * Math.cos((((south + north) / 2) * Math.PI) / 180))
          paintKind(context, tile.shapes[style.kind], style, colorOf(style), { metresPerPixel, unitsPerMetre, z })
          context.restore()
        }
      }
    }
  }
  return canvas.transferToImageBitmap()
}

/** Sets tile units → pixels, clipped to the tile. South is the first row: a picture goes to the graphics card as it is. */
function place(
  context: OffscreenCanvasRenderingContext2D,
  tile: MapTile,
  [west, south, east, north]: Box,
  size: number,
): void {
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
  context.beginPath()
  context.rect(0, 0, tile.extent, tile.extent)
  context.clip()
}
