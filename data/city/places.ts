/** Names on the map: towns, islands, hills, well-known places at their real positions, and the generated villages and parks. */
import type { CityFeature } from '../geo/city-feature.ts'
import { feature } from './feature.ts'
import { type Point, toDegrees, toMetres } from './frame.ts'
import { parkName } from './land.ts'
import { nameHash, villageName } from './names.ts'
import type { Plan } from './plan.ts'
import { centroid } from './polygon.ts'

type Spot = [name: string, nameEn: string, kind: string, rank: number, lng: number, lat: number]

/** Real places; positions good to some hundred metres. */
const SPOTS: Spot[] = [
  ['台州市', 'Taizhou', 'city', 1, 121.4275, 28.6605],
  ['椒江区', 'Jiaojiang', 'district', 2, 121.4405, 28.6705],
  ['路桥区', 'Luqiao', 'district', 2, 121.374, 28.58],
  ['黄岩区', 'Huangyan', 'district', 2, 121.263, 28.648],
  ['杜桥镇', 'Duqiao', 'town', 4, 121.545, 28.757],
  ['金清镇', 'Jinqing', 'town', 4, 121.51, 28.498],
  ['泽国镇', 'Zeguo', 'town', 4, 121.36, 28.513],
  ['市民广场', 'Civic Square', 'poi', 5, 121.4275, 28.6645],
  ['台州市人民政府', 'Taizhou Municipal Government', 'government', 5, 121.4275, 28.6672],
  ['海门老街', 'Haimen Old Street', 'poi', 6, 121.4475, 28.6832],
  ['海门港', 'Haimen Port', 'port', 5, 121.4565, 28.6822],
  ['台州站', 'Taizhou Railway Station', 'station', 5, 121.3675, 28.6672],
  ['台州学院', 'Taizhou University', 'school', 6, 121.3865, 28.6575],
  ['台州市中心医院', 'Taizhou Central Hospital', 'hospital', 6, 121.3925, 28.652],
  ['大陈岛', 'Dachen Island', 'island', 4, 121.892, 28.464],
  ['上大陈岛', 'Upper Dachen', 'island', 5, 121.89, 28.493],
  ['下大陈岛', 'Lower Dachen', 'island', 5, 121.891, 28.443],
  ['一江山岛', 'Yijiangshan Island', 'island', 5, 121.811, 28.606],
  ['头门岛', 'Toumen Island', 'island', 5, 121.784, 28.694],
  ['东矶岛', 'Dongji Island', 'island', 6, 121.922, 28.714],
  ['雀儿岙岛', "Que'er'ao Island", 'island', 6, 121.87, 28.745],
  ['黄礁岛', 'Huangjiao Island', 'island', 6, 121.613, 28.523],
  ['三江口', 'Sanjiangkou', 'poi', 6, 121.3625, 28.6972],
  ['台州湾', 'Taizhou Bay', 'other', 3, 121.68, 28.655],
  ['枫山', 'Mount Feng', 'peak', 6, 121.4372, 28.6801],
  ['白云山', 'Mount Baiyun', 'peak', 6, 121.4075, 28.6555],
  ['太湖山', 'Mount Taihu', 'peak', 7, 121.3848, 28.644],
  ['太和山', 'Mount Taihe', 'peak', 7, 121.4578, 28.68],
]

/** Places from the most important to the least. */
export function* placeFeatures(plan: Plan): Iterable<CityFeature> {
  let n = 0
  const make = (at: Point, kind: string, name: string, nameEn: string, rank: number) =>
    feature(
      'places',
      `JJ-P-${++n}`,
      { type: 'Point', coordinates: toDegrees(at) },
      nameEn ? { class: kind, name, nameEn, rank } : { class: kind, name, rank },
    )
  for (const [name, nameEn, kind, rank, lng, lat] of SPOTS) yield make(toMetres(lng, lat), kind, name, nameEn, rank)
  for (const town of plan.towns) yield make(town.label, 'town', town.name, town.nameEn, town.official ? 3 : 4)
  for (const [k, village] of plan.islands.villages.entries())
    yield make(village.at, 'village', villageName(nameHash(plan.seed, k, 7)), '', 8)
  for (const index of plan.active) {
    let before: Point | null = null
    for (const block of plan.quarter(index).blocks) {
      const at = centroid(block.yard.length > 2 ? block.yard : block.ring)
      if (block.use === 'park' && block.yard.length > 2) yield make(at, 'park', parkName(block), '', 8)
      if (block.use !== 'village' || block.yard.length < 3) continue
      // the blocks of one village follow one another: its name once
      if (before && Math.hypot(at[0] - before[0], at[1] - before[1]) < 450) continue
      before = at
      yield make(at, 'village', villageName(nameHash(plan.seed, at[0], at[1])), '', 8)
    }
  }
}
