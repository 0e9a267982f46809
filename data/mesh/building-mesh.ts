/** Triangles being collected: growing typed arrays that are reused from tile to tile. */

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
}

/** An empty mesh. */
export function openMesh(): BuildingMesh {
  return {
    positions: new Float32Array(3 << 14),
    features: new Uint32Array(1 << 14),
    indices: new Uint32Array(3 << 15),
    vertices: 0,
    indexCount: 0,
  }
}

/** Forgets the content, keeps the memory. */
export function clearMesh(mesh: BuildingMesh): void {
  mesh.vertices = 0
  mesh.indexCount = 0
}

/** Makes room for so many more vertices and triangles. */
export function reserve(mesh: BuildingMesh, vertices: number, triangles: number): void {
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

/** Adds a vertex (room must be reserved). @returns its number */
export function addVertex(mesh: BuildingMesh, x: number, y: number, height: number, feature: number): number {
  const n = mesh.vertices++
  mesh.positions[n * 3] = x
  mesh.positions[n * 3 + 1] = y
  mesh.positions[n * 3 + 2] = height
  mesh.features[n] = feature
  return n
}

/** Adds a triangle, counter-clockwise seen from outside (room must be reserved). */
export function addTriangle(mesh: BuildingMesh, a: number, b: number, c: number): void {
  const at = mesh.indexCount
  mesh.indices[at] = a
  mesh.indices[at + 1] = b
  mesh.indices[at + 2] = c
  mesh.indexCount = at + 3
}
