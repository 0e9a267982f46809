/** From the document's boundaries, inflows, rain, breaches and links to forcings on an engine. */
import type { Engine } from '../engine.ts'
import { breachForcing, cellsBeside, wallForcing } from '../forcing/breach.ts'
import { dischargeSide } from '../forcing/discharge-side.ts'
import type { Forcing } from '../forcing/forcing.ts'
import { inflowForcing } from '../forcing/inflow.ts'
import { groundLevee, leveeForcing } from '../forcing/levee.ts'
import { type Link, linkForcing } from '../forcing/link.ts'
import { openSide, type RingCell, ringCells, type Side } from '../forcing/open-side.ts'
import { chicagoStorm, type Infiltration, rainForcing } from '../forcing/rain.ts'
import { type Series, series, valueAt } from '../forcing/series.ts'
import { barometerLift, typhoonForcing } from '../forcing/typhoon.ts'
import { cellIndex, VOID_BED } from '../layout.ts'
import { readGrid, readSeries } from './files.ts'
import type { Model } from './model.ts'
import { cellsOfLine, cellsOfPolygon, facesOfLine, indexAt, type Point } from './place.ts'
import type { Run } from './run-schema.ts'
import { sewerOf } from './sewer-run.ts'
import { computedModel, onFineGround } from './subgrid-run.ts'

const MM_PER_HOUR = 1 / 3.6e6

/** Ring cells of a stretch given by coordinates along its side. */
function stretchCells(
  model: Model,
  one: { side: Side; from?: number | undefined; to?: number | undefined },
): RingCell[] {
  const { layout, west, north } = model.place
  const along = one.side === 'north' || one.side === 'south'
  const place = (value: number) => (along ? value - west : north - value) / layout.cellM
  const ends = [one.from, one.to].map((value) => (value === undefined ? null : place(value)))
  const length = along ? layout.columns : layout.rows
  const a = ends[0] ?? (along ? 0 : length)
  const b = ends[1] ?? (along ? length : 0)
  return ringCells(layout, one.side, Math.floor(Math.min(a, b) + 1e-6), Math.ceil(Math.max(a, b) - 1e-6))
}

/** A level with its harmonics, every 60 s over the run, above the datum. */
function tideSeries(
  level: Series,
  tide: { amplitudeM: number; periodS: number; phaseRad: number }[],
  end: number,
  datum: number,
): Series {
  const moments = new Set<number>(level.times)
  if (tide.length > 0) for (let t = 0; t <= end + 60; t += 60) moments.add(t)
  const points = [...moments]
    .sort((a, b) => a - b)
    .map((t) => {
      let value = valueAt(level, t) - datum
      for (const { amplitudeM, periodS, phaseRad } of tide) {
        value += amplitudeM * Math.cos((2 * Math.PI * t) / periodS - phaseRad)
      }
      return [t, value] as const
    })
  return series('level', points)
}

/** Cells of each boundary; where stretches overlap the shorter one holds, of equals the later. */
function stretches(model: Model): RingCell[][] {
  const all = model.run.boundaries.map((one) => stretchCells(model, one))
  const owner = new Map<number, number>()
  const order = [...all.keys()].sort((a, b) => all[b]!.length - all[a]!.length || a - b)
  for (const k of order) for (const { ring } of all[k]!) owner.set(ring, k)
  return all.map((cells, k) => cells.filter(({ ring }) => owner.get(ring) === k))
}

async function sides(model: Model, engine: Engine): Promise<Forcing[]> {
  const forcings: Forcing[] = []
  const places = stretches(model)
  for (const [k, one] of model.run.boundaries.entries()) {
    if (one.type === 'wall') continue
    const name = one.name ?? `${one.side} ${one.type} ${k + 1}`
    const cells = places[k]!
    const ground = cells.filter(({ inside }) => engine.bed[inside]! < VOID_BED / 2)
    if (ground.length === 0)
      throw new Error(`boundary ${name}: touches no cell with ground; expected from, to along the side`)
    if (one.type === 'discharge') {
      forcings.push(
        dischargeSide(engine, {
          name,
          cells: ground,
          discharge: await readSeries(model, one.discharge, `boundary ${name}`),
        }),
      )
      continue
    }
    let level: Series | null = null
    if (one.type === 'level') {
      const read = await readSeries(model, one.level, `boundary ${name}`)
      level = tideSeries(read, one.tide ?? [], model.run.time.end, model.datum)
      const highest = Math.max(...level.values)
      if (ground.every(({ inside }) => engine.bed[inside]! >= highest)) {
        model.warnings.push(`boundary ${name}: its level never reaches the ground there`)
      }
    }
    const slope = one.type === 'free' ? (one.slope ?? null) : null
    const lift = model.run.typhoon ? { lift: barometerLift(engine, model.run.typhoon, model.place) } : {}
    forcings.push(openSide(engine, { name, cells: ground, level, slope, ...lift }))
  }
  return forcings
}

async function inflows(model: Model, engine: Engine): Promise<Forcing[]> {
  const forcings: Forcing[] = []
  for (const one of model.run.inflows) {
    if ((one.line ? 1 : 0) + (one.cells ? 1 : 0) !== 1) throw new Error(`inflow ${one.name}: expected line or cells`)
    const found = one.line
      ? cellsOfLine(model.place, one.line)
      : [...new Set(one.cells!.map((at) => indexAt(model.place, at)))].filter((index) => index >= 0)
    const cells = found.filter((index) => engine.bed[index]! < VOID_BED / 2)
    if (cells.length === 0)
      throw new Error(`inflow ${one.name}: touches no cell with ground; expected a place inside the terrain`)
    const angle = one.direction === undefined ? null : (one.direction * Math.PI) / 180
    forcings.push(
      inflowForcing({
        name: one.name,
        cells,
        discharge: await readSeries(model, one.discharge, `inflow ${one.name}`),
        direction: angle === null ? null : [Math.sin(angle), -Math.cos(angle)],
      }),
    )
  }
  return forcings
}

function soil(infiltration: Run['infiltration']): Infiltration | null {
  if (!infiltration) return null
  if (infiltration.method === 'constant') return { method: 'constant', rate: infiltration.mmPerHour * MM_PER_HOUR }
  if (infiltration.method === 'scs-cn') return infiltration
  const { conductivityMmPerHour, suctionMm, deficit } = infiltration
  return { method: 'green-ampt', conductivity: conductivityMmPerHour * MM_PER_HOUR, suction: suctionMm / 1000, deficit }
}

async function rain(model: Model, engine: Engine): Promise<Forcing[]> {
  const { rain: wanted, infiltration } = model.run
  if (!wanted && !infiltration) return []
  let rate: Series | null = null
  const grids: { time: number; rate: Float32Array }[] = []
  if (wanted) {
    const ways = [wanted.mmPerHour, wanted.chicago, wanted.grids].filter((way) => way !== undefined)
    if (ways.length !== 1) throw new Error('rain: expected one of mmPerHour | chicago | grids')
    const scale = (one: Series) =>
      series(
        'rain',
        [...one.times].map((time, i) => [time, one.values[i]! * MM_PER_HOUR] as const),
      )
    if (wanted.mmPerHour !== undefined) {
      const read = await readSeries(model, wanted.mmPerHour, 'rain')
      if (read.values.some((value) => value < 0))
        throw new Error(`rain: ${Math.min(...read.values)} mm/h; expected ≥ 0`)
      rate = scale(read)
    } else if (wanted.chicago) rate = scale(series('rain', chicagoStorm(wanted.chicago)))
    for (const { time, file } of wanted.grids ?? []) {
      const grid = await readGrid(model.folder, file, model.cellLimit * 4)
      const { layout, west, north } = model.place
      const field = new Float32Array(layout.length)
      for (let row = 0; row < layout.rows; row++) {
        for (let column = 0; column < layout.columns; column++) {
          const c = Math.round((west + (column + 0.5) * layout.cellM - grid.x0) / grid.dx)
          const r = Math.round((grid.y0 - north + (row + 0.5) * layout.cellM) / grid.dy)
          const inside = c >= 0 && r >= 0 && c < grid.columns && r < grid.rows
          const value = inside ? grid.heights[r * grid.columns + c]! : 0
          if (value < 0) throw new Error(`${file}: ${value} mm/h; expected ≥ 0`)
          field[cellIndex(layout, column, row)] = (value || 0) * MM_PER_HOUR
        }
      }
      grids.push({ time, rate: field })
    }
    grids.sort((a, b) => a.time - b.time)
  }
  return [
    rainForcing(engine, {
      rate,
      grids,
      start: wanted?.start ?? 0,
      every: wanted?.every ?? 5,
      infiltration: soil(infiltration),
    }),
  ]
}

function bodyCells(model: Model, line: readonly Point[], thickness: number): number[] {
  const cells = new Set(cellsOfLine(model.place, line))
  if (thickness > 0) {
    for (let k = 1; k < line.length; k++) {
      const [ax, ay] = line[k - 1]!
      const [bx, by] = line[k]!
      const length = Math.hypot(bx - ax, by - ay) || 1
      const nx = (-(by - ay) / length) * 0.5 * thickness
      const ny = ((bx - ax) / length) * 0.5 * thickness
      const ring: Point[] = [
        [ax + nx, ay + ny],
        [bx + nx, by + ny],
        [bx - nx, by - ny],
        [ax - nx, ay - ny],
      ]
      for (const index of cellsOfPolygon(model.place, [ring])) cells.add(index)
    }
  }
  return [...cells]
}

async function works(terrain: Model, model: Model, engine: Engine): Promise<Forcing[]> {
  const forcings: Forcing[] = []
  const { datum, place, run } = model
  const onTerrain = (make: (ground: Engine) => Forcing) =>
    terrain.subgrid ? onFineGround(terrain, engine, make) : make(engine)
  for (const one of run.breaches) {
    const cells = bodyCells(terrain, one.line, one.thickness)
    forcings.push(
      onTerrain((ground) =>
        breachForcing(ground, {
          name: `breach ${one.name}`,
          cells: cellsBeside(ground, one.line, cells, place),
          start: one.start,
          duration: one.duration,
          width: one.width,
          bottom: one.bottom - datum,
        }),
      ),
    )
  }
  for (const { name, line, top, start } of run.walls) {
    if (start > 0)
      forcings.push(
        onTerrain((ground) =>
          wallForcing(ground, {
            name: `wall ${name}`,
            cells: cellsOfLine(terrain.place, line),
            top: top - datum,
            start,
          }),
        ),
      )
  }
  const cellOfPoint = (name: string, at: Point) => {
    const index = indexAt(place, at)
    if (index < 0 || engine.bed[index]! >= VOID_BED / 2) {
      throw new Error(`${name}: (${at[0]}, ${at[1]}) is no cell with ground; expected x, y inside the terrain`)
    }
    return index
  }
  for (const one of run.links) {
    const name = `${one.type} ${one.name}`
    const from = cellOfPoint(name, one.from)
    const to = one.to === null ? null : cellOfPoint(name, one.to)
    let link: Link
    if (one.type === 'pump') {
      link = {
        type: 'pump',
        name,
        from,
        to,
        rate: await readSeries(model, one.rate, name),
        startDepth: one.startDepth,
      }
    } else if (one.type === 'gate') {
      const opening = await readSeries(model, one.opening, name)
      link = {
        type: 'gate',
        name,
        from,
        to,
        width: one.width,
        sill: one.sill - datum,
        opening,
        coefficient: one.coefficient,
      }
    } else {
      link = {
        type: 'culvert',
        name,
        from,
        to,
        area: one.area,
        invert: one.invert - datum,
        coefficient: one.coefficient,
      }
    }
    forcings.push(linkForcing(link))
  }
  if (run.typhoon) {
    run.typhoon.track.forEach(({ time }, k, track) => {
      if (k > 0 && !(time > track[k - 1]!.time))
        throw new Error(`typhoon.track: time ${time} at ${k}; expected rising times`)
    })
    forcings.push(typhoonForcing(engine, run.typhoon, place))
  }
  return forcings
}

/** Levees on faces; on a subgrid they are pixels of the ground. */
function levees(model: Model, engine: Engine): Forcing[] {
  return model.levees.flatMap(({ crest, cells, line }) => {
    if (!model.subgrid) return [leveeForcing(engine, { ...crest, ...facesOfLine(model.place, line) })]
    if (crest.start <= 0 && !crest.breach) return []
    return [onFineGround(model, engine, (ground) => groundLevee(ground, crest, cells))]
  })
}

/** All that acts on the water in a run, in a fixed order. The engine's bed must be laid already. */
export async function causesOf(terrain: Model, engine: Engine): Promise<Forcing[]> {
  const model = computedModel(terrain)
  const sewer = await sewerOf(terrain, engine)
  return [
    ...(await works(terrain, model, engine)),
    ...levees(terrain, engine),
    ...(sewer ? [sewer] : []),
    ...(await rain(model, engine)),
    ...(await inflows(model, engine)),
    ...(await sides(model, engine)),
  ]
}
