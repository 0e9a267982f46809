/** The layers on a globe: brought in line with the scene, asked what was picked, told what is chosen. */

import type { Layer, LayerType, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { LayerReport, Selection } from '../../app/state.ts'
import type { App } from '../../app/store.ts'
import type { Drawn, Draws, Picked, PickedAt, Stage } from './stage.ts'

/** All layers together. */
export interface LayersOnGlobe {
  /** Brings what is drawn in line with a scene: new layers drawn, changed ones updated, gone ones taken away. */
  follow(scene: SceneDocument): void
  pick(picked: unknown, at: PickedAt): Picked | null
  highlight(selected: Selection | null, hovered: Selection | null): void
  dispose(): void
}

/** No layers yet; they are drawn by `draws` on the stage. */
export function layersOnGlobe(draws: Draws, stage: Stage): LayersOnGlobe {
  const drawn = new Map<string, { kind: LayerType; layer: Drawn }>()
  return {
    follow({ layers }) {
      const kinds = new Map(layers.map(({ id, type }) => [id, type]))
      for (const [id, { kind, layer }] of drawn) {
        if (kinds.get(id) === kind) continue
        layer.dispose()
        drawn.delete(id)
      }
      for (const spec of layers) {
        try {
          const known = drawn.get(spec.id)
          if (known) known.layer.update(spec)
          else drawn.set(spec.id, { kind: spec.type, layer: drawLayer(draws, spec, stage) })
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          stage.report(spec.id, { status: 'failed', reason })
        }
      }
      stage.redraw()
    },
    pick(picked, at) {
      for (const { layer } of drawn.values()) {
        const selection = layer.pick?.(picked, at)
        if (selection) return selection
      }
      return null
    },
    highlight(selected, hovered) {
      for (const { layer } of drawn.values()) layer.highlight?.(selected, hovered)
    },
    dispose() {
      for (const { layer } of drawn.values()) layer.dispose()
      drawn.clear()
    },
  }
}

/** Hands reports to the app; the same words twice are said once. */
export function reporter(app: App): Stage['report'] {
  const said = new Map<string, string>()
  return (layer, report: LayerReport) => {
    const words = JSON.stringify(report)
    if (said.get(layer) === words && app.store.getState().reports[layer] !== undefined) return
    said.set(layer, words)
    app.report(layer, report)
  }
}

function drawLayer(draws: Draws, spec: Layer, stage: Stage): Drawn {
  // The table is total and keyed by the same word, which TypeScript cannot follow through a union.
  const draw = draws[spec.type] as unknown as (spec: Layer, stage: Stage) => Drawn
  return draw(spec, stage)
}
