/** Follows what the scene says about the underground: x-ray, and what was dug. */

import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import { drawExcavations } from './excavation.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'

/** Starts following; call the answer to stop. */
export function followUnderground(stage: Stage): () => void {
  const under = buried(stage.scene)
  const pits = drawExcavations(stage)
  const follow = (scene: SceneDocument | null) => {
    under.xray = scene?.below?.xray ?? 0
    pits.follow(scene?.marks ?? {})
    stage.redraw()
  }
  follow(stage.app.store.getState().scene)
  const stop = stage.app.store.subscribe((state, before) => {
    if (state.scene !== before.scene) follow(state.scene)
  })
  return () => {
    stop()
    pits.dispose()
  }
}
