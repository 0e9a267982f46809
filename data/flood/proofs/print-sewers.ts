/** `node data/flood/proofs/print-sewers.ts`: runs the sewer proofs and puts their tables into data/flood/README.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { EngineSetup } from '../engine.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { type Comparison, compareExample, comparisonRows } from './published-sewers.ts'
import { emptyingPond, fountain, uniformFlow, uTube } from './sewer.ts'

const make = (setup: EngineSetup) => kernelEngine(setup)
const lines: string[] = []
const say = (line: string) => {
  lines.push(line)
  console.log(line)
}
const share = (got: number, wanted: number) => `${(100 * (got / wanted - 1)).toFixed(2)} %`

async function exact(): Promise<void> {
  say('| case | exact | here | off |')
  say('|---|---|---|---|')
  for (const [slope, discharge] of [
    [0.001, 0.3],
    [0.001, 0.6],
    [0.01, 1],
    [0.025, 2],
  ] as const) {
    const { depth, exact: wanted } = uniformFlow(slope, discharge, 40)
    say(
      `| uniform flow, circular 1 m, 1 : ${1 / slope}, ${discharge} m³/s, depth | ${wanted.toFixed(4)} m | ${depth.toFixed(4)} m | ${share(depth, wanted)} |`,
    )
  }
  for (const dt of [0.1, 1]) {
    const { period, exact: wanted, amplitude } = uTube(dt)
    say(
      `| swing between two shafts, steps of ${dt} s, period | ${wanted.toFixed(1)} s | ${period.toFixed(1)} s | ${share(period, wanted)}, ${(100 * amplitude).toFixed(0)} % of the height is left |`,
    )
  }
  for (const cells of [1, 5, 20]) {
    const { time, exact: wanted } = await emptyingPond(make, cells)
    say(
      `| pond of 10 m through a grate, orifice formula, cells of ${10 / cells} m, 1 m to 0.2 m | ${wanted.toFixed(0)} s | ${time} s | ${share(time, wanted)} |`,
    )
  }
  for (const up of [true, false]) {
    const { level, exact: wanted, moved } = await fountain(make, up)
    say(
      `| ${up ? 'tank to a fountain' : 'pond back into the tank'}, level at rest | ${wanted.toFixed(4)} m | ${level.toFixed(4)} m | ${(1000 * (level - wanted)).toFixed(2)} mm, volumes ${moved.toExponential(0)} |`,
    )
  }
}

function published(found: Comparison): void {
  const { report, result, name } = found
  const rows = comparisonRows(found)
  say('')
  say(
    `${name}.inp: published report of SWMM ${report.version} (${report.routing}) and this solver, dynamic wave; balance ${result.balance.error.toExponential(0)}, ${result.steps} steps.`,
  )
  say('')
  say('| figure | published | here | off |')
  say('|---|---|---|---|')
  for (const [what, theirs, ours] of rows) {
    say(`| ${what} | ${theirs} | ${ours.toFixed(theirs < 1 ? 3 : 2)} | ${theirs > 0 ? share(ours, theirs) : ''} |`)
  }
}

await exact()
for (const name of ['Example1', 'model_full_features_network']) {
  const found = compareExample(name)
  if (found) published(found)
}
const readme = new URL('../README.md', import.meta.url)
const text = readFileSync(readme, 'utf8')
const [before, after] = [text.indexOf('<!-- sewers -->'), text.indexOf('<!-- /sewers -->')]
if (before < 0 || after < 0)
  throw new Error('README.md: has no sewers mark; expected <!-- sewers --> and <!-- /sewers -->')
writeFileSync(readme, `${text.slice(0, before)}<!-- sewers -->\n${lines.join('\n')}\n${text.slice(after)}`)
