/** The worker that computes one flood for the page. */
import { frameBuffers } from '../run/frames.ts'
import { gpuDevice } from '../webgpu/gpu-program.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { type KernelFiles, pageHost } from './page-host.ts'
import { type PageMachine, type PageRun, solve } from './solve.ts'

const stop = new AbortController()
const tell = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })

/** What this browser has; a graphics processor is only asked for when it may be used. */
async function machineFor({ run, kernels }: { run: PageRun; kernels: KernelFiles }): Promise<PageMachine> {
  const host = pageHost(kernels)
  const wanted = run.backend ?? 'auto'
  if (wanted !== 'auto' && wanted !== 'webgpu') return { host, noGpu: 'not asked for' }
  if (!navigator.gpu) return { host, noGpu: 'this browser has no WebGPU' }
  const found = await gpuDevice(navigator.gpu)
  if (!found) return { host, noGpu: 'the browser gives no adapter' }
  return { host, noGpu: null, softGpu: found.software, device: found.device }
}

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.say === 'stop') {
    stop.abort(new Error('flood: stopped'))
    return
  }
  try {
    const result = await solve(data.run, await machineFor(data), {
      signal: stop.signal,
      onProgress: (progress) => tell({ say: 'progress', progress }),
      onFrame: (frame) => tell({ say: 'frame', frame }, frameBuffers(frame)),
    })
    const maps = result.maps ? Object.values(result.maps).map(({ buffer }) => buffer) : []
    tell({ say: 'done', result }, maps)
  } catch (error) {
    tell({ say: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
