/** Footprint, heights and roof shape → a closed solid. */
import { ROOFS } from '../geo/city-feature.ts'
import { addTriangle, addVertex, type BuildingMesh, reserve } from './building-mesh.ts'
import type { Footprint } from './footprint.ts'
import { planRoof } from './roof.ts'

/** How one building stands. Heights in metres above the ellipsoid. */
export interface Standing {
  bottom: number
  /** top of the roof */
  top: number
  /** index into `ROOFS` */
  roof: number
  /** metres of the top that belong to the roof, NaN unknown */
  roofHeight: number
  /** down-slope azimuth in degrees clockwise from north, NaN unknown */
  roofDirectionDeg: number
}

const FLAT = ROOFS.indexOf('flat')

/**
 * Adds one closed solid: walls share their vertices, the roof stands on the walls' tops, the underside is the footprint.
 * Without normals: viewers shade it flat, as glTF 2.0 §3.7.2.1 asks, and a corner costs one vertex instead of three.
 * @param open leaves the underside out (coarse levels, where nobody looks from below)
 */
export function addSolid(
  mesh: BuildingMesh,
  footprint: Footprint,
  standing: Standing,
  feature: number,
  open = false,
): void {
  const roof = standing.roof === FLAT ? null : planRoof(footprint, standing)
  if (roof) addRoofed(mesh, footprint, standing.bottom, roof, feature, open)
  else addFlat(mesh, footprint, standing, feature, open)
}

/** Vertices appear in the order in which triangles first name them (roof, walls, underside): meshopt then spends a byte per triangle. */
function addFlat(
  mesh: BuildingMesh,
  footprint: Footprint,
  { bottom, top }: Standing,
  feature: number,
  open: boolean,
): void {
  const { points, holes, triangles } = footprint
  const n = points.length / 2
  reserve(mesh, n * 2, n * 2 + (triangles.length / 3) * 2)
  const high = mesh.vertices
  for (let i = 0; i < n; i++) addVertex(mesh, points[i * 2], points[i * 2 + 1], top, feature)
  for (let i = 0; i < n; i++) addVertex(mesh, points[i * 2], points[i * 2 + 1], bottom, feature)
  const low = high + n
  for (let i = 0; i < triangles.length; i += 3)
    addTriangle(mesh, high + triangles[i], high + triangles[i + 1], high + triangles[i + 2])
  for (let ring = 0; ring <= holes.length; ring++) {
    const from = ring === 0 ? 0 : holes[ring - 1]
    const to = ring < holes.length ? holes[ring] : n
    for (let i = from; i < to; i++) {
      const j = i + 1 === to ? from : i + 1
      addTriangle(mesh, low + i, high + j, high + i)
      addTriangle(mesh, low + i, low + j, high + j)
    }
  }
  if (!open) addUnderside(mesh, triangles, low)
}

function addUnderside(mesh: BuildingMesh, triangles: number[], low: number): void {
  for (let i = 0; i < triangles.length; i += 3)
    addTriangle(mesh, low + triangles[i], low + triangles[i + 2], low + triangles[i + 1])
}

/** A roof as a surface over the footprint, see roof.ts. */
export interface Roof {
  /** x, y, height per vertex; the eaves come first, ring by ring as `eaves` says, the rest is inside */
  vertices: number[]
  /** per footprint vertex: the roof vertices along the wall to the next corner, own corner first */
  eaves: number[][]
  triangles: number[]
}

function addRoofed(
  mesh: BuildingMesh,
  footprint: Footprint,
  bottom: number,
  roof: Roof,
  feature: number,
  open: boolean,
): void {
  const { points, holes, triangles } = footprint
  const n = points.length / 2
  const extra = roof.vertices.length / 3
  reserve(mesh, n + extra, n + extra + (triangles.length + roof.triangles.length) / 3 + extra)
  const high = mesh.vertices
  for (let i = 0; i < extra; i++)
    addVertex(mesh, roof.vertices[i * 3], roof.vertices[i * 3 + 1], roof.vertices[i * 3 + 2], feature)
  const low = mesh.vertices
  for (let i = 0; i < n; i++) addVertex(mesh, points[i * 2], points[i * 2 + 1], bottom, feature)
  for (let i = 0; i < roof.triangles.length; i += 3) {
    addTriangle(mesh, high + roof.triangles[i], high + roof.triangles[i + 1], high + roof.triangles[i + 2])
  }
  for (let ring = 0; ring <= holes.length; ring++) {
    const from = ring === 0 ? 0 : holes[ring - 1]
    const to = ring < holes.length ? holes[ring] : n
    for (let i = from; i < to; i++) {
      const j = i + 1 === to ? from : i + 1
      const along = roof.eaves[i]
      // from the own corner along the eaves to the next one, then the wall's lower half
      for (let k = 0; k < along.length; k++) {
        addTriangle(mesh, low + i, high + (along[k + 1] ?? roof.eaves[j][0]), high + along[k])
      }
      addTriangle(mesh, low + i, low + j, high + roof.eaves[j][0])
    }
  }
  if (!open) addUnderside(mesh, triangles, low)
}
