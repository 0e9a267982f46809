/** What the pointer is over and what it chooses: position on the ground, feature under it, click → selection. */

import { Cartesian2, Cartographic, Math as CesiumMath, type Scene } from '@cesium/engine'
import type { Selection } from '../../app/state.ts'
import type { App } from '../../app/store.ts'

/** Asks the layers which of them owns a pick. */
export type Picker = (picked: unknown, at: { lng: number; lat: number }) => Selection | null

/** A hover is a second drawing of the scene: at most so often, in milliseconds. */
const HOVER = 130
const CURSOR = 50

/** Follows the pointer over a scene's canvas; `seaAt` = height of the sea over the ellipsoid. Call the answer to stop. */
export function followPointer(
  scene: Scene,
  app: App,
  pick: Picker,
  seaAt: (lngDeg: number, latDeg: number) => number,
): () => void {
  const { canvas } = scene
  let down: { x: number; y: number; at: number } | null = null
  let cursorDue: ReturnType<typeof setTimeout> | undefined
  let hoverDue: ReturnType<typeof setTimeout> | undefined
  let last = new Cartesian2()

  const place = (at: Cartesian2): Cartographic | null => {
    const ray = scene.camera.getPickRay(at)
    const hit = ray && scene.globe.pick(ray, scene)
    return hit ? Cartographic.fromCartesian(hit) : null
  }
  const cursor = () => {
    cursorDue = undefined
    const here = place(last)
    if (!here) return app.set({ cursor: null })
    const lng = CesiumMath.toDegrees(here.longitude)
    const lat = CesiumMath.toDegrees(here.latitude)
    const orthometric = here.height - seaAt(lng, lat)
    app.set({ cursor: { lng, lat, ellipsoidal: here.height, orthometric } })
  }
  const pickAt = (at: Cartesian2): Selection | null => {
    const here = place(at)
    const lng = here ? CesiumMath.toDegrees(here.longitude) : 0
    const lat = here ? CesiumMath.toDegrees(here.latitude) : 0
    return pick(scene.pick(at, 5, 5), { lng, lat })
  }
  const hover = () => {
    hoverDue = undefined
    if (down) return
    const next = pickAt(last)
    const known = app.store.getState().hovered
    if (next?.id !== known?.id || next?.layer !== known?.layer) app.set({ hovered: next })
    canvas.style.cursor = next ? 'pointer' : ''
  }
  const at = (event: PointerEvent) => {
    const { left, top } = canvas.getBoundingClientRect()
    return new Cartesian2(event.clientX - left, event.clientY - top)
  }
  const move = (event: PointerEvent) => {
    last = at(event)
    cursorDue ??= setTimeout(cursor, CURSOR)
    if (!down && event.pointerType !== 'touch') {
      clearTimeout(hoverDue)
      hoverDue = setTimeout(hover, HOVER)
    }
  }
  const press = (event: PointerEvent) => {
    down = { x: event.clientX, y: event.clientY, at: event.timeStamp }
    clearTimeout(hoverDue)
  }
  const release = (event: PointerEvent) => {
    const start = down
    down = null
    if (!start || event.button !== 0) return
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > 5 || event.timeStamp - start.at > 600) return
    app.dispatch({ type: 'select', selection: pickAt(at(event)) })
  }
  const leave = () => {
    down = null
    clearTimeout(hoverDue)
    clearTimeout(cursorDue)
    cursorDue = undefined
    app.set({ cursor: null, hovered: null })
  }
  canvas.addEventListener('pointermove', move)
  canvas.addEventListener('pointerdown', press)
  canvas.addEventListener('pointerup', release)
  canvas.addEventListener('pointerleave', leave)
  return () => {
    clearTimeout(hoverDue)
    clearTimeout(cursorDue)
    canvas.removeEventListener('pointermove', move)
    canvas.removeEventListener('pointerdown', press)
    canvas.removeEventListener('pointerup', release)
    canvas.removeEventListener('pointerleave', leave)
  }
}
