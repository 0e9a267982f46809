/** A run with its files read: ground, roughness, start, and what acts on the water. */
import { MOST_CELLS } from '../kernel/memory.ts'
import { layoutOf } from '../layout.ts'
import type { FileSource } from './file-source.ts'
import { type PlaneGrid, readGrid } from './files.ts'
import { layLevees, type RunLevee } from './levees.ts'
import { cellsOfLine, cellsOfPolygon, indexAt, type Place, type Point } from './place.ts'
import { type Porosity, porosityOf } from './porous.ts'
import type { Run } from './run-schema.ts'
import { readAreas, readGauges, readLines } from './shapes.ts'

/** Bytes a cell takes in all: state, trackers, ground in float64, products. */
const BYTES_PER_CELL = 160

/** A run ready to be put on an engine. Levels are above `datum`. */
export interface Model {
  run: Run
  folder: FileSource
  /** most cells that fit the machine */
  cellLimit: number
  place: Place
  epsg: number | null
  /** what was taken off all levels, metres */
  datum: number
  /** bed above the datum over the padded grid, NaN where there is none */
  bed: Float64Array
  manning: Float64Array
  depth: Float64Array
  /** what houses leave open of cells and faces; null without porous buildings */
  porosity: Porosity | null
  gauges: { name: string; index: number; x: number; y: number }[]
  levees: RunLevee[]
  /** lines whose discharge is told */
  sections: { name: string; line: Point[] }[]
  warnings: string[]
  /** the computed cells over this ground, when they are coarser: n × n of its cells each */
  subgrid: { n: number; place: Place } | null
}

/** Most cells this machine and the kernels can take. */
export function cellLimit(memoryBytes: number): number {
  return Math.min(MOST_CELLS, Math.floor((memoryBytes * 0.6) / BYTES_PER_CELL))
}

function coarse(grid: PlaneGrid, n: number): PlaneGrid {
  if (n === 1) return grid
  const columns = Math.floor(grid.columns / n)
  const rows = Math.floor(grid.rows / n)
  if (columns < 1 || rows < 1) throw new Error(`terrain.coarsen: ${n} leaves no cell of ${grid.columns} × ${grid.rows}`)
  const heights = new Float32Array(columns * rows)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0
      let count = 0
      for (let k = 0; k < n * n; k++) {
        const value = grid.heights[(r * n + Math.floor(k / n)) * grid.columns + c * n + (k % n)]!
        if (Number.isNaN(value)) continue
        sum += value
        count++
      }
      heights[r * columns + c] = count * 2 >= n * n ? sum / count : Number.NaN
    }
  }
  const shift = ((n - 1) / 2) * grid.dx
  return { ...grid, columns, rows, x0: grid.x0 + shift, y0: grid.y0 - shift, dx: grid.dx * n, dy: grid.dy * n, heights }
}

function middle(heights: Float32Array): number {
  const step = Math.max(1, Math.floor(heights.length / 10_000))
  const some: number[] = []
  for (let i = 0; i < heights.length; i += step) if (!Number.isNaN(heights[i]!)) some.push(heights[i]!)
  some.sort((a, b) => a - b)
  return Math.round(some[some.length >> 1] ?? 0)
}

/** Values of another grid at the cells' centres: the nearest node. */
async function overCells(model: Model, file: string, visit: (index: number, value: number) => void): Promise<void> {
  const grid = await readGrid(model.folder, file, model.cellLimit * 4)
  const { layout, west, north } = model.place
  let outside = 0
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const x = west + (column + 0.5) * layout.cellM
      const y = north - (row + 0.5) * layout.cellM
      const c = Math.round((x - grid.x0) / grid.dx)
      const r = Math.round((grid.y0 - y) / grid.dy)
      const inside = c >= 0 && r >= 0 && c < grid.columns && r < grid.rows
      const value = inside ? grid.heights[r * grid.columns + c]! : Number.NaN
      if (Number.isNaN(value)) outside++
      else visit(indexOf(model, column, row), value)
    }
  }
  if (outside > 0) model.warnings.push(`${file}: has no value for ${outside} cells of the terrain`)
}

function indexOf({ place: { layout } }: Model, column: number, row: number): number {
  return layout.guard + (row + 2) * layout.width + column + 2
}

async function layRoughness(model: Model): Promise<void> {
  const { manning } = model.run
  if (typeof manning === 'number') model.manning.fill(manning)
  else if ('file' in manning) {
    model.manning.fill(0.03)
    await overCells(model, manning.file, (index, value) => {
      if (!(value >= 0 && value <= 2)) throw new Error(`${manning.file}: Manning's n of ${value}; expected 0 … 2`)
      model.manning[index] = value
    })
  } else {
    model.manning.fill(manning.default)
    for (const { rings, properties } of await readAreas(model.folder, manning.areas)) {
      const n = Number(properties[manning.property])
      if (!(n >= 0 && n <= 2)) {
        throw new Error(`${manning.areas}: ${manning.property} is ${properties[manning.property]}; expected 0 … 2`)
      }
      for (const index of cellsOfPolygon(model.place, rings)) model.manning[index] = n
    }
  }
}

/** Lays houses that are smaller than cells. */
async function layPorous(model: Model, buildings: NonNullable<Run['buildings']>): Promise<void> {
  const { file } = buildings
  if (model.subgrid) {
    throw new Error('buildings.mode: porous with subgrid; expected blocked (its tables know the houses in each cell)')
  }
  const share = (properties: Record<string, unknown>, key: string, otherwise: number) => {
    const value = properties[key] ?? otherwise
    if (typeof value === 'number' && value >= 0 && value <= 1) return value
    throw new Error(`${file}: ${key} is ${JSON.stringify(value)}; expected 0 … 1`)
  }
  const houses = (await readAreas(model.folder, file)).map(({ rings, properties }) => {
    const open = share(properties, 'porosity', buildings.porosity)
    return { rings, open, passes: share(properties, 'conveyance', buildings.conveyance ?? open) }
  })
  const porosity = porosityOf(model.place, houses)
  let touched = 0
  for (let i = 0; i < porosity.open.length; i++) {
    if (porosity.open[i] === 1) continue
    touched++
    if (porosity.open[i]! > 0) continue
    model.bed[i] = Number.NaN
    porosity.open[i] = 1
  }
  if (touched === 0)
    model.warnings.push(`${file}: no building covers a part of a cell; are they in the terrain's metres?`)
  else model.porosity = porosity
}

async function layBuildings(model: Model): Promise<void> {
  const { buildings, openings, walls } = model.run
  if (buildings?.mode === 'porous') await layPorous(model, buildings)
  else if (buildings) {
    let cells = 0
    for (const { rings } of await readAreas(model.folder, buildings.file)) {
      for (const index of cellsOfPolygon(model.place, rings)) {
        cells++
        if (buildings.mode === 'blocked') model.bed[index] = Number.NaN
        else if (buildings.mode === 'raised') model.bed[index]! += buildings.height
        else model.manning[index] = buildings.manning
      }
    }
    if (cells === 0)
      model.warnings.push(
        `${buildings.file}: no building covers the centre of a cell; are they in the terrain's metres?`,
      )
  }
  for (const { name, line, top, start } of walls) {
    const cells = cellsOfLine(model.place, line)
    if (cells.length === 0) throw new Error(`wall ${name}: lies outside the terrain; expected x, y inside`)
    if (start > 0) continue
    for (const index of cells) model.bed[index] = Math.max(model.bed[index]!, top - model.datum)
  }
  for (const { name, line, bed } of openings) {
    const cells = cellsOfLine(model.place, line)
    if (cells.length === 0) throw new Error(`opening ${name}: lies outside the terrain; expected x, y inside`)
    for (const index of cells) {
      const had = model.bed[index]!
      model.bed[index] = Number.isNaN(had) ? bed - model.datum : Math.min(had, bed - model.datum)
    }
  }
}

async function layWater(model: Model): Promise<void> {
  const { depth, level } = model.run.initial
  if (depth !== undefined && level !== undefined) throw new Error('initial: depth and level; expected one of them')
  const put = (index: number, metres: number) => {
    if (metres > 0 && !Number.isNaN(model.bed[index]!)) model.depth[index] = metres
  }
  const { layout } = model.place
  const each = (visit: (index: number) => void) => {
    for (let row = 0; row < layout.rows; row++)
      for (let column = 0; column < layout.columns; column++) visit(indexOf(model, column, row))
  }
  if (typeof depth === 'number') each((index) => put(index, depth))
  else if (depth) await overCells(model, depth.file, put)
  if (typeof level === 'number') each((index) => put(index, level - model.datum - model.bed[index]!))
  else if (level)
    await overCells(model, level.file, (index, value) => put(index, value - model.datum - model.bed[index]!))
}

/**
 * The computed cells of a run on subgrid tables.
 *
 * @throws {Error} with another solver, or when the size fits no whole number of cells
 */
function subgridOf(run: Run, grid: PlaneGrid, cellM: number): Model['subgrid'] {
  if (!run.subgrid) return null
  if (run.solver !== 'inertial') throw new Error(`subgrid: solver is ${run.solver}; expected inertial`)
  const { factor, cellM: wanted } = run.subgrid
  if ((factor === undefined) === (wanted === undefined)) throw new Error('subgrid: expected one of factor | cellM')
  const n = factor ?? wanted! / cellM
  if (!(Math.abs(n - Math.round(n)) < 1e-6 && n >= 2 && n <= 64)) {
    throw new Error(`subgrid.cellM: ${wanted} m over cells of ${cellM} m; expected 2 … 64 times the terrain's cell`)
  }
  const whole = Math.round(n)
  const layout = layoutOf(Math.ceil(grid.columns / whole), Math.ceil(grid.rows / whole), cellM * whole)
  return { n: whole, place: { layout, west: grid.x0 - grid.dx / 2, north: grid.y0 + grid.dy / 2 } }
}

/**
 * Reads all a run names.
 *
 * @param folder where the files it names are
 * @param limit most cells
 * @throws {Error} naming the file or key that is wrong
 */
export async function readModel(run: Run, folder: FileSource, limit: number): Promise<Model> {
  const grid = coarse(await readGrid(folder, run.terrain.file, limit * run.terrain.coarsen ** 2), run.terrain.coarsen)
  if (grid.columns * grid.rows > limit) {
    throw new Error(
      `${run.terrain.file}: ${grid.columns * grid.rows} cells do not fit this machine; expected up to ${limit}: set terrain.coarsen to ${Math.ceil(run.terrain.coarsen * Math.sqrt((grid.columns * grid.rows) / limit))}`,
    )
  }
  const voids = new Set(run.terrain.voids.map(Math.fround))
  for (let i = 0; i < grid.heights.length; i++) if (voids.has(grid.heights[i]!)) grid.heights[i] = Number.NaN
  const layout = layoutOf(grid.columns, grid.rows, grid.dx)
  const epsg = Number(/^EPSG:(\d{4,6})$/i.exec(run.terrain.crs ?? '')?.[1] ?? grid.epsg ?? 0) || null
  const model: Model = {
    run,
    folder,
    cellLimit: limit,
    place: { layout, west: grid.x0 - grid.dx / 2, north: grid.y0 + grid.dy / 2 },
    epsg,
    datum: middle(grid.heights),
    bed: new Float64Array(layout.length).fill(Number.NaN),
    manning: new Float64Array(layout.length),
    depth: new Float64Array(layout.length),
    porosity: null,
    gauges: [],
    levees: [],
    sections: Array.isArray(run.sections) ? run.sections : await readLines(folder, run.sections.file),
    warnings: [],
    subgrid: subgridOf(run, grid, layout.cellM),
  }
  let known = 0
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const z = grid.heights[row * grid.columns + column]!
      if (Number.isNaN(z)) continue
      known++
      model.bed[indexOf(model, column, row)] = z - model.datum
    }
  }
  if (known === 0) throw new Error(`${run.terrain.file}: has no heights; expected some that are not void`)
  await layRoughness(model)
  await layBuildings(model)
  model.levees = layLevees(model)
  // as the kernels keep it, so that a level is level and not the rounding of the ground
  for (let i = 0; i < model.bed.length; i++) model.bed[i] = Math.fround(model.bed[i]!)
  await layWater(model)
  const gauges = Array.isArray(run.gauges) ? run.gauges : await readGauges(folder, run.gauges.file)
  for (const gauge of gauges) {
    const index = indexAt(model.place, [gauge.x, gauge.y])
    if (index < 0) model.warnings.push(`gauge ${gauge.name}: lies outside the terrain; left out`)
    else model.gauges.push({ ...gauge, index })
  }
  for (const { name, line } of model.sections) {
    if (cellsOfLine(model.place, line).length === 0) {
      model.warnings.push(`section ${name}: lies outside the terrain; its discharge is 0`)
    }
  }
  if (layout.cellM < 0.01) model.warnings.push(`${run.terrain.file}: cells of ${layout.cellM} m; is it in degrees?`)
  return model
}
