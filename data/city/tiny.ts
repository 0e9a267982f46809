/** A city of some thirty buildings for tests: every roof shape, a courtyard, a round one, a few roads, water and a hill. */
import type { CityFeature } from '../geo/city-feature.ts'
import { feature, lineString, polygon } from './feature.ts'
import { METRES_PER_DEG_LAT, METRES_PER_DEG_LNG, type Point, toMetres } from './frame.ts'
import type { Ring } from './polygon.ts'
import { between, noiseOf, type Random, randomOf } from './random.ts'
import type { HeightGrid } from './relief.ts'

const [WEST, SOUTH, EAST, NORTH] = [121.435, 28.655, 121.445, 28.665]
const CENTRE = toMetres(121.44, 28.66)

const at = (x: number, y: number): Point => [CENTRE[0] + x, CENTRE[1] + y]
const box = (x: number, y: number, w: number, h: number): Ring => [
  at(x - w / 2, y - h / 2),
  at(x + w / 2, y - h / 2),
  at(x + w / 2, y + h / 2),
  at(x - w / 2, y + h / 2),
]
const round = (x: number, y: number, r: number): Ring =>
  Array.from({ length: 24 }, (_, i) => at(x + r * Math.cos((i * Math.PI) / 12), y + r * Math.sin((i * Math.PI) / 12)))

/** Heights: a plain of 3 m, a canal, a hill of 60 m in the north-east. */
export function tinyHeights(seed: number): HeightGrid {
  const columns = 41
  const rows = 41
  const noise = noiseOf(seed)
  const heights = new Float32Array(columns * rows)
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) {
      const x = (WEST + ((EAST - WEST) * c) / (columns - 1) - 121.44) * METRES_PER_DEG_LNG
      const y = (NORTH - ((NORTH - SOUTH) * r) / (rows - 1) - 28.66) * METRES_PER_DEG_LAT
      const d = Math.hypot(x - 330, y - 400) / 220
      const hill = d < 1 ? 60 * (1 - d * d) ** 2 * (0.9 + 0.2 * noise(x / 60, y / 60)) : 0
      const bed = Math.abs(y + 150) < 26 ? -3.5 : 0
      heights[i] = 3 + 0.3 * noise(x / 200, y / 200) + hill + bed
    }
  }
  return { west: WEST, south: SOUTH, east: EAST, north: NORTH, columns, rows, resolutionM: 26, heights }
}

/** Everything but the buildings. */
function surroundings(out: CityFeature[], random: Random): void {
  const road = (id: string, line: Point[], kind: string, name: string, widthM: number, bridge = false): void => {
    out.push(
      feature('roads', id, lineString(line), {
        class: kind,
        name,
        widthM,
        lanes: widthM > 10 ? 4 : 2,
        ...(bridge ? { bridge: true, level: 1 } : {}),
      }),
    )
  }
  const j = at(20, 60)
  road('TINY-R1', [at(-420, 60), j], 'primary', '解放路', 24)
  road('TINY-R2', [j, at(420, 60)], 'primary', '解放路', 24)
  road('TINY-R3', [j, at(20, 220)], 'residential', '青年路', 9)
  road('TINY-R4', [j, at(20, -120)], 'secondary', '青年路', 14)
  road('TINY-R5', [at(20, -120), at(20, -180)], 'secondary', '青年路', 14, true)
  road('TINY-R6', [at(20, -180), at(20, -420)], 'secondary', '青年路', 14)
  out.push(
    feature('rail', 'TINY-L1', lineString([at(-420, -300), at(420, -340)]), {
      class: 'rail',
      name: '台州铁路',
      widthM: 10,
    }),
  )
  out.push(
    feature('water', 'TINY-W1', polygon(box(0, -150, 860, 40)), {
      class: 'canal',
      name: '永宁河',
      nameEn: 'Yongning Canal',
      widthM: 40,
    }),
  )
  out.push(feature('water', 'TINY-W2', polygon(round(-250, -300, 60)), { class: 'pond', name: '放生池' }))
  out.push(feature('land', 'TINY-A1', polygon(box(-30, 140, 560, 150)), { class: 'residential' }))
  out.push(feature('land', 'TINY-A2', polygon(round(330, 400, 190)), { class: 'forest' }))
  out.push(feature('land', 'TINY-A3', polygon(box(250, -260, 200, 120)), { class: 'park', name: '河滨公园' }))
  for (let i = 0; i < 60; i++) {
    const p = i < 30 ? at(-400 + i * 27, 76) : at(between(random, 160, 340), between(random, -315, -205))
    out.push(
      feature(
        'trees',
        `TINY-T${i}`,
        { type: 'Point', coordinates: [...toDeg(p)] },
        { class: i % 5 ? 'broadleaf' : 'palm', height: Math.round(between(random, 4, 11) * 10) / 10 },
      ),
    )
  }
  out.push(
    feature(
      'places',
      'TINY-P1',
      { type: 'Point', coordinates: toDeg(at(0, 0)) },
      { class: 'neighbourhood', name: '小样街', nameEn: 'Sample Street', rank: 5 },
    ),
  )
  out.push(
    feature(
      'places',
      'TINY-P2',
      { type: 'Point', coordinates: toDeg(at(330, 400)) },
      { class: 'peak', name: '小样山', nameEn: 'Sample Hill', rank: 6 },
    ),
  )
  out.push(
    feature('boundaries', 'TINY-B1', polygon([at(-480, -540), at(480, -540), at(480, 540), at(-480, 540)]), {
      class: 'town',
      name: '小样街道',
      nameEn: 'Sample Subdistrict',
    }),
  )
}

/** All features, in a fixed order. */
export function tinyFeatures(seed: number): CityFeature[] {
  const random = randomOf(seed, 5)
  const out: CityFeature[] = []
  const shapes = ['flat', 'gabled', 'hipped', 'pyramidal', 'skillion', 'dome'] as const
  const uses = ['residential', 'house', 'commercial', 'office', 'industrial', 'public', 'school', 'religious'] as const
  const building = (
    outer: Ring,
    holes: Ring[],
    use: string,
    levels: number,
    roof: string,
    roofHeight: number,
  ): void => {
    const n = out.length + 1
    const height = Math.round((levels * 3.1 + roofHeight) * 10) / 10
    const style = {
      class: use,
      height,
      levels,
      roof,
      roofHeight,
      roofDirectionDeg: 180,
      year: 1985 + (n % 40),
      address: `解放路${n * 2}号`,
    }
    out.push(
      feature(
        'buildings',
        `TINY-${String(n).padStart(3, '0')}`,
        polygon(outer, holes),
        n === 1 ? { ...style, name: '椒江公寓', nameEn: 'Jiaojiang House' } : style,
      ),
    )
  }
  building(box(-200, 0, 60, 60), [box(-200, 0, 28, 28)], 'public', 5, 'flat', 0)
  building(
    [at(-120, -30), at(-70, -30), at(-70, -12), at(-102, -12), at(-102, 30), at(-120, 30)],
    [],
    'school',
    4,
    'flat',
    0,
  )
  building(round(-20, 0, 20), [], 'religious', 3, 'dome', 12)
  building(round(60, -10, 12), [], 'industrial', 5, 'flat', 0)
  building(box(140, 0, 36, 30), [], 'office', 33, 'flat', 0)
  building(box(200, 0, 30, 30), [], 'office', 24, 'pyramidal', 14)
  for (let i = 0; i < 24; i++) {
    const x = -250 + (i % 8) * 62
    const y = 90 + Math.floor(i / 8) * 42
    const roof = shapes[i % shapes.length]!
    const w = Math.round(between(random, 18, 34))
    building(
      box(x, y, roof === 'dome' ? 16 : w, 16),
      [],
      uses[i % uses.length]!,
      2 + (i % 6),
      roof,
      roof === 'flat' ? 0 : 4,
    )
  }
  surroundings(out, random)
  return out
}

const toDeg = (p: Point): [number, number] => [
  Math.round((121.44 + (p[0] - CENTRE[0]) / METRES_PER_DEG_LNG) * 1e7) / 1e7,
  Math.round((28.66 + (p[1] - CENTRE[1]) / METRES_PER_DEG_LAT) * 1e7) / 1e7,
]
