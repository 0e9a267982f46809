/** Pumps, orifices, weirs and outlets of a SWMM .inp, in SI. */
import { attempt, type Build, nodeOf, offsetHeight } from './build-facts.ts'
import type { Rating, Regulator } from './network.ts'
import { curveNamed, nameKey } from './time-series.ts'

function rating(points: readonly (readonly [number, number])[], x: number, y: number): Rating {
  return { x: Float64Array.from(points, (one) => one[0] * x), y: Float64Array.from(points, (one) => one[1] * y) }
}

function ends(build: Build, one: { from: string; to: string }): { from: number; to: number } {
  const [from, to] = [nodeOf(build, one.from), nodeOf(build, one.to)]
  if (from === to) throw new Error(`begins and ends in ${one.from}; expected two nodes`)
  return { from, to }
}

function pumps(build: Build, list: Regulator[]): void {
  const { inp, units } = build
  const { lengthM, flowM3s } = units
  for (const one of inp.pumps) {
    attempt(build, `pump ${one.name} (line ${one.line})`, () => {
      const ideal = one.curve === '' || one.curve === '*'
      const points = ideal ? [] : curveNamed(inp, one.curve, 'PUMP')
      const kind = inp.curves.find(({ name }) => nameKey(name) === nameKey(one.curve))?.type ?? ''
      const type = (ideal ? 0 : Number(/^PUMP([1-5])$/.exec(kind)?.[1] ?? 0)) as 0 | 1 | 2 | 3 | 4 | 5
      if (!ideal && type === 0) throw new Error(`curve ${one.curve} is a ${kind}; expected PUMP1 … PUMP5`)
      list.push({
        name: one.name,
        ...ends(build, one),
        gated: true,
        kind: 'pump',
        type,
        curve: ideal ? null : rating(points, type === 1 ? lengthM ** 3 : lengthM, flowM3s),
        on: !/^off$/i.test(one.status),
        startup: one.startupDepth * lengthM,
        shutoff: one.shutoffDepth * lengthM,
      })
    })
  }
}

function openings(build: Build, list: Regulator[]): void {
  const { inp, units } = build
  const m = units.lengthM
  const sizes = new Map(inp.xsections.map((one) => [nameKey(one.link), one]))
  for (const one of inp.orifices) {
    attempt(build, `orifice ${one.name} (line ${one.line})`, () => {
      const section = sizes.get(nameKey(one.name))
      const round = section?.shape === 'CIRCULAR'
      const height = (section?.geom[0] ?? 0) * m
      const width = round ? height : (section?.geom[1] ?? 0) * m
      if (!section || !(height > 0 && width > 0))
        throw new Error('has no size; expected CIRCULAR or RECT_CLOSED in [XSECTIONS]')
      if (!(one.coefficient > 0)) throw new Error(`coefficient ${one.coefficient}; expected > 0`)
      const both = ends(build, one)
      list.push({
        name: one.name,
        ...both,
        gated: one.gated,
        kind: 'orifice',
        bottom: /^bottom$/i.test(one.type),
        crest: offsetHeight(build, both.from, one.offset),
        height,
        area: round ? (Math.PI / 4) * height ** 2 : height * width,
        perimeter: round ? Math.PI * height : 2 * (height + width),
        coefficient: one.coefficient,
      })
    })
  }
  // Q = C L h^1.5: the coefficient bears the root of a length
  const root = Math.sqrt(m)
  const kinds = ['TRANSVERSE', 'SIDEFLOW', 'V-NOTCH', 'TRAPEZOIDAL', 'ROADWAY'] as const
  for (const one of inp.weirs) {
    attempt(build, `weir ${one.name} (line ${one.line})`, () => {
      const type = kinds.find((kind) => kind === one.type.toUpperCase())
      if (!type) throw new Error(`type ${one.type}; expected ${kinds.join(' | ')}`)
      const section = sizes.get(nameKey(one.name))
      if (!section || !(section.geom[0] > 0)) throw new Error('has no size; expected a row in [XSECTIONS]')
      const both = ends(build, one)
      const height = section.geom[0] * m
      const notch = type === 'V-NOTCH'
      list.push({
        name: one.name,
        ...both,
        gated: one.gated,
        kind: 'weir',
        type,
        crest: offsetHeight(build, both.from, one.crest),
        height,
        width: notch ? 0 : section.geom[1] * m,
        slope: notch ? (section.geom[1] * m) / height / 2 : section.geom[2],
        coefficient: one.coefficient * root,
        endCoefficient: one.endCoefficient * root,
        contractions: one.endContractions,
        canSurcharge: one.canSurcharge,
      })
    })
  }
}

function outlets(build: Build, list: Regulator[]): void {
  const { inp, units } = build
  const { lengthM, flowM3s } = units
  for (const one of inp.outlets) {
    attempt(build, `outlet ${one.name} (line ${one.line})`, () => {
      const [form, by] = one.type.toUpperCase().split('/')
      const both = ends(build, one)
      const base = {
        name: one.name,
        ...both,
        gated: one.gated,
        kind: 'outlet' as const,
        crest: offsetHeight(build, both.from, one.offset),
        byHead: by === 'HEAD',
      }
      if (form === 'TABULAR') {
        const points = curveNamed(inp, one.rating, 'RATING')
        list.push({ ...base, curve: rating(points, lengthM, flowM3s), factor: 0, exponent: 1 })
      } else if (form === 'FUNCTIONAL') {
        const factor = Number(one.rating)
        if (!Number.isFinite(factor)) throw new Error(`coefficient is ${JSON.stringify(one.rating)}; expected a number`)
        list.push({
          ...base,
          curve: null,
          factor: (factor * flowM3s) / lengthM ** one.exponent,
          exponent: one.exponent,
        })
      } else
        throw new Error(`type ${one.type}; expected TABULAR/DEPTH | TABULAR/HEAD | FUNCTIONAL/DEPTH | FUNCTIONAL/HEAD`)
    })
  }
}

/** All regulators of a file, pumps first. */
export function readRegulators(build: Build): Regulator[] {
  const list: Regulator[] = []
  pumps(build, list)
  openings(build, list)
  outlets(build, list)
  return list
}
