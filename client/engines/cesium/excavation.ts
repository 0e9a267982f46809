/** Pits and trenches: cut out of the drawn ground, with walls, floor and dimensions. */

import {
  BoundingSphere,
  Cartesian2,
  Cartesian3,
  Cartographic,
  Color,
  ComponentDatatype,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  HorizontalOrigin,
  LabelCollection,
  LabelStyle,
  Matrix4,
  Primitive,
  PrimitiveType,
  Transforms,
  VerticalOrigin,
} from '@cesium/engine'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { lightPit, pitAppearance } from './excavation-look.ts'
import { area, counterClockwise, pitMesh, type Ring, refined, trenchOutline } from './excavation-shape.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'

/** The pits of a scene on the globe. */
export interface Excavations {
  follow(marks: Readonly<Record<string, Mark>>): void
  dispose(): void
}

/** Heights asked of the ground per pit; each is a ray cast at triangles. */
const MOST_HEIGHTS = 120
/** Metres between heights along a wall. */
const STEP = 1.5
/** Heights that change by less leave the pit as it is, metres. */
const SAME = 0.02

type Dug = Extract<Mark, { type: 'pit' | 'trench' }>

interface Pit {
  mark: Dug
  /** metres in the frame of `anchor` */
  ring: number[]
  anchor: Matrix4
  heights: number[]
  drawn: Primitive[]
  labels: LabelCollection | null
}

/** Draws what was dug. */
export function drawExcavations(stage: Stage): Excavations {
  const { scene } = stage
  const under = buried(scene)
  const looks = { walls: pitAppearance(false), floors: pitAppearance(true) }
  const pits = new Map<string, Pit>()
  let due: ReturnType<typeof setTimeout> | undefined

  const cut = () => {
    const near = nearest(pits, scene.camera.positionWC)
    if (!near) return under.pits.set(null, [])
    const toFrame = Matrix4.inverseTransformation(near.anchor, new Matrix4())
    const rings = [...pits.values()].map((pit) =>
      pit === near ? pit.ring : moved(pit.ring, Matrix4.multiplyTransformation(toFrame, pit.anchor, new Matrix4())),
    )
    under.pits.set(Matrix4.getTranslation(near.anchor, new Cartesian3()), rings)
  }
  const rebuild = () => {
    due = undefined
    for (const pit of pits.values()) {
      const heights = heightsOf(stage, pit)
      if (!heights || heights.every((height, i) => Math.abs(height - (pit.heights[i] ?? Infinity)) < SAME)) continue
      remove(stage, pit)
      pit.heights = heights
      build(stage, pit, looks)
    }
    stage.redraw()
  }
  const soon = (waiting: number) => {
    if (waiting > 0 || pits.size === 0) return
    clearTimeout(due)
    due = setTimeout(rebuild, 200)
  }
  const stops = [
    scene.globe.tileLoadProgressEvent.addEventListener(soon),
    scene.preUpdate.addEventListener(() => {
      if (pits.size > 0) for (const look of Object.values(looks)) lightPit(look, stage.light)
    }),
    scene.camera.moveEnd.addEventListener(() => {
      if (pits.size > 1) cut()
    }),
  ]
  return {
    follow(marks) {
      const wanted = Object.entries(marks).filter((entry): entry is [string, Dug] => isDug(entry[1]))
      let changed = false
      for (const [id, pit] of pits) {
        if (wanted.some(([name, mark]) => name === id && mark === pit.mark)) continue
        remove(stage, pit)
        pits.delete(id)
        changed = true
      }
      for (const [id, mark] of wanted) {
        if (pits.has(id)) continue
        const pit = opened(mark)
        if (!pit) continue
        pits.set(id, pit)
        changed = true
      }
      if (!changed) return
      cut()
      rebuild()
    },
    dispose() {
      clearTimeout(due)
      for (const stop of stops) stop()
      for (const pit of pits.values()) remove(stage, pit)
      pits.clear()
      under.pits.set(null, [])
    },
  }
}

const isDug = (mark: Mark): mark is Dug => mark.type === 'pit' || mark.type === 'trench'

function opened(mark: Dug): Pit | null {
  const places = mark.type === 'pit' ? mark.outline : mark.line
  const anchor = Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(places[0]![0], places[0]![1], 0))
  const inverse = Matrix4.inverseTransformation(anchor, new Matrix4())
  const flat: number[] = []
  for (const [lng, lat] of places) {
    const at = Matrix4.multiplyByPoint(inverse, Cartesian3.fromDegrees(lng, lat, 0), new Cartesian3())
    flat.push(at.x, at.y)
  }
  const ring = mark.type === 'pit' ? counterClockwise(flat) : trenchOutline(flat, mark.width)
  if (!ring || Math.abs(area(ring)) < 1e-3) return null
  return { mark, anchor, ring: refined(ring, STEP, MOST_HEIGHTS), heights: [], drawn: [], labels: null }
}

function nearest(pits: ReadonlyMap<string, Pit>, eye: Cartesian3): Pit | null {
  let best: Pit | null = null
  let least = Number.POSITIVE_INFINITY
  for (const pit of pits.values()) {
    const distance = Cartesian3.distance(Matrix4.getTranslation(pit.anchor, new Cartesian3()), eye)
    if (distance < least) {
      least = distance
      best = pit
    }
  }
  return best
}

/** A ring in another frame: its points lie on the ground near z = 0 of their own. */
function moved(ring: Ring, matrix: Matrix4): number[] {
  const out: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const at = Matrix4.multiplyByPoint(matrix, new Cartesian3(ring[i], ring[i + 1], 0), new Cartesian3())
    out.push(at.x, at.y)
  }
  return out
}

/** Heights of the ground in the pit's frame, null while it is not there yet. */
function heightsOf({ scene }: Stage, pit: Pit): number[] | null {
  const heights: number[] = []
  const place = new Cartographic()
  const local = new Cartesian3()
  for (let i = 0; i < pit.ring.length; i += 2) {
    Cartesian3.fromElements(pit.ring[i]!, pit.ring[i + 1]!, 0, local)
    const at = Matrix4.multiplyByPoint(pit.anchor, local, new Cartesian3())
    Cartographic.fromCartesian(at, undefined, place)
    const drop = place.height
    const height = scene.globe.getHeight(place)
    if (height === undefined) return null
    heights.push(height - drop)
  }
  return heights
}

function build(stage: Stage, pit: Pit, looks: { walls: ReturnType<typeof pitAppearance>; floors: typeof looks.walls }) {
  const { mark, ring, heights } = pit
  const low = Math.min(...heights)
  // a trench follows the ground, a pit has a level floor
  const floor = heights.map((height) => (mark.type === 'trench' ? height : low) - mark.depth)
  const mesh = pitMesh(ring, heights, floor)
  const walls = ring.length * 2
  const parts = [
    { from: 0, to: walls, indices: mesh.indices.subarray(0, ring.length * 3), look: looks.walls },
    { from: walls, to: mesh.positions.length / 3, indices: mesh.indices.subarray(ring.length * 3), look: looks.floors },
  ]
  for (const { from, to, indices, look } of parts) {
    const geometry = geometryOf(pit.anchor, mesh, from, to, indices)
    const primitive = new Primitive({
      geometryInstances: new GeometryInstance({ geometry }),
      appearance: look,
      asynchronous: false,
      compressVertices: false,
      allowPicking: false,
    })
    pit.drawn.push(stage.scene.primitives.add(primitive) as Primitive)
  }
  pit.labels = stage.scene.primitives.add(dimensions(stage, pit)) as LabelCollection
}

function geometryOf(
  anchor: Matrix4,
  mesh: ReturnType<typeof pitMesh>,
  from: number,
  to: number,
  indices: Uint32Array,
): Geometry {
  const positions = new Float64Array((to - from) * 3)
  const normals = new Float32Array((to - from) * 3)
  const point = new Cartesian3()
  for (let i = from; i < to; i++) {
    Cartesian3.fromArray(mesh.positions as unknown as number[], i * 3, point)
    Cartesian3.pack(Matrix4.multiplyByPoint(anchor, point, point), positions as unknown as number[], (i - from) * 3)
    Cartesian3.fromArray(mesh.normals as unknown as number[], i * 3, point)
    Cartesian3.pack(
      Matrix4.multiplyByPointAsVector(anchor, point, point),
      normals as unknown as number[],
      (i - from) * 3,
    )
  }
  const attribute = (values: Float64Array | Float32Array, size: number, double = false) =>
    new GeometryAttribute({
      componentDatatype: double ? ComponentDatatype.DOUBLE : ComponentDatatype.FLOAT,
      componentsPerAttribute: size,
      values: values as never,
    })
  const attributes = new GeometryAttributes()
  attributes.position = attribute(positions, 3, true)
  attributes.normal = attribute(normals, 3)
  attributes.st = attribute(mesh.places.slice(from * 2, to * 2), 2)
  return new Geometry({
    attributes,
    indices: Uint32Array.from(indices, (index) => index - from) as never,
    primitiveType: PrimitiveType.TRIANGLES,
    boundingSphere: BoundingSphere.fromVertices(positions as unknown as number[]),
  })
}

/** Width, length and depth, written at the pit. */
function dimensions({ app, scene }: Stage, { mark, ring, heights, anchor }: Pit): LabelCollection {
  const labels = new LabelCollection({ scene })
  const zh = app.store.getState().language === 'zh'
  const metres = (value: number) => `${value.toFixed(2)} m`
  const add = (x: number, y: number, z: number, text: string) =>
    labels.add({
      position: Matrix4.multiplyByPoint(anchor, new Cartesian3(x, y, z), new Cartesian3()),
      text,
      font: '500 15px "Noto Sans SC", sans-serif',
      fillColor: Color.WHITE,
      outlineColor: Color.fromCssColorString('#0b1420'),
      outlineWidth: 4,
      style: LabelStyle.FILL_AND_OUTLINE,
      horizontalOrigin: HorizontalOrigin.CENTER,
      verticalOrigin: VerticalOrigin.BOTTOM,
      pixelOffset: new Cartesian2(0, -4),
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
      distanceDisplayCondition: undefined,
      scale: 0.9,
    })
  const ground = Math.max(...heights)
  const half = Math.floor(ring.length / 4) * 2
  add(ring[half]!, ring[half + 1]!, ground, `${zh ? '深' : 'depth'} ${metres(mark.depth)}`)
  if (mark.type === 'trench') add(ring[0]!, ring[1]!, ground, `${zh ? '宽' : 'width'} ${metres(mark.width)}`)
  else add(ring[0]!, ring[1]!, ground, `${zh ? '面积' : 'area'} ${Math.abs(area(ring)).toFixed(1)} m²`)
  return labels
}

function remove({ scene }: Stage, pit: Pit): void {
  for (const primitive of pit.drawn.splice(0)) scene.primitives.remove(primitive)
  if (pit.labels) scene.primitives.remove(pit.labels)
  pit.labels = null
}
