/** Follows what the scene says about the underground: x-ray, what was dug; and, below the ground, the dark and the grid of depth. */

import { Cartesian3, Color } from '@cesium/engine'
import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import { drawExcavations } from './excavation.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'
import { drawDraft } from './underground-draft.ts'
import { drawDepthGrid } from './underground-grid.ts'

/** Soil in the lamp's light, just below the street and thirty metres down: depth darkens and cools. */
const SHALLOW = new Cartesian3(0.15, 0.168, 0.185)
const DEEP = new Cartesian3(0.05, 0.08, 0.115)
const DEEP_M = 30
/** How far the lamp reaches, one over metres, and where nothing of it is left: `exp(-(FAR * DENSITY) ** 1.5)` < 1 %. */
const DENSITY = 1 / 140
const FAR = 400

/** Starts following; call the answer to stop. */
export function followUnderground(stage: Stage): () => void {
  const under = buried(stage.scene)
  const pits = drawExcavations(stage)
  const grid = drawDepthGrid(stage)
  const stopDraft = drawDraft(stage)
  const follow = (scene: SceneDocument | null) => {
    under.xray = scene?.below?.xray ?? 0
    pits.follow(scene?.marks ?? {})
    stage.redraw()
  }
  follow(stage.app.store.getState().scene)
  const dark = new Color()
  const sky = skyOf(stage, dark)
  const reach = reachOf(stage)
  const stopLight = stage.scene.preUpdate.addEventListener(() => {
    const depth = stage.app.store.getState().depth
    const below = depth !== null
    if (below !== under.underground) {
      under.underground = below
      sky(!below)
      reach(below ? FAR : null)
    }
    grid.show(below && (stage.document()?.below?.grid ?? true))
    if (!below) return
    const { fog } = stage.light
    Cartesian3.lerp(SHALLOW, DEEP, Math.min(1, depth.depth / DEEP_M), fog)
    dark.red = fog.x
    dark.green = fog.y
    dark.blue = fog.z
    stage.light.fogDensity = DENSITY
  })
  const stop = stage.app.store.subscribe((state, before) => {
    if (state.scene !== before.scene) follow(state.scene)
  })
  return () => {
    stop()
    stopLight()
    stopDraft()
    grid.dispose()
    pits.dispose()
  }
}

/** Shows the sky, or the dark of the soil. */
function skyOf({ scene }: Stage, dark: Color): (shown: boolean) => void {
  const above = Color.clone(scene.backgroundColor)
  // the far side of the Earth as seen through it
  scene.globe.undergroundColor = dark
  return (shown) => {
    if (scene.skyAtmosphere) scene.skyAtmosphere.show = shown
    if (scene.sun) scene.sun.show = shown
    scene.backgroundColor = shown ? above : dark
  }
}

/** Ends the view where the soil has swallowed everything, so that nothing beyond is fetched or drawn; null = as far as above ground. */
function reachOf({ scene }: Stage): (metres: number | null) => void {
  const frustum = () => scene.camera.frustum as unknown as { far: number }
  const { far } = frustum()
  return (metres) => {
    frustum().far = metres ?? far
  }
}
