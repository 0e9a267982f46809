/** The worker that computes one flood for the page. */
import { frameBuffers } from '../run/frames.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { pageHost } from './page-host.ts'
import { solve } from './solve.ts'

const stop = new AbortController()
const tell = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.say === 'stop') {
    stop.abort(new Error('flood: stopped'))
    return
  }
  try {
    const machine = { host: pageHost(data.kernels), noGpu: 'not asked yet' }
    const result = await solve(data.run, machine, {
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
