/** The kernels in a browser's worker: bytes given, threads are web workers. */
import type { KernelHost } from '../kernel/host.ts'

/** Where the compiled kernels are: addresses, or their bytes. */
export interface KernelFiles {
  plain: string | ArrayBuffer
  /** with shared memory, for threads */
  shared: string | ArrayBuffer
}

async function compile(file: string | ArrayBuffer): Promise<WebAssembly.Module> {
  if (typeof file !== 'string') return WebAssembly.compile(file)
  const answer = await fetch(file)
  if (!answer.ok) throw new Error(`flood kernel: ${file} answers ${answer.status}; expected the compiled kernel`)
  return WebAssembly.compile(await answer.arrayBuffer())
}

/** The page as a host; call it in a worker, the page itself must not wait. */
export function pageHost(files: KernelFiles): KernelHost {
  return {
    module: (shared) => compile(shared ? files.shared : files.plain),
    single: globalThis.crossOriginIsolated
      ? null
      : 'the page is not isolated (no Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy), so memory cannot be shared',
    cores: Math.max(1, navigator.hardwareConcurrency ?? 1),
    start(data) {
      const worker = new Worker(new URL('./thread.ts', import.meta.url), { type: 'module' })
      let failure: Error | null = null
      return new Promise((resolve, reject) => {
        worker.onerror = (event) => {
          failure = new Error(event.message || 'the thread could not be loaded')
          reject(failure)
        }
        // the thread must stand before this one waits: a browser starts workers from a thread that does not
        worker.onmessage = () => resolve({ failure: () => failure })
        worker.postMessage(data)
      })
    },
  }
}
