/** Which backend a run gets: what is asked for, or the best that the machine has. */
import type { KernelHost } from '../kernel/host.ts'
import type { Model } from './model.ts'

/** What can be asked for. `threads`: the kernels on all cores; `wasm`: on one. */
export const BACKENDS = ['auto', 'reference', 'wasm', 'threads', 'webgpu'] as const

/** What can be asked for. */
export type Backend = (typeof BACKENDS)[number]

/** Cells a thread must have to be worth its waiting. */
const CELLS_PER_THREAD = 60_000

/** What the machine has. */
export interface Machine {
  host: KernelHost
  /** why WebGPU is not to be had; null when it is */
  noGpu: string | null
  /** it is only software: used when asked for by name */
  softGpu?: boolean
}

/** What was chosen and why. */
export interface Choice {
  backend: 'reference' | 'wasm' | 'webgpu'
  threads: number
  because: string
}

/**
 * Chooses.
 *
 * @param gpuLacks what of this run WebGPU cannot do, or null
 * @param threads at most; all cores when not said
 * @throws {Error} when what is asked for is not to be had
 */
export function chooseBackend(
  wanted: Backend,
  machine: Machine,
  model: Model,
  gpuLacks: string | null,
  threads?: number,
): Choice {
  const { host, noGpu, softGpu } = machine
  const layout = model.subgrid?.place.layout ?? model.place.layout
  const worth = Math.max(1, Math.floor((layout.columns * layout.rows) / CELLS_PER_THREAD))
  if (wanted === 'reference') return { backend: 'reference', threads: 1, because: 'asked for' }
  if (wanted === 'webgpu') {
    const why = noGpu ?? gpuLacks
    if (why) throw new Error(`backend webgpu: ${why}; expected auto | threads | wasm | reference`)
    return { backend: 'webgpu', threads: 1, because: 'asked for' }
  }
  if (wanted === 'wasm') return { backend: 'wasm', threads: threads ?? 1, because: 'asked for' }
  if (wanted === 'threads') {
    if (host.single) return { backend: 'wasm', threads: 1, because: `asked for threads, but ${host.single}` }
    return { backend: 'wasm', threads: threads ?? host.cores, because: 'asked for' }
  }
  if (!noGpu && !softGpu && !gpuLacks && threads === undefined) {
    return { backend: 'webgpu', threads: 1, because: 'a graphics processor is there' }
  }
  const gpu = `no graphics processor: ${noGpu ?? (softGpu ? 'there is one in software only' : gpuLacks)}`
  if (host.single) return { backend: 'wasm', threads: 1, because: `${gpu}; one thread: ${host.single}` }
  if (threads !== undefined) return { backend: 'wasm', threads, because: `threads as asked for` }
  const best = Math.min(host.cores, worth)
  const size =
    best < host.cores ? `, more than ${best} threads would not pay for ${layout.columns * layout.rows} cells` : ''
  return { backend: 'wasm', threads: best, because: `${gpu}; ${host.cores} cores${size}` }
}
