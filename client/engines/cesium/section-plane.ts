/** Cuts on the globe: where a cross-section stands, as a pane of glass through the ground with its letters. */

import {
  Cartesian3,
  Cartographic,
  Color,
  ColorGeometryInstanceAttribute,
  GeometryInstance,
  Material,
  PerInstanceColorAppearance,
  PolylineCollection,
  Primitive,
  PrimitiveCollection,
  WallGeometry,
} from '@cesium/engine'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { type Sign, signs } from './signs.ts'
import type { Stage } from './stage.ts'

type Cut = Extract<Mark, { type: 'section' }>

/** Metres of the pane above and below the ground. */
const [ABOVE, BELOW] = [4, 10]
/** Metres between places where the ground is asked, and most of them. */
const [STEP, MOST] = [5, 60]
/** Heights that change by less leave the pane as it is, metres. */
const SAME = 0.1
const COLOR = '#ff6a3d'
const NO_DEPTH = Number.POSITIVE_INFINITY

interface Pane {
  mark: Cut
  places: Cartographic[]
  heights: number[]
  group: PrimitiveCollection | null
}

/** Places along a cut, near enough to follow the ground. */
export function cutPlaces(line: readonly (readonly [number, number])[]): Cartographic[] {
  const corners = line.map(([lng, lat]) => Cartographic.fromDegrees(lng, lat))
  const all: Cartographic[] = []
  for (const [i, to] of corners.entries()) {
    const from = corners[i - 1]
    if (!from) {
      all.push(to)
      continue
    }
    const metres = Cartesian3.distance(Cartographic.toCartesian(from), Cartographic.toCartesian(to))
    const pieces = Math.max(1, Math.min(Math.ceil(metres / STEP), Math.ceil(MOST / (corners.length - 1))))
    for (let k = 1; k <= pieces; k++)
      all.push(
        new Cartographic(
          from.longitude + ((to.longitude - from.longitude) * k) / pieces,
          from.latitude + ((to.latitude - from.latitude) * k) / pieces,
        ),
      )
  }
  return all
}

/** Follows the cuts among the scene's marks; call the answer to stop. */
export function drawSections(stage: Stage): () => void {
  const { scene, app, redraw } = stage
  const board = signs(stage)
  const all = scene.primitives.add(new PrimitiveCollection()) as PrimitiveCollection
  const panes = new Map<string, Pane>()
  let due: ReturnType<typeof setTimeout> | undefined
  const remove = (pane: Pane): void => {
    if (pane.group) all.remove(pane.group)
    pane.group = null
  }
  const rebuild = (): void => {
    due = undefined
    for (const pane of panes.values()) {
      const heights = pane.places.map((place) => scene.globe.getHeight(place))
      const known = heights.filter((height) => height !== undefined)
      if (known.length === 0) continue
      const whole = heights.map((height) => height ?? Math.min(...known))
      if (pane.group && whole.every((height, i) => Math.abs(height - (pane.heights[i] ?? NO_DEPTH)) < SAME)) continue
      remove(pane)
      pane.heights = whole
      pane.group = all.add(picture(pane)) as PrimitiveCollection
    }
    board.put('cuts', [...panes.values()].flatMap(lettersOf))
    redraw()
  }
  const follow = (marks: Readonly<Record<string, Mark>>): void => {
    for (const [id, pane] of panes) {
      if (marks[id] === pane.mark) continue
      remove(pane)
      panes.delete(id)
    }
    for (const [id, mark] of Object.entries(marks))
      if (mark.type === 'section' && !panes.has(id))
        panes.set(id, { mark, places: cutPlaces(mark.line), heights: [], group: null })
    rebuild()
  }
  follow(app.store.getState().scene?.marks ?? {})
  const stops = [
    app.store.subscribe((state, before) => {
      if (state.scene?.marks !== before.scene?.marks) follow(state.scene?.marks ?? {})
    }),
    scene.globe.tileLoadProgressEvent.addEventListener((waiting: number) => {
      if (waiting > 0 || panes.size === 0) return
      clearTimeout(due)
      due = setTimeout(rebuild, 200)
    }),
  ]
  return () => {
    clearTimeout(due)
    for (const stop of stops) stop()
    board.put('cuts', [])
    scene.primitives.remove(all)
  }
}

function picture({ places, heights }: Pane): PrimitiveCollection {
  const color = Color.fromCssColorString(COLOR)
  const at = (i: number, lift: number): Cartesian3 => {
    const { longitude, latitude } = places[i] ?? new Cartographic()
    return Cartesian3.fromRadians(longitude, latitude, (heights[i] ?? 0) + lift)
  }
  const positions = places.map((_, i) => at(i, 0))
  const group = new PrimitiveCollection()
  const glass = ColorGeometryInstanceAttribute.fromColor(color.withAlpha(0.16))
  const appearance = () => new PerInstanceColorAppearance({ translucent: true, flat: true, faceForward: true })
  group.add(
    new Primitive({
      geometryInstances: new GeometryInstance({
        geometry: new WallGeometry({
          positions,
          maximumHeights: heights.map((height) => height + ABOVE),
          minimumHeights: heights.map((height) => height - BELOW),
          vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
        }),
        attributes: { color: glass, depthFailColor: glass },
      }),
      appearance: appearance(),
      // what the ground hides of it is drawn all the same
      depthFailAppearance: appearance(),
      asynchronous: false,
      allowPicking: false,
    }),
  )
  const lines = new PolylineCollection()
  const last = places.length - 1
  const line = (points: Cartesian3[], width: number) =>
    lines.add({ positions: points, width, material: Material.fromType('Color', { color }) })
  line(
    places.map((_, i) => at(i, 0.15)),
    3,
  )
  for (const end of [0, last]) line([at(end, -BELOW), at(end, ABOVE)], 3)
  group.add(lines)
  return group
}

/** A at the beginning, A′ at the end. */
function lettersOf({ places, heights }: Pane): Sign[] {
  if (heights.length === 0) return []
  const last = places.length - 1
  return (
    [
      [0, 'A'],
      [last, 'A′'],
    ] as const
  ).map(([end, text]) => {
    const { longitude, latitude } = places[end] ?? new Cartographic()
    const place = Cartesian3.fromRadians(longitude, latitude, (heights[end] ?? 0) + ABOVE)
    return { places: [place], text, rank: 0, size: 10, far: 5000, side: 'above', lift: 4, letters: 18, hidden: 'never' }
  })
}
