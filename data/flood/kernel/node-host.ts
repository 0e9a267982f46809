/** The kernels in Node: compiled on first use, threads are worker_threads. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { kernelBytes } from './build.ts'
import type { KernelHost } from './host.ts'

const modules = new Map<boolean, Promise<WebAssembly.Module>>()

/** Node as a host. */
export const nodeHost: KernelHost = {
  module(shared) {
    let found = modules.get(shared)
    if (!found) {
      found = kernelBytes(shared).then((bytes) => WebAssembly.compile(bytes))
      modules.set(shared, found)
    }
    return found
  },
  single: null,
  cores: availableParallelism(),
  async start(data) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data })
    worker.unref()
    let failure: Error | null = null
    worker.on('error', (error) => {
      failure = error as Error
    })
    return { failure: () => failure }
  },
}
