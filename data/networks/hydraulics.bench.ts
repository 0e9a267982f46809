/** EPANET on L-TOWN through the adapter against epanet-js called bare, and a what-if on the open model. Skipped without ../shared/data. */
import { existsSync, readFileSync } from 'node:fs'
import { LinkProperty, NodeProperty, Project, Workspace } from 'epanet-js'
import { interleave, median, printRow } from '../bench/interleave.ts'
import { openHydraulics } from './hydraulics.ts'

const FILE = new URL('../../../shared/data/pipes/epanet/L-TOWN.inp', import.meta.url)
const text = existsSync(FILE) ? readFileSync(FILE, 'latin1') : null
if (text === null) console.log('hydraulics: no ../shared/data/pipes/epanet/L-TOWN.inp; skipped')
else {
  let kept = 0
  const ours = async (): Promise<void> => {
    const hydraulics = await openHydraulics(text)
    kept += hydraulics.solve().pressure.length
    hydraulics.close()
  }
  // a week in steps of five minutes; pressures and flows of each step are read, as anybody who solves a network does
  const bare = async (): Promise<void> => {
    const workspace = new Workspace()
    await workspace.loadModule()
    const project = new Project(workspace)
    workspace.writeFile('a.inp', text)
    project.open('a.inp', 'a.rpt', 'a.bin')
    project.openH()
    project.initH(10)
    do {
      project.runH()
      kept += project.getNodeValues(NodeProperty.Pressure).length
      kept += project.getLinkValues(LinkProperty.Flow).length
    } while (project.nextH() > 0)
    project.closeH()
    project.close()
  }
  const week = await interleave(ours, bare, 5)
  printRow({
    figure: 'EPANET solve, L-TOWN, a week',
    ours: `${week.ours.toFixed(2)} CPU-s`,
    peer: `epanet-js bare ${week.peer.toFixed(2)} CPU-s`,
    ratio: week.ours / week.peer,
    reach: '≤ 1.1',
    note: `opening and closing included, ${kept > 0 ? '2017' : 0} moments; ours keeps 7 values of each, the peer reads 2`,
  })

  const hydraulics = await openHydraulics(text)
  const { links, nodes } = hydraulics.model
  const day = { until: 86_400 }
  const timed = (work: () => unknown): number => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  const pipes = links.ids.filter((_, k) => links.kind[k] === 'pipe' && k % 97 === 0)
  const junctions = nodes.ids.filter((_, i) => nodes.kind[i] === 'junction' && i % 97 === 0)
  const moment = [
    ...pipes.map((id) => ({ closed: [id] })),
    ...junctions.map((id) => ({ demands: { [id]: 0.01 } })),
  ].map((whatIf) => timed(() => hydraulics.solve({ at: 8 * 3600, whatIf })))
  const days = pipes.slice(0, 5).map((id) => timed(() => hydraulics.solve({ ...day, whatIf: { closed: [id] } })))
  hydraulics.close()
  printRow({
    figure: 'what-if re-solve, L-TOWN, a day in steps of 5 min',
    ours: `${median(days).toFixed(3)} CPU-s`,
    peer: 'the issue’s second',
    ratio: median(days),
    reach: '≤ 1',
    note: `one moment ${(median(moment) * 1000).toFixed(1)} ms over ${moment.length} shut pipes and changed demands`,
  })
}
