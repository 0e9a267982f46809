/** The camera: views, flights, and the three ways to move (orbit, fly, walk), never under the ground. */

import {
  Cartesian2,
  Cartesian3,
  Cartographic,
  Math as CesiumMath,
  EasingFunction,
  Ellipsoid,
  Ray,
  type Scene,
} from '@cesium/engine'
import type { View } from '../../../scenes/schema/scene.ts'
import type { AppState } from '../../app/state.ts'

/** The camera of a globe, as commands need it. */
export interface CameraControl {
  /** Flies there in `seconds` (0 = at once). */
  fly(view: View, seconds: number): void
  north(): void
  /** Moves nearer (< 1) or farther (> 1) along what is looked at. */
  zoom(factor: number): void
  /** Changes the way to move; `stay` leaves the camera where it is (a globe built anew). */
  setMode(mode: AppState['navigation'], stay?: boolean): void
  view(): View
  metresPerPixel(): number | null
  dispose(): void
}

/** Metres the eye is above the ground when walking. */
const EYE = 1.7
const LOWEST = 2.5

/** Takes over a scene's camera; `moved` hears that a frame is needed. */
export function controlCamera(scene: Scene, moved: () => void): CameraControl {
  const { camera, canvas } = scene
  const controller = scene.screenSpaceCameraController
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const keys = new Set<string>()
  let mode: AppState['navigation'] = 'orbit'
  let before = performance.now()
  let speed = 0
  let looking = false

  controller.enableCollisionDetection = true
  controller.minimumZoomDistance = 3
  controller.maximumZoomDistance = 3_000_000
  controller.inertiaSpin = 0.86
  controller.inertiaTranslate = 0.86
  controller.inertiaZoom = 0.78
  camera.percentageChanged = 0.02

  const groundAt = (place: Cartographic): number | undefined =>
    scene.globe.show ? scene.globe.getHeight(place) : undefined

  /** The engine guards orbiting; flights, keys and terrain that arrives later are guarded here. */
  const guard = () => {
    const here = camera.positionCartographic
    const ground = groundAt(here)
    if (ground === undefined) return
    const least = ground + (mode === 'walk' ? EYE : LOWEST)
    if (mode === 'walk' ? Math.abs(here.height - least) < 0.02 : here.height >= least) return
    const height = mode === 'walk' ? here.height + (least - here.height) * (here.height < least ? 1 : 0.35) : least
    camera.setView({
      destination: Cartesian3.fromRadians(here.longitude, here.latitude, height),
      orientation: { heading: camera.heading, pitch: camera.pitch, roll: 0 },
    })
    moved()
  }

  const step = () => {
    const now = performance.now()
    const seconds = Math.min(0.1, (now - before) / 1000)
    before = now
    if (mode !== 'orbit' && keys.size > 0) stride(seconds)
    else speed = 0
    guard()
  }
  const stride = (seconds: number) => {
    const along = Number(keys.has('KeyW') || keys.has('ArrowUp')) - Number(keys.has('KeyS') || keys.has('ArrowDown'))
    const across =
      Number(keys.has('KeyD') || keys.has('ArrowRight')) - Number(keys.has('KeyA') || keys.has('ArrowLeft'))
    const rise = mode === 'fly' ? Number(keys.has('KeyE')) - Number(keys.has('KeyQ')) : 0
    if (along === 0 && across === 0 && rise === 0) return
    const here = camera.positionCartographic
    const above = Math.max(2, here.height - (groundAt(here) ?? 0))
    const top = mode === 'walk' ? 1.6 : CesiumMath.clamp(above * 0.9, 8, 20_000)
    speed += (top * (keys.has('ShiftLeft') || keys.has('ShiftRight') ? 4 : 1) - speed) * Math.min(1, seconds * 5)
    const up = Ellipsoid.WGS84.geodeticSurfaceNormal(camera.positionWC, new Cartesian3())
    const forward = Cartesian3.clone(camera.directionWC)
    const right = Cartesian3.clone(camera.rightWC)
    if (mode === 'walk') {
      const level = Cartesian3.cross(up, right, new Cartesian3())
      Cartesian3.normalize(level, forward)
    }
    for (const [axis, amount] of [
      [forward, along],
      [right, across],
      [up, rise],
    ] as const)
      if (amount !== 0) camera.move(axis, amount * speed * seconds)
    moved()
  }
  const look = (event: PointerEvent) => {
    if (mode === 'orbit' || !looking) return
    const turn = 0.0028
    const pitch = CesiumMath.clamp(camera.pitch - event.movementY * turn, -1.54, 1.4)
    camera.setView({
      destination: camera.positionWC,
      orientation: { heading: camera.heading + event.movementX * turn, pitch, roll: 0 },
    })
    moved()
  }
  const press = (event: PointerEvent) => {
    canvas.focus({ preventScroll: true })
    looking = event.button === 0
    if (mode !== 'orbit') canvas.setPointerCapture(event.pointerId)
  }
  const release = () => {
    looking = false
  }
  const keyDown = (event: KeyboardEvent) => {
    if (mode === 'orbit' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (/^(Key[WASDQE]|Arrow\w+|Shift\w+)$/.test(event.code)) {
      keys.add(event.code)
      if (event.code.startsWith('Arrow')) event.preventDefault()
      moved()
    }
  }
  const keyUp = (event: KeyboardEvent) => keys.delete(event.code)
  const forget = () => keys.clear()
  canvas.addEventListener('pointermove', look)
  canvas.addEventListener('pointerdown', press)
  canvas.addEventListener('pointerup', release)
  canvas.addEventListener('keydown', keyDown)
  canvas.addEventListener('keyup', keyUp)
  canvas.addEventListener('blur', forget)
  const stopStep = scene.preUpdate.addEventListener(step)

  /** What is looked at in the middle of the picture, else a point 3 km ahead. */
  const target = (): Cartesian3 => {
    const middle = new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2)
    const ray = camera.getPickRay(middle)
    const hit = ray && scene.globe.pick(ray, scene)
    return hit ?? Ray.getPoint(ray ?? new Ray(camera.positionWC, camera.directionWC), 3000)
  }
  /** Where one steps down to walk: where one looks, short of a building in the way, if that is near; else below oneself. */
  const footing = (): Cartographic => {
    const eye = camera.positionWC
    const middle = new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2)
    const surface = scene.pickPositionSupported ? scene.pickPosition(middle) : undefined
    const seen = surface ?? target()
    const far = Cartesian3.distance(eye, seen)
    if (far > 20_000) return camera.positionCartographic
    const ground = groundAt(Cartographic.fromCartesian(seen))
    const onBuilding = ground !== undefined && Cartographic.fromCartesian(seen).height > ground + 1.5
    const back = onBuilding ? Math.min(0.9, 30 / Math.max(1, far)) : 0
    return Cartographic.fromCartesian(Cartesian3.lerp(seen, eye, back, new Cartesian3()))
  }
  const view = (): View => {
    const { longitude, latitude, height } = camera.positionCartographic
    const round = (value: number, digits: number) => Number(value.toFixed(digits))
    return {
      lng: round(CesiumMath.toDegrees(longitude), 6),
      lat: round(CesiumMath.toDegrees(latitude), 6),
      height: round(height, 2),
      heading: round(CesiumMath.toDegrees(camera.heading) % 360, 2),
      pitch: round(CesiumMath.toDegrees(camera.pitch), 2),
    }
  }
  const fly = (to: View, seconds: number) => {
    const destination = Cartesian3.fromDegrees(to.lng, to.lat, to.height)
    const orientation = { heading: CesiumMath.toRadians(to.heading), pitch: CesiumMath.toRadians(to.pitch), roll: 0 }
    camera.cancelFlight()
    if (seconds <= 0 || calm) camera.setView({ destination, orientation })
    else camera.flyTo({ destination, orientation, duration: seconds, easingFunction: EasingFunction.QUADRATIC_IN_OUT })
    moved()
  }
  return {
    fly,
    view,
    north() {
      const middle = target()
      const range = Cartesian3.distance(camera.positionWC, middle)
      const place = Cartographic.fromCartesian(middle)
      const pitch = Math.min(camera.pitch, -0.02)
      // Turns about what is looked at, so that it stays in the middle.
      const back = range * Math.cos(pitch)
      const lat = place.latitude - back / 6_371_000
      const height = place.height - range * Math.sin(pitch)
      fly(
        {
          lng: CesiumMath.toDegrees(place.longitude),
          lat: CesiumMath.toDegrees(lat),
          height,
          heading: 0,
          pitch: CesiumMath.toDegrees(camera.pitch),
        },
        1,
      )
    },
    zoom(factor) {
      const middle = target()
      const next = Cartesian3.lerp(middle, camera.positionWC, CesiumMath.clamp(factor, 0.02, 50), new Cartesian3())
      const place = Cartographic.fromCartesian(next)
      const height = Math.max(place.height, (groundAt(place) ?? -1e4) + LOWEST)
      const { heading, pitch } = view()
      fly(
        {
          lng: CesiumMath.toDegrees(place.longitude),
          lat: CesiumMath.toDegrees(place.latitude),
          height,
          heading,
          pitch,
        },
        0.6,
      )
    },
    setMode(next, stay = false) {
      mode = next
      keys.clear()
      speed = 0
      controller.enableInputs = next === 'orbit'
      // The engine keeps three metres from the ground, which is more than a walker's eye.
      controller.enableCollisionDetection = next !== 'walk'
      if (next === 'walk' && !stay) {
        const place = footing()
        const height = (groundAt(place) ?? place.height) + EYE
        fly(
          {
            lng: CesiumMath.toDegrees(place.longitude),
            lat: CesiumMath.toDegrees(place.latitude),
            height,
            heading: CesiumMath.toDegrees(camera.heading),
            pitch: 2,
          },
          1.6,
        )
      }
      canvas.focus({ preventScroll: true })
      moved()
    },
    metresPerPixel() {
      const ray = camera.getPickRay(new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2))
      const hit = ray && scene.globe.pick(ray, scene)
      if (!hit) return null
      const { frustum } = camera as unknown as { frustum: { fovy: number } }
      return (
        (2 * Cartesian3.distance(camera.positionWC, hit) * Math.tan(frustum.fovy / 2)) /
        Math.max(1, canvas.clientHeight)
      )
    },
    dispose() {
      stopStep()
      canvas.removeEventListener('pointermove', look)
      canvas.removeEventListener('pointerdown', press)
      canvas.removeEventListener('pointerup', release)
      canvas.removeEventListener('keydown', keyDown)
      canvas.removeEventListener('keyup', keyUp)
      canvas.removeEventListener('blur', forget)
    },
  }
}
