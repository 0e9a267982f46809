/** Speed of the solvers: CPU time against the plain float64 loop of the same scheme, interleaved in one run. */
import { rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, interleave, median, printRow } from '../bench/interleave.ts'
import type { Engine, Scheme } from './engine.ts'
import { kernelEngine } from './kernel/kernel-engine.ts'
import { cellIndex, layoutOf } from './layout.ts'
import { valley } from './made/terrains.ts'
import { referenceEngine } from './reference/reference.ts'
import { writeCheckpoint } from './run/keep.ts'
import { fillEngine } from './simulate.ts'

const SIZE = Number(process.env.FLOOD_BENCH_CELLS ?? 1000)
const AIDR = [
  [0.3, 0.3, 2],
  [0.6, 0.5, 2],
  [0.6, 1.2, 2],
  [1, 2, 2],
  [4, 4, 4],
] as const

/** The all-wet case: a dam break over waves of 0.5 m, 10 m cells. */
function allWet(engine: Engine): Engine {
  const bed = (c: number, r: number) => 0.5 + 0.5 * Math.sin(r / 20) * Math.cos(c / 17)
  fillEngine(engine, { bed, depth: (c, r) => (c < SIZE / 2 ? 10 : 5) - bed(c, r), manning: () => 0.03 })
  return engine
}

function steps(engine: Engine, count: number): () => void {
  return () => {
    for (let k = 0; k < count; k++) engine.step(engine.stableStep(), 0)
  }
}

const rate = (count: number, seconds: number) => `${((SIZE * SIZE * count) / seconds / 1e6).toFixed(1)} M/s`

/** One row: `count` steps of ours against `peerCount` of the peer. */
async function against(
  figure: string,
  reach: string,
  ours: Engine,
  peer: Engine,
  counts: readonly [number, number],
  note?: string,
): Promise<void> {
  const [count, peerCount] = counts
  const times = await interleave(steps(ours, count), steps(peer, peerCount), 3)
  const ratio = times.peer / peerCount / (times.ours / count)
  const row = { figure, ours: rate(count, times.ours), peer: rate(peerCount, times.peer), ratio, reach }
  printRow(note ? { ...row, note } : row)
}

const layout = layoutOf(SIZE, SIZE, 10)
const make = async (scheme: Scheme, threads = 1) => allWet(await kernelEngine({ layout, scheme, threads }))
const plain = (scheme: Scheme) => allWet(referenceEngine({ layout, scheme }))

{
  const peer = plain('inertial')
  await against('flood: inertial, all wet', '≥ 6.5', await make('inertial'), peer, [20, 4], 'plain float64 loop')
  const tracked = await make('inertial')
  tracked.track({ thresholdM: 0.05, classes: AIDR })
  await against('flood: inertial with all trackers', '≥ 5', tracked, peer, [20, 4])
}
{
  const peer = plain('fv')
  await against('flood: fv first order', '≥ 11', await make('fv'), peer, [8, 1], 'plain float64 loop, first order')
  await against('flood: fv second order (MUSCL)', '≥ 4', await make('muscl'), peer, [6, 1], 'against first order')
}
{
  // a valley of which a few per cent are ever wet, walls of rock kept in the box
  const ground = valley(900, 10)
  const shape = layoutOf(ground.columns, ground.rows, 10)
  const start = (engine: Engine) => {
    const spring = cellIndex(shape, 20, Math.round(ground.rows / 2) - 30)
    fillEngine(engine, {
      bed: (c, r) => ground.height(c, r) - 100,
      depth: (c, r) => (c < 250 && c > 200 && ground.height(c, r) < 99 ? 8 : 0),
      manning: () => 0.04,
    })
    return spring
  }
  const active = await kernelEngine({ layout: shape, scheme: 'inertial' })
  const full = await kernelEngine({ layout: shape, scheme: 'inertial', activeTiles: false })
  for (const engine of [active, full]) start(engine)
  const times = await interleave(steps(active, 100), steps(full, 100), 3)
  let same = true
  let wet = 0
  for (let i = 0; i < shape.length; i++) {
    if (active.depth()[i] !== full.depth()[i]) same = false
    if (active.depth()[i]! > 0) wet++
  }
  printRow({
    figure: 'flood: active tiles, a valley',
    ours: `${times.ours.toFixed(2)} s`,
    peer: `${times.peer.toFixed(2)} s full box`,
    ratio: times.peer / times.ours,
    reach: '≥ 6',
    note: `${((100 * wet) / (shape.columns * shape.rows)).toFixed(1)} % wet, depths ${same ? 'bit-identical' : 'DIFFER'}`,
  })
}
{
  const one = await make('fv')
  const two = await make('fv', 2)
  const walls: number[][] = [[], []]
  for (let round = 0; round < 4; round++) {
    for (const [k, engine] of [one, two].entries()) {
      const start = performance.now()
      await cpuSeconds(steps(engine, 10))
      if (round > 0) walls[k]!.push((performance.now() - start) / 1000)
    }
  }
  const [a, b] = walls.map(median)
  two.dispose()
  printRow({
    figure: 'flood: 2 threads, fv',
    ours: `${b!.toFixed(2)} s`,
    peer: `${a!.toFixed(2)} s one thread`,
    ratio: a! / b!,
    reach: '≥ 1.8',
    note: `seconds on the wall, ${cpus().length} cores; needs an idle machine`,
  })
}
{
  const engine = await make('muscl')
  engine.track({ thresholdM: 0.05, classes: AIDR })
  const path = join(tmpdir(), `flood-bench-${process.pid}.bin`)
  const progress = { key: '', time: 0, recorded: 0, steps: 0, shortest: 0, longest: 0, cellUpdates: 0, seconds: 0 }
  const whole = { ...progress, volumeAtStart: 0, gaugeBytes: 0, sectionBytes: 0, sewerBytes: 0 }
  const times: number[] = []
  for (let k = 0; k < 3; k++) {
    const start = performance.now()
    await writeCheckpoint(path, engine, [], whole, Promise.resolve())
    times.push((performance.now() - start) / 1000)
  }
  rmSync(path)
  const seconds = median(times)
  printRow({
    figure: 'flood: a checkpoint every 30 s',
    ours: `${(30 + seconds).toFixed(2)} s`,
    peer: '30 s without',
    ratio: (30 + seconds) / 30,
    reach: '≤ 1.05',
    note: `${SIZE} × ${SIZE} with trackers, written and synced in ${seconds.toFixed(2)} s`,
  })
}
