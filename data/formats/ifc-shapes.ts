/** Shapes of an open IFC file's elements, as `web-ifc` builds them: welded, turned z up, each distinct one read once. */
import type { FlatMesh, IfcAPI, IfcGeometry, PlacedGeometry } from 'web-ifc'
import { attribute, type IfcLine, type LineReader, referred } from './ifc-lines.ts'
import { type PlacedShape, shapePatterns } from './ifc-patterns.ts'
import { ifcRepeats } from './ifc-repeats.ts'
import type { ElementPart } from './model-element.ts'
import { determinant, soundTriangles } from './sound-triangles.ts'
import { weldPositions } from './weld-positions.ts'

/** Shapes of one open model. */
export interface ShapeReader {
  /**
   * Where the model gets its own zero: the place of the first shape among these, rounded to kilometres, when that is further
   * out than single precision reaches; else zero. Metres, z up.
   */
  originOf(ids: readonly number[]): [number, number, number]
  /** Triangles of an element in metres from `origin`, z up; none when it has no shape or none that could be built. */
  partsOf(line: IfcLine, origin: readonly number[]): ElementPart[]
  /** How many elements made the builder fail. */
  failed(): number
  /** Whether the builder itself broke down on one of them. */
  trapped(): boolean
  /** Bytes the builder holds. */
  memory(): number
}

/** Further than this from zero (metres), single precision is lost: the model gets an origin of its own. */
const FAR = 4096
/** Bytes of geometry after which the builder's and our own copies are let go. */
const MOST_KEPT = 64 << 20

/** A geometry as the builder gave it, to know it again, and what is made of it. */
interface Shape {
  values: Float32Array
  corners: Uint32Array
  positions: Float32Array
  indices: Uint32Array
  /** the same, turned round for matrices that mirror; null until it is asked for */
  mirrored: Uint32Array | null
}

/** The builder keeps what it writes in one memory, which it may exchange for a larger one at any call. */
interface Heap {
  HEAPF32: Float32Array
  HEAPU32: Uint32Array
}

/** An open file: its lines, the number the builder knows it by, and metres per unit of length. */
export interface OpenIfc {
  lines: LineReader
  model: number
  unit: number
  /** id of a line without a shape, such as the project's; -1 = none known */
  idle: number
}

/** The reader of shapes. */
export function shapeReader(api: IfcAPI, { lines, model, unit, idle }: OpenIfc): ShapeReader {
  const heap = (api as unknown as { wasmModule: Heap }).wasmModule
  const known = new Map<number, Shape>()
  let bytes = 0
  let failures = 0
  let trapped = false
  let first: { id: number; built: PlacedShape<Shape>[] } | null = null

  /** The builder makes repeated shapes anew each time, now and then around another zero: same number, other content. */
  const shapeOf = (id: number): Shape => {
    const geometry = api.GetGeometry(model, id)
    const values = view(heap.HEAPF32, geometry.GetVertexData(), geometry.GetVertexDataSize())
    const corners = view(heap.HEAPU32, geometry.GetIndexData(), geometry.GetIndexDataSize())
    const before = known.get(id)
    if (before && same(before.values, values) && same(before.corners, corners)) {
      release(geometry)
      return before
    }
    const shape = shapeFrom(values.slice(), corners.slice())
    release(geometry)
    known.set(id, shape)
    bytes += values.byteLength + corners.byteLength
    return shape
  }
  const build = (id: number): PlacedShape<Shape>[] => {
    if (first?.id === id) return first.built
    try {
      return placements(api.GetFlatMesh(model, id)).map(
        ({ color: { x, y, z, w }, flatTransformation, geometryExpressID }) => ({
          shape: shapeOf(geometryExpressID),
          matrix: flatTransformation,
          colour: [toLinear(x), toLinear(y), toLinear(z), clamped(w)],
        }),
      )
    } catch (error) {
      trapped ||= error instanceof WebAssembly.RuntimeError
      failures++
      return []
    }
  }
  const patterns = shapePatterns(unit, build)
  const repeats = ifcRepeats(lines)
  const letGo = (): void => {
    bytes = 0
    known.clear()
    patterns.clear()
    first = null
    // streaming any line, even one without a shape, clears what the builder keeps
    if (idle >= 0) api.StreamMeshes(model, [idle], () => {})
  }
  return {
    originOf(ids) {
      for (const id of ids) {
        const built = build(id)
        const seen = built.find(({ shape }) => shape.positions.length > 0)
        if (!seen) continue
        first = { id, built }
        return originOf(seen.matrix, seen.shape.positions)
      }
      return [0, 0, 0]
    },
    partsOf(line, origin) {
      const place = referred(attribute(line, 'ObjectPlacement'))
      const placement = (): ArrayLike<number> => (place === null ? UNMOVED : api.GetWorldTransformMatrix(model, place))
      const parts: ElementPart[] = []
      for (const { shape, matrix, colour } of patterns.shapesOf(line.id, repeats.keyOf(line), placement)) {
        const part = placed(shape, matrix, origin)
        if (part.indices.length) parts.push({ colour: [...colour], ...part })
      }
      if (bytes > MOST_KEPT) letGo()
      return parts
    },
    failed: () => failures,
    trapped: () => trapped,
    memory: () => heap.HEAPU32.byteLength,
  }
}

const UNMOVED = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

const view = <Numbers extends Float32Array | Uint32Array>(heap: Numbers, pointer: number, length: number): Numbers =>
  heap.subarray(pointer / 4, pointer / 4 + length) as Numbers

function placements(mesh: FlatMesh): PlacedGeometry[] {
  const { geometries } = mesh
  const found = Array.from({ length: geometries.size() }, (_, i) => geometries.get(i))
  release(geometries)
  return found
}

/** Objects of the builder live until they are deleted; its types do not say that all of them can be. */
function release(object: object | IfcGeometry): void {
  ;(object as { delete?: () => void }).delete?.()
}

function same(a: Float32Array | Uint32Array, b: Float32Array | Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Vertices come as position and normal, one for each face that meets there: without the normal they are the same. */
function shapeFrom(values: Float32Array, corners: Uint32Array): Shape {
  const { positions, indices } = weldPositions(values, 6, corners)
  return { values, corners, positions, indices: soundTriangles(indices, positions, false), mirrored: null }
}

/** A shape under its matrix. */
function placed(shape: Shape, matrix: ArrayLike<number>, origin: readonly number[]) {
  const { positions, finite } = turned(shape.positions, matrix, origin)
  const mirrored = determinant(matrix) < 0
  // shapes that stand in many places share their triangles
  if (!finite) return { positions, indices: soundTriangles(shape.indices, positions, mirrored) }
  if (!mirrored) return { positions, indices: shape.indices }
  shape.mirrored ??= soundTriangles(shape.indices, shape.positions, true)
  return { positions, indices: shape.mirrored }
}

/** Columns of a y-up matrix as z-up: (x, y, z) → (x, −z, y). */
function turned(values: Float32Array, matrix: ArrayLike<number>, origin: readonly number[]) {
  const positions = new Float32Array(values.length)
  const [ox, oy, oz] = origin
  const [a, b, c, , d, e, f, , g, h, i, , l, m, n] = Array.from(matrix)
  let sum = 0
  for (let at = 0; at < values.length; at += 3) {
    const [x, y, z] = [values[at], values[at + 1], values[at + 2]]
    const east = a * x + d * y + g * z + l - ox
    const north = -(c * x + f * y + i * z + n) - oy
    const up = b * x + e * y + h * z + m - oz
    positions[at] = east
    positions[at + 1] = north
    positions[at + 2] = up
    sum += east + north + up
  }
  return { positions, finite: Math.abs(sum) < 1e30 }
}

function originOf(matrix: ArrayLike<number>, shape: Float32Array): [number, number, number] {
  const [x, y, z] = turned(shape.subarray(0, 3), matrix, [0, 0, 0]).positions
  const far = [x, y, z].some((value) => Math.abs(value) > FAR)
  const round = (value: number): number => (Number.isFinite(value) ? Math.round(value / 1000) * 1000 : 0)
  return far ? [round(x), round(y), round(z)] : [0, 0, 0]
}

const clamped = (value: number): number => (value >= 0 && value <= 1 ? value : value > 1 ? 1 : 0)
const toLinear = (value: number): number => {
  const one = clamped(value)
  return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4
}
