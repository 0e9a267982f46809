/** The system a LAS file's coordinates are in: from its WKT or GeoTIFF records, as words that `crs` understands. */
import type { LasHead } from './las.ts'

/** What the records say. */
export interface LasSystem {
  /** `EPSG:4549` or WKT of the horizontal part; null when the file says nothing */
  crs: string | null
  /** heights stand on the ellipsoid */
  ellipsoidal: boolean
  /** coordinates are earth-centred (EPSG:4978) */
  geocentric: boolean
  /** metres per unit of z */
  verticalUnitM: number
  /** name of the vertical system; null when there is none */
  vertical: string | null
}

const LINEAR: Record<number, number> = { 9001: 1, 9002: 0.3048, 9003: 1200 / 3937, 9036: 1000 }
const WKT = 2112
const GEO_KEYS = 34735

/** One bracketed element of WKT by its name, brackets included; null when there is none. */
function element(wkt: string, names: string): string | null {
  const found = new RegExp(`\\b(?:${names})\\s*\\[`, 'i').exec(wkt)
  if (!found) return null
  for (let at = found.index + found[0].length, depth = 1, quoted = false; at < wkt.length; at++) {
    const sign = wkt[at]
    if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '[') depth++
    else if (!quoted && sign === ']' && --depth === 0) return wkt.slice(found.index, at + 1)
  }
  return null
}

const nameOf = (part: string | null): string | null => /\[\s*"([^"]*)"/.exec(part ?? '')?.[1] ?? null

function fromWkt(wkt: string): LasSystem {
  const vertical = element(wkt, 'VERT_CS|VERTCRS|VERTICALCRS')
  const geocentric = element(wkt, 'GEOCCS') !== null || /CS\s*\[\s*Cartesian\s*,\s*3/i.test(wkt)
  const horizontal = element(wkt, 'PROJCS|PROJCRS|PROJECTEDCRS') ?? element(wkt, 'GEOGCS|GEOGCRS|GEODCRS')
  const unit = Number(/(?:LENGTH)?UNIT\s*\[\s*"[^"]*"\s*,\s*([\d.eE+-]+)/i.exec(vertical ?? '')?.[1] ?? 1)
  const three = /(ELLIPSOIDAL|CARTESIAN)\s*,\s*3|(4979|4480)"?\]?\s*\]\s*$/i.test(wkt)
  return {
    crs: horizontal,
    ellipsoidal: geocentric || (vertical === null ? three : /ellips/i.test(nameOf(vertical) ?? '')),
    geocentric,
    verticalUnitM: Number.isFinite(unit) && unit > 0.0001 && unit < 10_000 ? unit : 1,
    vertical: nameOf(vertical),
  }
}

function fromKeys(bytes: Uint8Array): LasSystem {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const keys = new Map<number, number>()
  for (let at = 8; at + 8 <= bytes.length; at += 8)
    if (view.getUint16(at + 2, true) === 0) keys.set(view.getUint16(at, true), view.getUint16(at + 6, true))
  const code = [3072, 2048].map((key) => keys.get(key) ?? 0).find((each) => each > 0 && each < 32_767)
  const vertical = keys.get(4096) ?? 0
  const unit = LINEAR[keys.get(4099) ?? 0] ?? 1
  const ellipsoidal = vertical === 0 ? code === 4979 : vertical >= 5001 && vertical <= 5033
  return {
    crs: code === undefined || code === 4978 ? null : `EPSG:${code}`,
    ellipsoidal: ellipsoidal || code === 4978,
    geocentric: keys.get(1024) === 3 || code === 4978,
    verticalUnitM: unit,
    vertical: vertical > 0 && vertical < 32_767 ? `EPSG:${vertical}` : null,
  }
}

/** Reads what the head's records say; WKT wins over GeoTIFF keys. */
export function lasSystem({ records }: Pick<LasHead, 'records'>): LasSystem {
  const ours = records.filter(({ user }) => user === 'LASF_Projection')
  const wkt = ours.find(({ id, bytes }) => id === WKT && bytes.length > 10)
  if (wkt) {
    const words = new TextDecoder().decode(wkt.bytes).replace(/\0[\s\S]*$/, '')
    const found = fromWkt(words)
    if (found.crs !== null || found.geocentric) return found
  }
  const keys = ours.find(({ id, bytes }) => id === GEO_KEYS && bytes.length >= 8)
  if (keys) return fromKeys(keys.bytes)
  return { crs: null, ellipsoidal: false, geocentric: false, verticalUnitM: 1, vertical: null }
}
