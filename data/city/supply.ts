/** Where the networks begin and end: works, tanks, stations; placed by hand near the likely places, all made up. */
import { type Point, toMetres } from './frame.ts'

const at = (lng: number, lat: number): Point => toMetres(lng, lat)

/** A foul water treatment works. */
export interface FoulWorks {
  name: string
  at: Point
}

/** A waterworks and the head that its pumps add. */
export interface WaterWorks {
  name: string
  at: Point
  headM: number
}

/** Pumps in a main at the border of two pressure zones, which runs north to south at the first one's place. */
export interface Booster extends WaterWorks {}

/** A tank on a hillside: toward `hill`, where the ground reaches `groundM`. */
export interface TankPlan {
  name: string
  hill: Point
  groundM: number
}

/** Everything that is placed by hand for a site. */
export interface Supply {
  foulWorks: FoulWorks[]
  waterWorks: WaterWorks[]
  boosters: Booster[]
  tanks: TankPlan[]
}

/** The city's. */
export const CITY_SUPPLY: Supply = {
  foulWorks: [
    { name: '椒江污水处理厂（演示）', at: at(121.4955, 28.6655) },
    { name: '洪家污水处理厂（演示）', at: at(121.44, 28.6) },
    { name: '台州湾新区污水处理厂（演示）', at: at(121.575, 28.63) },
    { name: '章安污水处理厂（演示）', at: at(121.4535, 28.704) },
  ],
  waterWorks: [
    { name: '葭沚水厂（演示）', at: at(121.3765, 28.6435), headM: 46 },
    { name: '洪家水厂（演示）', at: at(121.4245, 28.605), headM: 42 },
    { name: '章安水厂（演示）', at: at(121.4325, 28.7235), headM: 42 },
  ],
  boosters: [
    { name: '市府大道加压站（演示）', at: at(121.499, 28.6545), headM: 9 },
    { name: '开发大道加压站（演示）', at: at(121.499, 28.631), headM: 9 },
    { name: '现代大道加压站（演示）', at: at(121.499, 28.611), headM: 9 },
  ],
  tanks: [
    { name: '枫山高位水池（演示）', hill: at(121.437, 28.6802), groundM: 38 },
    { name: '白云山高位水池（演示）', hill: at(121.4075, 28.655), groundM: 38 },
    { name: '太和山高位水池（演示）', hill: at(121.4578, 28.68), groundM: 38 },
    { name: '章安高位水池（演示）', hill: at(121.43, 28.747), groundM: 38 },
  ],
}
