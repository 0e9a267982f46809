/** Roads, rail and ferries as features: bridges over canals and rivers and tunnels through hills are pieces of their own. */
import type { CityFeature, Style } from '../geo/city-feature.ts'
import { fullLine, type Way } from './cells.ts'
import { feature, lineString } from './feature.ts'
import { type Point, toMetres } from './frame.ts'
import { spline } from './network.ts'
import type { Relief } from './relief.ts'

type Span = { from: number; to: number; what: 'bridge' | 'tunnel' }

/** A line cut at the ends of the spans; each piece says what it is. */
function pieces(line: Point[], spans: Span[]): { line: Point[]; what: Span['what'] | null }[] {
  const s = [0]
  for (let i = 0; i + 1 < line.length; i++)
    s.push(s[i]! + Math.hypot(line[i + 1]![0] - line[i]![0], line[i + 1]![1] - line[i]![1]))
  const total = s.at(-1)!
  const marks = [0, total]
  for (const span of spans) marks.push(Math.max(0, span.from), Math.min(total, span.to))
  const cuts = [...new Set(marks)]
    .sort((a, b) => a - b)
    .filter((v, i, all) => i === 0 || v - all[i - 1]! > 0.5 || v === total)
  const out: { line: Point[]; what: Span['what'] | null }[] = []
  let k = 0
  let start = line[0]!
  for (let c = 0; c + 1 < cuts.length; c++) {
    const [a, b] = [cuts[c]!, cuts[c + 1]!]
    const part: Point[] = [start]
    while (k + 1 < line.length && s[k + 1]! < b - 1e-6) {
      k++
      if (s[k]! > a + 1e-6) part.push(line[k]!)
    }
    let end = line.at(-1)!
    if (b < total - 1e-6) {
      const t = (b - s[k]!) / (s[k + 1]! - s[k]!)
      end = [line[k]![0] + (line[k + 1]![0] - line[k]![0]) * t, line[k]![1] + (line[k + 1]![1] - line[k]![1]) * t]
      if (Math.abs(b - s[k + 1]!) < 1e-6) end = line[k + 1]!
    }
    part.push(end)
    start = end
    const what = spans.find((span) => span.from < (a + b) / 2 && span.to > (a + b) / 2)?.what ?? null
    const before = out.at(-1)
    if (before && before.what === what) before.line.push(...part.slice(1))
    else out.push({ line: part, what })
  }
  return out
}

/** Stretches of a line over water or through a hill, sampled each 25 m. */
function terrainSpans(line: Point[], relief: Relief, water: boolean): Span[] {
  const out: Span[] = []
  let s = 0
  let open: Span | null = null
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    const length = Math.hypot(b[0] - a[0], b[1] - a[1])
    const n = Math.max(1, Math.ceil(length / 25))
    for (let k = 0; k < n; k++) {
      const h = relief.at(a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n)
      const what = h > 24 ? 'tunnel' : water && h < 0.2 ? 'bridge' : null
      const here = s + (length * k) / n
      if (open && open.what !== what) {
        open.to = here
        out.push(open)
        open = null
      }
      if (!open && what) open = { from: here, to: here, what }
    }
    s += length
  }
  if (open) out.push({ ...open, to: s })
  return out.map((span) => (span.what === 'bridge' ? { ...span, from: span.from - 45, to: span.to + 45 } : span))
}

const LANES: Record<string, number> = {
  motorway: 6,
  trunk: 6,
  primary: 6,
  secondary: 4,
  tertiary: 2,
  residential: 2,
  service: 1,
  track: 1,
}

/** The features of one way: one, or more where it has bridges or tunnels. */
export function* wayFeatures(way: Way, id: string, relief: Relief | null): Iterable<CityFeature> {
  const line = fullLine(way)
  const style: Style = { class: way.class, widthM: way.widthM, lanes: LANES[way.class] ?? 1 }
  if (way.name) style.name = way.name
  if (way.nameEn) style.nameEn = way.nameEn
  if (way.bridge) {
    yield feature('roads', id, lineString(line), { ...style, bridge: true, level: 1 })
    return
  }
  const spans: Span[] = relief ? terrainSpans(line, relief, false) : []
  for (const { at, widthM } of way.canals) {
    let s = 0
    for (let i = 0; i < line.length; i++) {
      if (i > 0) s += Math.hypot(line[i]![0] - line[i - 1]![0], line[i]![1] - line[i - 1]![1])
      if (line[i]![0] === at[0] && line[i]![1] === at[1]) {
        spans.push({ from: s - widthM / 2 - 7, to: s + widthM / 2 + 7, what: 'bridge' })
        break
      }
    }
  }
  let k = 0
  for (const piece of pieces(line, spans)) {
    const extra: Style =
      piece.what === 'bridge' ? { bridge: true, level: 1 } : piece.what === 'tunnel' ? { tunnel: true, level: -1 } : {}
    yield feature('roads', k++ === 0 ? id : `${id}.${k}`, lineString(piece.line), { ...style, ...extra })
  }
}

/** Railways after the real ones: lng, lat. */
export const RAIL: {
  name: string
  nameEn: string
  class: string
  widthM: number
  elevated: boolean
  line: [number, number][]
}[] = [
  {
    name: '杭台高铁',
    nameEn: 'Hangzhou–Taizhou High-speed Railway',
    class: 'rail',
    widthM: 12,
    elevated: true,
    line: [
      [121.318, 28.86],
      [121.328, 28.8],
      [121.339, 28.75],
      [121.352, 28.712],
      [121.366, 28.675],
      [121.3685, 28.65],
      [121.366, 28.61],
      [121.352, 28.55],
      [121.335, 28.48],
      [121.318, 28.39],
    ],
  },
  {
    name: '台州市域铁路S1线',
    nameEn: 'Taizhou Line S1',
    class: 'subway',
    widthM: 9,
    elevated: true,
    line: [
      [121.3675, 28.6672],
      [121.385, 28.6695],
      [121.405, 28.6702],
      [121.4195, 28.667],
      [121.4248, 28.655],
      [121.423, 28.62],
      [121.4195, 28.575],
      [121.4165, 28.52],
      [121.4205, 28.44],
      [121.422, 28.39],
    ],
  },
  {
    name: '头门港支线',
    nameEn: 'Toumen Port Branch',
    class: 'rail',
    widthM: 8,
    elevated: false,
    line: [
      [121.332, 28.79],
      [121.39, 28.777],
      [121.46, 28.775],
      [121.52, 28.765],
      [121.58, 28.752],
      [121.635, 28.757],
    ],
  },
]

/** Rail lines in metres, smooth. */
export const railLines = (): Point[][] =>
  RAIL.map((rail) =>
    spline(
      rail.line.map((p) => toMetres(p[0], p[1])),
      6,
    ),
  )

/** Rail as features. */
export function* railFeatures(relief: Relief): Iterable<CityFeature> {
  const lines = railLines()
  for (const [i, rail] of RAIL.entries()) {
    let k = 0
    for (const piece of pieces(lines[i]!, terrainSpans(lines[i]!, relief, true))) {
      const bridge = piece.what === 'bridge' || (rail.elevated && piece.what === null)
      const extra: Style = bridge
        ? { bridge: true, level: 1 }
        : piece.what === 'tunnel'
          ? { tunnel: true, level: -1 }
          : {}
      yield feature('rail', `JJ-L-${i + 1}.${++k}`, lineString(piece.line), {
        class: rail.class,
        name: rail.name,
        nameEn: rail.nameEn,
        widthM: rail.widthM,
        ...extra,
      })
    }
  }
}

const FERRIES: { name: string; nameEn: string; line: [number, number][] }[] = [
  {
    name: '海门—大陈轮渡',
    nameEn: 'Haimen–Dachen Ferry',
    line: [
      [121.4462, 28.6884],
      [121.49, 28.682],
      [121.56, 28.684],
      [121.68, 28.64],
      [121.81, 28.56],
      [121.852, 28.497],
      [121.853, 28.466],
      [121.867, 28.459],
      [121.885, 28.4538],
    ],
  },
  {
    name: '大陈岛际轮渡',
    nameEn: 'Dachen Inter-island Ferry',
    line: [
      [121.885, 28.4538],
      [121.8925, 28.463],
      [121.8932, 28.4762],
    ],
  },
  {
    name: '海门轮渡',
    nameEn: 'Haimen River Ferry',
    line: [
      [121.4435, 28.6875],
      [121.4425, 28.6945],
    ],
  },
]

/** Ferry lines as features of the road layer. */
export function* ferryFeatures(): Iterable<CityFeature> {
  for (const [i, ferry] of FERRIES.entries()) {
    const line = ferry.line.map((p) => toMetres(p[0], p[1]))
    yield feature('roads', `JJ-F-${i + 1}`, lineString(line), {
      class: 'ferry',
      name: ferry.name,
      nameEn: ferry.nameEn,
    })
  }
}
