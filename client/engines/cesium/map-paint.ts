/** Paints the features of one kind into a picture whose units are tile units. */

import { BOUNDARY, BOUNDARY_COLOR, LAND, LAND_OPACITY, RAIL, ROADS, seaColor, WATER } from '../../app/map-style.ts'
import type { FlatStyle } from './map-messages.ts'
import type { Shape } from './map-tiles.ts'

/** The scale painted at. */
export interface Scale {
  metresPerPixel: number
  unitsPerMetre: number
  z: number
}

type Context = OffscreenCanvasRenderingContext2D
type ColorOf = ((properties: Record<string, unknown>) => string | null) | null

const OWN_WIDTHS: Record<string, number> = { river: 40, canal: 18, stream: 5 }

/** Paints one kind; `colorOf` overrides the kind's own colours where it gives one. */
export function paintKind(context: Context, shapes: Shape[], style: FlatStyle, colorOf: ColorOf, scale: Scale): void {
  context.globalAlpha = style.opacity
  context.lineJoin = 'round'
  context.lineCap = 'round'
  if (style.kind === 'land') land(context, shapes, style.opacity, colorOf, scale)
  else if (style.kind === 'water') water(context, shapes, style.opacity, colorOf, scale)
  else if (style.kind === 'roads') roads(context, shapes, style.opacity, colorOf, scale)
  else if (style.kind === 'rail') rail(context, shapes, colorOf, scale)
  else boundaries(context, shapes, colorOf, scale)
}

/** Units of a width that is true on the ground but never thinner than some pixels. */
function units(widthM: number, leastPx: number, { metresPerPixel, unitsPerMetre }: Scale): number {
  return Math.max(widthM, leastPx * metresPerPixel) * unitsPerMetre
}

const word = (shape: Shape): string => String(shape.properties.class ?? 'other')
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

function land(context: Context, shapes: Shape[], opacity: number, colorOf: ColorOf, scale: Scale): void {
  for (const shape of shapes) {
    if (!shape.area) continue
    const own = colorOf?.(shape.properties)
    const kind = word(shape)
    context.globalAlpha = own ? opacity : opacity * (LAND_OPACITY[kind] ?? 0.88)
    context.fillStyle = own ?? LAND[kind] ?? LAND.other!
    context.fill(shape.path, 'evenodd')
    if (kind === 'farmland' && !own && scale.metresPerPixel < 5) furrows(context, shape, opacity, scale)
  }
}

/** Fields have furrows, seen from near and then barely. */
function furrows(context: Context, shape: Shape, opacity: number, scale: Scale): void {
  context.save()
  context.clip(shape.path, 'evenodd')
  context.globalAlpha = opacity * 0.16 * Math.min(1, (5 - scale.metresPerPixel) / 2)
  context.strokeStyle = '#8f9160'
  context.lineWidth = units(1.6, 0.5, scale)
  const step = 14 * scale.unitsPerMetre
  const lean = step * 60
  context.beginPath()
  for (let x = -4096; x < 8192; x += step) {
    context.moveTo(x, -64)
    context.lineTo(x + lean * 0.12, 4160)
  }
  context.stroke()
  context.restore()
}

function water(context: Context, shapes: Shape[], opacity: number, colorOf: ColorOf, scale: Scale): void {
  const depth = (shape: Shape) => (word(shape) === 'sea' ? (number(shape.properties.depth) ?? 0) : -1)
  const order = [...shapes].sort((a, b) => (depth(b) >= 0 && depth(a) >= 0 ? depth(a) - depth(b) : depth(b) - depth(a)))
  // A pale rim makes the shore readable. All rims lie under all water: where a river meets the sea there is no shore.
  if (scale.metresPerPixel <= 60) {
    context.globalAlpha = opacity * 0.5
    context.strokeStyle = '#c3d6d6'
    context.lineWidth = units(2.4, 2, scale)
    for (const shape of order) if (shape.area && depth(shape) <= 0) context.stroke(shape.path)
  }
  context.globalAlpha = opacity
  for (const shape of order) {
    const kind = word(shape)
    const own = kind === 'sea' ? seaColor(depth(shape)) : (WATER[kind] ?? WATER.other!)
    const color = colorOf?.(shape.properties) ?? own
    if (shape.area) {
      context.fillStyle = color
      context.fill(shape.path, 'evenodd')
    } else {
      context.strokeStyle = color
      context.lineWidth = units(number(shape.properties.widthM) ?? OWN_WIDTHS[kind] ?? 6, 0.8, scale)
      context.stroke(shape.path)
    }
  }
}

function roads(context: Context, shapes: Shape[], opacity: number, colorOf: ColorOf, scale: Scale): void {
  const seen = shapes
    .map((shape) => ({ shape, ribbon: ROADS[word(shape)] ?? ROADS.other!, level: number(shape.properties.level) ?? 0 }))
    .filter(({ shape, ribbon }) => scale.metresPerPixel <= ribbon.upToMpp && shape.properties.tunnel !== true)
    .sort((a, b) => a.level - b.level || a.ribbon.rank - b.ribbon.rank)
  const pixel = scale.metresPerPixel * scale.unitsPerMetre
  for (let from = 0; from < seen.length; ) {
    let to = from
    while (to < seen.length && seen[to]!.level === seen[from]!.level) to++
    const level = seen.slice(from, to)
    context.globalAlpha = opacity
    for (const { shape, ribbon } of level) {
      const width = roadWidth(shape, ribbon, scale)
      if (shape.area || ribbon.dash || width < 2.4 * pixel) continue
      const bridge = shape.properties.bridge === true
      context.strokeStyle = bridge ? '#9d968a' : ribbon.casing
      context.lineCap = bridge ? 'butt' : 'round'
      context.lineWidth = width + (bridge ? 2.6 : 1.7) * Math.min(pixel, 0.9 * scale.unitsPerMetre * 1.5)
      context.stroke(shape.path)
    }
    context.lineCap = 'round'
    for (const { shape, ribbon } of level) {
      const color = colorOf?.(shape.properties) ?? ribbon.color
      if (shape.area) {
        context.fillStyle = color
        context.fill(shape.path, 'evenodd')
        continue
      }
      context.strokeStyle = color
      context.lineWidth = roadWidth(shape, ribbon, scale)
      context.lineCap = ribbon.dash ? 'butt' : 'round'
      context.setLineDash(ribbon.dash ? ribbon.dash.map((metres) => metres * scale.unitsPerMetre) : [])
      context.stroke(shape.path)
      centreLine(context, shape, ribbon.rank, scale)
    }
    context.setLineDash([])
    from = to
  }
}

function roadWidth(shape: Shape, ribbon: (typeof ROADS)[string], scale: Scale): number {
  return units(number(shape.properties.widthM) ?? ribbon.widthM, ribbon.leastPx, scale)
}

/** Wide roads near have a dashed middle line. */
function centreLine(context: Context, shape: Shape, rank: number, scale: Scale): void {
  if (rank < 6 || scale.metresPerPixel > 0.7) return
  context.strokeStyle = '#ffffff'
  context.globalAlpha *= 0.75
  context.lineWidth = 0.35 * scale.unitsPerMetre
  context.lineCap = 'butt'
  context.setLineDash([6 * scale.unitsPerMetre, 6 * scale.unitsPerMetre])
  context.stroke(shape.path)
  context.setLineDash([])
  context.globalAlpha /= 0.75
}

function rail(context: Context, shapes: Shape[], colorOf: ColorOf, scale: Scale): void {
  if (scale.metresPerPixel > RAIL.upToMpp) return
  context.lineCap = 'butt'
  for (const shape of shapes) {
    if (shape.area || shape.properties.tunnel === true) continue
    const width = units(RAIL.widthM, RAIL.leastPx, scale)
    context.strokeStyle = colorOf?.(shape.properties) ?? RAIL.color
    context.lineWidth = width
    context.stroke(shape.path)
    if (scale.metresPerPixel > 6) continue
    context.strokeStyle = RAIL.sleepers
    context.lineWidth = width * 0.55
    const step = Math.max(7, scale.metresPerPixel * 6) * scale.unitsPerMetre
    context.setLineDash([step, step])
    context.stroke(shape.path)
    context.setLineDash([])
  }
}

function boundaries(context: Context, shapes: Shape[], colorOf: ColorOf, scale: Scale): void {
  const pixel = scale.metresPerPixel * scale.unitsPerMetre
  const alpha = context.globalAlpha
  for (const shape of shapes) {
    const line = BOUNDARY[word(shape)] ?? BOUNDARY.other!
    if (scale.metresPerPixel > line.upToMpp) continue
    context.globalAlpha = alpha * 0.55
    context.strokeStyle = colorOf?.(shape.properties) ?? BOUNDARY_COLOR
    context.lineWidth = line.widthPx * pixel
    context.setLineDash([7 * pixel, 3 * pixel, 1.5 * pixel, 3 * pixel])
    context.stroke(shape.path)
  }
  context.setLineDash([])
  context.globalAlpha = alpha
}
