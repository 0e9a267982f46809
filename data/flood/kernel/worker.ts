/** A thread of the crew: waits for a pass, does its bands, says so. */
import { workerData } from 'node:worker_threads'
import { CONTROL, doPass, type Kernel, PASS, waitChange } from './crew.ts'

const { module, memory, setup, thread, control } = workerData as {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  setup: number
  thread: number
  control: number
}
const instance = await WebAssembly.instantiate(module, { env: { memory } })
const kernel = instance.exports as unknown as Kernel
const words = new Int32Array(memory.buffer, control, 256)
const numbers = new Float32Array(memory.buffer, control, 256)
let seen = 0
let parity = 0
let configured = -1
for (;;) {
  seen = waitChange(words, CONTROL.go, seen)
  if (words[CONTROL.pass] === PASS.quit) break
  if (configured !== words[CONTROL.setup]) {
    kernel.setup(setup)
    configured = words[CONTROL.setup]!
    parity = 0
  }
  if (parity !== words[CONTROL.parity]) {
    kernel.turn()
    parity = words[CONTROL.parity]!
  }
  doPass(kernel, words, numbers, thread)
  Atomics.add(words, CONTROL.done, 1)
  Atomics.notify(words, CONTROL.done)
}
