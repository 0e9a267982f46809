/** Cesium's quantized-mesh 1.0: terrain tiles with oct-encoded normals and a water mask, written and read. */

/** A terrain tile. All per-vertex arrays have one entry per vertex; earth-fixed metres in the header's volumes. */
export interface QuantizedMesh {
  /** earth-fixed metres, the tile's middle */
  center: ArrayLike<number>
  /** metres above the ellipsoid; float32 in the file */
  minHeight: number
  maxHeight: number
  sphere: { center: ArrayLike<number>; radius: number }
  /** in units of the ellipsoid's axes: below the horizon only when the whole tile is */
  horizonOcclusion: ArrayLike<number>
  /** 0 = west edge … 32767 = east edge */
  u: Uint16Array
  /** 0 = south edge … 32767 = north edge */
  v: Uint16Array
  /** 0 = minHeight … 32767 = maxHeight */
  height: Uint16Array
  /** three per triangle, counter-clockwise from above; a vertex first appears after all lower ones have */
  triangles: Uint16Array | Uint32Array
  /** vertices on each edge */
  west: Uint16Array | Uint32Array
  south: Uint16Array | Uint32Array
  east: Uint16Array | Uint32Array
  north: Uint16Array | Uint32Array
  /** two bytes per vertex: oct-encoded unit normals in the earth-fixed frame; absent = no extension */
  normals?: Uint8Array
  /** one byte for all, or 256 × 256 from the north-west: 255 water, 0 land; absent = no extension */
  waterMask?: Uint8Array
}

const HEADER = 88
const EDGES = ['west', 'south', 'east', 'north'] as const
const OCT_NORMALS = 1
const WATER_MASK = 2
const MASK = 256 * 256

/**
 * Packs unit vectors, three numbers each, into two bytes each.
 * @see Cigolle et al. 2014, A Survey of Efficient Representations for Independent Unit Vectors, §3.1
 */
export function octEncode(vectors: Float32Array): Uint8Array {
  const count = vectors.length / 3
  const out = new Uint8Array(count * 2)
  for (let i = 0; i < count; i++) {
    const x = vectors[i * 3]
    const y = vectors[i * 3 + 1]
    const z = vectors[i * 3 + 2]
    const scale = 1 / (Math.abs(x) + Math.abs(y) + Math.abs(z))
    let u = x * scale
    let v = y * scale
    if (z < 0) {
      const folded = (1 - Math.abs(v)) * (u < 0 ? -1 : 1)
      v = (1 - Math.abs(u)) * (v < 0 ? -1 : 1)
      u = folded
    }
    out[i * 2] = Math.round((u * 0.5 + 0.5) * 255)
    out[i * 2 + 1] = Math.round((v * 0.5 + 0.5) * 255)
  }
  return out
}

/** @returns the unit vector of two oct-encoded bytes */
export function octDecode(a: number, b: number): [number, number, number] {
  let x = (a / 255) * 2 - 1
  let y = (b / 255) * 2 - 1
  const z = 1 - Math.abs(x) - Math.abs(y)
  if (z < 0) {
    const folded = (1 - Math.abs(y)) * (x < 0 ? -1 : 1)
    y = (1 - Math.abs(x)) * (y < 0 ? -1 : 1)
    x = folded
  }
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

function checkMesh(mesh: QuantizedMesh): void {
  const count = mesh.u.length
  if (mesh.v.length !== count || mesh.height.length !== count)
    throw new RangeError(
      `quantized-mesh: arrays disagree, got ${count}, ${mesh.v.length}, ${mesh.height.length} vertices`,
    )
  if (mesh.normals && mesh.normals.length !== count * 2)
    throw new RangeError(
      `quantized-mesh: wrong number of normals, got ${mesh.normals.length} bytes; expected ${count * 2}`,
    )
  if (mesh.waterMask && mesh.waterMask.length !== 1 && mesh.waterMask.length !== MASK)
    throw new RangeError(`quantized-mesh: wrong water mask, got ${mesh.waterMask.length} bytes; expected 1 | ${MASK}`)
  if (mesh.triangles.length % 3)
    throw new RangeError(`quantized-mesh: got ${mesh.triangles.length} indices; expected 3 each`)
}

/** Differences of successive values, zigzag: small numbers where the surface is smooth. */
function writeDeltas(values: Uint16Array, out: Uint16Array, at: number): void {
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const delta = values[i] - before
    out[at + i] = (delta << 1) ^ (delta >> 31)
    before = values[i]
  }
}

/**
 * Packs a tile.
 * @throws {RangeError} when the arrays disagree or an index skips a vertex that was not used yet
 * @see https://github.com/CesiumGS/quantized-mesh (1.0)
 */
export function writeQuantizedMesh(mesh: QuantizedMesh): Uint8Array {
  checkMesh(mesh)
  const count = mesh.u.length
  const wide = count > 65536
  const indexBytes = wide ? 4 : 2
  const vertexEnd = HEADER + 4 + count * 6
  const padding = wide ? (4 - (vertexEnd % 4)) % 4 : 0
  let edges = 0
  for (const edge of EDGES) edges += 4 + mesh[edge].length * indexBytes
  const triangleStart = vertexEnd + padding + 4
  const extensionStart = triangleStart + mesh.triangles.length * indexBytes + edges
  const size =
    extensionStart + (mesh.normals ? 5 + mesh.normals.length : 0) + (mesh.waterMask ? 5 + mesh.waterMask.length : 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 3; i++) {
    view.setFloat64(i * 8, mesh.center[i], true)
    view.setFloat64(32 + i * 8, mesh.sphere.center[i], true)
    view.setFloat64(64 + i * 8, mesh.horizonOcclusion[i], true)
  }
  view.setFloat32(24, mesh.minHeight, true)
  view.setFloat32(28, mesh.maxHeight, true)
  view.setFloat64(56, mesh.sphere.radius, true)
  view.setUint32(HEADER, count, true)
  const vertices = new Uint16Array(bytes.buffer, HEADER + 4, count * 3)
  writeDeltas(mesh.u, vertices, 0)
  writeDeltas(mesh.v, vertices, count)
  writeDeltas(mesh.height, vertices, count * 2)
  view.setUint32(vertexEnd + padding, mesh.triangles.length / 3, true)
  const indices = wide
    ? new Uint32Array(bytes.buffer, triangleStart, mesh.triangles.length)
    : new Uint16Array(bytes.buffer, triangleStart, mesh.triangles.length)
  let highest = 0
  for (let i = 0; i < mesh.triangles.length; i++) {
    const index = mesh.triangles[i]
    if (index > highest || index >= count)
      throw new RangeError(
        `quantized-mesh: vertex out of turn, got ${index}; expected at most ${Math.min(highest, count - 1)}`,
      )
    indices[i] = highest - index
    if (index === highest) highest++
  }
  let at = triangleStart + mesh.triangles.length * indexBytes
  for (const edge of EDGES) {
    const list = mesh[edge]
    view.setUint32(at, list.length, true)
    at += 4
    for (let i = 0; i < list.length; i++, at += indexBytes)
      wide ? view.setUint32(at, list[i], true) : view.setUint16(at, list[i], true)
  }
  for (const [id, data] of [
    [OCT_NORMALS, mesh.normals],
    [WATER_MASK, mesh.waterMask],
  ] as const) {
    if (!data) continue
    view.setUint8(at, id)
    view.setUint32(at + 1, data.length, true)
    bytes.set(data, at + 5)
    at += 5 + data.length
  }
  return bytes
}

/** A cursor that refuses to run past the end. */
function reader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (length: number, what: string): number => {
    if (at + length > bytes.length)
      throw new RangeError(
        `quantized-mesh: cut short in ${what} at byte ${at}, got ${bytes.length} bytes; expected ${at + length}`,
      )
    at += length
    return at - length
  }
  return {
    view,
    double: (what: string) => view.getFloat64(take(8, what), true),
    float: (what: string) => view.getFloat32(take(4, what), true),
    uint: (what: string) => view.getUint32(take(4, what), true),
    take,
    align: (to: number) => (at += (to - (at % to)) % to),
    done: () => at >= bytes.length,
  }
}

/**
 * Reads a tile.
 * @throws {RangeError} when it is cut short or an index points outside
 */
export function readQuantizedMesh(bytes: Uint8Array): QuantizedMesh {
  const from = reader(bytes)
  const three = (what: string): number[] => [from.double(what), from.double(what), from.double(what)]
  const center = three('header')
  const minHeight = from.float('header')
  const maxHeight = from.float('header')
  const sphere = { center: three('header'), radius: from.double('header') }
  const horizonOcclusion = three('header')
  const count = from.uint('header')
  const deltas = (): Uint16Array => {
    const start = from.take(count * 2, 'vertices')
    const out = new Uint16Array(count)
    let value = 0
    for (let i = 0; i < count; i++) {
      const code = from.view.getUint16(start + i * 2, true)
      value += (code >> 1) ^ -(code & 1)
      out[i] = value
    }
    return out
  }
  const [u, v, height] = [deltas(), deltas(), deltas()]
  const wide = count > 65536
  if (wide) from.align(4)
  const list = (length: number, what: string): Uint16Array | Uint32Array => {
    const start = from.take(length * (wide ? 4 : 2), what)
    const out = wide ? new Uint32Array(length) : new Uint16Array(length)
    for (let i = 0; i < length; i++)
      out[i] = wide ? from.view.getUint32(start + i * 4, true) : from.view.getUint16(start + i * 2, true)
    return out
  }
  const triangles = list(from.uint('triangles') * 3, 'triangles')
  let highest = 0
  for (let i = 0; i < triangles.length; i++) {
    const code = triangles[i]
    triangles[i] = highest - code
    if (code > highest || highest - code >= count)
      throw new RangeError(
        `quantized-mesh: index ${i} points outside, got ${highest - code}; expected 0 … ${count - 1}`,
      )
    if (code === 0) highest++
  }
  const edge = (what: string) => list(from.uint(what), what)
  const [west, south, east, north] = [edge('west edge'), edge('south edge'), edge('east edge'), edge('north edge')]
  const mesh: QuantizedMesh = {
    center,
    minHeight,
    maxHeight,
    sphere,
    horizonOcclusion,
    u,
    v,
    height,
    triangles,
    west,
    south,
    east,
    north,
  }
  while (!from.done()) {
    const id = from.view.getUint8(from.take(1, 'extension'))
    const length = from.uint('extension')
    const start = from.take(length, 'extension')
    const data = bytes.slice(start, start + length)
    if (id === OCT_NORMALS) mesh.normals = data
    if (id === WATER_MASK) mesh.waterMask = data
  }
  return mesh
}
