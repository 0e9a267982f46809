/** Defects of what flows by gravity: uphill pipes, sizes that shrink downstream, loops. */
import type { DefectOptions, Found } from './defect.ts'
import type { Network } from './network.ts'

const GRAVITY = 1
/** Levelling of inverts is good to a centimetre or two. */
const LEVEL_M = 0.02

function uphill({ pipes }: Network, found: Found): void {
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.flow[k] !== GRAVITY || pipes.estimated[k]) continue
    const rise = pipes.zTo[k] - pipes.zFrom[k]
    if (rise > LEVEL_M)
      found({
        rule: 'uphill',
        pipes: [k],
        nodes: [],
        found: `rises ${rise.toFixed(3)} m over ${pipes.length[k].toFixed(1)} m`,
        expected: 'falls from its start to its end',
      })
  }
}

/** Area of a section, m²; NaN unknown. */
function area({ pipes }: Network, k: number): number {
  return pipes.diameter[k] * (pipes.section[k] === 0 ? (pipes.diameter[k] * Math.PI) / 4 : pipes.width[k])
}

function shrinking(network: Network, found: Found): void {
  const { nodes, pipes, arcs } = network
  for (let n = 0; n < nodes.count; n++) {
    let [into, out, largestIn, largestOut] = [-1, -1, 0, 0]
    let unknown = false
    for (let arc = arcs.start[n]; arc < arcs.start[n + 1]; arc++) {
      const k = arcs.pipe[arc]
      if (pipes.flow[k] !== GRAVITY || pipes.from[k] === pipes.to[k]) continue
      const size = area(network, k)
      if (pipes.to[k] === n && size > largestIn) [into, largestIn] = [k, size]
      else if (pipes.from[k] === n) {
        if (Number.isNaN(size)) unknown = true
        if (size > largestOut) [out, largestOut] = [k, size]
      }
    }
    if (into < 0 || out < 0 || unknown || largestOut >= largestIn * 0.95) continue
    const size = (k: number) =>
      pipes.section[k] === 0
        ? `${(pipes.diameter[k] * 1000).toFixed(0)} mm`
        : `${(pipes.width[k] * 1000).toFixed(0)} × ${(pipes.diameter[k] * 1000).toFixed(0)} mm`
    found({
      rule: 'shrinking',
      pipes: [into, out],
      nodes: [n],
      found: `${size(into)} into ${size(out)}`,
      expected: 'no smaller downstream',
    })
  }
}

/** Pipes that flow in a circle: strongly connected parts of the directed gravity network (Tarjan 1972, without recursion). */
function loops({ nodes, pipes, arcs }: Network, found: Found): void {
  const order = new Int32Array(nodes.count).fill(-1)
  const low = new Int32Array(nodes.count)
  const onStack = new Uint8Array(nodes.count)
  const stack: number[] = []
  const next = Uint32Array.from(arcs.start.subarray(0, nodes.count))
  const part = new Int32Array(nodes.count).fill(-1)
  let [counter, parts] = [0, 0]
  const enter = (n: number) => {
    order[n] = low[n] = counter++
    stack.push(n)
    onStack[n] = 1
  }
  for (let root = 0; root < nodes.count; root++) {
    if (order[root] >= 0) continue
    const calls = [root]
    enter(root)
    while (calls.length > 0) {
      const n = calls[calls.length - 1]
      if (next[n] < arcs.start[n + 1]) {
        const arc = next[n]++
        const k = arcs.pipe[arc]
        const to = pipes.to[k]
        if (pipes.flow[k] !== GRAVITY || pipes.from[k] !== n || to === n) continue
        if (order[to] < 0) {
          enter(to)
          calls.push(to)
        } else if (onStack[to]) low[n] = Math.min(low[n], order[to])
        continue
      }
      calls.pop()
      const caller = calls.at(-1)
      if (caller !== undefined) low[caller] = Math.min(low[caller], low[n])
      if (low[n] !== order[n]) continue
      for (let popped = stack.pop(); popped !== undefined; popped = stack.pop()) {
        onStack[popped] = 0
        part[popped] = parts
        if (popped === n) break
      }
      parts++
    }
  }
  const inside = new Map<number, number[]>()
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.flow[k] !== GRAVITY || pipes.from[k] === pipes.to[k] || part[pipes.from[k]] !== part[pipes.to[k]])
      continue
    const list = inside.get(part[pipes.from[k]])
    if (list) list.push(k)
    else inside.set(part[pipes.from[k]], [k])
  }
  for (const list of inside.values())
    found({
      rule: 'loop-in-sewer',
      pipes: list,
      nodes: [pipes.from[list[0]]],
      found: `${list.length} pipes flow in a circle`,
      expected: 'a way to an outfall',
    })
}

/** Checks sewers. */
export function sewerDefects(network: Network, _options: DefectOptions, found: Found): void {
  uphill(network, found)
  shrinking(network, found)
  loops(network, found)
}
