/** One utility tunnel under an avenue: a box with chambers and shafts, with water, power and telecom inside; it dips under sewers and canals. */
import Flatbush from 'flatbush'
import type { Point } from './frame.ts'
import { type Ledger, OWNER, type Shaft, type Tube, type Utility } from './pipes-ledger.ts'
import { CANAL_BED } from './under-depth.ts'
import { outerHalf } from './under-lanes.ts'
import type { Site } from './under-site.ts'
import type { StreetLink } from './under-streets.ts'

/** Inner width and height, wall, m. Between the sewers of an avenue of 24 m it keeps a metre from either. */
const WIDTH = 5.2
const HEIGHT = 3.4
const WALL = 0.4
/** Ground over the outer roof where nothing is in the way, and the steepest floor. */
const ROOF_COVER = 2.6
const STEEP = 0.12
const STEP = 5
/** Length of a fire compartment; each ends in a chamber. */
const COMPARTMENT = 190

/** Lines inside: utility, place to the right of the middle and above it, size. */
const INSIDE: { utility: Utility; right: number; up: number; tube: Partial<Tube> & { material: string } }[] = [
  {
    utility: 'water',
    right: -2.1,
    up: -0.85,
    tube: { diameter: 0.8, material: '钢', flow: 'pressure', section: 'circular' },
  },
  {
    utility: 'power',
    right: 2.2,
    up: -0.3,
    tube: {
      width: 0.6,
      height: 1.8,
      material: '电缆支架',
      section: 'box',
      pressure: '110kV',
      attributes: { 电压: '110kV' },
    },
  },
  {
    utility: 'power',
    right: 1.1,
    up: 1.2,
    tube: {
      width: 0.5,
      height: 0.3,
      material: '电缆桥架',
      section: 'box',
      pressure: '10kV',
      attributes: { 电压: '10kV' },
    },
  },
  {
    utility: 'telecom',
    right: -2.2,
    up: 1.05,
    tube: { width: 0.5, height: 0.4, material: '通信桥架', section: 'box', attributes: { 孔数: 24 } },
  },
]

/** A place along the tunnel: the middle, the direction, the highest roof allowed. */
interface Mark {
  at: Point
  dir: Point
  roof: number
  link: StreetLink
}

/** The avenue's links in a row from west to east; the longest unbroken row. */
function row(site: Site, street: string, west: number, east: number): { link: StreetLink; forward: boolean }[] {
  const { streets } = site
  const own = streets.links.filter((link) => link.name === street)
  const starts = own.map((link) => (link.line[0]![0] <= link.line.at(-1)![0] ? link.a : link.b))
  let best: { link: StreetLink; forward: boolean }[] = []
  for (const start of new Set(starts)) {
    if (streets.x[start]! < west) continue
    const chain: { link: StreetLink; forward: boolean }[] = []
    for (let n = start; ; ) {
      const i: number = own.findIndex((link, k) => starts[k] === n && streets.x[link.a === n ? link.b : link.a]! < east)
      if (i < 0) break
      const link: StreetLink = own[i]!
      chain.push({ link, forward: link.a === n })
      n = link.a === n ? link.b : link.a
    }
    const sum = (list: typeof chain) => list.reduce((s, one) => s + one.link.length, 0)
    if (sum(chain) > sum(best)) best = chain
  }
  return best
}

/** Marks each few metres along the row, roofs under everything that crosses. */
function marksOf(site: Site, chain: { link: StreetLink; forward: boolean }[], sewers: Tube[]): Mark[] {
  const out: Mark[] = []
  for (const { link, forward } of chain) {
    const line = forward ? link.line : link.line.toReversed()
    for (let i = 0; i + 1 < line.length; i++) {
      const [a, b] = [line[i]!, line[i + 1]!]
      const length = Math.hypot(b[0] - a[0], b[1] - a[1])
      const n = Math.max(1, Math.round(length / STEP))
      const dir: Point = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
      for (let k = out.length === 0 ? 0 : 1; k <= n; k++) {
        const at: Point = [a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n]
        const bed = link.crossing ? CANAL_BED - 2.2 : Infinity
        out.push({ at, dir, roof: Math.min(site.ground(at[0], at[1]) - ROOF_COVER, bed), link })
      }
    }
  }
  if (sewers.length > 0) passUnder(out, sewers)
  for (let i = 1; i < out.length; i++) out[i]!.roof = Math.min(out[i]!.roof, out[i - 1]!.roof + STEEP * STEP)
  for (let i = out.length - 2; i >= 0; i--) out[i]!.roof = Math.min(out[i]!.roof, out[i + 1]!.roof + STEEP * STEP)
  return out
}

/** Metres between the tunnel's walls and sewers beside and above it. @see GB 50838-2015 table 5.2.2 */
const ASIDE = 1
const ABOVE = 0.5

/** Lowers the roof under sewers that cross the box, or run beside it nearer than they may. */
function passUnder(marks: Mark[], sewers: Tube[]): void {
  const index = new Flatbush(sewers.length)
  const wideOf = ({ width, diameter }: Tube) => outerHalf(width ?? diameter ?? 0)
  for (const one of sewers) {
    const [x0, y0, x1, y1] = [one.line[0]!, one.line[1]!, one.line.at(-3)!, one.line.at(-2)!]
    const wide = wideOf(one)
    index.add(Math.min(x0, x1) - wide, Math.min(y0, y1) - wide, Math.max(x0, x1) + wide, Math.max(y0, y1) + wide)
  }
  index.finish()
  const half = outerHalf(WIDTH) + ASIDE
  for (const mark of marks) {
    const [x, y] = mark.at
    const far = half + STEP / 2
    for (const k of index.search(x - far, y - far, x + far, y + far)) {
      const one = sewers[k]!
      const { line } = one
      const [ax, ay, az, bx, by, bz] = [line[0]!, line[1]!, line[2]!, line.at(-3)!, line.at(-2)!, line.at(-1)!]
      const length2 = (bx - ax) ** 2 + (by - ay) ** 2
      const t = length2 > 0 ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2)) : 0
      const [dx, dy] = [ax + (bx - ax) * t - x, ay + (by - ay) * t - y]
      // what runs along is as near as it is beside the mark; what crosses comes nearer between two marks
      const along =
        length2 > 0 && Math.abs((bx - ax) * mark.dir[1] - (by - ay) * mark.dir[0]) < 0.1 * Math.sqrt(length2)
      if (Math.hypot(dx, dy) - wideOf(one) < (along ? half : far))
        mark.roof = Math.min(mark.roof, Math.min(az, bz) - outerHalf(one.height ?? one.diameter ?? 0) - ABOVE - WALL)
    }
  }
}

/** Where chambers stand: each compartment's end, marks kept off the canals. */
function chambers(marks: Mark[]): number[] {
  const out = [0]
  const each = Math.floor(COMPARTMENT / STEP)
  while (out.at(-1)! + each < marks.length - 8) {
    let next = out.at(-1)! + each
    while (next > out.at(-1)! + 2 && marks[next]!.link.crossing) next--
    out.push(next)
  }
  out.push(marks.length - 1)
  return out
}

const USES = ['人员出入口', '通风口', '吊装口', '通风口', '管线分支口', '通风口']

/** A polyline at a place beside and above the middle of the box; straight stretches need no vertex. */
function inside(marks: Mark[], right: number, up: number): number[] {
  const out: number[] = []
  const place = ({ at, dir, roof }: Mark): [number, number, number] => [
    at[0] + dir[1] * right,
    at[1] - dir[0] * right,
    roof - WALL - HEIGHT / 2 + up,
  ]
  marks.forEach((mark, i) => {
    const p = place(mark)
    if (i > 0 && i < marks.length - 1) {
      const [q, r] = [marks[i - 1]!, marks[i + 1]!]
      const bend =
        Math.abs(mark.roof - (q.roof + r.roof) / 2) > 0.004 ||
        Math.abs(q.dir[0] * r.dir[1] - q.dir[1] * r.dir[0]) > 0.002
      if (!bend) return
    }
    out.push(...p)
  })
  return out
}

/**
 * Lays the tunnel and its lines. @param street the avenue; @param west @param east metres between which it runs
 * @returns the length of the tunnel, m
 */
export function layTunnel(
  site: Site,
  ledger: Ledger,
  plan: { street: string; west: number; east: number },
  sewers: Tube[],
): number {
  const chain = row(site, plan.street, plan.west, plan.east)
  if (chain.length === 0) return 0
  const marks = marksOf(site, chain, sewers)
  const stops = chambers(marks)
  const water = ledger.shafts.filter(
    (one) => one.utility === 'water' && (one.kind === 'junction' || one.kind === 'hydrant'),
  )
  const boxes = stops.map((k, i) => {
    const { at, roof } = marks[k]!
    return ledger.shaft({
      utility: 'tunnel',
      kind: 'chamber',
      x: at[0],
      y: at[1],
      top: site.ground(at[0], at[1]) + (i % 2 === 1 ? 1.2 : 0.2),
      bottom: roof - WALL - HEIGHT - WALL,
      diameter: 4,
      name: `管廊${USES[i % USES.length]}${i + 1}号`,
      attributes: { 用途: USES[i % USES.length]! },
    })
  })
  const base = { year: 2019, street: plan.street, flow: '' as const }
  for (let i = 0; i + 1 < stops.length; i++) {
    ledger.tube({
      ...base,
      utility: 'tunnel',
      from: boxes[i]!,
      to: boxes[i + 1]!,
      line: inside(marks.slice(stops[i]!, stops[i + 1]! + 1), 0, 0),
      width: WIDTH,
      height: HEIGHT,
      section: 'box',
      material: '钢筋混凝土',
      owner: OWNER.tunnel,
      attributes: { 壁厚mm: WALL * 1000, 防火分区: i + 1, 舱室: '综合舱' },
    })
  }
  for (const one of INSIDE) layInside(site, ledger, one, marks, stops, base, water)
  return marks.length * STEP
}

/** One line through the whole tunnel, a joint at each chamber; the water main feeds the street's mains. */
function layInside(
  site: Site,
  ledger: Ledger,
  { utility, right, up, tube }: (typeof INSIDE)[number],
  marks: Mark[],
  stops: number[],
  base: { year: number; street: string; flow: '' },
  water: Shaft[],
): void {
  const whole = { material: tube.material, section: tube.section ?? 'circular', owner: OWNER[utility] }
  const joints = stops.map((k) => {
    const [x, y, z] = inside([marks[k]!], right, up) as [number, number, number]
    return ledger.shaft({ utility, kind: utility === 'water' ? 'valve' : 'junction', x, y, top: z, bottom: z })
  })
  for (let i = 0; i + 1 < stops.length; i++) {
    ledger.tube({
      ...base,
      ...tube,
      ...whole,
      utility,
      from: joints[i]!,
      to: joints[i + 1]!,
      line: inside(marks.slice(stops[i]!, stops[i + 1]! + 1), right, up),
      attributes: { ...tube.attributes, 管廊: true },
    })
  }
  if (utility !== 'water') return
  for (const i of joints.keys()) {
    if (i % 4 !== 0 && i !== joints.length - 1) continue
    const joint = joints[i]!
    let [end, least] = [null as Shaft | null, 140]
    for (const one of water) {
      const d = Math.hypot(one.x - joint.x, one.y - joint.y)
      if (d < least) [end, least] = [one, d]
    }
    if (!end) continue
    const high = Math.min(end.top, site.ground(joint.x, joint.y) - 1.6)
    ledger.tube({
      ...base,
      ...whole,
      flow: 'pressure',
      utility,
      diameter: 0.3,
      from: joint,
      to: end,
      line: [joint.x, joint.y, joint.top, joint.x, joint.y, high, end.x, end.y, end.top],
      attributes: { 用途: '管廊出线' },
    })
  }
}
