/** Words about what is buried or dug: pale on dark plates, the most important first, none over another, none through a wall. */

import {
  BlendOption,
  Cartesian2,
  Cartesian3,
  Color,
  HorizontalOrigin,
  LabelCollection,
  LabelStyle,
  type Scene,
  SceneTransforms,
  VerticalOrigin,
} from '@cesium/engine'
import { overlap, type ScreenBox } from './label-place.ts'
import { isCovered, overEverything, textScale } from './overlaid-words.ts'
import { AIR, inkOf, PLATE, type Side, signBox } from './sign-place.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'

/** One plate with words. */
export interface Sign {
  /** where it may stand: the first that is seen and has room */
  places: readonly Cartesian3[]
  /** the line that it names: what is seen within its own thickness of it hides nothing */
  along?: readonly Cartesian3[]
  text: string
  /** `#rrggbb` of what it names; the words are a tint of it that can be read */
  color?: string
  /** 0 = most important; among equals what looks largest comes first */
  rank: number
  /** metres across of what it names */
  size: number
  /** written up to so many metres from the camera */
  far: number
  side: Side
  /** pixels between it and its place */
  lift?: number
  /** height of the letters, pixels of the page */
  letters?: number
  /** what hides it: nothing, whatever stands before it, or that only while the camera is below ground */
  hidden: 'never' | 'always' | 'below'
}

/** The signs of a scene. */
export interface Signs {
  /** Says what an owner has to say now, at most `most` of it; nothing takes it away. */
  put(owner: string, signs: readonly Sign[], most?: number): void
}

interface Kept {
  sign: Sign
  place: Cartesian3
}

/** Signs at most; places asked whether they are seen, each time: an answer is a pixel read back. */
const [MOST, MOST_ASKED] = [60, 48]
/** Milliseconds between two choices. */
const PAUSE = 240
/** Frames in which glyphs may be painted, and those in which they reach the picture once they are. */
const [MOST_WAITS, LAST_WAITS] = [240, 3]
const LETTERS = 14

const known = new WeakMap<Scene, Signs>()

/** The signs of a stage's scene, always the same. */
export function signs(stage: Stage): Signs {
  const made = known.get(stage.scene) ?? open(stage)
  known.set(stage.scene, made)
  return made
}

function open(stage: Stage): Signs {
  const { scene, app } = stage
  const collection = new LabelCollection({ scene, blendOption: BlendOption.TRANSLUCENT })
  scene.primitives.add(overEverything(collection))
  const owners = new Map<string, { signs: readonly Sign[]; most: number }>()
  let [due, last] = [false, 0]
  let timer: ReturnType<typeof setTimeout> | undefined
  let waits = 0
  let written: Kept[] = []
  let scale = 0

  const soon = () => {
    if (due || (owners.size === 0 && written.length === 0)) return
    due = true
    clearTimeout(timer)
    timer = setTimeout(stage.redraw, Math.max(0, last + PAUSE - performance.now()))
  }
  // what hides a place is known when the picture is finished
  scene.postRender.addEventListener(() => {
    paint()
    if (!due || performance.now() < last + PAUSE) return
    due = false
    last = performance.now()
    const kept = chosen(scene, owners)
    const same = kept.length === written.length && kept.every((one, i) => isSame(one, written[i]!))
    if (same && scale === textScale()) return
    written = kept
    scale = textScale()
    write(collection, kept, scale)
    waits = MOST_WAITS
    stage.redraw()
  })
  /** Glyphs are painted in frames after the one in which their label was made: a slow machine has few of them. */
  const paint = (): void => {
    if (waits === 0) return
    const { ready } = collection as unknown as { ready: boolean }
    waits = ready && waits > LAST_WAITS ? LAST_WAITS : waits - 1
    setTimeout(() => scene.isDestroyed() || stage.redraw(), PAUSE / 4)
  }
  scene.camera.changed.addEventListener(soon)
  scene.camera.moveEnd.addEventListener(soon)
  const stop = app.store.subscribe((state, before) => {
    if (scene.isDestroyed()) return stop()
    const { loading, reports, depth } = before
    if (state.loading !== loading || state.reports !== reports || (state.depth === null) !== (depth === null)) soon()
  })
  return {
    put(owner, list, most = MOST) {
      const before = owners.get(owner)
      if (list.length === 0 && !before) return
      if (list.length > 0) owners.set(owner, { signs: list, most })
      else owners.delete(owner)
      soon()
    },
  }
}

const isSame = (a: Kept, b: Kept): boolean =>
  a.sign.text === b.sign.text &&
  a.sign.color === b.sign.color &&
  a.sign.side === b.sign.side &&
  Cartesian3.equalsEpsilon(a.place, b.place, 0, 0.01)

type Owners = ReadonlyMap<string, { signs: readonly Sign[]; most: number }>

/** The signs to be written now. */
function chosen(scene: Scene, owners: Owners): Kept[] {
  const eye = scene.camera.positionWC
  const scale = textScale()
  const { underground } = buried(scene)
  const left = new Map([...owners].map(([owner, { most }]) => [owner, most]))
  const boxes: ScreenBox[] = []
  const kept: Kept[] = []
  let asked = 0
  const fits = (sign: Sign, place: Cartesian3): boolean => {
    const distance = Cartesian3.distance(place, eye)
    if (distance > sign.far) return false
    const at = SceneTransforms.worldToWindowCoordinates(scene, place, scratch)
    if (!at) return false
    const { text, letters = LETTERS, side, lift = 0 } = sign
    const box = signBox(at.x, at.y, text, letters * scale, side, lift)
    if (boxes.some((other) => overlap(box, other)) || isCovered(scene.canvas, box)) return false
    if (sign.hidden === 'always' || (sign.hidden === 'below' && underground))
      if (++asked > MOST_ASKED || isBehind(scene, at, distance, sign)) return false
    boxes.push(box)
    return true
  }
  for (const { owner, sign } of ordered(owners, eye)) {
    const room = left.get(owner)!
    if (room === 0) continue
    const place = sign.places.find((one) => fits(sign, one))
    if (!place) continue
    left.set(owner, room - 1)
    kept.push({ sign, place })
    if (kept.length === MOST) break
  }
  return kept
}

/** The most important first, then those that look largest. */
function ordered(owners: Owners, eye: Cartesian3): { owner: string; sign: Sign }[] {
  const all: { owner: string; sign: Sign; looks: number }[] = []
  for (const [owner, { signs: list }] of owners)
    for (const sign of list) {
      const away = Math.min(...sign.places.map((place) => Cartesian3.distance(place, eye)))
      if (away <= sign.far) all.push({ owner, sign, looks: sign.size / Math.max(1, away) })
    }
  return all.sort((a, b) => a.sign.rank - b.sign.rank || b.looks - a.looks)
}

/** Whether something else stands before a place: nearer than the thing there is thick, and than the picture's depth is coarse. */
function isBehind(scene: Scene, at: Cartesian2, distance: number, { size, along = [] }: Sign): boolean {
  const seen = scene.pickPositionSupported ? scene.pickPosition(at, between) : undefined
  if (!seen) return false
  const away = Cartesian3.distance(seen, scene.camera.positionWC)
  if (away >= distance * 0.985 - size * 0.75 - 0.4) return false
  // along a pipe one sees its near end where its far end is
  const own = size * 0.75 + 0.15 + away * 0.01
  return !along.some((to, i) => i > 0 && distanceToPiece(seen, along[i - 1]!, to) < own)
}

function distanceToPiece(point: Cartesian3, from: Cartesian3, to: Cartesian3): number {
  const way = Cartesian3.subtract(to, from, new Cartesian3())
  const whole = Cartesian3.dot(way, way)
  const there = Cartesian3.subtract(point, from, new Cartesian3())
  const share = whole > 0 ? Math.min(1, Math.max(0, Cartesian3.dot(there, way) / whole)) : 0
  return Cartesian3.distance(there, Cartesian3.multiplyByScalar(way, share, way))
}

function write(collection: LabelCollection, list: readonly Kept[], scale: number): void {
  collection.removeAll()
  for (const { sign, place } of list) {
    const { text, color, side, lift = 0, letters = LETTERS } = sign
    collection.add({
      position: place,
      text,
      font: `600 ${Math.round(letters * scale * 2)}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`,
      scale: 0.5,
      style: LabelStyle.FILL,
      fillColor: Color.fromCssColorString(inkOf(color)),
      showBackground: true,
      backgroundColor: Color.fromCssColorString(PLATE.color).withAlpha(PLATE.alpha),
      backgroundPadding: new Cartesian2(AIR[0] * 2, AIR[1] * 2),
      horizontalOrigin: side === 'right' ? HorizontalOrigin.LEFT : HorizontalOrigin.CENTER,
      verticalOrigin: side === 'above' ? VerticalOrigin.BOTTOM : VerticalOrigin.CENTER,
      pixelOffset: new Cartesian2(side === 'right' ? lift : 0, side === 'above' ? -lift : 0),
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
    })
  }
}

const scratch = new Cartesian2()
const between = new Cartesian3()
