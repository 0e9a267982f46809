/** Triangles being collected: growing typed arrays that are reused from tile to tile. */
import { type Topology, TriangleStream } from './triangle-stream.ts'

/** An indexed mesh under construction; only the first `vertices` / `indexCount` entries hold. */
export interface BuildingMesh {
  /** x east, y north (metres in the tile's plane), height (metres above the ellipsoid), three per vertex */
  positions: Float32Array
  /** feature number of each vertex */
  features: Uint32Array
  /** three per triangle, counter-clockwise seen from outside */
  indices: Uint32Array
  vertices: number
  indexCount: number
  /** the same triangles, compressed */
  stream: TriangleStream
}

/** An empty mesh. */
export function openMesh(): BuildingMesh {
  return {
    positions: new Float32Array(3 << 14),
    features: new Uint32Array(1 << 14),
    indices: new Uint32Array(3 << 15),
    vertices: 0,
    indexCount: 0,
    stream: new TriangleStream(),
  }
}

/** Forgets the content, keeps the memory. */
export function clearMesh(mesh: BuildingMesh): void {
  mesh.vertices = 0
  mesh.indexCount = 0
  mesh.stream.clear()
}

/** Makes room for so many more vertices and triangles. */
function reserve(mesh: BuildingMesh, vertices: number, triangles: number): void {
  const needed = mesh.vertices + vertices
  if (needed > mesh.features.length) {
    const size = Math.max(needed, mesh.features.length * 2)
    const positions = new Float32Array(size * 3)
    positions.set(mesh.positions)
    mesh.positions = positions
    const features = new Uint32Array(size)
    features.set(mesh.features)
    mesh.features = features
  }
  const indices = mesh.indexCount + triangles * 3
  if (indices > mesh.indices.length) {
    const grown = new Uint32Array(Math.max(indices, mesh.indices.length * 2))
    grown.set(mesh.indices)
    mesh.indices = grown
  }
}

/**
 * Adds the triangles of a solid, and room for its vertices: the caller writes their positions in the topology's order.
 * @returns number of its first vertex
 */
export function addTriangles(mesh: BuildingMesh, topology: Topology, feature: number): number {
  const { triangles, order } = topology
  reserve(mesh, order.length, triangles.length / 3)
  const { vertices: first, indices, indexCount, features } = mesh
  for (let i = 0; i < triangles.length; i++) indices[indexCount + i] = first + triangles[i]
  for (let i = first; i < first + order.length; i++) features[i] = feature
  mesh.stream.add(topology)
  mesh.vertices = first + order.length
  mesh.indexCount = indexCount + triangles.length
  return first
}
