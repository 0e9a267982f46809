/** The underground of the tiny city: every network on six streets and a canal. */
import type { LineString, Polygon } from 'geojson'
import type { CityFeature } from '../geo/city-feature.ts'
import { METRES_PER_DEG_LAT, METRES_PER_DEG_LNG, ORIGIN, type Point, toMetres } from './frame.ts'
import { area } from './polygon.ts'
import type { HeightGrid } from './relief.ts'
import type { Supply } from './supply.ts'
import { loads, type Site } from './under-site.ts'
import { type StreetLine, streetGraph } from './under-streets.ts'
import { makeUnderground, type Underground } from './underground.ts'

const at = (lng: number, lat: number): Point => toMetres(lng, lat)

const SUPPLY: Supply = {
  foulWorks: [{ name: '小样污水处理站', at: at(121.4357, 28.6606) }],
  waterWorks: [{ name: '小样水厂', at: at(121.4442, 28.6602), headM: 40 }],
  boosters: [],
  tanks: [{ name: '小样山高位水池', hill: at(121.4433, 28.6635), groundM: 34 }],
  gasAvenues: ['解放路'],
  gasGates: [{ name: '小样天然气门站', at: at(121.4445, 28.661) }],
  substations: [{ name: '小样变电站', at: at(121.4402, 28.6622) }],
  exchanges: [{ name: '小样通信机房', at: at(121.4357, 28.6601) }],
  tunnel: { street: '解放路', west: -Infinity, east: Infinity },
  steam: { from: at(121.4443, 28.6605), to: at(121.4402, 28.657) },
}

/** Bilinear height, the border's value outside. */
function groundOf({ west, north, east, south, columns, rows, heights }: HeightGrid): Site['ground'] {
  return (x, y) => {
    const lng = ORIGIN[0] + x / METRES_PER_DEG_LNG
    const lat = ORIGIN[1] + y / METRES_PER_DEG_LAT
    const c = Math.max(0, Math.min(columns - 1.001, ((lng - west) / (east - west)) * (columns - 1)))
    const r = Math.max(0, Math.min(rows - 1.001, ((north - lat) / (north - south)) * (rows - 1)))
    const i = Math.floor(r) * columns + Math.floor(c)
    const [u, v] = [c - Math.floor(c), r - Math.floor(r)]
    const top = heights[i]! + (heights[i + 1]! - heights[i]!) * u
    const low = heights[i + columns]! + (heights[i + columns + 1]! - heights[i + columns]!) * u
    return top + (low - top) * v
  }
}

/** Lays the networks under the tiny city's streets; its bridge is the crossing of the canal. */
export function tinyUnderground(seed: number, features: CityFeature[], heights: HeightGrid): Underground {
  const lines = features
    .filter((one) => one.layer === 'roads')
    .map((one): StreetLine => {
      const line = (one.geometry as LineString).coordinates.map((p) => toMetres(p[0]!, p[1]!))
      const { style } = one
      return {
        line,
        class: String(style.class),
        name: String(style.name ?? ''),
        widthM: Number(style.widthM),
        crossing: style.bridge === true,
      }
    })
  const streets = streetGraph(lines, () => ({ supply: 'full', year: 2008 }))
  const load = loads(streets)
  for (const one of features) {
    if (one.layer !== 'buildings') continue
    const ring = (one.geometry as Polygon).coordinates[0]!.slice(0, -1).map((p) => toMetres(p[0]!, p[1]!))
    load(ring[0]![0], ring[0]![1], String(one.style.class), area(ring) * Number(one.style.levels))
  }
  return makeUnderground({ seed, prefix: 'TINY', streets, ground: groundOf(heights) }, SUPPLY)
}
