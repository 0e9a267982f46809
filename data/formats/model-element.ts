/** What every reader of building models gives: elements with triangles and properties, in one frame, z up. */
import type { Attributes } from '../geo/city-feature.ts'
import type { IfcPlace } from './ifc-place.ts'

/** Triangles of one material. */
export interface ElementPart {
  /** linear RGB and opacity, 0 … 1 */
  colour: [number, number, number, number]
  /** x, y, z per vertex: metres from the model's `origin`, z up */
  positions: Float32Array
  /** three per triangle, counter-clockwise from outside */
  indices: Uint32Array
  /** linear RGB per vertex, 0 … 255, multiplied with `colour`; absent = white */
  tints?: Uint8Array
  /** u, v per vertex, v down; only with a texture */
  uvs?: Float32Array
  /** index into the model's textures */
  texture?: number
}

/** One element: a wall, a window, a pipe, a node of a scene. */
export interface ModelElement {
  /** unique in the model: GlobalId, a node's name; `#<line>` where it is missing or taken already */
  id: string
  /** `IfcWall`, `glTF` */
  kind: string
  name: string | null
  /** index into the model's storeys, null when it stands in none */
  storey: number | null
  /** indices into the model's systems */
  systems: number[]
  /** `Pset_WallCommon.IsExternal` → value */
  attributes: Attributes
  /** empty when the element has no shape, or none that could be built */
  parts: ElementPart[]
}

/** A picture that parts are covered with, as it lies in the file. */
export interface ModelTexture {
  mime: 'image/png' | 'image/jpeg' | 'image/webp'
  bytes: Uint8Array
}

/** An open model; `elements` may be walked once, `close` frees the memory behind it. */
export interface OpenModel {
  /** `IFC4`, `glTF 2.0` */
  schema: string
  name: string | null
  place: IfcPlace
  storeys: { name: string; elevationM: number | null }[]
  systems: { name: string }[]
  /** metres; added to all positions it gives the model's own coordinates (z up) */
  origin: [number, number, number]
  textures: ModelTexture[]
  elements(): Generator<ModelElement>
  /** what was left out or mended, in words; complete after the last element */
  notes: string[]
  close(): void
}
