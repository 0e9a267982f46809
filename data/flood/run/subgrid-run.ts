/** A run on subgrid tables: the terrain of its model as fine ground, its start as volumes, works that change the ground. */
import type { Engine, EngineSetup } from '../engine.ts'
import type { Forcing } from '../forcing/forcing.ts'
import type { KernelHost } from '../kernel/host.ts'
import { cellIndex, cellOf, type Layout } from '../layout.ts'
import { kernelSubgrid } from '../subgrid/kernel-subgrid.ts'
import { referenceSubgrid } from '../subgrid/reference.ts'
import { allCells, type FineGround } from '../subgrid/tables.ts'
import type { Model } from './model.ts'
import { computedCell } from './records.ts'

function fineGround(model: Model, n: number): FineGround {
  const { layout } = model.place
  const at = (column: number, row: number) => cellIndex(layout, column, row)
  return { n, columns: layout.columns, rows: layout.rows, at, bed: model.bed, manning: model.manning }
}

/** The model as the causes see it: its cells are those that are computed. */
export function computedModel(model: Model): Model {
  return model.subgrid ? { ...model, place: model.subgrid.place } : model
}

/** Volume of the water in a cell; a level surface is kept level by the table. */
function startVolume(engine: Engine, model: Model, n: number, cell: number): number {
  const fine = model.place.layout
  const [column, row] = cellOf(engine.layout, cell)
  let sum = 0
  let low = Infinity
  let high = -Infinity
  const beds: number[] = []
  for (let k = 0; k < n * n; k++) {
    const c = column * n + (k % n)
    const r = row * n + Math.floor(k / n)
    if (c >= fine.columns || r >= fine.rows) continue
    const i = cellIndex(fine, c, r)
    const [z, h] = [model.bed[i]!, model.depth[i]!]
    if (!(h > 0)) {
      if (!Number.isNaN(z)) beds.push(z)
      continue
    }
    sum += h
    low = Math.min(low, z + h)
    high = Math.max(high, z + h)
  }
  if (sum === 0) return 0
  const level = high - low < 1e-3 && beds.every((z) => z >= low - 1e-3)
  return level ? engine.subgrid!.depthOf(cell, high) : sum / (n * n)
}

/** An engine over the terrain of a model, filled; `host` null is the reference. */
export async function subgridEngine(
  model: Model,
  setup: Omit<EngineSetup, 'scheme' | 'layout'>,
  host: KernelHost | null,
): Promise<Engine> {
  const { n, place } = model.subgrid!
  const whole = { ...setup, layout: place.layout }
  const ground = fineGround(model, n)
  const engine = host ? await kernelSubgrid(whole, ground, host) : referenceSubgrid(whole, ground)
  for (const cell of allCells(place.layout)) {
    engine.depth()[cell] = startVolume(engine, model, n, cell)
    const [column, row] = cellOf(place.layout, cell)
    const roughness = model.manning[pixelOf(model.place.layout, n, column, row)]!
    engine.friction[cell] = 9.81 * roughness * roughness
  }
  engine.refresh()
  return engine
}

/** The pixel in the middle of a cell, or the last there is. */
function pixelOf(fine: Layout, n: number, column: number, row: number): number {
  const middle = n >> 1
  return cellIndex(fine, Math.min(column * n + middle, fine.columns - 1), Math.min(row * n + middle, fine.rows - 1))
}

/**
 * A forcing that changes the terrain itself (a breach, a wall that is put up), made for an engine of the terrain's cells.
 *
 * @param make is given that engine: only its bed, layout and touch mean something
 */
export function onFineGround(model: Model, engine: Engine, make: (ground: Engine) => Forcing): Forcing {
  const touched = new Set<number>()
  const ground: Engine = {
    ...engine,
    layout: model.place.layout,
    bed: model.bed,
    touch: (index) => touched.add(computedCell(model, index)),
  }
  const forcing = make(ground)
  const last = new Float64Array(1).fill(-1)
  const act = (time: number, dt: number) => {
    forcing.before(ground, time, dt)
    if (touched.size > 0) engine.subgrid?.relay(touched)
    touched.clear()
    last[0] = time + dt
  }
  return {
    ...forcing,
    before: (_, time, dt) => act(time, dt),
    save: () => [last[0]!, ...Array.from(forcing.save())],
    restore(saved) {
      forcing.restore(saved.slice(1))
      // the ground is not kept: what was done to it is done again
      if (saved[0]! >= 0) act(saved[0]!, 0)
    },
  }
}
