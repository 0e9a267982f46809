/** Geometry of GeoPackage rows: a header (GP, flags, envelope) before plain WKB. */
import type { Geometry } from 'geojson'
import { readWkb } from './wkb.ts'

const ENVELOPE_BYTES = [0, 32, 48, 48, 64]

/**
 * Reads a GeoPackage geometry blob.
 *
 * @returns null for an empty geometry
 * @throws {Error} when the blob is none, truncated, or of an extended type
 * @see OGC 12-128r18, clause 2.1.3
 */
export function readGeopackageGeometry(blob: Uint8Array): Geometry | null {
  if (blob.length < 8 || blob[0] !== 0x47 || blob[1] !== 0x50)
    throw new Error(`geopackage: no geometry blob, got ${blob.length} bytes; expected GP …`)
  const flags = blob[3]
  if (flags & 0x20) throw new Error('geopackage: extended geometry; expected a standard one')
  const envelope = ENVELOPE_BYTES[(flags >> 1) & 7]
  if (envelope === undefined) throw new Error(`geopackage: bad envelope kind ${(flags >> 1) & 7}; expected 0…4`)
  if (flags & 0x10) return null
  if (blob.length < 8 + envelope + 5) throw new Error(`geopackage: geometry truncated, got ${blob.length} bytes`)
  return readWkb(blob.subarray(8 + envelope))
}
