/** Footprint, heights and roof shape → a closed solid. */
import { ROOFS } from '../geo/city-feature.ts'
import { addTriangles, type BuildingMesh } from './building-mesh.ts'
import type { Footprint } from './footprint.ts'
import { planRoof } from './roof.ts'
import { type Topology, topologyOf } from './triangle-stream.ts'

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

/** Three per triangle of the solid being built, its own numbers. */
let corners = new Uint32Array(1 << 10)
let filled = 0

function triangle(a: number, b: number, c: number): void {
  if (filled + 3 > corners.length) {
    const larger = new Uint32Array(corners.length * 2)
    larger.set(corners)
    corners = larger
  }
  corners[filled] = a
  corners[filled + 1] = b
  corners[filled + 2] = c
  filled += 3
}

function surface(triangles: readonly number[], first: number): void {
  for (let i = 0; i < triangles.length; i += 3)
    triangle(first + triangles[i], first + triangles[i + 1], first + triangles[i + 2])
}

function underside(triangles: readonly number[], low: number): void {
  for (let i = 0; i < triangles.length; i += 3)
    triangle(low + triangles[i], low + triangles[i + 2], low + triangles[i + 1])
}

/** Topologies of flat solids over the shared fans, with and without underside. */
const flats: (Topology | undefined)[][] = [[], []]

/** The top's corners are the solid's first vertices, those below them the next. */
function flatTopology({ points, holes, triangles, fan }: Footprint, open: boolean): Topology {
  const known = fan < 0 ? undefined : flats[open ? 1 : 0][fan]
  if (known) return known
  const n = points.length / 2
  filled = 0
  surface(triangles, 0)
  for (let ring = 0; ring <= holes.length; ring++) {
    const from = ring === 0 ? 0 : holes[ring - 1]
    const to = ring < holes.length ? holes[ring] : n
    for (let i = from; i < to; i++) {
      const j = i + 1 === to ? from : i + 1
      triangle(n + i, j, i)
      triangle(n + i, n + j, j)
    }
  }
  if (!open) underside(triangles, n)
  const made = topologyOf(corners, filled)
  if (fan >= 0) flats[open ? 1 : 0][fan] = made
  return made
}

function addFlat(
  mesh: BuildingMesh,
  footprint: Footprint,
  { bottom, top }: Standing,
  feature: number,
  open: boolean,
): void {
  const { points } = footprint
  const n = points.length / 2
  const topology = flatTopology(footprint, open)
  const { order } = topology
  let at = addTriangles(mesh, topology, feature) * 3
  const { positions } = mesh
  for (let k = 0; k < order.length; k++, at += 3) {
    const v = order[k]
    const i = v < n ? v : v - n
    positions[at] = points[i * 2]
    positions[at + 1] = points[i * 2 + 1]
    positions[at + 2] = v < n ? top : bottom
  }
}

/** A roof as a surface over the footprint, see roof.ts. */
export interface Roof {
  /** x, y, height per vertex; the eaves come first, ring by ring as `eaves` says, the rest is inside */
  vertices: number[]
  /** per footprint vertex: the roof vertices along the wall to the next corner, own corner first */
  eaves: readonly (readonly number[])[]
  triangles: readonly number[]
}

function addRoofed(
  mesh: BuildingMesh,
  footprint: Footprint,
  bottom: number,
  roof: Roof,
  feature: number,
  open: boolean,
): void {
  const { points } = footprint
  const { vertices } = roof
  const low = vertices.length / 3
  const topology = roofedTopology(footprint, roof, open)
  const { order } = topology
  let at = addTriangles(mesh, topology, feature) * 3
  const { positions } = mesh
  for (let k = 0; k < order.length; k++, at += 3) {
    const v = order[k]
    if (v < low) {
      positions[at] = vertices[v * 3]
      positions[at + 1] = vertices[v * 3 + 1]
      positions[at + 2] = vertices[v * 3 + 2]
    } else {
      positions[at] = points[(v - low) * 2]
      positions[at + 1] = points[(v - low) * 2 + 1]
      positions[at + 2] = bottom
    }
  }
}

/** The roof's vertices are the solid's first, the footprint's corners at the bottom the next. */
function roofedTopology({ points, holes, triangles }: Footprint, roof: Roof, open: boolean): Topology {
  const { eaves } = roof
  const n = points.length / 2
  const low = roof.vertices.length / 3
  filled = 0
  surface(roof.triangles, 0)
  for (let ring = 0; ring <= holes.length; ring++) {
    const from = ring === 0 ? 0 : holes[ring - 1]
    const to = ring < holes.length ? holes[ring] : n
    for (let i = from; i < to; i++) {
      const j = i + 1 === to ? from : i + 1
      const along = eaves[i]
      // from the own corner along the eaves to the next one, then the wall's lower half
      for (let k = 0; k < along.length; k++)
        triangle(low + i, k + 1 < along.length ? along[k + 1] : eaves[j][0], along[k])
      triangle(low + i, low + j, eaves[j][0])
    }
  }
  if (!open) underside(triangles, low)
  return topologyOf(corners, filled)
}
