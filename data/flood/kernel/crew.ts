/** Threads over one memory: each does its bands of tiles, all meet after every pass. */
import type { KernelHost } from './host.ts'

/** Functions of a kernel instance. */
export interface Kernel {
  setup(at: number): void
  turn(): void
  activate(all: boolean, mode: number): number
  largestTile(): number
  stepBands(mode: number, from: number, to: number, dt: number, ratio: number, time: number, held: number): void
  anyFlag(from: number, to: number): number
  limitBands(from: number, to: number, ratio: number): void
  scaleBands(from: number, to: number): void
  keepFlags(): void
  trackAll(mode: number, time: number): void
  frameBox(columns: number, skip: boolean, flows: boolean, inertial: boolean): number
  frameRows(
    what: number,
    row: number,
    rows: number,
    column: number,
    count: number,
    stride: number,
    per: number,
    inertial: boolean,
  ): number
  subgridSetup(at: number): void
  subgridTurn(): void
  subgridLevels(from: number, to: number, all: boolean): void
  subgridTouch(place: number): number
  subgridLimit(from: number, to: number, ratio: number): void
  subgridScale(from: number, to: number): void
  subgridTrackAll(time: number): void
}

/** Places in the control block, 32-bit words. */
export const CONTROL = { go: 0, done: 16, pass: 32, mode: 33, parity: 34, setup: 35, bands: 64, numbers: 48 } as const
/** Passes. */
export const PASS = { quit: 0, step: 1, limit: 2, scale: 3, levels: 4, subgridLimit: 5, subgridScale: 6 } as const
/** Looks before sleeping; short, as a core may be shared. */
const SPINS = 400

/** Does one pass over a thread's bands. */
export function doPass(kernel: Kernel, words: Int32Array, numbers: Float32Array, thread: number): void {
  const from = words[CONTROL.bands + thread]!
  const to = words[CONTROL.bands + thread + 1]!
  if (to <= from) return
  const [dt, ratio, time, held] = numbers.subarray(CONTROL.numbers)
  const pass = words[CONTROL.pass]
  if (pass === PASS.step) kernel.stepBands(words[CONTROL.mode]!, from, to, dt!, ratio!, time!, held!)
  else if (pass === PASS.limit) kernel.limitBands(from, to, ratio!)
  else if (pass === PASS.scale) kernel.scaleBands(from, to)
  else if (pass === PASS.levels) kernel.subgridLevels(from, to, false)
  else if (pass === PASS.subgridLimit) kernel.subgridLimit(from, to, ratio!)
  else if (pass === PASS.subgridScale) kernel.subgridScale(from, to)
}

/** Sleeps until a word is no longer what it was. */
export function waitChange(words: Int32Array, place: number, old: number): number {
  for (let k = 0; k < SPINS; k++) {
    const now = Atomics.load(words, place)
    if (now !== old) return now
  }
  Atomics.wait(words, place, old)
  return Atomics.load(words, place)
}

/** The helpers of the thread that calls. */
export interface Crew {
  /** All threads do a pass; returns when all have. */
  run(pass: number): void
  dispose(): void
}

/** Starts `threads - 1` workers over a shared memory. */
export async function startCrew(options: {
  host: KernelHost
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  setups: readonly number[]
  words: Int32Array
  numbers: Float32Array
  kernel: Kernel
  /** address of the setup of the subgrid tables, 0 without */
  subgrid?: number
}): Promise<Crew> {
  const { host, module, memory, setups, words, numbers, kernel, subgrid = 0 } = options
  const control = words.byteOffset
  const workers = await Promise.all(
    setups.slice(1).map((setup, k) => host.start({ module, memory, setup, subgrid, thread: k + 1, control })),
  )
  const command = (pass: number) => {
    words[CONTROL.pass] = pass
    Atomics.store(words, CONTROL.done, 0)
    Atomics.add(words, CONTROL.go, 1)
    Atomics.notify(words, CONTROL.go)
  }
  return {
    run(pass) {
      if (workers.length > 0) command(pass)
      words[CONTROL.pass] = pass
      doPass(kernel, words, numbers, 0)
      let done = workers.length > 0 ? Atomics.load(words, CONTROL.done) : 0
      while (done < workers.length) done = waitChange(words, CONTROL.done, done)
      for (const worker of workers) {
        const broken = worker.failure()
        if (broken) throw new Error(`flood: a worker thread failed: ${broken.message}`, { cause: broken })
      }
    },
    dispose() {
      if (workers.length > 0) command(PASS.quit)
    },
  }
}
