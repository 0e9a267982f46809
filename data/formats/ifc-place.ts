/** Where an IFC model says it stands on Earth: map conversion, its IFC 2x3 stand-in, or the site's latitude and longitude. */
import { attribute, type LineReader, plainNumber, plainText, propertySet, referred } from './ifc-lines.ts'
import type { StepValue } from './step-values.ts'

/** The georeference as the file gives it; nothing is converted here but units to metres. */
export type IfcPlace =
  | {
      kind: 'map-conversion'
      /** `EPSG:25832`, or the projected system's own words; null when not named */
      crs: string | null
      /** metres (or the map's unit × `mapUnitM`) of the model's origin */
      eastM: number
      northM: number
      heightM: number
      /** of the model's x axis, counter-clockwise from map east, radians */
      turn: number
      /** map metres per model metre */
      scale: number
      /** name of the vertical datum, where given */
      datum: string | null
    }
  | {
      kind: 'site'
      /** degrees, of the site's origin, which stands at `siteX … siteZ` of the model */
      lng: number
      lat: number
      /** metres above the datum of the file (mostly sea level) */
      heightM: number
      /** of the model's y axis, clockwise from true north, radians */
      trueNorth: number
    }
  | { kind: 'none' }

/** Degrees from the compound angle of IFC: degrees, minutes, seconds, millionths, each with the sign. */
function compoundAngle(value: StepValue): number | null {
  if (!Array.isArray(value) || value.length < 3) return null
  const [degrees, minutes, seconds, millionths = 0] = value.map((part) => plainNumber(part) ?? Number.NaN)
  const angle = degrees + minutes / 60 + (seconds + millionths / 1e6) / 3600
  return Number.isFinite(angle) ? angle : null
}

/** Metres per unit for a named SI or conversion unit of length; null when it cannot be told. */
function unitMetres(lines: LineReader, id: number | null, depth = 0): number | null {
  const unit = id === null || depth > 8 ? null : lines.line(id)
  if (!unit) return null
  const prefix = plainText(attribute(unit, 'Prefix'))
  if (plainText(attribute(unit, 'Name')) === 'METRE')
    return { MILLI: 1e-3, CENTI: 1e-2, DECI: 1e-1, KILO: 1e3 }[prefix ?? ''] ?? (prefix ? null : 1)
  const factor = lines.line(referred(attribute(unit, 'ConversionFactor')) ?? -1)
  const base = unitMetres(lines, factor ? referred(attribute(factor, 'UnitComponent')) : null, depth + 1)
  const value = plainNumber(attribute(factor, 'ValueComponent'))
  return value === null ? null : value * (base ?? 1)
}

/** Metres per length unit of the project; null when the file does not say. */
export function lengthUnit(lines: LineReader): number | null {
  for (const id of lines.ids('IFCUNITASSIGNMENT')) {
    const units = attribute(lines.line(id), 'Units')
    if (!Array.isArray(units)) continue
    for (const each of units) {
      const unit = referred(each)
      if (unit === null || plainText(attribute(lines.line(unit), 'UnitType')) !== 'LENGTHUNIT') continue
      const metres = unitMetres(lines, unit)
      if (metres !== null && metres > 0) return metres
    }
  }
  return null
}

/** The angle of true north in the model's frame: its y axis, clockwise from north; 0 when not given. */
function trueNorth(lines: LineReader): number {
  for (const id of lines.ids('IFCGEOMETRICREPRESENTATIONCONTEXT')) {
    const direction = lines.line(referred(attribute(lines.line(id), 'TrueNorth')) ?? -1)
    const ratios = attribute(direction, 'DirectionRatios')
    if (!Array.isArray(ratios)) continue
    const [x, y] = ratios.map((part) => plainNumber(part) ?? Number.NaN)
    if (Number.isFinite(x) && Number.isFinite(y) && Math.hypot(x, y) > 1e-9) return Math.atan2(-x, y)
  }
  return 0
}

function mapConversion(lines: LineReader, unit: number): IfcPlace | null {
  for (const id of lines.ids('IFCMAPCONVERSION')) {
    const line = lines.line(id)
    const target = lines.line(referred(attribute(line, 'TargetCRS')) ?? -1)
    const mapUnit = unitMetres(lines, referred(attribute(target, 'MapUnit'))) ?? unit
    const [east, north] = [plainNumber(attribute(line, 'Eastings')), plainNumber(attribute(line, 'Northings'))]
    if (!line || east === null || north === null) continue
    return {
      kind: 'map-conversion',
      crs: plainText(attribute(target, 'Name')),
      eastM: east * mapUnit,
      northM: north * mapUnit,
      heightM: (plainNumber(attribute(line, 'OrthogonalHeight')) ?? 0) * mapUnit,
      turn: Math.atan2(
        plainNumber(attribute(line, 'XAxisOrdinate')) ?? 0,
        plainNumber(attribute(line, 'XAxisAbscissa')) ?? 1,
      ),
      // the file's scale takes model units to map units; both are metres here
      scale: ((plainNumber(attribute(line, 'Scale')) ?? mapUnit / unit) * unit) / mapUnit || 1,
      datum: plainText(attribute(target, 'VerticalDatum')),
    }
  }
  return null
}

const NAME = ['Name']

/** IFC 2x3 has no map conversion: buildingSMART's stand-in is a property set of the project or the site. */
function propertyConversion(lines: LineReader): IfcPlace | null {
  for (const id of lines.ids('IFCPROPERTYSET')) {
    if (!/^e?pset_(mapconversion|projectedcrs)$/i.test(plainText(attribute(lines.line(id, NAME), 'Name')) ?? ''))
      continue
    const values = new Map(
      Object.entries(propertySet(lines, id)).map(([key, value]) => [key.slice(key.indexOf('.') + 1), value]),
    )
    const number = (name: string): number | null => plainNumber(values.get(name) ?? null)
    const [east, north] = [number('Eastings'), number('Northings')]
    if (east === null || north === null) continue
    const crs = lines
      .ids('IFCPROPERTYSET')
      .filter((each) => /^e?pset_projectedcrs$/i.test(plainText(attribute(lines.line(each, NAME), 'Name')) ?? ''))
      .map((each) => Object.entries(propertySet(lines, each)).find(([key]) => key.endsWith('.Name'))?.[1])
      .find((name) => typeof name === 'string')
    return {
      kind: 'map-conversion',
      crs: typeof crs === 'string' ? crs : null,
      eastM: east,
      northM: north,
      heightM: number('OrthogonalHeight') ?? 0,
      turn: Math.atan2(number('XAxisOrdinate') ?? 0, number('XAxisAbscissa') ?? 1),
      scale: number('Scale') || 1,
      datum: null,
    }
  }
  return null
}

/**
 * The georeference of an open model, the most precise one it has.
 * @param unit metres per length unit of the file
 * @see buildingSMART, User guide for geo-referencing in IFC (2020), levels of georeferencing 20 … 50
 */
export function readPlace(lines: LineReader, unit: number): IfcPlace {
  const converted = mapConversion(lines, unit) ?? propertyConversion(lines)
  if (converted) return converted
  for (const id of lines.ids('IFCSITE')) {
    const line = lines.line(id)
    const lat = compoundAngle(attribute(line, 'RefLatitude'))
    const lng = compoundAngle(attribute(line, 'RefLongitude'))
    if (lat === null || lng === null || Math.abs(lat) > 90 || Math.abs(lng) > 180) continue
    if (lat === 0 && lng === 0) continue
    return {
      kind: 'site',
      lng,
      lat,
      heightM: (plainNumber(attribute(line, 'RefElevation')) ?? 0) * unit,
      trueNorth: trueNorth(lines),
    }
  }
  return { kind: 'none' }
}
