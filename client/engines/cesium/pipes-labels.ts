/** What near pipes are: diameter, material and invert, written beside them; few, none over another. */

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
import { UTILITY_COLORS, type Utility } from '../../../data/networks/utility-colors.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { isVisible, type Stage } from './stage.ts'
import { buried } from './underground.ts'

/** A pipe of the server's collection. */
interface PipeItem {
  id: string
  geometry: { type: string; coordinates: [number, number, number][] }
  properties: Record<string, unknown>
}

/** Metres around the camera in which pipes are labelled, labels at most, pixels between two. */
const REACH = 90
const MOST = 24
const APART = 90
/** Nothing is asked from higher above the ground than this, metres. */
const HIGHEST = 120

/** Writes labels while the camera is near; `layers` = the pipes layers there are. Call the answer to stop. */
export function labelPipes(stage: Stage, layers: () => Iterable<LayerOf<'pipes'>>): () => void {
  const { scene } = stage
  const labels = scene.primitives.add(new LabelCollection({ scene })) as LabelCollection
  let items: PipeItem[] = []
  let asked = ''
  let due: ReturnType<typeof setTimeout> | undefined
  let stop = new AbortController()

  const shown = (): boolean => {
    const { xray, glass, underground } = buried(scene)
    return (stage.document()?.below?.labels ?? true) && (underground || xray > 0 || glass > 0)
  }
  const look = () => {
    due = undefined
    const box = shown() ? boxAhead(stage) : null
    if (!box) {
      labels.removeAll()
      asked = ''
      return
    }
    if (box === asked) return write()
    asked = box
    stop.abort()
    stop = new AbortController()
    fetch(`/collections/pipes/items?bbox=${box}&limit=300`, { signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : { features: [] }))
      .then(({ features }: { features: PipeItem[] }) => {
        items = features.filter(({ geometry }) => geometry?.type === 'LineString')
        write()
      })
      .catch(() => {
        // the camera went on, or the server is away: the next look asks again
        asked = ''
      })
  }
  const write = () => {
    labels.removeAll()
    const visible = [...layers()].filter(isVisible)
    const taken: Cartesian2[] = []
    for (const item of items) {
      const utility = String(item.properties.class) as Utility
      if (!visible.some((layer) => layer.class?.includes(utility) ?? true)) continue
      const place = middle(item.geometry.coordinates)
      const at = SceneTransforms.worldToWindowCoordinates(scene, place, new Cartesian2())
      if (!at || Cartesian3.distance(place, scene.camera.positionWC) > REACH * 1.6) continue
      if (taken.some((other) => Math.abs(other.x - at.x) < APART * 1.6 && Math.abs(other.y - at.y) < APART / 4))
        continue
      const text = wordsOf(item, stage.app.store.getState().language)
      if (text === '') continue
      taken.push(at)
      add(labels, place, text, utility)
      if (taken.length === MOST) break
    }
    stage.redraw()
  }
  const soon = () => (due ??= setTimeout(look, 350))
  const stops = [
    scene.camera.moveEnd.addEventListener(soon),
    scene.camera.changed.addEventListener(soon),
    stage.app.store.subscribe((state, before) => {
      if (state.scene !== before.scene || state.language !== before.language) soon()
    }),
  ]
  soon()
  return () => {
    clearTimeout(due)
    stop.abort()
    for (const end of stops) end()
    scene.primitives.remove(labels)
  }
}

/** West, south, east, north around the place ahead of the camera, in steps so that small moves ask nothing new; null from high up. */
function boxAhead({ scene }: Stage): string | null {
  const here = scene.camera.positionCartographic
  const ground = scene.globe.getHeight(here)
  if (ground === undefined || here.height - ground > HIGHEST) return null
  const ahead = Cartesian3.multiplyByScalar(scene.camera.directionWC, REACH * 0.6, new Cartesian3())
  const place = Cartographic.fromCartesian(Cartesian3.add(scene.camera.positionWC, ahead, ahead))
  const step = 0.0002
  const round = (radians: number) => Math.round(CesiumMath.toDegrees(radians) / step) * step
  const [lng, lat] = [round(place.longitude), round(place.latitude)]
  const [dx, dy] = [REACH / 97_000, REACH / 111_000]
  return [lng - dx, lat - dy, lng + dx, lat + dy].map((value) => value.toFixed(5)).join()
}

function middle(line: PipeItem['geometry']['coordinates']): Cartesian3 {
  const k = Math.max(0, Math.ceil(line.length / 2) - 1)
  const [a, b] = [line[k]!, line[k + 1] ?? line[k]!]
  return Cartesian3.fromDegrees((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
}

/** `DN600 混凝土 内底 9.84`: what the server knows, in this order; the invert is the floor of the pipe in the middle, above the ellipsoid. */
export function wordsOf({ geometry, properties }: PipeItem, language: 'zh' | 'en'): string {
  const number = (name: string) => (typeof properties[name] === 'number' ? (properties[name] as number) : null)
  const [diameter, width, height] = [number('diameter'), number('width'), number('height')]
  const size =
    diameter !== null
      ? `DN${Math.round(diameter * 1000)}`
      : width !== null && height !== null
        ? `${width.toFixed(1)}×${height.toFixed(1)} m`
        : ''
  const material = typeof properties.material === 'string' ? properties.material : ''
  const { coordinates } = geometry
  const [first, last] = [coordinates[0]![2], coordinates.at(-1)![2]]
  const invert = (first + last) / 2 - (height ?? diameter ?? 0) / 2
  const level = Number.isFinite(invert) ? `${language === 'zh' ? '内底' : 'invert'} ${invert.toFixed(2)}` : ''
  return [size, material, level].filter((word) => word !== '').join(' ')
}

function add(labels: LabelCollection, position: Cartesian3, text: string, utility: Utility): void {
  labels.add({
    position,
    text,
    font: '500 13px "Noto Sans SC", sans-serif',
    fillColor: Color.lerp(
      Color.fromCssColorString(UTILITY_COLORS[utility] ?? '#ffffff'),
      Color.WHITE,
      0.55,
      new Color(),
    ),
    outlineColor: Color.fromCssColorString('#0b1420'),
    outlineWidth: 4,
    style: LabelStyle.FILL_AND_OUTLINE,
    horizontalOrigin: HorizontalOrigin.CENTER,
    verticalOrigin: VerticalOrigin.BOTTOM,
    pixelOffset: new Cartesian2(0, -6),
    disableDepthTestDistance: Number.POSITIVE_INFINITY,
  })
}
