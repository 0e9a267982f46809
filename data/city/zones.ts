/** What kind of city stands where: hand-placed ellipses whose edges are frayed by noise. */
import { METRES_PER_DEG_LAT, METRES_PER_DEG_LNG, ORIGIN } from './frame.ts'
import { noiseOf } from './random.ts'

/** The kinds of built and open land. */
export type Kind = 'oldtown' | 'core' | 'urban' | 'newtown' | 'town' | 'industry' | 'port' | 'rural' | 'polder'

/** lng, lat, radii in metres, turn in degrees counter-clockwise, kind, strength */
type Zone = [lng: number, lat: number, rx: number, ry: number, turn: number, kind: Kind, strength: number]

const ZONES: Zone[] = [
  [121.4485, 28.6795, 950, 620, -8, 'oldtown', 1.5],
  [121.403, 28.6835, 520, 330, 0, 'oldtown', 1.1],
  [121.4275, 28.665, 950, 800, 0, 'core', 1.6],
  [121.3935, 28.6775, 700, 520, 10, 'core', 1.15],
  [121.428, 28.667, 4700, 2700, -4, 'urban', 1],
  [121.425, 28.645, 3600, 2200, 0, 'urban', 0.9],
  [121.543, 28.648, 2300, 1300, -14, 'newtown', 1.25],
  [121.404, 28.617, 1900, 1300, 0, 'town', 1.05],
  [121.461, 28.606, 1500, 1100, 0, 'town', 1],
  [121.503, 28.637, 1400, 1100, 0, 'town', 1],
  [121.418, 28.7085, 2000, 650, 4, 'town', 1.2],
  [121.462, 28.7105, 1500, 620, -6, 'town', 1.2],
  [121.4875, 28.6665, 1900, 700, -18, 'port', 1.35],
  [121.485, 28.706, 1500, 420, 4, 'port', 1.2],
  [121.482, 28.647, 1700, 1500, 0, 'industry', 0.95],
  [121.435, 28.612, 1900, 1700, 0, 'industry', 0.85],
  [121.525, 28.612, 3100, 2300, -20, 'industry', 0.95],
  [121.58, 28.615, 2000, 3000, 12, 'industry', 0.75],
  [121.372, 28.672, 1300, 1100, 0, 'industry', 0.8],
  [121.598, 28.59, 1600, 5000, 4, 'polder', 0.9],
  // neighbours
  [121.374, 28.578, 2800, 2300, 0, 'urban', 0.95],
  [121.263, 28.648, 2800, 1800, 10, 'urban', 0.95],
  [121.545, 28.757, 2300, 1300, 0, 'town', 1],
  [121.51, 28.498, 2100, 1300, 0, 'town', 1],
  [121.4, 28.445, 2300, 1700, 0, 'urban', 0.9],
  [121.36, 28.515, 1700, 1300, 0, 'town', 0.9],
  [121.3, 28.74, 1100, 600, 0, 'town', 0.9],
]

/** The kind of land at a point of the metric frame. */
export function zonesOf(seed: number): (x: number, y: number) => Kind {
  const noise = noiseOf(seed + 11)
  const zones = ZONES.map(([lng, lat, rx, ry, turn, kind, strength]) => ({
    x: (lng - ORIGIN[0]) * METRES_PER_DEG_LNG,
    y: (lat - ORIGIN[1]) * METRES_PER_DEG_LAT,
    rx,
    ry,
    c: Math.cos((turn * Math.PI) / 180),
    s: Math.sin((turn * Math.PI) / 180),
    kind,
    strength,
  }))
  return (x, y) => {
    const wx = x + 320 * noise(x / 1300, y / 1300)
    const wy = y + 320 * noise(x / 1300 + 31, y / 1300)
    let best: Kind = 'rural'
    let most = 0.06
    for (const z of zones) {
      const dx = wx - z.x
      const dy = wy - z.y
      const u = (dx * z.c + dy * z.s) / z.rx
      const v = (dy * z.c - dx * z.s) / z.ry
      const value = (1 - u * u - v * v) * z.strength
      if (value > most) {
        most = value
        best = z.kind
      }
    }
    return best
  }
}

/** How large a block may be before a street divides it, m². */
export const BLOCK_AREA: Record<Kind, number> = {
  oldtown: 14_000,
  core: 30_000,
  urban: 62_000,
  newtown: 70_000,
  town: 26_000,
  industry: 90_000,
  port: 110_000,
  rural: 300_000,
  polder: 420_000,
}
