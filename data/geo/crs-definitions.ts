/** EPSG codes Tidewall knows, as proj strings; x is always easting or longitude, whatever the authority's axis order. */

const GEOGRAPHIC: Record<number, string> = {
  4326: 'WGS 84',
  4979: 'WGS 84 with height',
  4490: 'CGCS2000',
  4480: 'CGCS2000 with height',
  4258: 'ETRS89',
  4269: 'NAD83',
  4737: 'Korea 2000',
  6668: 'JGD2011',
  6697: 'JGD2011 with height',
  4612: 'JGD2000',
}
const ELLIPSOID: Record<number, string> = { 4490: 'CGCS2000', 4480: 'CGCS2000' }
const RD =
  '+proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.4171,50.3319,465.5524,-0.398957,0.343988,-1.8774,4.0725 +units=m'
const SWISS =
  '+proj=somerc +lat_0=46.9524055555556 +lon_0=7.43958333333333 +k_0=1 +ellps=bessel +towgs84=674.374,15.056,405.346,0,0,0,0 +units=m'

const PROJECTED: Record<number, string> = {
  3857: '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null',
  28992: RD,
  7415: RD,
  2056: `${SWISS} +x_0=2600000 +y_0=1200000`,
  21781: `${SWISS} +x_0=600000 +y_0=200000`,
  2154: '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m',
  3035: '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m',
  27700:
    '+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m',
  2326: '+proj=tmerc +lat_0=22.3121333333333 +lon_0=114.178555555556 +k=1 +x_0=836694.05 +y_0=819069.8 +ellps=intl +towgs84=-162.619,-276.959,-161.764,0.067753,-2.24365,-1.15883,-1.09425 +units=m',
  2193: '+proj=tmerc +lat_0=0 +lon_0=173 +k=0.9996 +x_0=1600000 +y_0=10000000 +ellps=GRS80 +units=m',
  3414: '+proj=tmerc +lat_0=1.36666666666667 +lon_0=103.833333333333 +k=1 +x_0=28001.642 +y_0=38744.572 +ellps=WGS84 +units=m',
  3826: '+proj=tmerc +lat_0=0 +lon_0=121 +k=0.9999 +x_0=250000 +y_0=0 +ellps=GRS80 +units=m',
  3067: '+proj=utm +zone=35 +ellps=GRS80 +units=m',
  3006: '+proj=utm +zone=33 +ellps=GRS80 +units=m',
  5179: '+proj=tmerc +lat_0=38 +lon_0=127.5 +k=0.9996 +x_0=1000000 +y_0=2000000 +ellps=GRS80 +units=m',
}

/** Japan Plane Rectangular zones I…XIX: origin latitude and longitude, degrees. */
const JAPAN = [
  [33, 129.5],
  [33, 131],
  [36, 132.1666666666667],
  [33, 133.5],
  [36, 134.3333333333333],
  [36, 136],
  [36, 137.1666666666667],
  [36, 138.5],
  [36, 139.8333333333333],
  [40, 140.8333333333333],
  [44, 140.25],
  [44, 142.25],
  [44, 144.25],
  [26, 142],
  [26, 127.5],
  [26, 124],
  [26, 131],
  [20, 136],
  [26, 154],
]

/** Transverse Mercator of the kind China's and Korea's grids use. */
function transverse(lat0: number, lng0: number, k: number, x0: number, y0: number, ellipsoid: string): string {
  return `+proj=tmerc +lat_0=${lat0} +lon_0=${lng0} +k=${k} +x_0=${x0} +y_0=${y0} +ellps=${ellipsoid} +units=m`
}

const CGCS2000 = '+a=6378137 +rf=298.257222101'

function gaussKruger(lng0: number, x0: number): string {
  return `+proj=tmerc +lat_0=0 +lon_0=${lng0} +k=1 +x_0=${x0} +y_0=0 ${CGCS2000} +units=m`
}

/** The CGCS2000 / Gauss-Krüger families: 6° zones 4491–4512, 3° zones 4513–4554. */
function chinese(code: number): string | null {
  if (code >= 4491 && code <= 4501) return gaussKruger((code - 4478) * 6 - 3, (code - 4478) * 1e6 + 500000)
  if (code >= 4502 && code <= 4512) return gaussKruger(75 + (code - 4502) * 6, 500000)
  if (code >= 4513 && code <= 4533) return gaussKruger((code - 4488) * 3, (code - 4488) * 1e6 + 500000)
  if (code >= 4534 && code <= 4554) return gaussKruger(75 + (code - 4534) * 3, 500000)
  return null
}

/** The zoned families of other countries. */
function zoned(code: number): string | null {
  if (code > 32600 && code <= 32660) return `+proj=utm +zone=${code - 32600} +datum=WGS84 +units=m`
  if (code > 32700 && code <= 32760) return `+proj=utm +zone=${code - 32700} +south +datum=WGS84 +units=m`
  if (code >= 25828 && code <= 25838) return `+proj=utm +zone=${code - 25800} +ellps=GRS80 +units=m`
  if (code > 26900 && code <= 26923) return `+proj=utm +zone=${code - 26900} +ellps=GRS80 +units=m`
  // Australia, GDA94 and GDA2020
  if (code >= 28348 && code <= 28358) return `+proj=utm +zone=${code - 28300} +south +ellps=GRS80 +units=m`
  if (code >= 7846 && code <= 7859) return `+proj=utm +zone=${code - 7800} +south +ellps=GRS80 +units=m`
  // Germany on its old datum, zones 2 to 5
  if (code >= 31466 && code <= 31469) {
    const zone = code - 31464
    return `+proj=tmerc +lat_0=0 +lon_0=${zone * 3} +k=1 +x_0=${zone * 1e6 + 500000} +y_0=0 +ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7 +units=m`
  }
  if (code >= 5185 && code <= 5188) return transverse(38, 125 + (code - 5185) * 2, 1, 200000, 600000, 'GRS80')
  if (code >= 6669 && code <= 6687) {
    const [lat, lng] = JAPAN[code - 6669]
    return transverse(lat, lng, 0.9999, 0, 0, 'GRS80')
  }
  return null
}

/** A known code: its proj string, whether its numbers are degrees, and what its heights stand on, where it says so. */
export interface CrsDefinition {
  proj: string
  geographic: boolean
  /** null: the code says nothing about heights */
  vertical: 'ellipsoidal' | 'NAP' | 'JGD2011' | null
}

const VERTICAL: Record<number, CrsDefinition['vertical']> = {
  4979: 'ellipsoidal',
  4480: 'ellipsoidal',
  7415: 'NAP',
  6697: 'JGD2011',
}

/**
 * Definition of an EPSG code.
 *
 * @param code EPSG number
 * @returns null when the code is not built in
 * @see EPSG dataset v11; datum shifts of 28992, 2056 and 27700 are the 7- and 3-parameter ones (≤ 1 m, 27700 ≤ 5 m)
 */
export function epsg(code: number): CrsDefinition | null {
  const vertical = VERTICAL[code] ?? null
  if (GEOGRAPHIC[code]) {
    const shape = ELLIPSOID[code] ? CGCS2000 : code === 4326 || code === 4979 ? '+datum=WGS84' : '+ellps=GRS80'
    return { proj: `+proj=longlat ${shape} +no_defs`, geographic: true, vertical }
  }
  const proj = PROJECTED[code] ?? chinese(code) ?? zoned(code)
  return proj ? { proj: `${proj} +no_defs`, geographic: false, vertical } : null
}
