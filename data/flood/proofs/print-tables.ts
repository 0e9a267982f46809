/** `node data/flood/proofs/print-tables.ts`: runs the long proofs and puts their tables into data/flood/README.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { EngineSetup, Scheme } from '../engine.ts'
import { kernelEngine } from '../kernel/kernel-engine.ts'
import { okushiri } from './okushiri.ts'
import { fillHollows, type PointResult, spreadOnPlain } from './plain.ts'
import { radialDamBreak } from './radial.ts'
import { rainOnPlane } from './rain-on-plane.ts'
import { damBreak, lakeAtRest, steady, thacker } from './run-case.ts'
import { bumpCases, macDonaldCases } from './steady.ts'
import { waterInTown, waveInValley } from './town-and-valley.ts'

const make = (setup: EngineSetup) => kernelEngine(setup)
const lines: string[] = []
const say = (line: string) => {
  lines.push(line)
  console.log(line)
}
const e = (value: number) => value.toExponential(1)
const order = (coarse: number, fine: number, times: number) => (Math.log(coarse / fine) / Math.log(times)).toFixed(2)
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const MOMENTUM: Scheme[] = ['fv', 'muscl']

async function exactCases(): Promise<void> {
  say('| case | solver | error | order | mass |')
  say('|---|---|---|---|---|')
  for (const scheme of MOMENTUM) {
    for (const [name, right] of [
      ['Ritter, dry', 0],
      ['Stoker, wet', 1],
    ] as const) {
      const [coarse, fine] = [await damBreak(make, scheme, 400, right), await damBreak(make, scheme, 1600, right)]
      const front = `front ${fine.front.toFixed(0)} of ${fine.exactFront.toFixed(0)} m`
      say(
        `| ${name}, 400 / 1600 cells | ${scheme} | ${e(coarse.error)} / ${e(fine.error)}, ${front} | ${order(coarse.error, fine.error, 4)} | ${e(fine.mass)} |`,
      )
    }
    {
      const [coarse, fine] = [await radialDamBreak(make, scheme, 100), await radialDamBreak(make, scheme, 200)]
      say(
        `| round dam break, 0.69 s, 100 / 200 cells | ${scheme} | ${e(coarse.error)} / ${e(fine.error)} | ${order(coarse.error, fine.error, 2)} | ${e(fine.mass)} |`,
      )
    }
    for (const planar of [false, true]) {
      const [coarse, fine] = [await thacker(make, scheme, 200, 1, planar), await thacker(make, scheme, 400, 1, planar)]
      say(
        `| Thacker ${planar ? 'planar' : 'radial'}, one period, 200 / 400 cells | ${scheme} | ${coarse.error.toFixed(3)} / ${fine.error.toFixed(3)} | ${order(coarse.error, fine.error, 2)} | ${e(fine.mass)} |`,
      )
    }
    for (const one of [...bumpCases(), ...macDonaldCases()]) {
      const seconds = one.length > 100 ? 3000 : 200
      const [coarse, fine] = [
        await steady(make, scheme, one, 200, seconds),
        await steady(make, scheme, one, 400, seconds),
      ]
      const jump = one.jump === null ? '' : `, ${percent(coarse.spike)} in the jump`
      const flows = `through faces off by ${e(coarse.through)}, h · u in cells by ${percent(coarse.off)}${jump}`
      say(
        `| ${one.name}, 200 / 400 cells | ${scheme} | ${e(coarse.error)} / ${e(fine.error)}; ${flows} | ${order(coarse.error, fine.error, 2)} | |`,
      )
    }
  }
  for (const scheme of ['inertial', ...MOMENTUM] as Scheme[]) {
    const lake = await lakeAtRest(make, scheme, 0.25, 130)
    say(`| lake at rest, ${lake.steps} steps | ${scheme} | ${e(lake.level)} m, ${e(lake.speed)} m/s | | |`)
  }
  for (const scheme of ['inertial', 'muscl'] as Scheme[]) {
    const { worst, mass, plane } = await rainOnPlane(make, scheme, 100)
    const share = (100 * worst) / (plane.rain * plane.length)
    say(`| rain on a plane, worst of an hour | ${scheme} | ${share.toFixed(1)} % of the peak | | ${e(mass)} |`)
  }
}

/** Two grids of the same case side by side. */
function compare(title: string, threshold: string, coarse: PointResult[], fine: PointResult[]): void {
  say('')
  say(`| ${title} | arrival of ${threshold}, s | difference, min | depth, m | difference, m |`)
  say('|---|---|---|---|---|')
  coarse.forEach((one, k) => {
    const other = fine[k]!
    const dry = !Number.isFinite(one.arrival) || !Number.isFinite(other.arrival)
    const times = dry ? 'none | ' : `${one.arrival.toFixed(0)} | ${((one.arrival - other.arrival) / 60).toFixed(1)}`
    say(`| ${one.name} | ${times} | ${one.depth.toFixed(3)} | ${(one.depth - other.depth).toFixed(3)} |`)
  })
}

async function wideCases(): Promise<void> {
  const scheme: Scheme = 'muscl'
  const [coarse, fine] = [await spreadOnPlain(make, scheme, 10, 5), await spreadOnPlain(make, scheme, 5, 5)]
  compare('spread over a plain (after EA 4), 10 m against 5 m', '5 cm', coarse.results, fine.results)
  for (const one of ['muscl', 'inertial'] as Scheme[]) {
    const [a, b] = [await waveInValley(make, one, 20), await waveInValley(make, one, 10)]
    compare(`dam break in a valley (after EA 5), ${one}, 20 m against 10 m`, '10 cm', a.results, b.results)
  }
  for (const rains of ['A', 'B'] as const) {
    const [a, b] = [await waterInTown(make, scheme, 2, rains), await waterInTown(make, scheme, 1, rains)]
    const what = rains === 'A' ? 'rain and a spring' : 'a spring'
    compare(`${what} in a town (after EA 8${rains}), 2 m against 1 m`, '5 cm', a.results, b.results)
  }
  const [wide, narrow] = [await fillHollows(make, 'inertial', 20, 12), await fillHollows(make, 'inertial', 10, 12)]
  const wet = (levels: number[]) =>
    levels
      .map((level, k) => (Number.isNaN(level) ? null : k + 1))
      .filter(Boolean)
      .join(' ')
  const apart = Math.max(
    ...wide.levels.map((level, k) => Math.abs(level - narrow.levels[k]!)).filter((d) => !Number.isNaN(d)),
  )
  say('')
  say(
    `Hollows (after EA 2), inertial, 12 h: wet ${wet(wide.levels)} on 20 m and ${wet(narrow.levels)} on 10 m; levels differ by ${apart.toFixed(3)} m at most.`,
  )
  const folder = '../shared/data/flood/okushiri'
  if (!existsSync(folder)) return
  say('')
  say('| Okushiri, RMS of the gauges until 22.5 s | ch5 | ch7 | ch9 | highest run-up |')
  say('|---|---|---|---|---|')
  for (const [solver, n] of [
    ['muscl', 2],
    ['muscl', 1],
    ['fv', 1],
    ['inertial', 4],
    ['inertial', 2],
    ['inertial', 1],
  ] as const) {
    const { rms, runUp, cell } = await okushiri(make, solver, folder, n)
    say(
      `| ${solver}, ${(cell * 1000).toFixed(0)} mm | ${rms.map((error) => `${(error * 1000).toFixed(1)} mm`).join(' | ')} | ${(runUp * 1000).toFixed(0)} mm |`,
    )
  }
}

await exactCases()
await wideCases()
const readme = new URL('../README.md', import.meta.url)
const text = readFileSync(readme, 'utf8')
const [before, after] = [text.indexOf('<!-- proofs -->'), text.indexOf('<!-- /proofs -->')]
if (before < 0 || after < 0)
  throw new Error('README.md: has no proofs mark; expected <!-- proofs --> and <!-- /proofs -->')
writeFileSync(readme, `${text.slice(0, before)}<!-- proofs -->\n${lines.join('\n')}\n${text.slice(after)}`)
