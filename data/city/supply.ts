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

/** A station of gas, power or telecom. */
export interface Station {
  name: string
  at: Point
}

/** Everything that is placed by hand for a site. */
export interface Supply {
  foulWorks: FoulWorks[]
  waterWorks: WaterWorks[]
  boosters: Booster[]
  tanks: TankPlan[]
  gasAvenues: string[]
  gasGates: Station[]
  substations: Station[]
  exchanges: Station[]
  /** the avenue with the utility tunnel, and between which x it runs; null: none */
  tunnel: { street: string; west: number; east: number } | null
  /** from the power station to the works at the line's end; null: no steam */
  steam: { from: Point; to: Point } | null
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
    { name: '葭沚水厂（演示）', at: at(121.3765, 28.6435), headM: 42 },
    { name: '洪家水厂（演示）', at: at(121.4245, 28.605), headM: 40 },
    { name: '章安水厂（演示）', at: at(121.4325, 28.7235), headM: 42 },
  ],
  boosters: [
    { name: '市府大道加压站（演示）', at: at(121.499, 28.6545), headM: 3 },
    { name: '开发大道加压站（演示）', at: at(121.499, 28.631), headM: 3 },
    { name: '现代大道加压站（演示）', at: at(121.499, 28.611), headM: 3 },
  ],
  tanks: [
    { name: '枫山高位水池（演示）', hill: at(121.437, 28.6802), groundM: 36 },
    { name: '白云山高位水池（演示）', hill: at(121.4075, 28.655), groundM: 36 },
    { name: '章安高位水池（演示）', hill: at(121.4385, 28.7415), groundM: 38 },
  ],
  gasAvenues: ['台州大道', '开发大道', '疏港大道'],
  gasGates: [
    { name: '椒江天然气门站（演示）', at: at(121.397, 28.64) },
    { name: '章安天然气门站（演示）', at: at(121.41, 28.714) },
  ],
  substations: [
    { name: '110kV 海门变电站（演示）', at: at(121.4455, 28.6765) },
    { name: '110kV 葭沚变电站（演示）', at: at(121.394, 28.6765) },
    { name: '110kV 市府变电站（演示）', at: at(121.4285, 28.6585) },
    { name: '220kV 洪家变电站（演示）', at: at(121.416, 28.6225) },
    { name: '110kV 下陈变电站（演示）', at: at(121.46, 28.607) },
    { name: '110kV 三甲变电站（演示）', at: at(121.505, 28.637) },
    { name: '110kV 聚海变电站（演示）', at: at(121.545, 28.645) },
    { name: '110kV 章安变电站（演示）', at: at(121.43, 28.71) },
  ],
  exchanges: [
    { name: '海门通信机房（演示）', at: at(121.447, 28.68) },
    { name: '市府通信机房（演示）', at: at(121.425, 28.663) },
    { name: '洪家通信机房（演示）', at: at(121.405, 28.617) },
    { name: '三甲通信机房（演示）', at: at(121.503, 28.635) },
    { name: '章安通信机房（演示）', at: at(121.42, 28.709) },
  ],
  tunnel: { street: '市府大道', west: at(121.398, 28.66)[0], east: at(121.49, 28.66)[0] },
  steam: { from: at(121.487, 28.668), to: at(121.522, 28.618) },
}
