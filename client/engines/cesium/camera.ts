/** The camera: views, flights, and the three ways to move (orbit, fly, walk), never under the ground. */

import {
  Cartesian2,
  Cartesian3,
  Cartographic,
  Math as CesiumMath,
  EasingFunction,
  Ray,
  type Scene,
} from '@cesium/engine'
import type { View } from '../../../scenes/schema/scene.ts'
import type { AppState } from '../../app/state.ts'
import { EYE, guarded, guardedBelow, LOWEST, LOWEST_LAND, meantBelow } from './camera-guard.ts'
import { cameraKeys } from './camera-keys.ts'

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
  /** Down below the ground under what is looked at. */
  dive(): void
  /** Back above the ground. */
  surface(): void
  /** on which side of the ground; cheap, unlike the depth */
  isBelow(): boolean
  /** metres below the ground, null above it */
  depth(): number | null
  dispose(): void
}

/** Metres by which the ground of a place may be wrong of which not the finest tiles are loaded. */
const UNSURE = 30
/** Metres that one may have moved sideways and still be where one was sent. */
const ASIDE = 1

/** What the verbs of a camera work on. */
interface Held {
  scene: Scene
  moved: () => void
  mode: AppState['navigation']
  /** below the ground; asked = a flight there is under way, or the ground is not known yet */
  below: 'no' | 'yes' | 'asked'
  /** asked, and by the ground as far as it is known it is below: shown so, but not yet held there */
  seems: boolean
  /** where it was sent, until the ground there is known for sure */
  sent: Cartographic | null
  /** from where the last frame was drawn: only then do the tiles say what they lack */
  drawn: Cartesian3
}

/** Takes over a scene's camera; `moved` hears that a frame is needed. */
export function controlCamera(scene: Scene, moved: () => void): CameraControl {
  const { camera, canvas } = scene
  const controller = scene.screenSpaceCameraController
  const held: Held = { scene, moved, mode: 'orbit', below: 'no', seems: false, sent: null, drawn: new Cartesian3() }
  controller.enableCollisionDetection = true
  controller.minimumZoomDistance = 3
  controller.maximumZoomDistance = 3_000_000
  controller.inertiaSpin = 0.86
  controller.inertiaTranslate = 0.86
  controller.inertiaZoom = 0.78
  camera.percentageChanged = 0.02

  const heightOver = () => camera.positionCartographic.height - (groundAt(scene, camera.positionCartographic) ?? 0)
  const keys = cameraKeys(scene, () => held.mode, heightOver, moved)
  const stopStep = scene.preUpdate.addEventListener(() => {
    keys.step(held.mode)
    guard(held)
  })
  const stopDrawn = scene.postRender.addEventListener(() => Cartesian3.clone(camera.positionWC, held.drawn))
  return {
    fly: (view, seconds) => fly(held, view, seconds),
    view: () => viewOf(scene),
    north: () => north(held),
    zoom: (factor) => zoom(held, factor),
    setMode(next, stay = false) {
      held.mode = next
      keys.release()
      controller.enableInputs = next === 'orbit'
      // The engine keeps three metres from the ground, which is more than a walker's eye.
      controller.enableCollisionDetection = next !== 'walk' && held.below === 'no'
      if (next === 'walk' && !stay) stepDown(held)
      canvas.focus({ preventScroll: true })
      moved()
    },
    metresPerPixel: () => metresPerPixel(scene, isBelow(held)),
    dive: () => dive(held),
    surface: () => surface(held),
    isBelow: () => isBelow(held),
    depth: () => (isBelow(held) ? Math.max(0, -heightOver()) : null),
    dispose() {
      stopStep()
      stopDrawn()
      keys.dispose()
    },
  }
}

/** The ground as it is drawn now, which out of view is coarse; undefined where only the first tiles of the world are there, whose faces cut kilometres into it. */
function groundAt(scene: Scene, place: Cartographic): number | undefined {
  const height = scene.globe.show ? scene.globe.getHeight(place) : undefined
  return height === undefined || height < LOWEST_LAND ? undefined : height
}

const isBelow = ({ below, seems }: Held): boolean => below === 'yes' || (below === 'asked' && seems)

/** The engine guards orbiting; flights, keys and terrain that arrives later are guarded here. */
function guard(held: Held): void {
  const { scene, mode, moved } = held
  const { camera } = scene
  if (held.sent) settle(held, held.sent)
  const here = camera.positionCartographic
  const ground = groundAt(scene, here)
  const arrived = held.below === 'asked' && !isFlying(camera)
  // once and for all until it is decided: ground comes and goes while its tiles do
  if (arrived && ground !== undefined && meantBelow(mode, here.height, ground)) held.seems = true
  if (held.below === 'asked') return
  const height = held.below === 'yes' ? guardedBelow(here.height, ground) : guarded(mode, here.height, ground)
  if (height === null) return
  place(camera, here, height)
  moved()
}

/** Decides, once a flight has ended and the ground is there, on which side of it the camera was meant to be. */
function settle(held: Held, sent: Cartographic): void {
  const { scene, mode } = held
  const { camera } = scene
  const seen = Cartesian3.equalsEpsilon(camera.positionWC, held.drawn, 0, 0.01)
  if (isFlying(camera) || !seen || !scene.globe.tilesLoaded) return
  const here = camera.positionCartographic
  const ground = groundAt(scene, here)
  if (ground === undefined) return
  held.sent = null
  // the guard may have held up who was thought to be above; who moved on by hand in the meantime is where they went
  const aside = Math.hypot(here.latitude - sent.latitude, (here.longitude - sent.longitude) * Math.cos(here.latitude))
  const height = held.below === 'no' && aside * 6_371_000 < ASIDE ? sent.height : here.height
  held.below = meantBelow(mode, height, ground) ? 'yes' : 'no'
  scene.screenSpaceCameraController.enableCollisionDetection = mode !== 'walk' && held.below === 'no'
  if (held.below === 'yes' && here.height !== height) place(camera, here, height)
  held.moved()
}

const isFlying = (camera: Scene['camera']): boolean =>
  (camera as unknown as { _currentFlight?: unknown })._currentFlight !== undefined

/** Puts a camera higher or lower. */
function place(camera: Scene['camera'], { longitude, latitude }: Cartographic, height: number): void {
  const { heading, pitch } = camera
  camera.setView({
    destination: Cartesian3.fromRadians(longitude, latitude, height),
    orientation: { heading, pitch, roll: 0 },
  })
}

/** Three metres under what is looked at, looking along the street. */
function dive(held: Held): void {
  const { scene } = held
  const place = footing(scene)
  const ground = groundAt(scene, place)
  if (ground === undefined) return
  place.height = ground - 3
  fly(held, viewAt(place, CesiumMath.toDegrees(scene.camera.heading), -8), 1.6)
}

/** Straight up to a roof's height, looking down at where one was. */
function surface(held: Held): void {
  const { scene } = held
  const place = Cartographic.clone(scene.camera.positionCartographic)
  place.height = (groundAt(scene, place) ?? place.height) + 60
  fly(held, viewAt(place, CesiumMath.toDegrees(scene.camera.heading), -55), 1.4)
}

function fly(held: Held, to: View, seconds: number): void {
  const { scene, moved } = held
  const { camera } = scene
  const ground = groundAt(scene, Cartographic.fromDegrees(to.lng, to.lat))
  // a place well above the ground is guarded all the way; decided is on arrival: ground far off is known only coarsely
  held.sent = Cartographic.fromDegrees(to.lng, to.lat, to.height)
  held.seems = false
  if (held.below !== 'no' || ground === undefined || to.height < ground + UNSURE) held.below = 'asked'
  if (held.below === 'asked') scene.screenSpaceCameraController.enableCollisionDetection = false
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const destination = Cartesian3.fromDegrees(to.lng, to.lat, to.height)
  const orientation = { heading: CesiumMath.toRadians(to.heading), pitch: CesiumMath.toRadians(to.pitch), roll: 0 }
  camera.cancelFlight()
  if (seconds <= 0 || calm) camera.setView({ destination, orientation })
  else camera.flyTo({ destination, orientation, duration: seconds, easingFunction: EasingFunction.QUADRATIC_IN_OUT })
  moved()
}

/** Turns north up about what is looked at, so that it stays in the middle. */
function north(held: Held): void {
  const { camera } = held.scene
  const middle = target(held.scene)
  const range = Cartesian3.distance(camera.positionWC, middle)
  const place = Cartographic.fromCartesian(middle)
  const pitch = Math.min(camera.pitch, -0.02)
  const back = range * Math.cos(pitch)
  const to = new Cartographic(
    place.longitude,
    place.latitude - back / 6_371_000,
    place.height - range * Math.sin(pitch),
  )
  fly(held, viewAt(to, 0, CesiumMath.toDegrees(camera.pitch)), 1)
}

function zoom(held: Held, factor: number): void {
  const { scene } = held
  const share = CesiumMath.clamp(factor, 0.02, 50)
  const next = Cartesian3.lerp(target(scene), scene.camera.positionWC, share, new Cartesian3())
  const place = Cartographic.fromCartesian(next)
  if (held.below === 'no') place.height = Math.max(place.height, (groundAt(scene, place) ?? -1e4) + LOWEST)
  const { heading, pitch } = viewOf(scene)
  fly(held, viewAt(place, heading, pitch), 0.6)
}

/** Down to the street, looking a little up. */
function stepDown(held: Held): void {
  const place = footing(held.scene)
  place.height = (groundAt(held.scene, place) ?? place.height) + EYE
  fly(held, viewAt(place, CesiumMath.toDegrees(held.scene.camera.heading), 2), 1.6)
}

/** The ray through the middle of the picture. */
function middleRay({ camera, canvas }: Scene): Ray | undefined {
  return camera.getPickRay(new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2))
}

/** What is looked at in the middle of the picture, else a point 3 km ahead. */
function target(scene: Scene): Cartesian3 {
  const { camera } = scene
  const ray = middleRay(scene)
  const hit = ray && scene.globe.pick(ray, scene)
  return hit ?? Ray.getPoint(ray ?? new Ray(camera.positionWC, camera.directionWC), 3000)
}

/** Where one steps down to walk: where one looks, short of a building in the way, if that is near; else below oneself. */
function footing(scene: Scene): Cartographic {
  const { camera, canvas } = scene
  const eye = camera.positionWC
  const middle = new Cartesian2(canvas.clientWidth / 2, canvas.clientHeight / 2)
  const surface = scene.pickPositionSupported ? scene.pickPosition(middle) : undefined
  const seen = surface ?? target(scene)
  const far = Cartesian3.distance(eye, seen)
  if (far > 20_000) return Cartographic.clone(camera.positionCartographic)
  const ground = groundAt(scene, Cartographic.fromCartesian(seen))
  const onBuilding = ground !== undefined && Cartographic.fromCartesian(seen).height > ground + 1.5
  const back = onBuilding ? Math.min(0.9, 30 / Math.max(1, far)) : 0
  return Cartographic.fromCartesian(Cartesian3.lerp(seen, eye, back, new Cartesian3()))
}

function viewAt(place: Cartographic, heading: number, pitch: number): View {
  const { longitude, latitude, height } = place
  return { lng: CesiumMath.toDegrees(longitude), lat: CesiumMath.toDegrees(latitude), height, heading, pitch }
}

/** Where the camera is, rounded to what a link needs. */
function viewOf({ camera }: Scene): View {
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

/** Metres farther than which nothing is measured below ground: the far side of the Earth is no part of the picture. */
const FARTHEST_BELOW = 500

/**
 * Metres a pixel of the page covers in the middle of the picture: of the ground, or below it of what is seen there; null where
 * there is sky, or below ground nothing near.
 */
function metresPerPixel(scene: Scene, below: boolean): number | null {
  const { camera, canvas } = scene
  const hit = below ? seenInMiddle(scene) : groundInMiddle(scene)
  if (!hit) return null
  const { frustum } = camera as unknown as { frustum: { fovy: number } }
  const away = Cartesian3.distance(camera.positionWC, hit)
  if (below && away > FARTHEST_BELOW) return null
  return (2 * away * Math.tan(frustum.fovy / 2)) / Math.max(1, canvas.clientHeight)
}

function groundInMiddle(scene: Scene): Cartesian3 | undefined {
  const ray = middleRay(scene)
  return ray && scene.globe.pick(ray, scene)
}

/** What was drawn there last, whatever it is. */
function seenInMiddle(scene: Scene): Cartesian3 | undefined {
  const { clientWidth, clientHeight } = scene.canvas
  return scene.pickPositionSupported ? scene.pickPosition(new Cartesian2(clientWidth / 2, clientHeight / 2)) : undefined
}
