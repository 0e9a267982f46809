/** Pipes and nodes of the generated underground before they become features; orthometric metres in the metric frame. */
import type { Attributes } from '../geo/city-feature.ts'

/** A utility, see `CLASSES.pipes`. */
export type Utility = 'water' | 'storm' | 'foul' | 'gas' | 'power' | 'telecom' | 'tunnel' | 'industrial'

/** A node. */
export interface Shaft {
  id: string
  utility: Utility
  /** see `CLASSES['pipe-nodes']` */
  kind: string
  x: number
  y: number
  /** cover and floor of a shaft, the axis of a buried fitting */
  top: number
  bottom: number
  /** of the shaft, m */
  diameter?: number
  closed?: boolean
  name?: string
  attributes?: Attributes
}

/** A pipe; `line` is x, y, z of the centre, flat. */
export interface Tube {
  id: string
  utility: Utility
  from: Shaft
  to: Shaft
  line: number[]
  /** inner; of a section that is not round `width` and `height` */
  diameter?: number
  width?: number
  height?: number
  section: 'circular' | 'box' | 'egg' | 'arch'
  material: string
  year: number
  flow: 'gravity' | 'pressure' | ''
  pressure?: string
  owner: string
  /** name of the street above */
  street: string
  status?: string
  attributes?: Attributes
}

/** All pipes and nodes, in the order in which they were laid. */
export interface Ledger {
  tubes: Tube[]
  shafts: Shaft[]
  /** takes a node and gives it its id */
  shaft(one: Omit<Shaft, 'id'>): Shaft
  /** takes a pipe and gives it its id */
  tube(one: Omit<Tube, 'id'>): Tube
}

/** Codes of the utilities after CJJ 61. */
export const CODE: Record<Utility, string> = {
  water: 'JS',
  storm: 'YS',
  foul: 'WS',
  gas: 'RQ',
  power: 'DL',
  telecom: 'DX',
  tunnel: 'ZH',
  industrial: 'GY',
}

/** Owners of the networks; made up. */
export const OWNER: Record<Utility, string> = {
  water: '椒江水务集团（演示）',
  storm: '椒江市政设施中心（演示）',
  foul: '椒江排水公司（演示）',
  gas: '台州湾燃气（演示）',
  power: '椒江供电（演示）',
  telecom: '椒江通信管道（演示）',
  tunnel: '台州管廊运营（演示）',
  industrial: '椒江热电（演示）',
}

/** An empty ledger; ids start with the prefix. */
export function makeLedger(prefix: string): Ledger {
  const counts: Record<string, number> = {}
  const next = (code: string) => {
    counts[code] = (counts[code] ?? 0) + 1
    return `${prefix}-${code}${String(counts[code]).padStart(6, '0')}`
  }
  const out: Ledger = {
    tubes: [],
    shafts: [],
    shaft(one) {
      const made = { ...one, id: next(CODE[one.utility]) }
      out.shafts.push(made)
      return made
    },
    tube(one) {
      const made = { ...one, id: next(`${CODE[one.utility]}G`) }
      out.tubes.push(made)
      return made
    },
  }
  return out
}
