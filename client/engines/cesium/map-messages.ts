/** What the page and the map painter (a worker) say to each other. */
import type { Expression } from '../../../scenes/schema/expression.ts'

/** The kinds painted flat; also the names of their vector layers. */
export const FLAT_KINDS = ['land', 'water', 'boundaries', 'roads', 'rail'] as const
/** A kind painted flat. */
export type FlatKind = (typeof FLAT_KINDS)[number]

/** A flat layer as it is to be painted; the list's order is the painting order. */
export interface FlatStyle {
  kind: FlatKind
  opacity: number
  /** colour of each feature; null = the kind's own */
  color: Expression | null
}

/** The finest level of ground and of its pictures: 153 m of the earth in 1,024 pixels. */
export const FINEST_LEVEL = 17

/** Where vector tiles are: from the TileJSON. */
export interface TileSource {
  /** address with {z} {x} {y} */
  template: string
  minZoom: number
  maxZoom: number
  /** west, south, east, north in degrees */
  bounds: [number, number, number, number]
}

/** West, south, east, north in degrees. */
export type Box = [number, number, number, number]

/** A name to be written on the map. */
export interface Label {
  id: string
  name: string
  nameEn: string
  class: string
  /** 1 = most important … 10 */
  rank: number
  lng: number
  lat: number
  /** a street's name: only seen near */
  road: boolean
}

/** How buildings shade the ground: all round their feet, and where the sun throws their shadow. */
export interface GroundShade {
  /** metres east and north that the shadow of one metre of height reaches; null = no shadow */
  shadow: readonly [east: number, north: number] | null
  /** how dark the shadow is, 0 … 1 */
  darkness: number
}

/** What a picture is to show. */
export interface PictureStyle {
  styles: FlatStyle[]
  /** null = buildings leave no shade */
  shade: GroundShade | null
}

/** To the worker. */
export type PainterTask =
  | { type: 'source'; source: TileSource }
  | ({ type: 'paint'; id: number; box: Box; size: number } & PictureStyle)

/** From the worker. */
export type PainterAnswer =
  | { type: 'painted'; id: number; picture: ImageBitmap }
  | { type: 'failed'; id: number; reason: string }
  | { type: 'labels'; tile: string; labels: Label[] }
