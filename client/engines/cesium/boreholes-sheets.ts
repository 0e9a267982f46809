/** Tops of layers and the water table around the camera as clear sheets, finer the nearer one is. */
import {
  BoundingSphere,
  Math as CesiumMath,
  ComponentDatatype,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  Primitive,
  PrimitiveCollection,
  PrimitiveType,
} from '@cesium/engine'
import { type SurfaceTile, surfaceTiles, tilesAround } from './boreholes-sheets-data.ts'
import { sheetsLook } from './boreholes-sheets-look.ts'
import { type SheetMesh, type Sheets, sheetMesh } from './boreholes-sheets-shape.ts'
import type { LitLook } from './lit-look.ts'
import type { Stage } from './stage.ts'
import { buried } from './underground.ts'

/** Level of the tiles and how far around they are drawn, metres, by the camera's height: up to so many metres. */
const DETAIL = [
  { below: 450, z: 15, reach: 900 },
  { below: 1500, z: 14, reach: 2000 },
  { below: 14_000, z: 13, reach: 4500 },
] as const

/** One tile as it is drawn. */
interface Drawn {
  tile: SurfaceTile
  /** what is seen from above and what from below; none where nothing is known */
  primitives: Primitive[]
  stops: (() => void)[]
}

/** The sheets of one layer. */
export interface BoreholeSheets {
  /** Follows the camera and what is wanted; `at` in degrees. */
  refresh(wanted: Sheets, at: readonly [lng: number, lat: number], heightM: number): void
  /** How solid the layer is; written before each frame. */
  opacity(value: number): void
  pending(): number
  failed(): string | null
  dispose(): void
}

/** Draws nothing until it is asked; `changed` is called when tiles have come. */
export function boreholeSheets(stage: Stage, changed: () => void): BoreholeSheets {
  const { scene } = stage
  const { context } = scene as unknown as { context: { defaultTexture: unknown } }
  const looks = [sheetsLook(true, context.defaultTexture), sheetsLook(false, context.defaultTexture)] as const
  const all = scene.primitives.add(new PrimitiveCollection()) as PrimitiveCollection
  const tiles = surfaceTiles(changed)
  const drawn = new Map<string, Drawn>()
  let shown: Sheets = { strata: false, groundwater: false }
  let level = 0

  const add = (key: string, tile: SurfaceTile) => {
    const mesh = sheetMesh(tile, shown)
    const primitives = mesh ? primitivesOf(mesh, looks).map((one) => all.add(one) as Primitive) : []
    drawn.set(key, { tile, primitives, stops: primitives.map((one) => buried(scene).add(one)) })
  }
  const remove = (key: string) => {
    const { primitives, stops } = drawn.get(key)!
    for (const stop of stops) stop()
    for (const one of primitives) all.remove(one)
    drawn.delete(key)
  }
  /** The far ones first: near ones are laid over them. */
  const sort = () => {
    const { longitude, latitude } = scene.camera.positionCartographic
    const [lng, lat] = [CesiumMath.toDegrees(longitude), CesiumMath.toDegrees(latitude)]
    const away = ({ tile: { box } }: Drawn) =>
      Math.hypot(((box[0] + box[2]) / 2 - lng) * Math.cos(latitude), (box[1] + box[3]) / 2 - lat)
    for (const { primitives } of [...drawn.values()].sort((a, b) => away(b) - away(a)))
      for (const one of primitives) all.raiseToTop(one)
  }
  const stopLight = scene.preRender.addEventListener(() => {
    if (drawn.size === 0) return
    const under = buried(scene)
    for (const { light, uniforms } of looks) {
      light(stage.light)
      uniforms.u_underground = under.underground ? 1 : 0
      under.pits.fill(uniforms)
    }
    // they are laid over all that is solid, in the picture of what is buried too: they come last
    if (scene.primitives.get(scene.primitives.length - 1) !== all) scene.primitives.raiseToTop(all)
  })
  return {
    refresh(wanted, [lng, lat], heightM) {
      const detail = DETAIL.find(({ below }) => heightM < below)
      const any = (wanted.strata || wanted.groundwater) && detail !== undefined
      const keys = any ? tilesAround(lng, lat, detail.z, detail.reach) : []
      const there = tiles.want(keys)
      if (wanted.strata !== shown.strata || wanted.groundwater !== shown.groundwater)
        for (const key of [...drawn.keys()]) remove(key)
      shown = { ...wanted }
      // another level takes the place of the old one when it is all there
      if (any && detail.z !== level && drawn.size > 0 && there.size < keys.length) return
      level = detail?.z ?? 0
      for (const key of [...drawn.keys()]) if (there.get(key) !== drawn.get(key)!.tile) remove(key)
      for (const [key, tile] of there) if (!drawn.has(key)) add(key, tile)
      sort()
      for (const { uniforms } of looks) uniforms.u_size = signSize(heightM)
    },
    opacity(value) {
      for (const { uniforms } of looks) uniforms.u_opacity = value
    },
    pending: () => tiles.pending(),
    failed: () => tiles.failed(),
    dispose() {
      stopLight()
      tiles.dispose()
      for (const key of [...drawn.keys()]) remove(key)
      scene.primitives.remove(all)
    },
  }
}

/** Metres of a sign of the hatch: the same all over a picture, in steps of two. */
function signSize(heightM: number): number {
  return 2 ** Math.min(7, Math.max(2, Math.round(Math.log2(Math.max(1, heightM) / 25))))
}

function primitivesOf(mesh: SheetMesh, looks: readonly LitLook[]): Primitive[] {
  const attribute = (values: ArrayBufferView, componentsPerAttribute: number, componentDatatype: ComponentDatatype) =>
    new GeometryAttribute({
      componentDatatype,
      componentsPerAttribute,
      normalize: componentDatatype === ComponentDatatype.UNSIGNED_BYTE,
      values: values as never,
    })
  const { FLOAT, DOUBLE, UNSIGNED_BYTE } = ComponentDatatype
  return [mesh.fromAbove, mesh.fromBelow].map((indices, i) => {
    const attributes = new GeometryAttributes()
    attributes.position = attribute(mesh.positions, 3, DOUBLE)
    attributes.normal = attribute(mesh.normals, 3, FLOAT)
    attributes.st = attribute(mesh.places, 2, FLOAT)
    attributes.color = attribute(mesh.colors, 4, UNSIGNED_BYTE)
    Object.assign(attributes, {
      sheetHeight: attribute(mesh.heights, 1, FLOAT),
      known: attribute(mesh.known, 1, FLOAT),
    })
    const geometry = new Geometry({
      attributes,
      indices: indices as never,
      primitiveType: PrimitiveType.TRIANGLES,
      boundingSphere: BoundingSphere.fromVertices(mesh.positions as unknown as number[]),
    })
    return new Primitive({
      geometryInstances: new GeometryInstance({ geometry }),
      appearance: looks[i]!.appearance,
      asynchronous: false,
      compressVertices: false,
      allowPicking: false,
      releaseGeometryInstances: true,
    })
  })
}
