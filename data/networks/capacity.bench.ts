/** A design storm through 21,000 sewers: four hours in steps of a minute, as a planner who moves the return period asks for it again and again. */
import { median, printRow } from '../bench/interleave.ts'
import { type SewerLoad, sewerCapacity, sewerValues } from './capacity.ts'
import { sewerRoute } from './capacity-route.ts'
import { randomSewers } from './random-network.ts'

const ISSUE_MS = 200
const RUNS = 15
const network = randomSewers({ seed: 5, side: 145 })
const { nodes, pipes } = network
/** Rain that rises for fifty minutes and falls for seventy, m² of roofs and streets at each manhole. */
const load = (mmPerHour: number): SewerLoad => ({
  utility: 'storm',
  stepS: 60,
  steps: 241,
  every: 5,
  rainMmPerHour: Array.from({ length: 120 }, (_, i) => 20 + mmPerHour * Math.exp(-(((i - 50) / 12) ** 2))),
  catchmentM2: new Float64Array(nodes.count).map((_, n) => 20 * (1 + (n % 7))),
  runoff: 0.7,
  inletS: 600,
  dryM3s: new Float64Array(nodes.count),
})
/** Milliseconds of processor time: a busy machine takes turns in the middle of a question. */
const timed = <Value>(work: () => Value): [number, Value] => {
  const start = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(start)
  return [(user + system) / 1000, value]
}

const [routed, route] = timed(() => sewerRoute(network, 'storm'))
const storms: number[] = []
let full = 0
for (let run = -3; run < RUNS; run++) {
  const [took, fill] = timed(() => sewerValues(sewerCapacity(network, load(90 + run), route), 'fill'))
  if (run >= 0) storms.push(took)
  full = fill.reduce((sum, one) => sum + (one >= 1 ? 1 : 0), 0)
}
printRow({
  figure: `sewer capacity, ${Math.round(pipes.count / 1000)}k pipes, a design storm`,
  ours: `${median(storms).toFixed(0)} CPU-ms`,
  peer: `the issue’s ${ISSUE_MS} ms`,
  ratio: median(storms) / ISSUE_MS,
  reach: '≤ 1',
  note: `241 steps of a minute and the fill of every pipe at 49 moments (${full > 0 ? 'some full' : 'none full'}); the route, found once, ${routed.toFixed(0)} ms`,
})
