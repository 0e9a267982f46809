/** Geometry written as text (WKT, with or without Z and M, EWKT's SRID passed over), as tables of other programs carry it. */
import type { Geometry, Position } from 'geojson'

const WORDS: Record<string, Geometry['type']> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
}
const LONGEST = 64 * 2 ** 20

/** Whether a text begins as a geometry does. */
export function isWkt(text: string): boolean {
  return /^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(Z|M|ZM)?\s*(\(|EMPTY)/i.test(text)
}

/**
 * Reads one geometry.
 *
 * @returns null for an empty one; M is dropped
 * @throws {Error} when it is none, or its brackets or numbers are wrong
 * @see OGC 06-103r4, clause 7
 */
export function readWkt(text: string): Geometry | null {
  const head = /^\s*(?:SRID=\d+;)?\s*([A-Z]+?)\s*(ZM|Z|M)?\s*(EMPTY|\(.*\))\s*$/is.exec(text.slice(0, LONGEST))
  const type = head ? WORDS[head[1].toUpperCase()] : undefined
  if (!head || !type)
    throw new Error(
      `wkt: no geometry, got ${JSON.stringify(text.slice(0, 40))}; expected ${Object.keys(WORDS).join(' | ')}`,
    )
  if (/^empty$/i.test(head[3])) return null
  const onlyM = head[2]?.toUpperCase() === 'M'
  const json = head[3]
    .replace(/[^(),]+/g, (numbers) => {
      const words = numbers.trim().split(/\s+/).filter(Boolean)
      if (words.length === 0) return ''
      if (words.some((word) => !Number.isFinite(Number(word))))
        throw new Error(`wkt: no numbers, got ${JSON.stringify(numbers.trim().slice(0, 40))}`)
      return `[${words
        .slice(0, onlyM ? 2 : 3)
        .map(Number)
        .join(',')}]`
    })
    .replaceAll('(', '[')
    .replaceAll(')', ']')
  let coordinates: unknown
  try {
    coordinates = JSON.parse(json)
  } catch (cause) {
    throw new Error('wkt: brackets do not match', { cause })
  }
  const list = coordinates as Position[]
  // points of a multipoint stand in brackets of their own, or not
  const several = type === 'MultiPoint' ? list.map((at) => (Array.isArray(at[0]) ? at[0] : at)) : list
  return { type, coordinates: type === 'Point' ? list[0] : several } as Geometry
}
