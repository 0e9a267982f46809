/** The hand that paints the flat map: colours and widths by kind, class and scale. Quiet; roads are soft light ribbons. */

/** Fill of land by class, CSS colours. */
export const LAND: Record<string, string> = {
  residential: '#cbc6ba',
  commercial: '#d0c7ba',
  industrial: '#c1c0ba',
  port: '#bebeba',
  public: '#cec8bd',
  park: '#b2c399',
  forest: '#92a97c',
  farmland: '#bbc2a4',
  orchard: '#b0ba8e',
  grass: '#bac69b',
  beach: '#e0d2af',
  wetland: '#a7b596',
  mudflat: '#b9ae95',
  rock: '#b3aca0',
  cemetery: '#b7bf9f',
  construction: '#cdc0aa',
  pitch: '#a5bb8b',
  square: '#d6cfc3',
  other: '#cecabb',
}

/** How much of the relief's own colours shows through land. */
export const LAND_OPACITY: Record<string, number> = { forest: 0.75, other: 0.55, rock: 0.6, farmland: 0.8 }

/** Fill of inland water by class; the sea goes by depth, see `seaColor`. Every water has more blue than red: the shader knows it by that. */
export const WATER: Record<string, string> = {
  sea: '#86adb3',
  river: '#90b3b5',
  canal: '#92b4b7',
  stream: '#93b5b9',
  lake: '#86abb3',
  reservoir: '#7fa6b0',
  pond: '#90b2b7',
  dock: '#7da3ad',
  other: '#8aaeb4',
}

const SEA: [number, number, number, number][] = [
  [0, 146, 181, 181],
  [5, 128, 169, 175],
  [10, 112, 156, 167],
  [20, 94, 140, 157],
  [50, 76, 121, 143],
  [200, 58, 98, 124],
]

/** Colour of the sea over a depth in metres below mean sea level. */
export function seaColor(depth: number): string {
  const next = SEA.findIndex(([stop]) => stop >= depth)
  const b = SEA[next < 0 ? SEA.length - 1 : next]!
  const a = next <= 0 ? b : SEA[next - 1]!
  const t = b[0] === a[0] ? 0 : Math.min(1, (depth - a[0]) / (b[0] - a[0]))
  return `rgb(${[1, 2, 3].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * t)).join()})`
}

/** A road class as a ribbon. */
export interface Ribbon {
  /** painted order: higher lies over lower */
  rank: number
  color: string
  casing: string
  /** true width in metres where the data has none */
  widthM: number
  /** never thinner than this on screen (pixels), where it is painted at all */
  leastPx: number
  /** not painted when a pixel covers more metres */
  upToMpp: number
  dash?: [number, number]
}

/** Ribbons by road class. */
export const ROADS: Record<string, Ribbon> = {
  motorway: { rank: 10, color: '#f6e3bd', casing: '#cbb283', widthM: 26, leastPx: 2.2, upToMpp: 1e9 },
  trunk: { rank: 9, color: '#f7e9cb', casing: '#cdb98f', widthM: 24, leastPx: 1.9, upToMpp: 1e9 },
  primary: { rank: 8, color: '#f8f0dc', casing: '#c9bea2', widthM: 20, leastPx: 1.6, upToMpp: 160 },
  secondary: { rank: 7, color: '#f7f2e6', casing: '#c8c0ac', widthM: 16, leastPx: 1.3, upToMpp: 80 },
  tertiary: { rank: 6, color: '#f5f1e7', casing: '#c8c1b0', widthM: 12, leastPx: 1.1, upToMpp: 40 },
  residential: { rank: 5, color: '#f2eee4', casing: '#c8c2b4', widthM: 8, leastPx: 0.9, upToMpp: 14 },
  service: { rank: 4, color: '#efebe2', casing: '#cac5b9', widthM: 5, leastPx: 0.7, upToMpp: 6 },
  track: { rank: 3, color: '#e3d9c0', casing: '#c5bb9f', widthM: 3.5, leastPx: 0.6, upToMpp: 6 },
  path: { rank: 2, color: '#eae4d4', casing: '#cfc8b6', widthM: 2.2, leastPx: 0.6, upToMpp: 3, dash: [4, 2] },
  ferry: { rank: 1, color: '#b4cfd5', casing: '#b4cfd500', widthM: 4, leastPx: 0.9, upToMpp: 60, dash: [60, 50] },
  other: { rank: 3, color: '#efebe2', casing: '#cac5b9', widthM: 5, leastPx: 0.7, upToMpp: 6 },
}

/** Railways: a mid grey line with pale sleepers. */
export const RAIL = { color: '#8d8a85', sleepers: '#e9e5db', widthM: 4, leastPx: 1.1, upToMpp: 120 }

/** Boundaries: a muted dashed line, stronger for larger areas. */
export const BOUNDARY: Record<string, { widthPx: number; upToMpp: number }> = {
  country: { widthPx: 2.4, upToMpp: 1e9 },
  province: { widthPx: 2.2, upToMpp: 1e9 },
  city: { widthPx: 2, upToMpp: 1e9 },
  district: { widthPx: 1.8, upToMpp: 400 },
  town: { widthPx: 1.2, upToMpp: 60 },
  village: { widthPx: 0.9, upToMpp: 12 },
  other: { widthPx: 0.9, upToMpp: 30 },
}

/** Colour of boundaries. */
export const BOUNDARY_COLOR = '#8a6f83'
