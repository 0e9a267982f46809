/** Defects of joints: utilities, diameters, materials and heights that cannot meet. */
import { CLASSES } from '../geo/city-feature.ts'
import type { DefectOptions, Found } from './defect.ts'
import type { Network } from './network.ts'

const UTILITIES = CLASSES.pipes
const KINDS = CLASSES['pipe-nodes']
const TUNNEL = UTILITIES.indexOf('tunnel')
const UNKNOWN = new Set([UTILITIES.indexOf('other')])
/** In a shaft pipes may end at any height. */
export const SHAFTS = new Set(
  ['manhole', 'inlet', 'outfall', 'chamber', 'tank', 'reservoir', 'pump'].map((word) =>
    KINDS.indexOf(word as (typeof KINDS)[number]),
  ),
)
/** Joints that change the size as they should: nothing more than four times. */
const MOST_RATIO = 4
const APART_M = 0.5
const POWERLESS = /砖|石砌|陶|瓦|缸|brick|masonry|clay|vitrified|stoneware/i

function utilities({ nodes, pipes, arcs }: Network, found: Found): void {
  for (let n = 0; n < nodes.count; n++) {
    const first = arcs.start[n]
    const end = arcs.start[n + 1]
    if (end - first < 2) continue
    const a = arcs.pipe[first]
    let other = -1
    let tunnel = pipes.utility[a] === TUNNEL
    for (let arc = first + 1; arc < end; arc++) {
      const b = arcs.pipe[arc]
      if (pipes.utility[b] === TUNNEL) tunnel = true
      if (pipes.utility[b] !== pipes.utility[a] && !UNKNOWN.has(pipes.utility[b]) && !UNKNOWN.has(pipes.utility[a]))
        other = b
    }
    if (other < 0 || tunnel) continue
    const words = [a, other].map((k) => UTILITIES[pipes.utility[k]])
    found({
      rule: 'joint-utility',
      pipes: [a, other],
      nodes: [n],
      found: words.join(' joined to '),
      expected: 'one utility at a node',
    })
  }
}

/** What meets at a node of two pipes that is no shaft. */
function pairs(network: Network, found: Found): void {
  const { nodes, pipes, arcs } = network
  for (let n = 0; n < nodes.count; n++) {
    const first = arcs.start[n]
    if (arcs.start[n + 1] - first < 2 || SHAFTS.has(nodes.kind[n])) continue
    if (arcs.start[n + 1] - first === 2) {
      const [a, b] = [arcs.pipe[first], arcs.pipe[first + 1]]
      const [small, large] = [pipes.diameter[a], pipes.diameter[b]].sort((x, y) => x - y)
      if (a !== b && pipes.utility[a] === pipes.utility[b] && large / small >= MOST_RATIO && large - small > 0.15)
        found({
          rule: 'joint-diameter',
          pipes: [a, b],
          nodes: [n],
          found: `${(small * 1000).toFixed(0)} mm joined to ${(large * 1000).toFixed(0)} mm`,
          expected: `less than ${MOST_RATIO} times`,
        })
    }
    heights(network, n, found)
  }
}

function heights({ nodes, pipes, arcs }: Network, n: number, found: Found): void {
  let [low, high, lowest, highest] = [Infinity, -Infinity, -1, -1]
  for (let arc = arcs.start[n]; arc < arcs.start[n + 1]; arc++) {
    const k = arcs.pipe[arc]
    if (pipes.estimated[k]) continue
    const z = pipes.from[k] === n ? pipes.zFrom[k] : pipes.zTo[k]
    if (z < low) [low, lowest] = [z, k]
    if (z > high) [high, highest] = [z, k]
  }
  if (high - low <= APART_M || lowest < 0) return
  found({
    rule: 'joint-height',
    pipes: [lowest, highest],
    nodes: [n],
    found: `ends ${(high - low).toFixed(2)} m apart at a ${KINDS[nodes.kind[n]]}`,
    expected: `within ${APART_M} m`,
  })
}

function materials({ pipes }: Network, found: Found): void {
  for (let k = 0; k < pipes.count; k++)
    if (
      pipes.flow[k] === 2 &&
      POWERLESS.test(pipes.material[k]) &&
      !['power', 'telecom', 'tunnel'].includes(UTILITIES[pipes.utility[k]])
    )
      found({
        rule: 'joint-material',
        pipes: [k],
        nodes: [],
        found: `${pipes.material[k]} under pressure`,
        expected: 'a material that holds pressure',
      })
}

/** Checks joints. */
export function jointDefects(network: Network, _options: DefectOptions, found: Found): void {
  utilities(network, found)
  pairs(network, found)
  materials(network, found)
}
