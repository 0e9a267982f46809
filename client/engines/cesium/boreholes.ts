/** Boreholes: pins at their collars, near by columns of their layers, true to depth; picked hole by hole. */
import {
  type BillboardCollection,
  BoundingSphere,
  Cartesian3,
  Math as CesiumMath,
  ComponentDatatype,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  GeometryInstanceAttribute,
  Matrix4,
  Primitive,
  PrimitiveType,
  Transforms,
} from '@cesium/engine'
import { type Borehole, restingWater } from '../../../data/geology/borehole.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import type { Selection } from '../../app/state.ts'
import { markPin, PIN, pinsOf } from './borehole-pins.ts'
import { type BoreholeCells, boreholeCells, type Cell, cellsAround } from './boreholes-data.ts'
import { type ColumnsLook, columnsLook } from './boreholes-look.ts'
import { columnMesh } from './boreholes-shape.ts'
import { type BoreholeSheets, boreholeSheets } from './boreholes-sheets.ts'
import { type Sign, type Signs, signs } from './signs.ts'
import { type Draw, isVisible, type Stage } from './stage.ts'
import { buried } from './underground.ts'

type Spec = LayerOf<'boreholes'>

/** Metres over the ground from which nothing is drawn, and up to which columns are. */
const [HIGHEST, COLUMNS] = [14_000, 3500]
/** How far around dots and columns are asked for, degrees of latitude: 6.5 and 3.3 km. */
const [DOTS_REACH, COLUMNS_REACH] = [0.058, 0.03]
/** Names are written nearer than this, metres; so many at most. */
const [NAMED, MOST_NAMES] = [420, 40]
/** Metres: thickness of columns when the scene says none; a real hole is a tenth of a metre. */
const THICK = 2

/** What a pick gives back. */
interface Pickable {
  borehole: string
  layer: string
}

/** One cell as it is drawn. */
interface Drawn {
  cell: Cell
  pins: BillboardCollection
  columns: Primitive | null
  stop(): void
}

/** Draws boreholes. */
export const drawBoreholes: Draw<'boreholes'> = (first, stage) => {
  const holes = new Boreholes(first, stage)
  return {
    update: (next) => holes.update(next),
    pick(picked, { lng, lat }) {
      const id = (picked as { id?: Partial<Pickable> } | undefined)?.id
      if (typeof id?.borehole !== 'string' || id.layer !== holes.spec.id) return null
      return { layer: holes.spec.id, collection: 'boreholes', id: id.borehole, lng, lat }
    },
    highlight: (selected, hovered) => holes.highlight(selected, hovered),
    dispose: () => holes.dispose(),
  }
}

/** One layer on the globe. */
class Boreholes {
  spec: Spec
  private readonly stage: Stage
  private readonly look: ColumnsLook = columnsLook()
  private readonly drawn = new Map<string, Drawn>()
  private readonly stops: (() => void)[]
  private readonly signs: Signs
  private readonly sheets: BoreholeSheets
  private cells: BoreholeCells
  private due: ReturnType<typeof setTimeout> | undefined
  private marks: [string | null, string | null] = [null, null]
  /** holes whose pins are shown as chosen */
  private pinned = new Set<string>()

  constructor(spec: Spec, stage: Stage) {
    this.spec = spec
    this.stage = stage
    this.cells = this.open()
    const { scene } = stage
    this.signs = signs(stage)
    this.sheets = boreholeSheets(stage, () => this.refresh())
    const soon = () => this.soon()
    this.stops = [
      stage.app.store.subscribe((state, before) => {
        if (state.scene?.below !== before.scene?.below) soon()
      }),
      scene.camera.moveEnd.addEventListener(soon),
      scene.camera.changed.addEventListener(soon),
      scene.preUpdate.addEventListener(() => {
        this.sheets.opacity(this.spec.opacity ?? 1)
        if (this.drawn.size === 0) return
        this.look.light(stage.light, buried(scene).underground, this.spec.opacity ?? 1)
        this.markColumns()
      }),
    ]
    this.refresh()
  }

  private open(): BoreholeCells {
    const source = this.stage.document().sources[this.spec.source]
    const url = source?.type === 'features' ? source.url : '/collections/boreholes'
    return boreholeCells(url, () => this.refresh())
  }

  update(next: Spec): void {
    const before = this.spec
    this.spec = next
    if (next.source !== before.source) {
      this.cells.dispose()
      this.cells = this.open()
    }
    if (next.source !== before.source || next.diameter !== before.diameter) this.clear()
    this.refresh()
  }

  private soon(): void {
    this.due ??= setTimeout(() => this.refresh(), 250)
  }

  /** Brings what is drawn in line with where the camera is. */
  private refresh(): void {
    clearTimeout(this.due)
    this.due = undefined
    const here = this.stage.scene.camera.positionCartographic
    const visible = isVisible(this.spec) && here.height < HIGHEST
    const [lng, lat] = this.focus()
    const wanted = visible ? this.cells.want(cellsAround(lng, lat, DOTS_REACH)) : []
    const near = here.height < COLUMNS ? new Set(cellsAround(lng, lat, COLUMNS_REACH)) : new Set<string>()
    for (const [key, one] of this.drawn) {
      if (wanted.some((cell) => cell === one.cell) && (one.columns !== null) === near.has(key)) continue
      this.remove(key, one)
    }
    for (const cell of wanted) if (!this.drawn.has(cell.key)) this.add(cell, near.has(cell.key))
    this.name(wanted)
    const { strata = false, groundwater = false } = this.stage.app.store.getState().scene?.below ?? {}
    const sheets = { strata: visible && strata, groundwater: visible && groundwater }
    this.sheets.refresh(sheets, [lng, lat], here.height)
    this.report(wanted)
    this.stage.redraw()
  }

  /** The place looked at, or under the camera: degrees. */
  private focus(): [number, number] {
    const { scene } = this.stage
    const { camera } = scene
    const here = camera.positionCartographic
    const ahead = Cartesian3.multiplyByScalar(camera.directionWC, Math.min(4000, here.height * 1.4), new Cartesian3())
    const place = scene.globe.ellipsoid.cartesianToCartographic(Cartesian3.add(camera.positionWC, ahead, ahead)) ?? here
    return [CesiumMath.toDegrees(place.longitude), CesiumMath.toDegrees(place.latitude)]
  }

  private report(cells: readonly Cell[]): void {
    const { stage, spec } = this
    const count = cells.reduce((sum, { holes }) => sum + holes.length, 0)
    const failed = this.cells.failed() ?? this.sheets.failed()
    if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
    else if (failed !== null) stage.report(spec.id, { status: 'failed', reason: failed })
    else if (this.cells.pending() + this.sheets.pending() > 0) stage.report(spec.id, { status: 'loading', count })
    else stage.report(spec.id, { status: 'ready', count })
  }

  private add(cell: Cell, near: boolean): void {
    const { scene } = this.stage
    const pins = scene.primitives.add(pinsOf(cell.holes, (hole) => pickable(hole, this.spec.id))) as BillboardCollection
    const columns = near ? this.columns(cell) : null
    if (columns) scene.primitives.add(columns)
    const stop = columns ? buried(scene).add(columns) : () => {}
    this.drawn.set(cell.key, { cell, pins, columns, stop })
  }

  private columns({ holes }: Cell): Primitive | null {
    const radius = (this.spec.diameter ?? THICK) / 2
    const instances = holes.flatMap((hole) => instanceOf(hole, radius, this.spec.id) ?? [])
    if (instances.length === 0) return null
    return new Primitive({
      geometryInstances: instances,
      appearance: this.look.appearance,
      asynchronous: false,
      compressVertices: false,
      releaseGeometryInstances: true,
    })
  }

  private remove(key: string, { pins, columns, stop }: Drawn): void {
    const { primitives } = this.stage.scene
    stop()
    primitives.remove(pins)
    if (columns) primitives.remove(columns)
    this.drawn.delete(key)
  }

  private clear(): void {
    for (const [key, one] of this.drawn) this.remove(key, one)
  }

  /** Writes the names of the nearest. */
  private name(cells: readonly Cell[]): void {
    const eye = this.stage.scene.camera.positionWC
    const near = cells
      .flatMap(({ holes }) => holes)
      .map((hole) => {
        const at = Cartesian3.fromDegrees(hole.lng, hole.lat, hole.collar + 0.3)
        return { hole, at, away: Cartesian3.distance(at, eye) }
      })
      .filter(({ away }) => away < NAMED * 2)
      .sort((a, b) => a.away - b.away)
    this.signs.put(
      `boreholes ${this.spec.id}`,
      near.slice(0, MOST_NAMES).map(({ hole, at }) => signOf(hole, at)),
    )
  }

  highlight(selected: Selection | null, hovered: Selection | null): void {
    const own = (one: Selection | null) => (one?.collection === 'boreholes' ? one.id : null)
    this.marks = [own(selected), own(hovered)]
    for (const { cell, pins } of this.drawn.values())
      for (const [i, { id }] of cell.holes.entries()) {
        const chosen = this.marks.includes(id)
        if (chosen || this.pinned.has(id)) markPin(pins.get(i), chosen)
      }
    this.pinned = new Set(this.marks.filter((id) => id !== null))
    this.stage.redraw()
  }

  /** Marks lie in the columns' batch table, which is there after the first frame. */
  private markColumns(): void {
    for (const { cell, columns } of this.drawn.values()) {
      if (!columns?.ready) continue
      const known = marked.get(columns) ?? []
      const wanted = this.marks.filter((id) => id !== null && cell.holes.some((hole) => hole.id === id)) as string[]
      for (const id of new Set([...known, ...wanted])) {
        const attributes = columns.getGeometryInstanceAttributes(pickableOf(cell, id, this.spec.id)) as
          | { mark: Uint8Array }
          | undefined
        if (!attributes) continue
        const level = id === this.marks[0] ? 255 : id === this.marks[1] ? 128 : 0
        if (attributes.mark[0] !== level) attributes.mark = Uint8Array.of(level, 0, 0, 0)
      }
      marked.set(columns, wanted)
    }
  }

  dispose(): void {
    clearTimeout(this.due)
    for (const stop of this.stops) stop()
    this.cells.dispose()
    this.sheets.dispose()
    this.clear()
    this.signs.put(`boreholes ${this.spec.id}`, [])
  }
}

/** Holes of a primitive that bear a mark. */
const marked = new WeakMap<Primitive, string[]>()
/** The engine finds an instance by its very id object. */
const pickables = new WeakMap<Borehole, Pickable>()

function pickable(hole: Borehole, layer: string): Pickable {
  const known = pickables.get(hole)
  if (known?.layer === layer) return known
  const made = { borehole: hole.id, layer }
  pickables.set(hole, made)
  return made
}

function pickableOf(cell: Cell, id: string, layer: string): Pickable {
  return pickable(cell.holes.find((hole) => hole.id === id) ?? cell.holes[0]!, layer)
}

const signOf = (hole: Borehole, place: Cartesian3): Sign => ({
  places: [place],
  text: hole.id,
  color: '#f2b84b',
  rank: 4,
  size: 2,
  far: NAMED,
  side: 'above',
  lift: PIN + 3,
  hidden: 'always',
})

function instanceOf(hole: Borehole, radius: number, layer: string): GeometryInstance | null {
  const mesh = columnMesh(hole, radius)
  if (!mesh) return null
  const origin = Cartesian3.fromDegrees(hole.lng, hole.lat, hole.collar)
  const frame = Transforms.eastNorthUpToFixedFrame(origin)
  const point = new Cartesian3()
  const positions = new Float64Array(mesh.positions.length)
  const normals = new Float32Array(mesh.normals.length)
  for (let i = 0; i < positions.length; i += 3) {
    Cartesian3.fromArray(mesh.positions as unknown as number[], i, point)
    Cartesian3.pack(Matrix4.multiplyByPoint(frame, point, point), positions as unknown as number[], i)
    Cartesian3.fromArray(mesh.normals as unknown as number[], i, point)
    Cartesian3.pack(Matrix4.multiplyByPointAsVector(frame, point, point), normals as unknown as number[], i)
  }
  const attribute = (componentDatatype: ComponentDatatype, componentsPerAttribute: number, values: ArrayBufferView) =>
    new GeometryAttribute({ componentDatatype, componentsPerAttribute, values: values as never })
  const attributes = new GeometryAttributes()
  attributes.position = attribute(ComponentDatatype.DOUBLE, 3, positions)
  attributes.normal = attribute(ComponentDatatype.FLOAT, 3, normals)
  attributes.st = attribute(ComponentDatatype.FLOAT, 2, mesh.places)
  attributes.color = new GeometryAttribute({
    componentDatatype: ComponentDatatype.UNSIGNED_BYTE,
    componentsPerAttribute: 4,
    normalize: true,
    values: mesh.colors as never,
  })
  const geometry = new Geometry({
    attributes,
    indices: mesh.indices as never,
    primitiveType: PrimitiveType.TRIANGLES,
    boundingSphere: BoundingSphere.fromVertices(positions as unknown as number[]),
  })
  const water = restingWater(hole.water)
  const float = (value: number) =>
    new GeometryInstanceAttribute({
      componentDatatype: ComponentDatatype.FLOAT,
      componentsPerAttribute: 1,
      value: [value],
    })
  const mark = new GeometryInstanceAttribute({
    componentDatatype: ComponentDatatype.UNSIGNED_BYTE,
    componentsPerAttribute: 4,
    normalize: true,
    value: [0, 0, 0, 0],
  })
  return new GeometryInstance({
    geometry,
    id: pickable(hole, layer),
    attributes: { mark, water: float(water?.depth ?? -1000), radius: float(radius) },
  })
}
