/** What the pointer is over and what it chooses: position on the ground, feature under it, click → selection. */

import { Cartesian2, Cartographic, Math as CesiumMath, type Scene } from '@cesium/engine'
import type { App } from '../../app/store.ts'
import type { Picked, PickedAt } from './stage.ts'
import { pickThroughGround } from './xray-pick.ts'

/** Asks the layers which of them owns a pick. */
export type Picker = (picked: unknown, at: PickedAt) => Picked | null

/** A hover is a second drawing of the scene: at most so often, in milliseconds. */
const HOVER = 130
const CURSOR = 50
/** A press that moves farther (pixels) or lasts longer (milliseconds) is no click. */
const CLICK = { pixels: 5, milliseconds: 600 }

/** Follows the pointer over a scene's canvas; `seaAt` = height of the sea over the ellipsoid. Call the answer to stop. */
export function followPointer(
  scene: Scene,
  app: App,
  pick: Picker,
  seaAt: (lngDeg: number, latDeg: number) => number,
): () => void {
  const { canvas } = scene
  const look = looking(scene, app, pick, seaAt)
  let down: { x: number; y: number; at: number } | null = null
  let last = { x: 0, y: 0 }
  const cursor = later(CURSOR, () => look.cursor(inCanvas(canvas, last)))
  const hover = later(HOVER, () => {
    if (!down) canvas.style.cursor = look.hover(inCanvas(canvas, last), last) ? 'pointer' : ''
  })
  return listen(canvas, {
    pointermove(event) {
      last = { x: event.clientX, y: event.clientY }
      cursor.soon()
      if (!down && event.pointerType !== 'touch') hover.again()
    },
    pointerdown(event) {
      down = { x: event.clientX, y: event.clientY, at: event.timeStamp }
      hover.never()
      app.set({ hovered: null })
    },
    pointerup(event) {
      const start = down
      down = null
      if (!start || event.button !== 0) return
      const moved = Math.hypot(event.clientX - start.x, event.clientY - start.y)
      if (moved > CLICK.pixels || event.timeStamp - start.at > CLICK.milliseconds) return
      look.choose(inCanvas(canvas, { x: event.clientX, y: event.clientY }))
    },
    dblclick() {
      if (app.store.getState().tool) app.dispatch({ type: 'tool.change', params: { done: true } })
    },
    pointerleave() {
      down = null
      hover.never()
      cursor.never()
      app.set({ cursor: null, hovered: null })
    },
    gone() {
      hover.never()
      cursor.never()
    },
  })
}

/** What looking at a place of the canvas tells the app. */
function looking(scene: Scene, app: App, pick: Picker, seaAt: (lngDeg: number, latDeg: number) => number) {
  const place = (at: Cartesian2): Cartographic | null => {
    const ray = scene.camera.getPickRay(at)
    const hit = ray && scene.globe.pick(ray, scene)
    return hit ? Cartographic.fromCartesian(hit) : null
  }
  const pickAt = (at: Cartesian2): Picked | null => {
    const here = place(at)
    const lng = here ? CesiumMath.toDegrees(here.longitude) : 0
    const lat = here ? CesiumMath.toDegrees(here.latitude) : 0
    return pick(pickThroughGround(scene, at), { lng, lat, pixel: at })
  }
  return {
    cursor(at: Cartesian2): void {
      const here = place(at)
      const lng = CesiumMath.toDegrees(here?.longitude ?? 0)
      const lat = CesiumMath.toDegrees(here?.latitude ?? 0)
      const cursor = here && { lng, lat, ellipsoidal: here.height, orthometric: here.height - seaAt(lng, lat) }
      app.set({ cursor })
    },
    /** Whether there is something; `page` is where the label goes. */
    hover(at: Cartesian2, page: { x: number; y: number }): boolean {
      const next = pickAt(at)
      const known = app.store.getState().hovered
      if (next || known) app.set({ hovered: next && { ...next, ...page } })
      return next !== null
    },
    choose(at: Cartesian2): void {
      const picked = pickAt(at)
      if (app.store.getState().tool) {
        const here = place(at)
        if (!here) return
        const [lng, lat] = [CesiumMath.toDegrees(here.longitude), CesiumMath.toDegrees(here.latitude)]
        app.dispatch({ type: 'tool.point', at: { lng, lat, ground: here.height, feature: picked } })
      } else if (picked) {
        const { facts, ...selection } = picked
        // of a cloud the card says which of its points was chosen, of a mesh which of its objects
        const within = picked.collection === 'points' || picked.collection === 'mesh'
        const point = within ? { ...selection, facts } : selection
        app.dispatch({ type: 'select', selection: point })
      } else app.dispatch({ type: 'select', selection: null })
    },
  }
}

function inCanvas(canvas: HTMLCanvasElement, { x, y }: { x: number; y: number }): Cartesian2 {
  const { left, top } = canvas.getBoundingClientRect()
  return new Cartesian2(x - left, y - top)
}

/** Does something after a while: `soon` keeps the first appointment, `again` makes a new one. */
function later(milliseconds: number, act: () => void) {
  let due: ReturnType<typeof setTimeout> | undefined
  const run = () => {
    due = undefined
    act()
  }
  const never = () => {
    clearTimeout(due)
    due = undefined
  }
  return {
    soon: () => (due ??= setTimeout(run, milliseconds)),
    again() {
      clearTimeout(due)
      due = setTimeout(run, milliseconds)
    },
    never,
  }
}

type Name = 'pointermove' | 'pointerdown' | 'pointerup' | 'pointerleave' | 'dblclick'
type Heard = Record<Name, (event: PointerEvent) => void>

function listen(canvas: HTMLCanvasElement, { gone, ...heard }: Heard & { gone(): void }): () => void {
  const pairs = Object.entries(heard) as [Name, EventListener][]
  for (const [name, hear] of pairs) canvas.addEventListener(name, hear)
  return () => {
    gone()
    for (const [name, hear] of pairs) canvas.removeEventListener(name, hear)
  }
}
