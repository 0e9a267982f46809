/** Makes coast.json from GSHHG's full-resolution shoreline (Debian gmt, gmt-gshhg-full): `node data/city/coast-from-gshhg.ts`. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

type P = [number, number]
const [WEST, SOUTH, EAST, NORTH] = [121.15, 28.4, 122.05, 28.85]
const X = 0.8775

/** Our own lines (lng, lat) where GSHHG is older than the sea walls or ends at the confluence; drawn by hand, splined. */
const RECLAIMED: P[] = [
  [121.5005, 28.6668],
  [121.5135, 28.6688],
  [121.5325, 28.6682],
  [121.5485, 28.6645],
  [121.5765, 28.6525],
  [121.5965, 28.6355],
  [121.6105, 28.6115],
  [121.6135, 28.5895],
  [121.6115, 28.5645],
  [121.5985, 28.5485],
  [121.5895, 28.5345],
  [121.5855, 28.515],
]
const LINGJIANG: [lng: number, lat: number, widthM: number][] = [
  [121.3675, 28.6985, 980],
  [121.3555, 28.7025, 900],
  [121.3385, 28.7165, 720],
  [121.3175, 28.7265, 620],
  [121.2985, 28.7285, 560],
  [121.2805, 28.7405, 520],
  [121.2745, 28.7565, 480],
  [121.2545, 28.7685, 460],
  [121.2325, 28.7655, 430],
  [121.2135, 28.7745, 410],
  [121.2055, 28.7925, 390],
  [121.1855, 28.8035, 370],
  [121.1655, 28.8015, 350],
  [121.145, 28.8125, 340],
]
const YONGNINGJIANG: [lng: number, lat: number, widthM: number][] = [
  [121.3645, 28.6945, 420],
  [121.3545, 28.6905, 260],
  [121.3445, 28.6795, 210],
  [121.3345, 28.6775, 190],
  [121.3245, 28.6825, 180],
  [121.3135, 28.6785, 170],
  [121.3085, 28.6685, 160],
  [121.2965, 28.6655, 150],
  [121.2865, 28.6595, 140],
  [121.2705, 28.6625, 130],
  [121.2545, 28.6575, 120],
  [121.2395, 28.6475, 110],
  [121.2215, 28.6505, 100],
  [121.2035, 28.6435, 90],
  [121.1825, 28.6455, 90],
  [121.1645, 28.6375, 80],
  [121.145, 28.6395, 80],
]

/** Catmull-Rom through points of any dimension, `steps` pieces per span. */
function spline<T extends number[]>(points: T[], steps: number): T[] {
  const out: T[] = []
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [
      points[Math.max(0, i - 1)]!,
      points[i]!,
      points[i + 1]!,
      points[Math.min(points.length - 1, i + 2)]!,
    ]
    for (let s = 0; s < steps; s++) {
      const t = s / steps
      out.push(
        b.map((_, k) => {
          const [p, q, r, u] = [a[k]!, b[k]!, c[k]!, d[k]!]
          return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - u) * t * t + (3 * q - p - 3 * r + u) * t ** 3)
        }) as T,
      )
    }
  }
  out.push(points.at(-1)!)
  return out
}

/** The two banks of a river given as lng, lat, width: left and right, looking along the points. */
function banks(course: [number, number, number][]): { left: P[]; right: P[] } {
  const line = spline(course, 5)
  const left: P[] = []
  const right: P[] = []
  for (let i = 0; i < line.length; i++) {
    const a = line[Math.max(0, i - 1)]!
    const b = line[Math.min(line.length - 1, i + 1)]!
    const [dx, dy] = [(b[0] - a[0]) * X, b[1] - a[1]]
    const n = Math.hypot(dx, dy) * 111000 * 2
    const w = line[i]![2] / n
    left.push([line[i]![0] - (dy * w) / X, line[i]![1] + dx * w])
    right.push([line[i]![0] + (dy * w) / X, line[i]![1] - dx * w])
  }
  return { left, right }
}

/** GSHHG's segments joined end to end: closed rings and open chains. */
function shorelines(): P[][] {
  const text = execFileSync('gmt', ['coast', '-R120.9/122.3/28.1/29.1', '-Df', '-M', '-W'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pieces = text
    .split('>')
    .slice(1)
    .map((block) =>
      block
        .split('\n')
        .slice(1)
        .filter(Boolean)
        .map((row) => row.trim().split(/\s+/).map(Number) as P),
    )
    .filter((piece) => piece.length > 1)
  const key = (p: P) => p.join(' ')
  for (let i = 0; i < pieces.length; i++) {
    let piece = pieces[i]!
    for (let joined = true; joined && key(piece[0]!) !== key(piece.at(-1)!); ) {
      const j = pieces.findIndex(
        (other, at) => at > i && [key(other[0]!), key(other.at(-1)!)].includes(key(piece.at(-1)!)),
      )
      joined = j > 0
      if (!joined) break
      const other = pieces.splice(j, 1)[0]!
      if (key(other[0]!) !== key(piece.at(-1)!)) other.reverse()
      piece = piece.concat(other.slice(1))
    }
    pieces[i] = piece
  }
  return pieces
}

/** Douglas-Peucker, tolerance in metres. */
function simplify(line: P[], tolerance: number): P[] {
  const keep = new Uint8Array(line.length)
  keep[0] = keep[line.length - 1] = 1
  const stack = [[0, line.length - 1]]
  while (stack.length > 0) {
    const [from, to] = stack.pop() as [number, number]
    const [a, b] = [line[from]!, line[to]!]
    const [dx, dy] = [(b[0] - a[0]) * X, b[1] - a[1]]
    const length = Math.hypot(dx, dy)
    let [worst, at] = [tolerance / 111000, -1]
    for (let i = from + 1; i < to; i++) {
      const [px, py] = [(line[i]![0] - a[0]) * X, line[i]![1] - a[1]]
      const off = length < 1e-9 ? Math.hypot(px, py) : Math.abs(px * dy - py * dx) / length
      if (off > worst) [worst, at] = [off, i]
    }
    if (at > 0) {
      keep[at] = 1
      stack.push([from, at], [at, to])
    }
  }
  return line.filter((_, i) => keep[i])
}

const distance = (a: P, b: P) => Math.hypot((a[0] - b[0]) * X, a[1] - b[1])
const nearest = (line: P[], p: P) =>
  line.reduce((best, q, i) => (distance(q, p) < distance(line[best]!, p) ? i : best), 0)
const area = (ring: P[]) =>
  ring.reduce(
    (sum, p, i) => sum + (p[0] * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * p[1]) / 2,
    0,
  )

/** The line cut where it crosses the meridian or parallel, its last point exactly on it. */
function until(line: P[], axis: 0 | 1, value: number): P[] {
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i]!, line[i + 1]!]
    if ((a[axis] - value) * (b[axis] - value) > 0) continue
    const t = (value - a[axis]) / (b[axis] - a[axis])
    const hit: P = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
    hit[axis] = value
    return [...line.slice(0, i + 1), hit]
  }
  throw new Error(`coast: the line never reaches ${value}`)
}

const lines = shorelines()
const closed = (line: P[]) => line[0]![0] === line.at(-1)![0] && line[0]![1] === line.at(-1)![1]
const mainland = lines.filter((line) => !closed(line)).sort((a, b) => b.length - a.length)[0]!
if (mainland[0]![1] > mainland.at(-1)![1]) mainland.reverse()
const lingjiang = banks(LINGJIANG)
const yongning = banks(YONGNINGJIANG)
// along the mainland from the south: coast, estuary's south bank going west, its closed end, north bank going east, coast
const southEnd = nearest(mainland, [121.383, 28.689])
const northEnd = nearest(mainland, [121.383, 28.7])
const wall = RECLAIMED
const wallStart = nearest(mainland, RECLAIMED.at(-1)!)
const wallEnd = nearest(mainland, [121.4955, 28.6675])
const southCoast = [...mainland.slice(0, wallStart - 3), ...wall.toReversed(), ...mainland.slice(wallEnd, southEnd)]
const south = until(southCoast.toReversed(), 1, SOUTH)
const shoreSouth = [...until(yongning.left, 0, WEST).toReversed(), ...south].map((p) => p)
const shoreNorth = [...until(mainland.slice(northEnd), 1, NORTH).toReversed(), ...until(lingjiang.right, 0, WEST)]
const tip: P = [121.3605, 28.6962]
const wedge = [...until(lingjiang.left.slice(5), 0, WEST).toReversed(), tip, ...until(yongning.right.slice(3), 0, WEST)]
const inside = (p: P, ring: P[]) => {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!]
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd
  }
  return odd
}
const southRing = [...shoreSouth, [WEST, SOUTH] as P]
const round = (line: P[]) => line.map(([x, y]) => [Math.round(x * 1e5) / 1e5, Math.round(y * 1e5) / 1e5] as P)
const islands = lines
  .filter((line) => closed(line) && line.every(([x, y]) => x > WEST && x < EAST && y > SOUTH && y < NORTH))
  .filter((line) => !line.some((p) => inside(p, southRing)))
  .map((line) => round(simplify(area(line) < 0 ? line.toReversed() : line, 8)).slice(0, -1))
  .filter((ring) => ring.length >= 5 && Math.abs(area(ring)) * X * 111000 ** 2 > 6000)
  .sort((a, b) => area(b) - area(a))
const swallowed = lines
  .filter((line) => closed(line) && line.every((p) => inside(p, southRing)) && line[0]![0] > 121.58)
  .map((line) => round(simplify(line, 12)).slice(0, -1))
const coast = {
  source:
    'GSHHG 2.3.7 full resolution (LGPL-3.0-or-later), see coast.LICENSE.txt; rivers above the confluence and the sea wall of the reclaimed land are our own lines',
  extent: [WEST, SOUTH, EAST, NORTH],
  shoreNorth: round(simplify(shoreNorth, 36)),
  wedge: round(simplify(wedge, 36)),
  shoreSouth: round(simplify(shoreSouth, 36)),
  seaWall: round([wall[0]!, wall.at(-1)!]),
  formerIslands: swallowed,
  islands,
}
const text = `${JSON.stringify(coast)}\n`
writeFileSync(new URL('coast.json', import.meta.url), text)
process.stdout.write(
  `coast.json: ${text.length} bytes, ${islands.length} islands, ${coast.shoreSouth.length} + ${coast.shoreNorth.length} + ${coast.wedge.length} vertices\n`,
)
