/** Joined drafts to features of `pipes` and `pipe-nodes`, ids made unique in the city, every attribute kept. */
import type { CityFeature, Style } from '../../geo/city-feature.ts'
import type { DraftNode, DraftPipe, Drafts } from './draft.ts'
import type { HeightsOf } from './heights.ts'
import type { Joined } from './topology.ts'

/** Ids in the city of every draft; '' for a refused pipe. */
export interface CityIds {
  pipes: string[]
  nodes: string[]
}

const LONGEST_ID = 180

/** Gives each draft its id: `<source>:<id>`, with the table's name where several tables hold such, numbered where an id comes again. */
export function cityIds(drafts: Drafts, source: string): CityIds {
  const assign = (list: readonly { table: number; id: string }[]): string[] => {
    const several = new Set(list.map(({ table }) => table)).size > 1
    const taken = new Map<string, number>()
    return list.map(({ table, id }) => {
      const { file, name } = drafts.tables[table]
      const stem = file.replace(/\.[^./]+$/, '')
      const prefix = several ? `${stem === name || name === '' ? stem : `${stem}.${name}`}:` : ''
      const whole = `${source}:${prefix}${id.replace(/\p{Cc}/gu, '\ufffd')}`.slice(0, LONGEST_ID)
      const times = taken.get(whole) ?? 0
      taken.set(whole, times + 1)
      return times === 0 ? whole : `${whole}~${times + 1}`
    })
  }
  return { pipes: assign(drafts.pipes), nodes: assign(drafts.nodes) }
}

function known(style: Style, words: Record<string, string | number | boolean>): Style {
  for (const [key, value] of Object.entries(words))
    if (value !== '' && value !== false && !Number.isNaN(value))
      style[key] = typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value
  return style
}

function pipeStyle(pipe: DraftPipe, from: string, to: string, estimate: string): Style {
  const { section, material, year, flow, owner, status, pressure, name, diameter, fitting, closed } = pipe
  const round = section === 'circular'
  return known(
    { class: pipe.utility, from, to, section, flow },
    {
      name,
      diameter: round ? diameter : Number.NaN,
      width: round ? Number.NaN : pipe.width,
      height: round ? Number.NaN : pipe.height,
      material,
      year,
      owner,
      status,
      pressure,
      fitting,
      closed,
      estimated: estimate !== '',
      estimate,
    },
  )
}

function nodeStyle(node: DraftNode, heights: { top: number; bottom: number; estimate: string }, made: boolean): Style {
  return known(
    { class: node.kind },
    {
      name: node.name,
      utility: node.utility ?? '',
      top: heights.top,
      bottom: heights.bottom,
      diameter: node.diameter,
      closed: node.closed,
      made,
      estimated: heights.estimate !== '',
      estimate: heights.estimate,
    },
  )
}

/** All features, pipes first. */
export function* networkFeatures(
  drafts: Drafts,
  joined: Joined,
  heights: HeightsOf,
  ids: CityIds,
): Generator<CityFeature> {
  const axes = new Map<number, number[]>()
  const meet = (node: number, z: number) => {
    const list = axes.get(node)
    if (list) list.push(z)
    else axes.set(node, [z])
  }
  for (const [k, pipe] of drafts.pipes.entries()) {
    if (joined.from[k] < 0) continue
    const { line, estimate } = heights.pipe(k)
    const [from, to] = [joined.from[k], joined.to[k]]
    meet(from, line[0][2])
    meet(to, line[line.length - 1][2])
    const style = pipeStyle(pipe, ids.nodes[from], ids.nodes[to], estimate)
    yield {
      id: ids.pipes[k],
      layer: 'pipes',
      geometry: { type: 'LineString', coordinates: line },
      style,
      attributes: pipe.attributes,
    }
  }
  for (const [i, node] of drafts.nodes.entries()) {
    const found = heights.node(i, axes.get(i) ?? [])
    const style = nodeStyle(node, found, i >= joined.made)
    const at = [node.at[0], node.at[1], Math.round(found.top * 1000) / 1000]
    yield {
      id: ids.nodes[i],
      layer: 'pipe-nodes',
      geometry: { type: 'Point', coordinates: at },
      style,
      attributes: node.attributes,
    }
  }
}
