/** A page that computes floods when its test asks it to. */
import type { PageRun } from '../solve.ts'
import { startFlood } from '../start-flood.ts'

const KERNELS = {
  plain: new URL('flood/kernel.wasm', location.href).href,
  shared: new URL('flood/kernel-shared.wasm', location.href).href,
}

/** Does a run whose files are texts; says what came, without the frames' arrays. */
async function check(run: Omit<PageRun, 'files'> & { texts: Record<string, string> }, stopAfter?: number) {
  const { texts, ...rest } = run
  const encoder = new TextEncoder()
  const files = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)]))
  const flood = startFlood({ ...rest, files }, KERNELS)
  const frames: { time: number; columns: number; rows: number; sum: number }[] = []
  const read = (async () => {
    for await (const { time, columns, rows, depth, depthStep } of flood.frames) {
      frames.push({ time, columns, rows, sum: depth.reduce((sum, value) => sum + value, 0) * depthStep })
      if (frames.length === stopAfter) flood.stop()
    }
  })()
  const [result] = await Promise.all([flood.done, read])
  const { maps, ...told } = result
  return { ...told, frames, deepest: maps ? maps.maxDepth.reduce((most, value) => Math.max(most, value), 0) : null }
}

Object.assign(globalThis, { check })
