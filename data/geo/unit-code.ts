/** The code of a real-estate unit (不动产单元代码): 28 characters that say county, cadastral district, parcel and what stands on it. */

/** A code taken apart. */
export interface UnitCode {
  /** all 28 characters, capitals, without spaces */
  code: string
  /** six digits of GB/T 2260 */
  county: string
  /** cadastral district and sub-district, three digits each */
  district: string
  subdistrict: string
  /** whose land and what right: `GB` state land for building, `GX` below ground, `GS` above ground, `JC` homestead … */
  right: string
  /** number of the parcel in its sub-district */
  parcel: string
  /** `F` a house or its part, `L` trees, `Q` other, `W` the bare parcel */
  thing: string
  /** eight digits: of a house its building (4) and unit (4) */
  unit: string
  /** the parcel's own code: the first 19 characters */
  parcelCode: string
}

/** First letter: state, collective, in dispute. Second: kind of right; X below, S above, B at ground level. */
const SHAPE = /^(\d{6})(\d{3})(\d{3})([GJZ][ABCDEFGHLNSWXY])(\d{5})([FLQW])(\d{8})$/
const PROVINCES = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])/

/**
 * Takes a code apart. The standard has no check digit: structure, province and the unit of a bare parcel are what can be told.
 * @returns the parts, or in words what is wrong
 * @see GB/T 37346-2019 不动产单元设定与代码编制规则 §6
 */
export function readUnitCode(text: string): UnitCode | string {
  const code = text.replace(/[\s-]/g, '').toUpperCase()
  if (code.length !== 28) return `不动产单元代码 has 28 characters, got ${code.length} (${code.slice(0, 40)})`
  const found = SHAPE.exec(code)
  if (!found)
    return `不动产单元代码: bad structure, got ${code}; expected 6 + 3 + 3 digits, two letters of the right, 5 digits, F | L | Q | W, 8 digits`
  const [, county, district, subdistrict, right, parcel, thing, unit] = found
  if (!PROVINCES.test(county)) return `不动产单元代码: no such province, got ${county}`
  if (thing === 'W' && unit !== '00000000') return `不动产单元代码: a bare parcel (W) has unit 00000000, got ${unit}`
  if (thing !== 'W' && unit === '00000000')
    return `不动产单元代码: unit 00000000 belongs to a bare parcel (W), got ${thing}`
  return { code, county, district, subdistrict, right, parcel, thing, unit, parcelCode: code.slice(0, 19) }
}
