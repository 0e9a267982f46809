/** Moving by keys and looking by dragging, in the two modes that are not orbiting. */

import { Cartesian3, Ellipsoid, type Scene } from '@cesium/engine'
import type { AppState } from '../../app/state.ts'
import { eased, movesCamera, pitched, strideOf, TURN, topSpeed } from './camera-guard.ts'

/** The held keys and the drag of one canvas. */
export interface CameraKeys {
  /** moves the camera by what is held; call once a frame */
  step(mode: AppState['navigation']): void
  /** lets go of everything */
  release(): void
  dispose(): void
}

/** Listens to a scene's canvas. `mode` is asked at each event; `heightOver` = metres over ground; `moved` hears that a frame is needed. */
export function cameraKeys(
  scene: Scene,
  mode: () => AppState['navigation'],
  heightOver: () => number,
  moved: () => void,
): CameraKeys {
  const { camera, canvas } = scene
  const keys = new Set<string>()
  let before = performance.now()
  let speed = 0
  let looking = false

  const stride = (now: AppState['navigation'], seconds: number) => {
    const { ahead, right, up } = strideOf(keys, now)
    if (ahead === 0 && right === 0 && up === 0) return
    speed = eased(speed, topSpeed(now, heightOver(), keys.has('ShiftLeft') || keys.has('ShiftRight')), seconds)
    const zenith = Ellipsoid.WGS84.geodeticSurfaceNormal(camera.positionWC, new Cartesian3())
    const aside = Cartesian3.clone(camera.rightWC)
    const along = Cartesian3.clone(camera.directionWC)
    // A walker looks up and down but walks on the level.
    if (now === 'walk') Cartesian3.normalize(Cartesian3.cross(zenith, aside, new Cartesian3()), along)
    for (const [axis, amount] of [
      [along, ahead],
      [aside, right],
      [zenith, up],
    ] as const)
      if (amount !== 0) camera.move(axis, amount * speed * seconds)
    moved()
  }
  const look = (event: PointerEvent) => {
    if (mode() === 'orbit' || !looking) return
    const heading = camera.heading + event.movementX * TURN
    const pitch = pitched(camera.pitch, event.movementY)
    camera.setView({ destination: camera.positionWC, orientation: { heading, pitch, roll: 0 } })
    moved()
  }
  const press = (event: PointerEvent) => {
    canvas.focus({ preventScroll: true })
    looking = event.button === 0
    if (mode() !== 'orbit') canvas.setPointerCapture(event.pointerId)
  }
  const letGo = () => {
    looking = false
  }
  const keyDown = (event: KeyboardEvent) => {
    if (mode() === 'orbit' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (!movesCamera(event.code)) return
    keys.add(event.code)
    if (event.code.startsWith('Arrow')) event.preventDefault()
    moved()
  }
  const keyUp = (event: KeyboardEvent) => keys.delete(event.code)
  const forget = () => keys.clear()
  const stop = new AbortController()
  const { signal } = stop
  canvas.addEventListener('pointermove', look, { signal })
  canvas.addEventListener('pointerdown', press, { signal })
  canvas.addEventListener('pointerup', letGo, { signal })
  canvas.addEventListener('keydown', keyDown, { signal })
  canvas.addEventListener('keyup', keyUp, { signal })
  canvas.addEventListener('blur', forget, { signal })
  return {
    step(now) {
      const time = performance.now()
      const seconds = Math.min(0.1, (time - before) / 1000)
      before = time
      if (now !== 'orbit' && keys.size > 0) stride(now, seconds)
      else speed = 0
    },
    release() {
      keys.clear()
      speed = 0
    },
    dispose: () => stop.abort(),
  }
}
