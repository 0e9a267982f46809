/** Pits and trenches: cut out of the drawn ground, with walls, floor and dimensions. */

import {
  BoundingSphere,
  Cartesian3,
  Cartographic,
  Math as CesiumMath,
  ComponentDatatype,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  Matrix4,
  Primitive,
  PrimitiveType,
  Transforms,
} from '@cesium/engine'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { areNamed, writeDimensions } from './excavation-labels.ts'
import { pitLook } from './excavation-look.ts'
import type { Dug, Pit } from './excavation-pit.ts'
import { area, counterClockwise, KERB, pitMesh, type Ring, refined, trenchOutline } from './excavation-shape.ts'
import { soilLook } from './excavation-soil-look.ts'
import { askWallSoil, soilMesh } from './excavation-strata.ts'
import type { LitLook } from './lit-look.ts'
import { signs } from './signs.ts'
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

type Looks = { walls: LitLook; floors: LitLook; soil: LitLook }

/** Draws what was dug. */
export function drawExcavations(stage: Stage): Excavations {
  const { scene } = stage
  const under = buried(scene)
  const looks: Looks = { walls: pitLook(false), floors: pitLook(true), soil: soilLook() }
  const pits = new Map<string, Pit>()
  let due: ReturnType<typeof setTimeout> | undefined
  let named = areNamed(stage.app)

  const cut = () => {
    const near = nearest(pits, scene.camera.positionWC)
    if (!near) return under.pits.set(null, [])
    const toFrame = Matrix4.inverseTransformation(near.anchor, new Matrix4())
    const rings = [...pits.values()].map((pit) =>
      pit === near ? pit.ring : moved(pit.ring, Matrix4.multiplyTransformation(toFrame, pit.anchor, new Matrix4())),
    )
    under.pits.set(Matrix4.getTranslation(near.anchor, new Cartesian3()), rings)
  }
  const say = () =>
    signs(stage).put(
      'pits',
      [...pits.values()].flatMap((pit) => pit.signs),
    )
  const rebuild = () => {
    due = undefined
    for (const pit of pits.values()) {
      const heights = heightsOf(stage, pit)
      if (!heights || heights.every((height, i) => Math.abs(height - (pit.heights[i] ?? Infinity)) < SAME)) continue
      remove(stage, pit)
      pit.heights = heights
      build(stage, pit, looks)
    }
    say()
    stage.redraw()
  }
  const dig = (id: string, pit: Pit) => {
    pits.set(id, pit)
    askWallSoil(outlineOf(pit), pit.stop.signal).then(
      (soil) => {
        if (pit.stop.signal.aborted || !soil) return
        pit.soil = soil
        pit.heights = []
        rebuild()
      },
      // without an answer the walls keep the usual soil
      () => {},
    )
  }
  const soon = (waiting: number) => {
    if (waiting > 0 || pits.size === 0) return
    clearTimeout(due)
    due = setTimeout(rebuild, 200)
  }
  const stops = [
    scene.globe.tileLoadProgressEvent.addEventListener(soon),
    scene.preUpdate.addEventListener(() => {
      if (pits.size === 0) return
      for (const look of Object.values(looks)) look.light(stage.light)
    }),
    scene.camera.moveEnd.addEventListener(() => {
      if (pits.size > 1) cut()
    }),
    stage.app.store.subscribe((state, before) => {
      if (state.language === before.language || pits.size === 0) return
      for (const pit of pits.values()) pit.heights = []
      rebuild()
    }),
  ]
  return {
    follow(marks) {
      const wanted = Object.entries(marks).filter((entry): entry is [string, Dug] => isDug(entry[1]))
      let changed = named !== areNamed(stage.app)
      if (changed) for (const pit of pits.values()) pit.heights = []
      named = areNamed(stage.app)
      for (const [id, pit] of pits) {
        if (wanted.some(([name, mark]) => name === id && mark === pit.mark)) continue
        pit.stop.abort()
        remove(stage, pit)
        pits.delete(id)
        changed = true
      }
      for (const [id, mark] of wanted) {
        if (pits.has(id)) continue
        const pit = opened(mark)
        if (!pit) continue
        dig(id, pit)
        changed = true
      }
      if (!changed) return
      cut()
      rebuild()
    },
    dispose() {
      clearTimeout(due)
      for (const stop of stops) stop()
      for (const pit of pits.values()) {
        pit.stop.abort()
        remove(stage, pit)
      }
      pits.clear()
      say()
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
  return {
    mark,
    anchor,
    ring: refined(ring, STEP, MOST_HEIGHTS),
    heights: [],
    drawn: [],
    signs: [],
    soil: null,
    stop: new AbortController(),
  }
}

/** The outline as longitude and latitude. */
function outlineOf({ ring, anchor }: Pit): [number, number][] {
  const out: [number, number][] = []
  const place = new Cartographic()
  for (let i = 0; i < ring.length; i += 2) {
    const at = Matrix4.multiplyByPoint(anchor, new Cartesian3(ring[i], ring[i + 1], 0), new Cartesian3())
    Cartographic.fromCartesian(at, undefined, place)
    out.push([CesiumMath.toDegrees(place.longitude), CesiumMath.toDegrees(place.latitude)])
  }
  return out
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

function build(stage: Stage, pit: Pit, looks: Looks): void {
  const { mark, ring, heights, soil } = pit
  const low = Math.min(...heights)
  // a trench follows the ground, a pit has a level floor
  const floor = heights.map((height) => (mark.type === 'trench' ? height : low) - mark.depth)
  const mesh = pitMesh(ring, heights, floor)
  const walls = ring.length * 2
  const sides = soil
    ? soilMesh(ring, heights, floor, soil, KERB)
    : part(mesh, 0, walls, mesh.indices.subarray(0, ring.length * 3))
  const bottom = part(mesh, walls, mesh.positions.length / 3, mesh.indices.subarray(ring.length * 3))
  for (const [shape, look] of [
    [sides, soil ? looks.soil : looks.walls],
    [bottom, looks.floors],
  ] as const) {
    const primitive = new Primitive({
      geometryInstances: new GeometryInstance({ geometry: geometryOf(pit.anchor, shape) }),
      appearance: look.appearance,
      asynchronous: false,
      compressVertices: false,
      allowPicking: false,
    })
    pit.drawn.push(stage.scene.primitives.add(primitive) as Primitive)
  }
  pit.signs = writeDimensions(stage, pit)
}

/** What a geometry is made of: metres of the pit's frame. */
interface Shape {
  positions: Float64Array
  normals: Float32Array
  places: Float32Array
  indices: Uint32Array
  colors?: Uint8Array
  water?: Float32Array
}

/** Some vertices of a mesh and the triangles between them. */
function part({ positions, normals, places }: Shape, from: number, to: number, indices: Uint32Array): Shape {
  return {
    positions: positions.subarray(from * 3, to * 3),
    normals: normals.subarray(from * 3, to * 3),
    places: places.subarray(from * 2, to * 2),
    indices: Uint32Array.from(indices, (index) => index - from),
  }
}

function geometryOf(anchor: Matrix4, mesh: Shape): Geometry {
  const positions = new Float64Array(mesh.positions.length)
  const normals = new Float32Array(mesh.normals.length)
  const point = new Cartesian3()
  for (let i = 0; i < positions.length; i += 3) {
    Cartesian3.fromArray(mesh.positions as unknown as number[], i, point)
    Cartesian3.pack(Matrix4.multiplyByPoint(anchor, point, point), positions as unknown as number[], i)
    Cartesian3.fromArray(mesh.normals as unknown as number[], i, point)
    Cartesian3.pack(Matrix4.multiplyByPointAsVector(anchor, point, point), normals as unknown as number[], i)
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
  attributes.st = attribute(mesh.places, 2)
  if (mesh.colors)
    attributes.color = new GeometryAttribute({
      componentDatatype: ComponentDatatype.UNSIGNED_BYTE,
      componentsPerAttribute: 4,
      normalize: true,
      values: mesh.colors as never,
    })
  if (mesh.water) Object.assign(attributes, { water: attribute(mesh.water, 1) })
  return new Geometry({
    attributes,
    indices: mesh.indices as never,
    primitiveType: PrimitiveType.TRIANGLES,
    boundingSphere: BoundingSphere.fromVertices(positions as unknown as number[]),
  })
}

function remove({ scene }: Stage, pit: Pit): void {
  for (const primitive of pit.drawn.splice(0)) scene.primitives.remove(primitive)
  pit.signs = []
}
