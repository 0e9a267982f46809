/** Lines of an IFC file that the builder of shapes would follow without end: such a file is refused before it is given one. */
import { attribute, type LineReader, referred, referredAll } from './ifc-lines.ts'
import type { StepFile } from './step-file.ts'
import type { StepValue } from './step-values.ts'

/**
 * Types of lines that may refer to lines of their own kind, as far as the builder does not notice: loops of mapped items and of
 * placements it does.
 */
const NESTING = new Set([
  ...['IFCBOOLEANRESULT', 'IFCBOOLEANCLIPPINGRESULT', 'IFCCSGSOLID', 'IFCCURVEBOUNDEDPLANE', 'IFCCURVEBOUNDEDSURFACE'],
  ...['IFCCOMPOSITECURVE', 'IFC2DCOMPOSITECURVE', 'IFCCOMPOSITECURVESEGMENT', 'IFCTRIMMEDCURVE', 'IFCBOUNDARYCURVE'],
  ...['IFCREPARAMETRISEDCOMPOSITECURVESEGMENT', 'IFCCOMPOSITECURVEONSURFACE', 'IFCOUTERBOUNDARYCURVE', 'IFCPCURVE'],
  ...['IFCOFFSETCURVE2D', 'IFCOFFSETCURVE3D', 'IFCSURFACECURVE', 'IFCINTERSECTIONCURVE', 'IFCSEAMCURVE'],
  ...['IFCGRADIENTCURVE', 'IFCSEGMENTEDREFERENCECURVE', 'IFCCURVESEGMENT', 'IFCOFFSETCURVEBYDISTANCES'],
  ...['IFCDERIVEDPROFILEDEF', 'IFCMIRROREDPROFILEDEF', 'IFCCOMPOSITEPROFILEDEF', 'IFCRECTANGULARTRIMMEDSURFACE'],
  ...['IFCCONVERSIONBASEDUNIT', 'IFCCONVERSIONBASEDUNITWITHOFFSET', 'IFCMEASUREWITHUNIT'],
  ...['IFCDERIVEDUNIT', 'IFCDERIVEDUNITELEMENT'],
])

function referencesOf(value: StepValue, into: number[]): void {
  if (Array.isArray(value)) for (const each of value) referencesOf(each, into)
  else {
    const id = referred(value)
    if (id !== null) into.push(id)
  }
}

/**
 * Looks for lines that lead back to themselves.
 * @throws {RangeError} naming one of them
 */
export function refuseLoops(file: StepFile): void {
  const [open, done] = [1, 2]
  const state = new Map<number, number>()
  const below = (id: number): number[] => {
    const found: number[] = []
    referencesOf(file.line(id)?.values ?? [], found)
    return found.filter((each) => NESTING.has(file.typeOf(each) ?? ''))
  }
  for (const start of file.idsOf((type) => NESTING.has(type))) {
    if (state.has(start)) continue
    state.set(start, open)
    const path = [{ id: start, inner: below(start) }]
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const next = last.inner.pop()
      if (next === undefined) {
        state.set(last.id, done)
        path.pop()
      } else if (state.get(next) === open)
        throw new RangeError(
          `ifc: line #${next} (${file.typeOf(next)}) is made of itself, got ${path.length} lines that lead back to it; expected none`,
        )
      else if (!state.has(next)) {
        state.set(next, open)
        path.push({ id: next, inner: below(next) })
      }
    }
  }
}

/**
 * Looks at the project's units: the builder waits for ever for what one is converted by.
 * @throws {RangeError} naming the unit
 */
export function refuseUnits(lines: LineReader): void {
  for (const id of lines.ids('IFCUNITASSIGNMENT')) {
    for (const unit of referredAll(attribute(lines.line(id), 'Units'))) {
      const line = lines.line(unit)
      if (!line?.type.is('IFCCONVERSIONBASEDUNIT')) continue
      const factor = lines.line(referred(attribute(line, 'ConversionFactor')) ?? -1)
      const base = lines.line(referred(attribute(factor, 'UnitComponent')) ?? -1)
      if (!base || typeof attribute(factor, 'ValueComponent') !== 'number')
        throw new RangeError(
          `ifc: unit #${unit} (${line.type.name} ${JSON.stringify(attribute(line, 'Name'))}) has no conversion factor; expected IfcMeasureWithUnit with a number and a unit`,
        )
    }
  }
}
