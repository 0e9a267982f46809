/** The soil in the walls of a pit: asked of the server along its outline, as bands that a mesh can be made of. */
import { hatchNumber, UNKNOWN_HATCH } from './soil-hatch.ts'

/** One layer in the walls; depths in metres below the ground, one per point of the outline. */
export interface SoilBand {
  /** `② 黏土` */
  name: string
  nameEn: string
  /** red, green, blue 0 … 255 and the number of its hatch */
  paint: [number, number, number, number]
  top: number[]
  bottom: number[]
}

/** The soil around a pit. */
export interface WallSoil {
  bands: SoilBand[]
  /** depth of the water table per point; NaN unknown */
  water: number[]
}

interface Answer {
  units: { code: string; name: string; nameEn: string; color: string; hatch: Parameters<typeof hatchNumber>[0] }[]
  places: { ground: number | null; water: number | null; layers: [unit: number, top: number, bottom: number][] }[]
}

const UNKNOWN: SoilBand['paint'] = [91, 97, 104, UNKNOWN_HATCH]

/**
 * Bands from the server's answer: each as long as the outline, thin as nothing where the layer is missing, so that it ends in a wedge;
 * what lies below the deepest layer known is a band of its own.
 *
 * @returns null where no borehole is near
 */
export function wallSoil({ units, places }: Answer): WallSoil | null {
  if (places.length === 0 || places.every(({ layers }) => layers.length === 0)) return null
  const deep = (place: Answer['places'][number], height: number) => Math.max(0, (place.ground ?? 0) - height)
  const end = places.map((place) => deep(place, place.layers.at(-1)?.[2] ?? place.ground ?? 0))
  const bands = units.map(({ code, name, nameEn, color, hatch }, unit): SoilBand => {
    const channel = (i: number) => Number.parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16)
    const top: number[] = []
    const bottom: number[] = []
    for (const [i, place] of places.entries()) {
      const own = place.layers.find((layer) => layer[0] === unit)
      const below = place.layers.find((layer) => layer[0] > unit)
      const none = below ? deep(place, below[1]) : end[i]!
      top.push(own ? deep(place, own[1]) : none)
      bottom.push(own ? deep(place, own[2]) : none)
    }
    return {
      name: `${code} ${name}`.trim(),
      nameEn: `${code} ${nameEn}`.trim(),
      paint: [channel(0), channel(1), channel(2), hatchNumber(hatch)],
      top,
      bottom,
    }
  })
  const raised = places.map((place) => (place.layers[0]?.[0] === -1 ? deep(place, place.layers[0][2]) : 0))
  if (raised.some((depth) => depth > 0))
    bands.unshift({ name: '未知', nameEn: 'unknown', paint: UNKNOWN, top: raised.map(() => 0), bottom: raised })
  bands.push({ name: '未知', nameEn: 'unknown', paint: UNKNOWN, top: end, bottom: end.map(() => 1000) })
  const water = places.map((place) => (place.water === null ? Number.NaN : deep(place, place.water)))
  return { bands, water }
}

/** Asks for the soil along an outline; null where no borehole is near. @throws when the server does not answer */
export async function askWallSoil(
  outline: readonly (readonly [number, number])[],
  signal: AbortSignal,
): Promise<WallSoil | null> {
  const line = outline.map(([lng, lat]) => `${lng.toFixed(6)},${lat.toFixed(6)}`).join(';')
  const answer = await fetch(`/geology/strata?line=${line}`, { signal })
  if (!answer.ok) throw new Error(`/geology/strata: got HTTP ${answer.status}; expected 200`)
  return wallSoil((await answer.json()) as Answer)
}

/** Triangles of one wall mesh, in the frame of the pit. */
export interface SoilMesh {
  positions: Float64Array
  normals: Float32Array
  /** metres along the wall and below the ground */
  places: Float32Array
  colors: Uint8Array
  /** depth of the water; far below where it is not known */
  water: Float32Array
  indices: Uint32Array
}

const NO_WATER = 1e4

/**
 * Walls that face inwards, cut into bands of soil; above the ground they stand out by `kerb`.
 *
 * @param ring x, y alternating, counter-clockwise
 * @param ground height of the ground at each of its points
 * @param floor height of the floor there
 */
export function soilMesh(
  ring: readonly number[],
  ground: readonly number[],
  floor: readonly number[],
  soil: WallSoil,
  kerb: number,
): SoilMesh {
  const count = ring.length / 2
  const positions: number[] = []
  const normals: number[] = []
  const places: number[] = []
  const colors: number[] = []
  const water: number[] = []
  const indices: number[] = []
  let along = 0
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count
    const [dx, dy] = [ring[2 * j]! - ring[2 * i]!, ring[2 * j + 1]! - ring[2 * i + 1]!]
    const length = Math.hypot(dx, dy)
    for (const { top, bottom, paint } of soil.bands) {
      const ends = [i, j].map((k) => {
        const deepest = ground[k]! - floor[k]!
        return [Math.min(top[k]!, deepest), Math.min(bottom[k]!, deepest)] as const
      })
      if (ends.every(([from, to]) => to - from < 1e-4)) continue
      const at = positions.length / 3
      for (const [side, k] of [i, j].entries()) {
        for (const depth of ends[side]!) {
          // the uppermost band is the one at the rim
          const lifted = depth === 0 ? -kerb : depth
          positions.push(ring[2 * k]!, ring[2 * k + 1]!, ground[k]! - lifted)
          normals.push(-dy / length, dx / length, 0)
          places.push(along + side * length, lifted)
          colors.push(...paint)
          water.push(Number.isNaN(soil.water[k]!) ? NO_WATER : soil.water[k]!)
        }
      }
      // seen from inside: the wall runs from right to left
      indices.push(at, at + 2, at + 1, at + 1, at + 2, at + 3)
    }
    along += length
  }
  return {
    positions: Float64Array.from(positions),
    normals: Float32Array.from(normals),
    places: Float32Array.from(places),
    colors: Uint8Array.from(colors),
    water: Float32Array.from(water),
    indices: Uint32Array.from(indices),
  }
}
