/** Tops of layers and the water table around the camera as clear sheets, finer the nearer one is. */
import {
  BoundingSphere,
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
  primitive: Primitive | null
  stop(): void
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
  const look = sheetsLook(context.defaultTexture)
  const all = scene.primitives.add(new PrimitiveCollection()) as PrimitiveCollection
  const tiles = surfaceTiles(changed)
  const drawn = new Map<string, Drawn>()
  let shown: Sheets = { strata: false, groundwater: false }
  let level = 0

  const add = (key: string, tile: SurfaceTile) => {
    const mesh = sheetMesh(tile, shown)
    const primitive = mesh && (all.add(primitiveOf(mesh, look.appearance)) as Primitive)
    drawn.set(key, { tile, primitive, stop: primitive ? buried(scene).add(primitive) : () => {} })
  }
  const remove = (key: string) => {
    const { primitive, stop } = drawn.get(key)!
    stop()
    if (primitive) all.remove(primitive)
    drawn.delete(key)
  }
  const stopLight = scene.preRender.addEventListener(() => {
    if (drawn.size === 0) return
    const under = buried(scene)
    look.light(stage.light)
    look.uniforms.u_underground = under.underground ? 1 : 0
    under.pits.fill(look.uniforms)
    // in the picture of what is buried sheets lie over the things between them: they come last
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
    },
    opacity(value) {
      look.uniforms.u_opacity = value
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

function primitiveOf(mesh: SheetMesh, appearance: Primitive['appearance']): Primitive {
  const attribute = (values: ArrayBufferView, componentsPerAttribute: number, componentDatatype: ComponentDatatype) =>
    new GeometryAttribute({
      componentDatatype,
      componentsPerAttribute,
      normalize: componentDatatype === ComponentDatatype.UNSIGNED_BYTE,
      values: values as never,
    })
  const { FLOAT, DOUBLE, UNSIGNED_BYTE } = ComponentDatatype
  const attributes = new GeometryAttributes()
  attributes.position = attribute(mesh.positions, 3, DOUBLE)
  attributes.normal = attribute(mesh.normals, 3, FLOAT)
  attributes.st = attribute(mesh.places, 2, FLOAT)
  attributes.color = attribute(mesh.colors, 4, UNSIGNED_BYTE)
  Object.assign(attributes, { sheetHeight: attribute(mesh.heights, 1, FLOAT), known: attribute(mesh.known, 1, FLOAT) })
  const geometry = new Geometry({
    attributes,
    indices: mesh.indices as never,
    primitiveType: PrimitiveType.TRIANGLES,
    boundingSphere: BoundingSphere.fromVertices(mesh.positions as unknown as number[]),
  })
  return new Primitive({
    geometryInstances: new GeometryInstance({ geometry }),
    appearance,
    asynchronous: false,
    compressVertices: false,
    allowPicking: false,
    releaseGeometryInstances: true,
  })
}
