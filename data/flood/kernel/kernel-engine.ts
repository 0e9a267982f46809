/** The WebAssembly backend in Node. */
import type { Engine, EngineSetup } from '../engine.ts'
import { hostedEngine } from './hosted-engine.ts'
import { nodeHost } from './node-host.ts'

/**
 * A solver on the WebAssembly kernels, float32.
 *
 * @throws {RangeError} when the grid does not fit, with the size that does
 */
export function kernelEngine(setup: EngineSetup): Promise<Engine> {
  return hostedEngine(setup, nodeHost)
}
