/** Paints how buildings shade the ground: soft darkness at their feet and the shadow the sun throws, as part of the flat map. */
import type { Box, GroundShade } from './map-messages.ts'
import type { House, MapTile } from './map-tiles.ts'

type Context = OffscreenCanvasRenderingContext2D

/** The outlines on which a shade is filled, as a path takes them. */
export interface Outline {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  closePath(): void
}

/** Metres of ground a pixel may cover at most; farther away shade is finer than what is seen. */
export const SHADED_TO_MPP = 2.6
/** A shadow ends here: towers at sunset would ask for the tiles of half a city. */
export const LONGEST_M = 240
const FOOT = { radiusM: 4.5, darkness: 0.36 }
const INK = '#23262e'

/** A picture's place: its box in degrees, its side in pixels, what a pixel covers. */
export interface Place {
  box: Box
  size: number
  metresPerPixel: number
}

/** The box from which buildings reach into a picture with their shade. */
export function shadedFrom({ box, size, metresPerPixel }: Place, shade: GroundShade): Box {
  const reach = (shade.shadow ? LONGEST_M : 0) + 3 * FOOT.radiusM
  return grown(box, (reach / metresPerPixel / size) * (box[3] - box[1]))
}

/**
 * Paints the shade of some tiles' buildings into a picture.
 *
 * @param settle sets a context to a tile's units for a picture of another box and size
 */
export function paintShade(
  context: Context,
  tiles: readonly MapTile[],
  shade: GroundShade,
  place: Place,
  settle: (context: Context, tile: MapTile, box: Box, size: number) => number,
): void {
  const { metresPerPixel } = place
  const near = 1 - Math.max(0, metresPerPixel - 1.3) / 4
  const footPx = FOOT.radiusM / metresPerPixel
  laid(context, tiles, place, settle, footPx, FOOT.darkness * near, (outline, house) => addRing(outline, house.ring))
  const { shadow } = shade
  if (!shadow || shade.darkness <= 0) return
  laid(context, tiles, place, settle, 0.5 / metresPerPixel, shade.darkness, (outline, house, unitsPerMetre) => {
    const reach = Math.min(house.heightM, LONGEST_M / Math.max(1e-3, Math.hypot(...shadow))) * unitsPerMetre
    addShadow(outline, house, shadow[0] * reach, -shadow[1] * reach)
  })
}

/** Fills all outlines as one and lays them over the picture, blurred: where two shades meet it is no darker. */
function laid(
  context: Context,
  tiles: readonly MapTile[],
  { box, size }: Place,
  settle: (context: Context, tile: MapTile, box: Box, size: number) => number,
  blurPx: number,
  darkness: number,
  add: (outline: Outline, house: House, unitsPerMetre: number) => void,
): void {
  // Around the picture there is as much more as the blur reaches: neighbours must meet.
  const pad = Math.ceil(blurPx * 3) + 1
  const canvas = new OffscreenCanvas(size + 2 * pad, size + 2 * pad)
  const wide = grown(box, (pad / size) * (box[3] - box[1]))
  const ink = canvas.getContext('2d')!
  ink.fillStyle = INK
  for (const tile of tiles) {
    ink.save()
    const unitsPerMetre = settle(ink, tile, wide, canvas.width)
    const path = new Path2D()
    for (const house of tile.houses) add(path, house, unitsPerMetre)
    ink.fill(path, 'nonzero')
    ink.restore()
  }
  context.save()
  context.filter = blurPx >= 0.4 ? `blur(${blurPx.toFixed(1)}px)` : 'none'
  context.globalAlpha = darkness
  context.drawImage(canvas, -pad, -pad)
  context.restore()
}

function addRing(outline: Outline, ring: Float32Array, dx = 0, dy = 0): void {
  for (let i = 0; i < ring.length; i += 2) {
    if (i === 0) outline.moveTo(ring[0]! + dx, ring[1]! + dy)
    else outline.lineTo(ring[i]! + dx, ring[i + 1]! + dy)
  }
  outline.closePath()
}

/**
 * The shadow of a block: its foot, its roof moved along the ground, and what each wall sweeps between them.
 * All turn the same way, so that filled by the non-zero rule they are one.
 */
export function addShadow(outline: Outline, { ring }: House, dx: number, dy: number): void {
  addRing(outline, ring)
  addRing(outline, ring, dx, dy)
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!]
    const turn = (bx - ax) * dy - (by - ay) * dx
    if (turn === 0) continue
    const [px, py, qx, qy] = turn > 0 ? [ax, ay, bx, by] : [bx, by, ax, ay]
    outline.moveTo(px, py)
    outline.lineTo(qx, qy)
    outline.lineTo(qx + dx, qy + dy)
    outline.lineTo(px + dx, py + dy)
    outline.closePath()
  }
}

function grown([west, south, east, north]: Box, byDeg: number): Box {
  return [west - byDeg, south - byDeg, east + byDeg, north + byDeg]
}
