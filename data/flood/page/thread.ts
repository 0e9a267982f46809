/** A thread of the crew in a browser. */
import type { ThreadData } from '../kernel/host.ts'
import { runThread } from '../kernel/run-thread.ts'

self.onmessage = async ({ data }: MessageEvent<ThreadData>) => {
  await runThread(data, () => postMessage('ready'))
  self.close()
}
