/** Buildings shade the ground: the painter is told where the sun throws shadows, anew when it has moved far enough to be seen. */

import { Cartesian3, Math as CesiumMath, Ellipsoid } from '@cesium/engine'
import type { Light } from './light.ts'
import type { GroundShade } from './map-messages.ts'
import type { Stage } from './stage.ts'

/** The sun's shadow turns or grows by this share of a building's height before the ground is painted again. */
const STEP = 0.06
/** Milliseconds between two paintings while the clock runs. */
const PAUSE = 2500
/** A shadow is at most this many times as long as its building is high. */
const LONGEST = 5

/** Shade under a layer of buildings. */
export interface ShadeUnder {
  show(visible: boolean): void
  dispose(): void
}

/** Shades the ground under buildings, as the app's clock and its switch for shadows say. */
export function shadeUnder(stage: Stage): ShadeUnder {
  const { scene, app, drape, light } = stage
  let shown = false
  let painted: GroundShade | null = null
  let paintedAt = 0
  let due: ReturnType<typeof setTimeout> | undefined

  const paint = (next: GroundShade | null) => {
    clearTimeout(due)
    due = undefined
    painted = next
    paintedAt = performance.now()
    drape.setShade(next)
  }
  const follow = () => {
    const wanted = shown ? shadeOf(light, scene.camera.positionWC, app.store.getState().shadows) : null
    if (isLike(painted, wanted)) return
    const pause = painted && wanted ? PAUSE - (performance.now() - paintedAt) : 0
    if (pause <= 0 || !app.store.getState().playing) paint(wanted)
    else due ??= setTimeout(stage.redraw, pause)
  }
  const stop = scene.preUpdate.addEventListener(follow)
  const stopSwitch = app.store.subscribe((state, before) => {
    if (state.shadows !== before.shadows) stage.redraw()
  })
  return {
    show(visible) {
      shown = visible
      stage.redraw()
    },
    dispose() {
      clearTimeout(due)
      stop()
      stopSwitch()
      drape.setShade(null)
    },
  }
}

const up = new Cartesian3()
const east = new Cartesian3()
const north = new Cartesian3()

/** The shade under a light as seen from a place on or over the ground (earth-fixed, metres). */
export function shadeOf(light: Pick<Light, 'sun' | 'altitude'>, place: Cartesian3, shadows: boolean): GroundShade {
  const darkness = 0.3 * CesiumMath.clamp(CesiumMath.toDegrees(light.altitude) / 10, 0, 1)
  if (!shadows || darkness < 0.02) return { shadow: null, darkness: 0 }
  Ellipsoid.WGS84.geodeticSurfaceNormal(place, up)
  Cartesian3.normalize(Cartesian3.cross(Cartesian3.UNIT_Z, up, east), east)
  Cartesian3.cross(up, east, north)
  const [x, y] = [Cartesian3.dot(light.sun, east), Cartesian3.dot(light.sun, north)]
  const level = Math.hypot(x, y)
  if (level < 1e-6) return { shadow: [0, 0], darkness }
  const length = Math.min(LONGEST, 1 / Math.tan(light.altitude))
  return { shadow: [(-x / level) * length, (-y / level) * length], darkness }
}

/** Whether nobody would see the difference. */
function isLike(a: GroundShade | null, b: GroundShade | null): boolean {
  if (a === null || b === null) return a === b
  if (a.shadow === null || b.shadow === null) return a.shadow === b.shadow
  const step = STEP * Math.max(1, Math.hypot(...b.shadow))
  return (
    Math.hypot(a.shadow[0] - b.shadow[0], a.shadow[1] - b.shadow[1]) < step && Math.abs(a.darkness - b.darkness) < 0.04
  )
}
