/** Cross sections of a SWMM .inp, in metres. */
import type { SwmmXsection } from '../../formats/swmm-inp.ts'
import type { Build } from './build-facts.ts'
import { type CrossSection, crossSection } from './cross-section.ts'
import { channelOutline, customOutline, type Outline, outlineOf } from './shapes.ts'
import { curveNamed, nameKey } from './time-series.ts'

/** Largest section taken for metres: a deeper one is a mix of units. */
const DEEPEST = 40

// slopes, exponents and coefficients are without unit
const PLAIN: { [shape: string]: number[] } = { TRAPEZOIDAL: [2, 3], POWER: [2], RECT_OPEN: [2, 3], FORCE_MAIN: [1] }

function outlineFor(build: Build, one: SwmmXsection): Outline {
  const { inp, units } = build
  const { shape } = one
  if (shape === 'IRREGULAR') return channelOutline(transectPoints(build, one.name))
  if (shape === 'STREET') return channelOutline(streetPoints(build, one.name))
  const geom = one.geom.map((value, k) => (PLAIN[shape]?.includes(k) ? value : value * units.lengthM))
  if (geom[0]! > DEEPEST) {
    throw new Error(
      `section of ${geom[0]} m (Geom1 ${one.geom[0]}); expected up to ${DEEPEST} m: are sizes in another unit than FLOW_UNITS ${units.flow} says?`,
    )
  }
  if (shape === 'CUSTOM') {
    if (!(geom[0]! > 0)) throw new Error(`CUSTOM: Geom1 is ${one.geom[0]}; expected > 0`)
    return customOutline(geom[0]!, curveNamed(inp, one.name, 'SHAPE'))
  }
  if (/ELLIPSE|ARCH/.test(shape) && geom[1] === 0) {
    throw new Error(`${shape}: standard size ${one.geom[2] || one.geom[0]}; expected height and width (Geom1, Geom2)`)
  }
  return outlineOf(shape, geom as [number, number, number, number])
}

/** Section of a link, in metres; links of one size share their tables, which keeps them in the processor's cache. */
export function sectionOf(build: Build, link: string): { section: CrossSection; barrels: number } {
  const one = build.sections.get(nameKey(link))
  if (!one) throw new Error('has no cross section; expected a row in [XSECTIONS]')
  const key = JSON.stringify([one.shape, one.geom, nameKey(one.name)])
  const section = build.tables.get(key) ?? crossSection(outlineFor(build, one))
  build.tables.set(key, section)
  return { section, barrels: Math.max(1, Math.round(one.barrels)) }
}

function transectPoints(build: Build, name: string): [number, number][] {
  const found = build.inp.transects.find((one) => nameKey(one.name) === nameKey(name))
  if (!found) throw new Error(`transect ${name} is missing; expected it in [TRANSECTS]`)
  const m = build.units.lengthM
  return found.points.map(([x, z]) => [x * found.widthFactor * m, (z + found.elevationOffset) * m])
}

function streetPoints(build: Build, name: string): [number, number][] {
  const found = build.inp.streets.find((one) => nameKey(one.name) === nameKey(name))
  if (!found) throw new Error(`street ${name} is missing; expected it in [STREETS]`)
  const m = build.units.lengthM
  const fall = found.crossSlopePercent / 100
  const crown = found.crownWidth * fall + found.gutterDepression
  const top = Math.max(found.curbHeight + found.gutterDepression, crown)
  const half: [number, number][] = [
    [0, crown],
    [found.crownWidth - found.gutterWidth, found.gutterDepression + found.gutterWidth * fall],
    [found.crownWidth, 0],
    [found.crownWidth + 1e-3, top],
    ...(found.backWidth > 0
      ? [
          [found.crownWidth + found.backWidth, top + (found.backWidth * found.backSlopePercent) / 100] as [
            number,
            number,
          ],
        ]
      : []),
  ]
  const all =
    found.sides === 2
      ? [
          ...half
            .slice(1)
            .reverse()
            .map(([x, z]) => [-x, z] as [number, number]),
          ...half,
        ]
      : half
  // a street of one side ends in a wall at its crown
  if (found.sides !== 2) all.unshift([-1e-3, top])
  return all.map(([x, z]) => [x * m, z * m])
}
