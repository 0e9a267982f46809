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
  SceneTransforms,
  VerticalOrigin,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { followMap } from './flat.ts'
import { groundHeights } from './ground-heights.ts'
import type { Label } from './map-messages.ts'
import { type Draw, isVisible } from './stage.ts'

/** How a name is written. */
interface Hand {
  size: number
  color: string
  halo: string
  /** seen up to this many metres from the camera, times the importance */
  farM: number
}

const INK: Record<string, string> = {
  peak: '#6b5b3f',
  island: '#3d5a66',
  park: '#4d6338',
  station: '#4a5568',
  hospital: '#7a4a4a',
  school: '#5b5470',
  government: '#4a5568',
  port: '#3d5a66',
  poi: '#5c5a55',
}

const FAR = [0, 400_000, 160_000, 70_000, 34_000, 18_000, 9_000, 5_000, 3_200, 2_200, 1_500]
const MOST = 70

function handOf(label: Label, night: number): Hand {
  const rank = Math.max(1, Math.min(10, Math.round(label.rank)))
  const size = label.road ? 12 : rank <= 2 ? 19 : rank <= 4 ? 16 : rank <= 6 ? 14 : 12.5
  const dark = night > 0.5
  const ink = dark ? '#e6edf5' : label.road ? '#6a645a' : (INK[label.class] ?? '#2b3440')
  return { size, color: ink, halo: dark ? '#0b1420' : '#fbfaf6', farM: FAR[rank]! * (label.road ? 0.55 : 1) }
}

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
  const collection = scene.primitives.add(new LabelCollection({ scene })) as LabelCollection
  const loading = followMap(
    stage,
    () => spec,
    () => choose(),
  )
  const heights = groundHeights(scene.globe)
  let shown = 0
  let due: ReturnType<typeof setTimeout> | undefined
  let picture = ''

  const report = () => {
    if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
    else if (loading.failed) stage.report(spec.id, { status: 'failed', reason: loading.failed })
    else stage.report(spec.id, { status: loading.done ? 'ready' : 'loading', count: shown })
  }
  function choose(): void {
    due = undefined
    heights.renew()
    if (!isVisible(spec)) {
      if (collection.length > 0) collection.removeAll()
      picture = ''
      shown = 0
      report()
      return
    }
    const { language } = app.store.getState()
    const kept = place(candidates())
    const next = JSON.stringify([kept.map(({ label }) => label.id), language, stage.light.night > 0.5, spec.opacity])
    if (next !== picture) {
      picture = next
      write(kept, language)
    }
    shown = kept.length
    report()
  }
  function candidates(): Candidate[] {
    const seen = new Map<string, Candidate>()
    const camera = scene.camera.positionWC
    const { longitude, latitude, height: eye } = scene.camera.positionCartographic
    const ground = heights.at(CesiumMath.toDegrees(longitude), CesiumMath.toDegrees(latitude), 0.002)
    // From the street one sees the next corner, not the far side of the city through its walls.
    const reach = Math.min(1, 0.06 + Math.max(0, eye - ground) / 350)
    const width = scene.canvas.clientWidth
    const height = scene.canvas.clientHeight
    for (const labels of stage.drape.labels.values()) {
      for (const label of labels) {
        if (seen.has(label.id)) continue
        const hand = handOf(label, stage.light.night)
        const sea = Cartesian3.fromDegrees(label.lng, label.lat, 0, undefined, between)
        if (Cartesian3.distance(camera, sea) > hand.farM * reach) continue
        const rough = SceneTransforms.worldToWindowCoordinates(scene, sea, scratch)
        if (!rough || rough.x < -80 || rough.y < -300 || rough.x > width + 80 || rough.y > height + 300) continue
        const position = Cartesian3.fromDegrees(
          label.lng,
          label.lat,
          heights.at(label.lng, label.lat, 0.0005) + (label.road ? 4 : 14),
        )
        seen.set(label.id, { label, hand, position, distance: Cartesian3.distance(camera, position) })
      }
    }
    return [...seen.values()].sort((a, b) => a.label.rank - b.label.rank || a.distance - b.distance)
  }
  /** Whether the ground rises above the line of sight at one of a few places on the way. */
  function hidden(position: Cartesian3, distance: number): boolean {
    if (distance < 400) return false
    for (const share of [0.3, 0.6, 0.8, 0.92]) {
      const way = Cartographic.fromCartesian(Cartesian3.lerp(position, scene.camera.positionWC, share, between))
      const ground = heights.at(CesiumMath.toDegrees(way.longitude), CesiumMath.toDegrees(way.latitude), 0.002)
      if (ground > way.height + 12) return true
    }
    return false
  }
  /** Keeps those whose boxes on screen are free, in the order given. */
  function place(list: Candidate[]): Candidate[] {
    const boxes: [number, number, number, number][] = []
    const kept: Candidate[] = []
    for (const candidate of list) {
      if (kept.length >= MOST) break
      const at = SceneTransforms.worldToWindowCoordinates(scene, candidate.position, scratch)
      if (!at) continue
      const text = words(candidate.label, app.store.getState().language)
      const half =
        (candidate.hand.size * [...text].reduce((sum, letter) => sum + (letter > '\u2e80' ? 1 : 0.55), 0)) / 2 + 10
      const tall = candidate.hand.size * 0.8 + 6
      const box: [number, number, number, number] = [at.x - half, at.y - tall, at.x + half, at.y + tall]
      if (boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]))
        continue
      if (hidden(candidate.position, candidate.distance)) continue
      boxes.push(box)
      kept.push(candidate)
    }
    return kept
  }
  function write(list: Candidate[], language: 'zh' | 'en'): void {
    collection.removeAll()
    const opacity = spec.opacity ?? 1
    for (const { label, hand, position } of list) {
      collection.add({
        position,
        text: words(label, language),
        font: `${label.rank <= 4 && !label.road ? 600 : 500} ${hand.size * 2}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`,
        scale: 0.5,
        style: LabelStyle.FILL_AND_OUTLINE,
        fillColor: Color.fromCssColorString(hand.color).withAlpha(opacity),
        outlineColor: Color.fromCssColorString(hand.halo).withAlpha(0.85 * opacity),
        outlineWidth: 7,
        horizontalOrigin: HorizontalOrigin.CENTER,
        verticalOrigin: VerticalOrigin.CENTER,
        pixelOffset: new Cartesian2(0, 0),
        // Names stand in front of houses; those behind a hill are left out beforehand, see `hidden`.
        disableDepthTestDistance: Number.POSITIVE_INFINITY,
      })
    }
    stage.redraw()
  }
  const soon = () => (due ??= setTimeout(choose, 160))
  let dark = false
  const stops = [
    scene.preUpdate.addEventListener(() => {
      if (dark !== stage.light.night > 0.5) soon()
      dark = stage.light.night > 0.5
    }),
    stage.drape.changed.addEventListener(soon),
    scene.camera.changed.addEventListener(soon),
    scene.camera.moveEnd.addEventListener(soon),
    scene.globe.tileLoadProgressEvent.addEventListener(soon),
    app.store.subscribe((state, before) => {
      if (state.language !== before.language || state.time !== before.time) soon()
    }),
  ]
  soon()
  return {
    update(next) {
      spec = next
      picture = ''
      choose()
    },
    dispose() {
      clearTimeout(due)
      loading.stop()
      for (const stop of stops) stop()
      scene.primitives.remove(collection)
    },
  }
}

const scratch = new Cartesian2()
const between = new Cartesian3()

function words(label: Label, language: 'zh' | 'en'): string {
  return language === 'en' && label.nameEn ? label.nameEn : label.name
}
