/** From a model to a filled engine, on any host. */
import { type Engine, openShare } from '../engine.ts'
import type { KernelHost } from '../kernel/host.ts'
import { hostedEngine } from '../kernel/hosted-engine.ts'
import { cellIndex } from '../layout.ts'
import { referenceEngine } from '../reference/reference.ts'
import { fillEngine } from '../simulate.ts'
import type { Model } from './model.ts'
import { subgridEngine } from './subgrid-run.ts'

/**
 * The engine of a run with its ground and water; not WebGPU's, see `webgpu/`.
 *
 * @throws {RangeError} when it does not fit
 */
export async function makeEngine(
  model: Model,
  backend: 'reference' | 'wasm',
  threads: number,
  host: KernelHost,
): Promise<Engine> {
  const { layout } = model.place
  const { solver, time } = model.run
  const more = { threads, ...(time.courant ? { courant: time.courant } : {}) }
  if (model.subgrid) return subgridEngine(model, more, backend === 'reference' ? null : host)
  const { porosity } = model
  const setup = { layout, scheme: solver, crests: model.run.levees.length > 0, porous: porosity !== null, ...more }
  const engine = backend === 'reference' ? referenceEngine(setup) : await hostedEngine(setup, host)
  const at = (field: Float64Array) => (column: number, row: number) => field[cellIndex(layout, column, row)]!
  if (porosity && engine.pores) {
    const { inverse, across, down } = engine.pores
    for (let i = 0; i < layout.length; i++) inverse[i] = 1 / porosity.open[i]!
    across.set(porosity.across)
    down.set(porosity.down)
  }
  const depth = (column: number, row: number) => {
    const i = cellIndex(layout, column, row)
    return model.depth[i]! * openShare(engine, i)
  }
  fillEngine(engine, { bed: at(model.bed), depth, manning: at(model.manning) })
  return engine
}
