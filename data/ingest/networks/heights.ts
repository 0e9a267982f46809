/** Heights of drafts: invert, crown, centre or depth → centre above the ellipsoid, once; what is unknown is estimated by a stated rule. */
import type { Position } from 'geojson'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import { undulation } from '../../geo/geoid.ts'
import type { HeightDatum } from '../../geo/height-source.ts'
import type { DraftNode, DraftPipe, Drafts, Utility } from './draft.ts'
import type { Joined } from './topology.ts'
import { median } from './values.ts'

/** Cover that is taken where nothing is known, metres from the ground to the crown: usual values above the least of GB 50289-2016 table 4.1.1. */
export const COVER_M: Record<Utility, number> = {
  water: 1,
  storm: 1.5,
  foul: 2,
  combined: 2,
  gas: 1,
  heat: 1.2,
  power: 0.7,
  telecom: 0.8,
  tunnel: 2.5,
  industrial: 1.2,
  other: 1,
}
const NAMES: Record<Utility, string> = {
  water: '给水',
  storm: '雨水',
  foul: '污水',
  combined: '合流',
  gas: '燃气',
  heat: '热力',
  power: '电力',
  telecom: '通信',
  tunnel: '管廊',
  industrial: '工业',
  other: '其他',
}
/** Height of a section that the file does not say. */
const UNKNOWN_SIZE_M = 0.2
/** A height of exactly 0 that lies this far from all others, or from the ground, is "nothing known". */
const IMPLAUSIBLE_M = 15

/** What became of a pipe's heights. */
export interface PipeHeights {
  line: Position[]
  estimate: string
}

/** Ground and datum of one run. */
export interface Surroundings {
  /** metres above the ellipsoid, NaN where no stored grid knows */
  sample(lngDeg: number, latDeg: number): number
  /** what a person said heights stand on */
  datum: HeightDatum | undefined
}

/** Height of a pipe's section, metres. */
function sectionHeight(pipe: DraftPipe): number {
  const height = pipe.section === 'circular' ? pipe.diameter : pipe.height
  return Number.isFinite(height) ? height : UNKNOWN_SIZE_M
}

/** One run's conversion. */
export class HeightsOf {
  private readonly drafts: Drafts
  private readonly joined: Joined
  private readonly around: Surroundings
  /** typical height of each table on its datum, to tell a real 0 from a missing value */
  private readonly typical: number[]
  /** what a whole model is moved by, metres; NaN = its heights are not used */
  private readonly shift: number[]
  /** ground of nodes, metres above the ellipsoid; NaN unknown */
  readonly ground: Float64Array
  private unknownGround = 0

  constructor(drafts: Drafts, joined: Joined, around: Surroundings) {
    this.drafts = drafts
    this.joined = joined
    this.around = around
    this.typical = drafts.tables.map((_, t) => this.typicalHeight(t))
    this.shift = drafts.tables.map(() => 0)
    this.ground = new Float64Array(drafts.nodes.length)
    for (const [i, node] of drafts.nodes.entries()) {
      const own = this.lifted(node.ground, node.table, node.at)
      this.ground[i] = Number.isNaN(own) ? around.sample(node.at[0], node.at[1]) : own
    }
    for (const t of drafts.tables.keys()) this.shift[t] = this.modelShift(t)
  }

  private typicalHeight(t: number): number {
    const known: number[] = []
    for (const pipe of this.drafts.pipes) {
      if (pipe.table !== t) continue
      if (!pipe.basis.startsWith('depth')) known.push(pipe.zFrom, pipe.zTo)
      known.push(pipe.line[0]?.[2] ?? Number.NaN, pipe.groundFrom, pipe.groundTo)
    }
    for (const node of this.drafts.nodes) if (node.table === t) known.push(node.axis, node.ground, node.bottom)
    return median(known.filter((z) => Number.isFinite(z) && z !== 0))
  }

  /** Height on the table's datum → above the ellipsoid; 0 that cannot be meant → NaN. */
  lifted(z: number, table: number, at: readonly number[]): number {
    if (!Number.isFinite(z) || Math.abs(z) > 9000) return Number.NaN
    if (z === 0 && !(Math.abs(this.typical[table]) < IMPLAUSIBLE_M)) return Number.NaN
    const datum = this.around.datum ?? this.drafts.tables[table].datum ?? 'egm96'
    const up = datum === 'ellipsoidal' ? z : z + undulation(at[0], at[1])
    return up + (this.shift?.[table] ?? 0)
  }

  /** What a model's heights are moved by to lie in the ground of this place; NaN = they are not used. */
  private modelShift(t: number): number {
    const table = this.drafts.tables[t]
    if (table.model === null) return 0
    const differences: number[] = []
    for (const node of this.drafts.nodes) {
      if (node.table !== t) continue
      const own = this.lifted(Number.isFinite(node.top) ? node.top : node.axis, t, node.at)
      differences.push(this.around.sample(node.at[0], node.at[1]) - own)
    }
    const middle = median(differences)
    if (Number.isNaN(middle)) return 0
    const off = `${Math.abs(middle).toFixed(1)} m ${middle < 0 ? 'above' : 'below'} the stored ground in the middle`
    if (table.model === 'swmm') {
      if (!table.schematic || Math.abs(middle) < 2) return 0
      // a sewer lives by its slopes: it keeps its shape
      table.notes.push(
        `rims lie ${off}, not of this place: all heights are moved by ${middle.toFixed(2)} m, slopes are kept`,
      )
      return middle
    }
    if (middle > 0.5 && middle < 10) return 0
    const why = middle <= 0.5 && middle > -10 ? 'taken as those of the ground' : 'not of this place'
    table.notes.push(`elevations lie ${off}: ${why}, kept as attributes, depths estimated`)
    return Number.NaN
  }

  /** Ground at a place; mean sea level where nothing is known. */
  private groundAt(own: number, node: number, at: readonly number[], table: number): { z: number; known: boolean } {
    const said = this.lifted(own, table, at)
    const found = Number.isFinite(said) ? said : node >= 0 ? this.ground[node] : this.around.sample(at[0], at[1])
    if (Number.isFinite(found)) return { z: found, known: true }
    this.unknownGround++
    return { z: undulation(at[0], at[1]), known: false }
  }

  /** Centre at an end by what the pipe says; NaN when it says nothing. */
  private end(pipe: DraftPipe, value: number, ground: number, at: readonly number[]): number {
    const half = sectionHeight(pipe) / 2
    switch (pipe.basis) {
      case 'centre':
        return this.lifted(value, pipe.table, at)
      case 'invert':
        return this.lifted(value, pipe.table, at) + half
      case 'crown':
        return this.lifted(value, pipe.table, at) - half
      default: {
        // a depth of 0 of a buried pipe is a gap in the table, not a place
        if (!Number.isFinite(value) || (value === 0 && !pipe.aerial) || Math.abs(value) > 200) return Number.NaN
        const offset = pipe.basis === 'depth-invert' ? half : pipe.basis === 'depth-crown' ? -half : 0
        return ground - value + offset
      }
    }
  }

  /** Centre at an end by the third ordinate of the line, else by its node. */
  private byPlace(pipe: DraftPipe, at: Position, node: DraftNode | undefined): number {
    const half = sectionHeight(pipe) / 2
    const offset = pipe.vertexBasis === 'invert' ? half : pipe.vertexBasis === 'crown' ? -half : 0
    const own = pipe.vertexBasis === 'ground' ? Number.NaN : this.lifted(at[2] ?? Number.NaN, pipe.table, at) + offset
    if (Number.isFinite(own) || !node) return own
    const bottom = this.lifted(node.bottom, node.table, node.at)
    if (Number.isFinite(bottom) && pipe.flow === 'gravity') return bottom + half
    return this.lifted(node.axis, node.table, node.at)
  }

  /** The whole line with heights. */
  pipe(k: number): PipeHeights {
    const pipe = this.drafts.pipes[k]
    const { line, utility } = pipe
    const [a, b] = [this.joined.from[k], this.joined.to[k]]
    const last = line.length - 1
    const first = this.groundAt(pipe.groundFrom, a, line[0], pipe.table)
    const final = this.groundAt(pipe.groundTo, b, line[last], pipe.table)
    const nodes = this.drafts.nodes
    const said = [this.end(pipe, pipe.zFrom, first.z, line[0]), this.end(pipe, pipe.zTo, final.z, line[last])]
    const z = [0, last].map((i, side) =>
      Number.isFinite(said[side]) ? said[side] : this.byPlace(pipe, line[i], nodes[side === 0 ? a : b]),
    )
    const words: string[] = []
    const usesDepth = pipe.basis.startsWith('depth') && (Number.isFinite(said[0]) || Number.isFinite(said[1]))
    const height = sectionHeight(pipe)
    if (Number.isNaN(z[0]) && Number.isNaN(z[1])) {
      const cover = pipe.aerial ? -0.5 - height : COVER_M[utility]
      z[0] = first.z - cover - height / 2
      z[1] = final.z - cover - height / 2
      words.push(
        pipe.aerial
          ? '架空，高度未知：按高出地面 0.5 m 推算 / above ground, height unknown: 0.5 m taken'
          : `埋深未知：按${NAMES[utility]}覆土 ${cover} m 推算 / depth unknown: cover of ${cover} m taken (${utility})`,
      )
    } else if (Number.isNaN(z[0]) || Number.isNaN(z[1])) {
      const known = Number.isNaN(z[0]) ? 1 : 0
      const [here, there] = known === 0 ? [final.z, first.z] : [first.z, final.z]
      z[1 - known] = pipe.flow === 'gravity' || !first.known || !final.known ? z[known] : here - (there - z[known])
      words.push(
        `一端埋深未知：按另一端推算 / depth unknown at ${known === 0 ? 'its end' : 'its start'}: taken from the other end`,
      )
    }
    if ((usesDepth || words.length > 0) && (!first.known || !final.known))
      words.push('地面高程未知：按平均海平面推算 / ground unknown: mean sea level taken')
    return { line: this.between(pipe, z, words.length > 0), estimate: words.join('; ') }
  }

  /** Heights of the inner vertices: their own, else along the line between the ends; an estimated pressure pipe follows the ground. */
  private between(pipe: DraftPipe, [from, to]: number[], estimated: boolean): Position[] {
    const { line } = pipe
    const [perLng, perLat] = metresPerDegree(line[0][1])
    const along = [0]
    for (let i = 1; i < line.length; i++)
      along.push(
        along[i - 1] + Math.hypot((line[i][0] - line[i - 1][0]) * perLng, (line[i][1] - line[i - 1][1]) * perLat),
      )
    const total = along[line.length - 1]
    const follow = estimated && pipe.flow === 'pressure'
    const g = follow ? line.map((at) => this.around.sample(at[0], at[1])) : []
    const rises = follow && g.every(Number.isFinite)
    return line.map((at, i) => {
      // an upright pipe has no length on the map
      const share = total > 0 ? along[i] / total : i / (line.length - 1)
      let z = from + (to - from) * share
      const inner = i > 0 && i < line.length - 1
      const own = inner && pipe.vertexBasis !== 'ground' ? this.byPlace(pipe, at, undefined) : Number.NaN
      if (Number.isFinite(own)) z = own
      else if (inner && rises) z += g[i] - (g[0] + (g[line.length - 1] - g[0]) * share)
      return [at[0], at[1], Math.round(z * 1000) / 1000]
    })
  }

  /** Top and bottom of nodes: shafts from the ground to their floor, fittings at the axis of what they join. */
  node(i: number, axes: readonly number[]): { top: number; bottom: number; estimate: string } {
    const node = this.drafts.nodes[i]
    const mean =
      axes.length > 0 ? axes.reduce((sum, z) => sum + z, 0) / axes.length : this.lifted(node.axis, node.table, node.at)
    const ground = this.groundAt(node.ground, i, node.at, node.table)
    const shaft = /^(manhole|inlet|outfall|tank|reservoir|chamber)$/.test(node.kind)
    const standing = /^(hydrant|pole|cabinet|transformer)$/.test(node.kind)
    const words: string[] = []
    const axis = Number.isFinite(mean) ? mean : ground.z - COVER_M[node.utility ?? 'other']
    if (!shaft && !standing) {
      if (!Number.isFinite(mean)) words.push('埋深未知 / depth unknown')
      return { top: axis, bottom: axis, estimate: words.join('; ') }
    }
    let top = this.lifted(node.top, node.table, node.at)
    if (Number.isNaN(top)) {
      top = Math.max(ground.z, axes.length > 0 ? Math.max(...axes) : -Infinity)
      if (!ground.known) words.push('地面高程未知 / ground unknown')
    }
    let bottom = this.lifted(node.bottom, node.table, node.at)
    if (Number.isNaN(bottom) && node.shaftDepth > 0) bottom = top - node.shaftDepth
    if (Number.isNaN(bottom)) {
      bottom = axes.length > 0 ? Math.min(...axes) : Math.min(axis, top)
      if (shaft) words.push('井底高程未知：取最低管中心 / floor unknown: lowest pipe taken')
    }
    return { top, bottom: Math.min(bottom, top), estimate: words.join('; ') }
  }

  /** How often the ground was not known. */
  get groundless(): number {
    return this.unknownGround
  }
}
