/** Values of OpenStreetMap tags as numbers: lengths with units, storeys, years, directions. */

const COMPASS = ['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE', 'S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW']
const UNITS: Record<string, number> = {
  '': 1,
  m: 1,
  metre: 1,
  metres: 1,
  meter: 1,
  meters: 1,
  米: 1,
  km: 1000,
  cm: 0.01,
  ft: 0.3048,
  feet: 0.3048,
  "'": 0.3048,
}

/**
 * A length as mappers write it: `12`, `12.5 m`, `12,5`, `40'`, `40 ft`, `6'4"`.
 *
 * @returns metres; undefined when it is not one, or outside -500…2000
 */
export function lengthMetres(text: string | undefined): number | undefined {
  if (!text || text.length > 30) return undefined
  const trimmed = text.trim().toLowerCase()
  const feet = /^(\d+)'\s*(\d+(?:\.\d+)?)"$/.exec(trimmed)
  if (feet) return bounded(Number(feet[1]) * 0.3048 + Number(feet[2]) * 0.0254)
  const plain = /^~?([+-]?\d+(?:[.,]\d+)?)\s*([a-z'米]*)$/.exec(trimmed)
  const unit = plain ? UNITS[plain[2]] : undefined
  return plain && unit !== undefined ? bounded(Number(plain[1].replace(',', '.')) * unit) : undefined
}

function bounded(metres: number): number | undefined {
  return metres > -500 && metres < 2000 ? Math.round(metres * 100) / 100 : undefined
}

/** Storeys: `3`, `3.5`, `2;4` (the most); undefined when it is no number in 0…250. */
export function storeys(text: string | undefined): number | undefined {
  if (!text || text.length > 30) return undefined
  const all = text.split(/[;,]/).map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : Number.NaN))
  const most = Math.max(...all)
  return most >= 0 && most <= 250 ? most : undefined
}

/** Year in a date as written (`1890`, `1890-05`, `~1890`, `1890s`, `12.05.1890`); undefined outside 1…2100. */
export function year(text: string | undefined): number | undefined {
  const found = /(?:^|[^\d])(\d{4})(?!\d)/.exec((text ?? '').slice(0, 40))
  const value = found ? Number(found[1]) : 0
  return value >= 1 && value <= 2100 ? value : undefined
}

/** Azimuth in degrees clockwise from north of `225`, `225°` or `SW`; undefined when it is neither. */
export function azimuthDeg(text: string | undefined): number | undefined {
  if (!text || text.length > 10) return undefined
  const point = COMPASS.indexOf(text.trim().toUpperCase())
  if (point >= 0) return point * 22.5
  const degrees = /^\s*(\d+(?:\.\d+)?)\s*°?\s*$/.exec(text)
  return degrees && Number(degrees[1]) <= 360 ? Number(degrees[1]) % 360 : undefined
}

/** Whole number in a range; undefined otherwise. */
export function integer(text: string | undefined, least: number, most: number): number | undefined {
  if (!text || !/^\s*[+-]?\d{1,4}\s*$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}
