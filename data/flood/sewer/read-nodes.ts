/** Junctions, dividers, storage and outfalls of a SWMM .inp, in SI. */
import { attempt, type Build } from './build-facts.ts'
import type { OutfallStage, SewerNode } from './network.ts'
import { type StorageShape, tabularStorage } from './storage.ts'
import { curveNamed, nameKey, seriesNamed } from './time-series.ts'

function storageShape(build: Build, shape: string, rest: readonly string[]): StorageShape {
  const { units, inp } = build
  const kind = shape.toUpperCase()
  const value = (k: number) => Number(rest[k] ?? 0) || 0
  const { lengthM } = units
  if (kind === 'TABULAR') {
    const name = rest[0] ?? ''
    const points = curveNamed(inp, name, 'STORAGE')
    return tabularStorage(
      name,
      points.map(([d, a]) => [d * lengthM, a * lengthM ** 2]),
    )
  }
  if (kind === 'FUNCTIONAL') {
    const [a1, power, a0] = [value(0), value(1), value(2)]
    // area in the file's units of a depth in the file's units
    return {
      type: 'functional',
      a0: (a0 + (power === 0 ? a1 : 0)) * lengthM ** 2,
      a1: power === 0 ? 0 : a1 * lengthM ** (2 - power),
      power: power || 1,
    }
  }
  const [l, w, z] = [value(0) * lengthM, value(1) * lengthM, value(2)]
  if (!(l > 0 && w > 0)) throw new Error(`${kind}: base ${rest[0]} × ${rest[1]}; expected > 0`)
  const top = build.inp.storage.length ? 100 : 0
  if (kind === 'CYLINDRICAL') return { type: 'constant', area: (Math.PI / 4) * l * w }
  const area: (d: number) => number =
    kind === 'CONICAL'
      ? (d) => (Math.PI / 4) * (l + 2 * z * d) * (w + (2 * z * d * w) / l)
      : kind === 'PYRAMIDAL'
        ? (d) => (l + 2 * z * d) * (w + 2 * z * d)
        : kind === 'PARABOLOID'
          ? (d) => (Math.PI / 4) * l * w * (d / Math.max(1e-6, z * lengthM))
          : (() => {
              throw new Error(
                `shape ${shape}; expected TABULAR | FUNCTIONAL | CYLINDRICAL | CONICAL | PARABOLOID | PYRAMIDAL`,
              )
            })()
  const points: [number, number][] = []
  for (let k = 0; k <= 200; k++) points.push([(top * k * k) / 40_000, area((top * k * k) / 40_000)])
  return tabularStorage(kind, points)
}

function outfallStage(build: Build, type: string, data: string, gated: boolean): OutfallStage {
  const { units, inp, options } = build
  const kind = type.toUpperCase()
  const level = (value: number) => value * units.lengthM + options.raise
  if (kind === 'FREE' || kind === 'NORMAL') return { gated, type: kind === 'FREE' ? 'free' : 'normal' }
  if (kind === 'FIXED') {
    const stage = Number(data)
    if (data === '' || !Number.isFinite(stage)) throw new Error(`stage is ${JSON.stringify(data)}; expected a level`)
    return { gated, type: 'fixed', level: level(stage) }
  }
  if (kind === 'TIDAL') {
    const points = curveNamed(inp, data, 'TIDAL')
    return {
      gated,
      type: 'tidal',
      hours: Float64Array.from(points, ([hour]) => hour),
      levels: Float64Array.from(points, ([, stage]) => level(stage)),
    }
  }
  if (kind !== 'TIMESERIES') throw new Error(`type ${type}; expected FREE | NORMAL | FIXED | TIDAL | TIMESERIES`)
  return { gated, type: 'series', levels: seriesNamed(inp, data, options.files, level) }
}

/** Puts all nodes of the file into the build. */
export function readNodes(build: Build): void {
  const { inp, units, options, nodes, index } = build
  const places = new Map(inp.coordinates.map(({ name, x, y }) => [nameKey(name), [x, y] as const]))
  const m = units.lengthM
  const minArea = Number(inp.options.MIN_SURFAREA ?? 0) * m * m
  const manhole: StorageShape = { type: 'constant', area: minArea > 0 ? minArea : 1.167 }
  const put = (node: Omit<SewerNode, 'at'>, line: number) => {
    const { name } = node
    if (index.has(nameKey(name))) {
      build.errors.push(`node ${name} (line ${line}): there already; expected names that differ`)
      return
    }
    if (!(node.maxDepth >= 0 && node.initDepth >= 0 && node.surchargeDepth >= 0 && node.pondedArea >= 0)) {
      build.errors.push(`node ${name} (line ${line}): a negative depth or area; expected ≥ 0`)
    }
    const place = places.get(nameKey(name))
    const at = place ? ([options.x + options.scale * place[0], options.y + options.scale * place[1]] as const) : null
    index.set(nameKey(name), nodes.length)
    nodes.push({ ...node, at })
  }
  const base = { surchargeDepth: 0, pondedArea: 0, initDepth: 0, maxDepth: 0, outfall: null, storage: manhole }
  const height = (value: number) => value * m + options.raise
  const ponding = /^yes$/i.test(inp.options.ALLOW_PONDING ?? 'NO')
  for (const one of inp.junctions) {
    put(
      {
        name: one.name,
        kind: 'junction',
        invert: height(one.elevation),
        maxDepth: one.maxDepth * m,
        initDepth: one.initDepth * m,
        surchargeDepth: one.surchargeDepth * m,
        pondedArea: ponding ? one.pondedArea * m * m : Math.min(0, one.pondedArea),
        storage: manhole,
        outfall: null,
      },
      one.line,
    )
  }
  for (const one of inp.dividers)
    put({ ...base, name: one.name, kind: 'junction', invert: height(one.elevation) }, one.line)
  for (const one of inp.storage) {
    const storage = attempt(build, `storage ${one.name} (line ${one.line})`, () =>
      storageShape(build, one.shape, one.rest),
    )
    put(
      {
        ...base,
        name: one.name,
        kind: 'storage',
        invert: height(one.elevation),
        maxDepth: one.maxDepth * m,
        initDepth: one.initDepth * m,
        storage: storage ?? manhole,
      },
      one.line,
    )
  }
  for (const one of inp.outfalls) {
    const outfall = attempt(build, `outfall ${one.name} (line ${one.line})`, () =>
      outfallStage(build, one.type, one.data, one.gated),
    )
    put({ ...base, name: one.name, kind: 'outfall', invert: height(one.elevation), outfall }, one.line)
  }
}
