/** The worker's half of worker-pool.ts. */
import { parentPort, type TransferListItem } from 'node:worker_threads'

/** Answers each task with `work`'s value; a throw becomes the caller's rejection, with its message. */
export function answer<Task, Result>(
  work: (task: Task) => Promise<{ value: Result; transfer?: TransferListItem[] }>,
): void {
  parentPort?.on('message', async (task: Task) => {
    try {
      const { value, transfer } = await work(task)
      parentPort?.postMessage({ value }, transfer ?? [])
    } catch (error) {
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) })
    }
  })
}
