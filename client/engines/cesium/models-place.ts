/** Where building models stand while somebody holds one: tiles follow the hand, and what was saved, without a reload. */
import {
  type BoundingSphere,
  Cartesian2,
  Cartesian3,
  Cartographic,
  Cesium3DTileFeature,
  type Cesium3DTileset,
  Math as CesiumMath,
  Matrix4,
} from '@cesium/engine'
import { placementMatrix } from '../../../data/geo/placement.ts'
import { movedTo, type Placing, placingNow } from '../../app/placing.ts'
import type { ModelHead } from './models-shown.ts'
import type { Stage } from './stage.ts'

/** What the engine keeps of a tile but does not describe. */
interface InnerTile {
  transform: Matrix4
  computedTransform: Matrix4
  extras?: { model?: unknown }
  children: InnerTile[]
  boundingSphere: BoundingSphere
  _header: { boundingVolume: object }
  _boundingVolume: unknown
  createBoundingVolume(header: object, transform: Matrix4): unknown
}

/** Model metres → earth-centred of a model that is held, else as the server has it; null = nowhere. */
export function matrixNow(head: ModelHead | undefined, held: Placing | null): number[] | null {
  if (held && held.model === head?.id) return placementMatrix({ ...held, by: 'hand' })
  return head?.matrix ?? null
}

/**
 * Puts each model's tiles where the model stands now; the root's sphere grows around what moved out of it.
 * @returns false when a model that stands somewhere is not in the tileset: it was cut before
 */
export function placeTiles(tileset: Cesium3DTileset, heads: readonly ModelHead[], held: Placing | null): boolean {
  const root = (tileset as unknown as { root: InnerTile }).root
  const there = new Set<unknown>()
  const { center, radius } = root.boundingSphere
  let reach = radius
  for (const child of root.children) {
    const head = heads.find(({ id }) => id === child.extras?.model)
    there.add(child.extras?.model)
    const matrix = matrixNow(head, held)
    if (!matrix) continue
    const next = Matrix4.fromArray(matrix)
    if (!Matrix4.equalsEpsilon(next, child.transform, 1e-7)) child.transform = next
    const bounds = head?.bounds
    const size = bounds ? Math.hypot(...bounds) * Math.max(1, Matrix4.getMaximumScale(next)) : 1000
    reach = Math.max(reach, Cartesian3.distance(center, Matrix4.getTranslation(next, new Cartesian3())) + size)
  }
  if (reach > radius) {
    root._header.boundingVolume = { sphere: [center.x, center.y, center.z, reach] }
    root._boundingVolume = root.createBoundingVolume(root._header.boundingVolume, root.computedTransform)
  }
  return heads.every(({ id, matrix }) => !matrix || there.has(id))
}

/** Follows the tool: `moved` hears every change of what is held, `dropped` that the hand let go. Call the answer to stop. */
export function followHand(stage: Stage, moved: (held: Placing | null) => void, dropped: () => void): () => void {
  const { app, scene } = stage
  const measure = (held: Placing) => {
    const ground = scene.globe.getHeight(Cartographic.fromDegrees(held.lng, held.lat))
    if (held.ground !== null || ground === undefined) return
    // what stood nowhere is set on the ground
    const fresh = app.store.getState().tool?.params.fresh === true
    app.dispatch({ type: 'tool.change', params: fresh ? { ground, height: ground, fresh: false } : { ground } })
  }
  const stopState = app.store.subscribe((state, before) => {
    if (state.tool === before.tool) return
    const [now, then] = [placingNow(state), placingNow(before)]
    if (now && now.model !== then?.model) measure(now)
    if (now || then) moved(now)
    if (then && !now) dropped()
  })
  const stopDragging = dragModels(stage)
  return () => {
    stopState()
    stopDragging()
  }
}

/** The held model is drawn along the ground with the pointer. */
function dragModels({ app, scene, redraw }: Stage): () => void {
  const { canvas } = scene
  let offset: [lng: number, lat: number] | null = null
  const groundAt = (event: PointerEvent): Cartographic | null => {
    const { left, top } = canvas.getBoundingClientRect()
    const ray = scene.camera.getPickRay(new Cartesian2(event.clientX - left, event.clientY - top))
    const hit = ray && scene.globe.pick(ray, scene)
    return hit ? Cartographic.fromCartesian(hit) : null
  }
  const down = (event: PointerEvent): void => {
    const held = placingNow(app.store.getState())
    if (!held || event.button !== 0) return
    const { left, top } = canvas.getBoundingClientRect()
    const picked: unknown = scene.pick(new Cartesian2(event.clientX - left, event.clientY - top))
    const ground = groundAt(event)
    if (!ground || !(picked instanceof Cesium3DTileFeature)) return
    if (!String(picked.getProperty('id')).startsWith(`${held.model}:`)) return
    offset = [held.lng - CesiumMath.toDegrees(ground.longitude), held.lat - CesiumMath.toDegrees(ground.latitude)]
    scene.screenSpaceCameraController.enableInputs = false
    canvas.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent): void => {
    const held = offset && placingNow(app.store.getState())
    const ground = held && groundAt(event)
    if (!offset || !held || !ground) return
    const lng = CesiumMath.toDegrees(ground.longitude) + offset[0]
    const lat = CesiumMath.toDegrees(ground.latitude) + offset[1]
    const below = scene.globe.getHeight(Cartographic.fromDegrees(lng, lat)) ?? null
    app.dispatch({ type: 'tool.change', params: movedTo(held, lng, lat, below) })
    redraw()
  }
  const up = (): void => {
    if (!offset) return
    offset = null
    scene.screenSpaceCameraController.enableInputs = app.store.getState().navigation === 'orbit'
  }
  canvas.addEventListener('pointerdown', down)
  canvas.addEventListener('pointermove', move)
  canvas.addEventListener('pointerup', up)
  canvas.addEventListener('pointercancel', up)
  return () => {
    canvas.removeEventListener('pointerdown', down)
    canvas.removeEventListener('pointermove', move)
    canvas.removeEventListener('pointerup', up)
    canvas.removeEventListener('pointercancel', up)
  }
}
