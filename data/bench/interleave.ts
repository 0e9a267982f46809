/** Runs ours and the peer in turn, A B A B …, and prints the ratio of medians, so that a drifting machine hurts both alike. */
import { readFileSync } from 'node:fs'

/** One line of the bench table. */
export interface BenchRow {
  figure: string
  ours: string
  peer: string
  /** ours / peer, larger is better unless the reach starts with ≤ */
  ratio: number
  /** the mark to reach, as in the issue: `≥ 0.25` */
  reach: string
  note?: string
}

/** Prints a row as one JSON line, as `npm run bench` reads it. */
export function printRow(row: BenchRow): void {
  console.log(JSON.stringify({ ...row, ratio: Math.round(row.ratio * 1000) / 1000 }))
}

/** Middle value of an odd or even number of values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** CPU-seconds of this process, all threads, spent in `work`. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/**
 * CPU-seconds of two works, interleaved, after one warm-up of each.
 * @returns medians over `runs`
 */
export async function interleave(
  ours: () => unknown,
  peer: () => unknown,
  runs = 5,
): Promise<{ ours: number; peer: number }> {
  await ours()
  await peer()
  const a: number[] = []
  const b: number[] = []
  for (let run = 0; run < runs; run++) {
    a.push(await cpuSeconds(ours))
    b.push(await cpuSeconds(peer))
  }
  return { ours: median(a), peer: median(b) }
}

/** Processor-seconds all processes of the machine have used since boot (Linux), to report foreign load; NaN elsewhere. */
export function machineCpuSeconds(): number {
  try {
    const [user, nice, system] = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).slice(1).map(Number)
    return (user! + nice! + system!) / 100
  } catch {
    return Number.NaN
  }
}
