/** A thread of the crew: waits for a pass, does its bands, says so. */
import { CONTROL, doPass, type Kernel, PASS, waitChange } from './crew.ts'
import type { ThreadData } from './host.ts'

/**
 * Works until told to quit.
 *
 * @param ready called once the thread is about to wait
 */
export async function runThread(data: ThreadData, ready?: () => void): Promise<void> {
  const { module, memory, setup, subgrid, thread, control } = data
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  const kernel = instance.exports as unknown as Kernel
  const words = new Int32Array(memory.buffer, control, 256)
  const numbers = new Float32Array(memory.buffer, control, 256)
  let seen = 0
  let parity = 0
  let configured = -1
  ready?.()
  for (;;) {
    seen = waitChange(words, CONTROL.go, seen)
    if (words[CONTROL.pass] === PASS.quit) break
    if (configured !== words[CONTROL.setup]) {
      kernel.setup(setup)
      if (subgrid) kernel.subgridSetup(subgrid)
      configured = words[CONTROL.setup]!
      parity = 0
    }
    if (parity !== words[CONTROL.parity]) {
      if (subgrid) kernel.subgridTurn()
      else kernel.turn()
      parity = words[CONTROL.parity]!
    }
    doPass(kernel, words, numbers, thread)
    Atomics.add(words, CONTROL.done, 1)
    Atomics.notify(words, CONTROL.done)
  }
}
