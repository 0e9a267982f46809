/** Networks written for the solvers: EPANET finds the pressures of a town, SWMM's sewers take a storm of five years. */
import { CountType, LinkProperty, NodeProperty, Project, Workspace } from 'epanet-js'
import { expect, test } from 'vitest'
import { generateCity } from '../city/generate.ts'
import { designStorm } from '../city/sewers-size.ts'
import { simulateSewer } from '../flood/sewer/simulate-sewer.ts'
import { readEpanetInp } from '../formats/epanet-inp.ts'
import { readSwmmInp } from '../formats/swmm-inp.ts'
import { CLASSES } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { networkToInp } from './epanet-inp-write.ts'
import { type Network, networkFromFeatures } from './network.ts'
import { networkToSwmm } from './swmm-inp-write.ts'

function built(options: { tiny?: boolean }) {
  const made = generateCity(options)
  const nodes = [...made.features('pipe-nodes')]
  return {
    network: networkFromFeatures(made.features('pipes'), nodes),
    features: new Map(nodes.map((one) => [one.id, one])),
  }
}
const city = built({})
const tiny = built({ tiny: true })

async function pressures(text: string, network: Network) {
  const workspace = new Workspace()
  await workspace.loadModule()
  const project = new Project(workspace)
  workspace.writeFile('a.inp', text)
  project.open('a.inp', 'a.rpt', 'a.bin')
  project.solveH()
  const out: number[] = []
  let demand = 0
  for (let i = 1; i <= project.getCount(CountType.NodeCount); i++) {
    const kind = CLASSES['pipe-nodes'][network.nodes.kind[Number.parseInt(project.getNodeId(i).slice(1), 10)]!]
    if (kind === 'reservoir' || kind === 'tank') continue
    demand += project.getNodeValue(i, NodeProperty.Demand)
    // the suction side of a works stands at the clear-water tank's level
    if (kind !== 'pump') out.push(project.getNodeValue(i, NodeProperty.Pressure))
  }
  let fastest = 0
  for (let i = 1; i <= project.getCount(CountType.LinkCount); i++)
    fastest = Math.max(fastest, project.getLinkValue(i, LinkProperty.Velocity))
  project.close()
  return { pressures: out.sort((a, b) => a - b), demand, fastest }
}

test('EPANET solves the city: 15 to 60 m everywhere at the mean and no less than 10 m at the hour of most use', async () => {
  const mean = networkToInp(city.network, city.features)
  const solved = await pressures(mean.text, city.network)
  expect(solved.demand).toBeGreaterThan(1000)
  expect(solved.pressures[0]).toBeGreaterThan(15)
  expect(solved.pressures.at(-1)).toBeLessThan(60)
  expect(solved.fastest).toBeLessThan(3.5)
  const most = await pressures(networkToInp(city.network, city.features, { demandFactor: 1.4 }).text, city.network)
  expect(most.pressures[0]).toBeGreaterThan(10)
})

test('the file names every pipe and node once, and its own reader finds nothing wrong with it', () => {
  const file = networkToInp(tiny.network, tiny.features, { hours: 24 })
  const model = readEpanetInp(file.text)
  expect(model.problems).toEqual([])
  expect(model.units).toBe('LPS')
  const water = (CLASSES.pipes as readonly string[]).indexOf('water')
  expect(model.links.filter((one) => one.kind === 'pipe').length).toBe(
    tiny.network.pipes.utility.filter((one) => one === water).length,
  )
  expect(model.links.filter((one) => one.kind === 'pump').length).toBe(1)
  expect(new Set(model.nodes.map((one) => one.id)).size).toBe(model.nodes.length)
  expect(() => networkToInp(networkFromFeatures([], []), new Map())).toThrow(/networkToInp: no pipe of the utility/)
})

/** The pipes of a basin of storm sewers of about that many pipes. */
function basin({ network }: typeof city, about: number): Set<number> {
  const storm = (CLASSES.pipes as readonly string[]).indexOf('storm')
  const { pipes, nodes, arcs } = network
  const seen = new Uint8Array(nodes.count)
  let best = new Set<number>()
  for (let start = 0; start < nodes.count; start++) {
    if (seen[start] || CLASSES['pipe-nodes'][nodes.kind[start]!] !== 'outfall') continue
    const found = new Set<number>()
    const stack = [start]
    while (stack.length > 0) {
      const n = stack.pop()!
      if (seen[n]) continue
      seen[n] = 1
      for (let i = arcs.start[n]!; i < arcs.start[n + 1]!; i++) {
        if (pipes.utility[arcs.pipe[i]!] !== storm) continue
        found.add(arcs.pipe[i]!)
        stack.push(arcs.node[i]!)
      }
    }
    if (Math.abs(found.size - about) < Math.abs(best.size - about)) best = found
  }
  return best
}

test('a basin of storm sewers takes the storm of five years for which it was sized: under 1 % comes out of the covers', () => {
  const chosen = basin(city, 110)
  const sea = undulation(121.44, 28.66)
  const rain = designStorm(5, 120, 5)
  const file = networkToSwmm(city.network, city.features, {
    rain,
    stepMinutes: 5,
    hours: 3,
    only: (k) => chosen.has(k),
    stage: () => sea + 1.6,
  })
  const inp = readSwmmInp(file.text)
  expect(inp.problems).toEqual([])
  const result = simulateSewer(inp)
  const fallen = (file.catchment * rain.reduce((sum, v) => sum + v / 12, 0)) / 1000
  expect(result.balance.inflow).toBeGreaterThan(0.5 * fallen)
  expect(result.balance.inflow).toBeLessThan(fallen)
  expect(result.balance.flooding).toBeLessThan(0.01 * result.balance.inflow)
  expect(Math.abs(result.balance.error)).toBeLessThan(1e-6)
})
