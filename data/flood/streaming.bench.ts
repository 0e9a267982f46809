/** Frames streamed while solving, against the same steps without: quantized depths and discharges 20 times in a run. */
import { cpuSeconds, median, printRow } from '../bench/interleave.ts'
import { nodeHost } from './kernel/node-host.ts'
import { asEsriAscii, valley } from './made/terrains.ts'
import { memoryFiles } from './run/file-source.ts'
import { type Frame, frameOf } from './run/frames.ts'
import { makeEngine } from './run/make-engine.ts'
import { readModel } from './run/model.ts'
import { checkRun } from './run/run-schema.ts'

const SIZE = Number(process.env.FLOOD_BENCH_CELLS ?? 1000)
const STEPS = 400
const EVERY = 20

const texts = {
  'ground.asc': asEsriAscii({ ...valley(SIZE, 10), rows: SIZE, height: (c, r) => Math.sin(r / 20) * Math.cos(c / 17) }),
}
const files = new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]))
const run = checkRun({
  version: 1,
  terrain: { file: 'ground.asc' },
  solver: 'fv',
  time: { end: 3600 },
  manning: 0.03,
  initial: { level: 5 },
})
const model = await readModel(run, memoryFiles(files), 64e6)

async function go(discharge: boolean | null): Promise<() => void> {
  const engine = await makeEngine(model, 'wasm', 1, nodeHost)
  let last: Frame | null = null
  return () => {
    for (let k = 1; k <= STEPS; k++) {
      engine.step(engine.stableStep(), 0)
      if (discharge !== null && k % EVERY === 0) last = frameOf(model, engine, k, { discharge })
    }
    if (discharge !== null && last?.depth.length !== SIZE * SIZE)
      throw new Error('streaming bench: the frame is not whole')
  }
}

const [without, depths, flows] = [await go(null), await go(false), await go(true)]
const times: number[][] = [[], [], []]
for (const work of [without, depths, flows]) await cpuSeconds(work)
for (let round = 0; round < 3; round++) {
  for (const [k, work] of [without, depths, flows].entries()) times[k]!.push(await cpuSeconds(work))
}
const [plain, streamed, both] = times.map(median)
printRow({
  figure: 'flood: streaming frames while solving',
  ours: `${streamed!.toFixed(2)} s`,
  peer: `${plain!.toFixed(2)} s without`,
  ratio: streamed! / plain!,
  reach: '≤ 1.1',
  note: `${SIZE} × ${SIZE} all wet, fv, a frame of depths each ${EVERY} steps; with discharges too ${(both! / plain!).toFixed(2)}`,
})
