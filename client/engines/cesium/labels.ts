/** Names on the map: the most important first, none over another, above the ground, fading with distance. */

import {
  Cartesian2,
  Cartesian3,
  Cartographic,
  Math as CesiumMath,
  Color,
  HorizontalOrigin,
  LabelCollection,
  LabelStyle,
  type Scene,
  SceneTransforms,
  VerticalOrigin,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { followMap } from './flat.ts'
import { type GroundHeights, groundHeights } from './ground-heights.ts'
import { boxAround, type Hand, handOf, placed, words } from './label-place.ts'
import type { Label } from './map-messages.ts'
import { isCovered, overEverything, textScale } from './overlaid-words.ts'
import { type Draw, isVisible, type Stage } from './stage.ts'

const MOST = 70

interface Candidate {
  label: Label
  hand: Hand
  position: Cartesian3
  distance: number
}

/** Draws names. */
export const drawLabels: Draw<'labels'> = (first, stage) => {
  const { scene, app } = stage
  let spec: LayerOf<'labels'> = first
  const collection = new LabelCollection({ scene })
  const overlay = scene.primitives.add(overEverything(collection))
  const heights = groundHeights(scene.globe)
  let shown = 0
  let due: ReturnType<typeof setTimeout> | undefined
  let picture = ''

  const report = () => {
    if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
    else if (loading.failed) stage.report(spec.id, { status: 'failed', reason: loading.failed })
    else stage.report(spec.id, { status: loading.done ? 'ready' : 'loading', count: shown })
  }
  const choose = () => {
    due = undefined
    heights.renew()
    const { language } = app.store.getState()
    // below ground the names of what lies above the ground are no help
    const kept = isVisible(spec) && !isBelow(stage) ? chosen(stage, heights, language) : []
    const night = stage.light.night > 0.5
    const places = kept.map(({ label, position }) => [label.id, Math.round(Cartesian3.magnitude(position) / 2)])
    const next = JSON.stringify([places, language, night, spec.opacity, textScale()])
    if (next !== picture) {
      picture = next
      write(collection, kept, language, spec.opacity ?? 1, textScale())
      stage.redraw()
    }
    shown = kept.length
    report()
  }
  const loading = followMap(
    stage,
    () => spec,
    () => choose(),
  )
  const soon = () => (due ??= setTimeout(choose, 160))
  const settled = (waiting: number) => {
    if (waiting === 0) heights.forget()
    soon()
  }
  const stops = [...followCauses(stage, soon), scene.globe.tileLoadProgressEvent.addEventListener(settled)]
  soon()
  return {
    update(next) {
      spec = next
      choose()
    },
    dispose() {
      clearTimeout(due)
      loading.stop()
      for (const stop of stops) stop()
      scene.primitives.remove(overlay)
    },
  }
}

const isBelow = ({ app }: Stage): boolean => app.store.getState().depth !== null

/** Everything after which other names may fit. */
function followCauses({ scene, app, drape, light }: Stage, soon: () => void): (() => void)[] {
  let dark = false
  return [
    scene.preUpdate.addEventListener(() => {
      if (dark !== light.night > 0.5) soon()
      dark = light.night > 0.5
    }),
    drape.changed.addEventListener(soon),
    scene.camera.changed.addEventListener(soon),
    scene.camera.moveEnd.addEventListener(soon),
    app.store.subscribe((state, before) => {
      const dived = (state.depth === null) !== (before.depth === null)
      if (dived || state.language !== before.language || state.time !== before.time) soon()
    }),
  ]
}

/** The names to be written now. */
function chosen(stage: Stage, heights: GroundHeights, language: 'zh' | 'en'): Candidate[] {
  const { scene } = stage
  const scale = textScale()
  return placed(
    candidates(stage, heights),
    MOST,
    ({ label, hand, position }) => {
      const at = SceneTransforms.worldToWindowCoordinates(scene, position, scratch)
      if (!at) return null
      const box = boxAround(at.x, at.y, words(label, language), hand.size * scale)
      return isCovered(scene.canvas, box) ? null : box
    },
    ({ position, distance }) => isHidden(scene, heights, position, distance),
  )
}

/** Names near enough and on the screen, the most important first, then the nearest. */
function candidates({ scene, drape, light }: Stage, heights: GroundHeights): Candidate[] {
  const seen = new Map<string, Candidate>()
  const camera = scene.camera.positionWC
  const { longitude, latitude, height: eye } = scene.camera.positionCartographic
  const ground = heights.at(CesiumMath.toDegrees(longitude), CesiumMath.toDegrees(latitude), 0.002)
  // From the street one sees the next corner, not the far side of the city through its walls.
  const reach = Math.min(1, 0.06 + Math.max(0, eye - ground) / 350)
  const { clientWidth: width, clientHeight: height } = scene.canvas
  for (const labels of drape.labels.values()) {
    for (const label of labels) {
      if (seen.has(label.id)) continue
      const hand = handOf(label, light.night)
      const sea = Cartesian3.fromDegrees(label.lng, label.lat, 0, undefined, between)
      if (Cartesian3.distance(camera, sea) > hand.farM * reach) continue
      const rough = SceneTransforms.worldToWindowCoordinates(scene, sea, scratch)
      if (!rough || rough.x < -80 || rough.y < -300 || rough.x > width + 80 || rough.y > height + 300) continue
      const over = heights.at(label.lng, label.lat, 0.0005) + (label.road ? 4 : 14)
      const position = Cartesian3.fromDegrees(label.lng, label.lat, over)
      seen.set(label.id, { label, hand, position, distance: Cartesian3.distance(camera, position) })
    }
  }
  return [...seen.values()].sort((a, b) => a.label.rank - b.label.rank || a.distance - b.distance)
}

/** Whether the ground rises above the line of sight at one of a few places on the way. */
function isHidden(scene: Scene, heights: GroundHeights, position: Cartesian3, distance: number): boolean {
  if (distance < 400) return false
  for (const share of [0.3, 0.6, 0.8, 0.92]) {
    const way = Cartographic.fromCartesian(Cartesian3.lerp(position, scene.camera.positionWC, share, between))
    const ground = heights.at(CesiumMath.toDegrees(way.longitude), CesiumMath.toDegrees(way.latitude), 0.002)
    if (ground > way.height + 12) return true
  }
  return false
}

function write(
  collection: LabelCollection,
  list: Candidate[],
  language: 'zh' | 'en',
  opacity: number,
  scale: number,
): void {
  collection.removeAll()
  for (const { label, hand, position } of list) {
    collection.add({
      position,
      text: words(label, language),
      font: `${label.rank <= 4 && !label.road ? 600 : 500} ${Math.round(hand.size * scale * 2)}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`,
      scale: 0.5,
      style: LabelStyle.FILL_AND_OUTLINE,
      fillColor: Color.fromCssColorString(hand.color).withAlpha(opacity),
      outlineColor: Color.fromCssColorString(hand.halo).withAlpha(0.85 * opacity),
      outlineWidth: 7 * scale,
      horizontalOrigin: HorizontalOrigin.CENTER,
      verticalOrigin: VerticalOrigin.CENTER,
      pixelOffset: new Cartesian2(0, 0),
      // Names stand in front of houses; those behind a hill are left out beforehand, see `isHidden`.
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
    })
  }
}

const scratch = new Cartesian2()
const between = new Cartesian3()
