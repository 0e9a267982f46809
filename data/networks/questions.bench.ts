/** Burst isolation and tracing on 100,000 pipes against a plain breadth-first search over the same graph. */
import { printRow } from '../bench/interleave.ts'
import { isolate } from './isolate.ts'
import { randomNetwork, seeded } from './random-network.ts'
import { directionsOf, trace } from './trace.ts'

const network = randomNetwork({ seed: 11, side: 260, valves: 0.55, pipes: 0.75 })
const { arcs, nodes, pipes } = network
const directions = directionsOf(network)
const RUNS = 300

/** The peer: all that hangs together with a node, arrays and a queue, nothing else. */
function plain(start: number): number {
  const seen = new Uint8Array(nodes.count)
  const queue = new Uint32Array(nodes.count)
  let tail = 1
  queue[0] = start
  seen[start] = 1
  for (let head = 0; head < tail; head++) {
    const here = queue[head]!
    for (let a = arcs.start[here]!; a < arcs.start[here + 1]!; a++) {
      const there = arcs.node[a]!
      if (seen[there]) continue
      seen[there] = 1
      queue[tail++] = there
    }
  }
  return tail
}

const p95 = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)]!
/** Milliseconds of processor time: a busy machine takes turns in the middle of a question. */
const timed = (work: () => unknown): number => {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const random = seeded(3)
const questions = Array.from({ length: RUNS }, () => ({
  pipe: Math.floor(random() * pipes.count),
  node: Math.floor(random() * nodes.count),
}))
let sum = 0
const all = { isolate: [] as number[], trace: [] as number[], plain: [] as number[] }
for (const warm of [true, false]) {
  for (const { pipe, node } of questions) {
    const took = {
      isolate: timed(() => (sum += isolate(network, pipe).shutPipes.length)),
      plain: timed(() => (sum += plain(node))),
      trace: timed(() => (sum += trace(network, [node], 'both', directions).pipes.length)),
    }
    if (!warm) for (const key of ['isolate', 'trace', 'plain'] as const) all[key].push(took[key])
  }
}
const peer = p95(all.plain)
for (const [name, figure] of [
  ['isolate', 'burst isolation'],
  ['trace', 'trace of all that is connected'],
] as const) {
  printRow({
    figure: `${figure}, ${Math.round(pipes.count / 1000)}k pipes, p95`,
    ours: `${p95(all[name]).toFixed(2)} ms`,
    peer: `plain BFS ${peer.toFixed(2)} ms`,
    ratio: p95(all[name]) / peer,
    reach: '≤ 1.5',
    note: `${RUNS} questions, ${sum > 0 ? 'answered' : 'empty'}`,
  })
}
