/** What every drawn layer is given, and the verbs it answers to. */

import type { Scene } from '@cesium/engine'
import type { Layer, LayerOf, LayerType, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { Hovered, LayerReport, Selection } from '../../app/state.ts'
import type { App } from '../../app/store.ts'
import type { Drape } from './drape.ts'
import type { Light } from './light.ts'

/** The surroundings of a layer on the globe. */
export interface Stage {
  scene: Scene
  app: App
  /** sun, sky and fog at the scene's time, shared by everything that shades itself */
  light: Light
  /** the one picture that all flat layers are painted into */
  drape: Drape
  /** the document the layer stands in: its sources */
  document(): SceneDocument
  /** asks for a new frame */
  redraw(): void
  /** says how the layer fares; the same answer twice is said once */
  report(layer: string, report: LayerReport): void
}

/** A thing that was picked, with what its tile says of it. */
export interface Picked extends Selection {
  facts?: Hovered['facts']
}

/** Where something was picked: the ground there in degrees, and the pixel of the canvas. */
export interface PickedAt {
  lng: number
  lat: number
  pixel?: { x: number; y: number }
}

/** A layer on the globe. */
export interface Drawn<Kind extends LayerType = LayerType> {
  /** follows a change of the layer's description */
  update(spec: LayerOf<Kind>): void
  /** which of its things was picked, or null when the pick is not its own */
  pick?(picked: unknown, at: PickedAt): Picked | null
  /** shows the chosen thing and the one under the pointer */
  highlight?(selected: Selection | null, hovered: Selection | null): void
  dispose(): void
}

/** Puts a layer on the globe. A failing source is reported, not thrown. */
export type Draw<Kind extends LayerType = LayerType> = (spec: LayerOf<Kind>, stage: Stage) => Drawn<Kind>

/** A draw function for every kind: a missing one does not compile. */
export type Draws = { [Kind in LayerType]: Draw<Kind> }

/** Whether a layer is to be seen. */
export function isVisible(spec: Layer): boolean {
  return (spec.visible ?? true) && (spec.opacity ?? 1) > 0
}
