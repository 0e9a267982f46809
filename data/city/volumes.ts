/** Made rights in space: one tower by floor and unit, and volumes below ground (metro, parking, civil defence), all synthetic. */
import type { Polygon } from 'geojson'
import type { CityFeature, Style } from '../geo/city-feature.ts'
import { undulation } from '../geo/geoid.ts'
import { longestSide, sliceRing } from '../geo/slice-ring.ts'
import { feature, polygon } from './feature.ts'
import { type Point, toDegrees, toMetres } from './frame.ts'
import { area, centroid, type Ring } from './polygon.ts'

/** Ground of a site, orthometric metres at metres of the frame. */
export type Ground = (x: number, y: number) => number

/** What a site's made rights are called and where they lie. */
export interface RightsSite {
  prefix: string
  ground: Ground
  /** middle of the volumes, metres of the frame */
  middle: Point
}

const cm = (value: number): number => Math.round(value * 100) / 100
/** 19 characters of a parcel: Jiaojiang, a district and sub-district of the demonstration, right and number. */
const parcel = (right: string, number: number): string => `331002999001${right}${String(number).padStart(5, '0')}`

const FAMILY = '王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗'
const STATUS = ['registered', 'registered', 'registered', 'mortgaged', 'registered', 'notice', 'registered', 'pending']

/** Shares of a floor along its longer side: two units, stairs and lifts, two units. */
const PARTS: { from: number; to: number; room: string }[] = [
  { from: 0, to: 0.23, room: '01' },
  { from: 0.23, to: 0.45, room: '02' },
  { from: 0.45, to: 0.55, room: '' },
  { from: 0.55, to: 0.77, room: '03' },
  { from: 0.77, to: 1, room: '04' },
]

/** A building by floor and unit: each floor's units and its stairs; the code's building number is 1. */
export function* towerUnits(building: CityFeature, { prefix, ground }: RightsSite): Iterable<CityFeature> {
  const ring = (building.geometry as Polygon).coordinates[0]!.slice(0, -1).map((p) => toMetres(p[0]!, p[1]!))
  const { along, low, high } = longestSide(ring)
  const [x, y] = centroid(ring)
  const [lng, lat] = toDegrees([x, y])
  const foot = ground(x, y) + undulation(lng, lat)
  const levels = Number(building.style.levels)
  const rise = (Number(building.style.height) - Number(building.style.roofHeight ?? 0)) / levels
  let n = 0
  for (let floor = 1; floor <= levels; floor++) {
    for (const { from, to, room } of PARTS) {
      const part = sliceRing(ring, along, low + from * (high - low), low + to * (high - low)) as Ring
      if (part.length < 3) continue
      n++
      const bounds = { bottom: cm(foot + (floor - 1) * rise), top: cm(foot + floor * rise) }
      const number = `1${String(floor).padStart(2, '0')}${room || '00'}`.slice(1)
      const code = `${parcel('GB', 1)}F0001${number}`
      const shop = floor <= 2
      const style: Style = {
        class:
          room === ''
            ? 'common'
            : shop
              ? 'commercial'
              : String(building.style.class) === 'office'
                ? 'office'
                : 'residential',
        ...bounds,
        building: building.id,
        floor,
        ...(room === '' ? {} : { room: `${floor}${room}`, code, name: `${floor}${room}室` }),
        area: cm(Math.abs(area(part))),
        status: room === '' ? 'registered' : STATUS[(floor * 7 + n * 3) % STATUS.length]!,
        owner: room === '' ? '全体业主' : `${FAMILY[(floor * 5 + n * 11) % FAMILY.length]}*`,
      }
      yield feature('units', `${prefix}-U${String(n).padStart(4, '0')}`, polygon(part), style, { 层高: cm(rise) })
    }
  }
}

interface Room {
  name: string
  nameEn: string
  class: string
  status: string
  owner: string
  /** west, south, east, north of the middle, metres */
  box: [number, number, number, number]
  /** metres below the ground: upper and lower end */
  from: number
  to: number
}

const ROOMS: Room[] = [
  {
    name: '市民广场地下停车库',
    nameEn: 'Civic Square Car Park',
    class: 'parking',
    status: 'registered',
    owner: '椒江演示城投公司',
    box: [-90, -70, 20, 30],
    from: 1.5,
    to: 9,
  },
  {
    name: '广场地下商业街',
    nameEn: 'Square Mall',
    class: 'commercial',
    status: 'mortgaged',
    owner: '椒江演示商业公司',
    box: [26, -70, 110, 30],
    from: 1.2,
    to: 7,
  },
  {
    name: '平战结合人防工程',
    nameEn: 'Civil Defence Works',
    class: 'civil-defence',
    status: 'registered',
    owner: '椒江演示人防中心',
    box: [-90, -70, 20, -10],
    from: 9.2,
    to: 14,
  },
  {
    name: '市民广场站',
    nameEn: 'Civic Square Station',
    class: 'metro',
    status: 'registered',
    owner: '台州演示轨道公司',
    box: [-105, 42, 105, 66],
    from: 6,
    to: 22,
  },
  {
    name: '区间隧道（西）',
    nameEn: 'Running Tunnel West',
    class: 'metro',
    status: 'registered',
    owner: '台州演示轨道公司',
    box: [-420, 47, -106, 61],
    from: 14,
    to: 21,
  },
  {
    name: '区间隧道（东，规划）',
    nameEn: 'Running Tunnel East (planned)',
    class: 'metro',
    status: 'planned',
    owner: '台州演示轨道公司',
    box: [106, 47, 420, 61],
    from: 14,
    to: 21,
  },
  {
    name: '站厅连接通道',
    nameEn: 'Station Passage',
    class: 'passage',
    status: 'disputed',
    owner: '椒江演示商业公司',
    box: [60, 30.5, 68, 41.5],
    from: 3,
    to: 7,
  },
  {
    name: '地下变电站',
    nameEn: 'Underground Substation',
    class: 'utility',
    status: 'pending',
    owner: '椒江演示供电中心',
    box: [-130, -60, -98, -30],
    from: 2,
    to: 12,
  },
]

/** Made volumes below the ground around a site's middle. */
export function* madeVolumes({ prefix, ground, middle }: RightsSite): Iterable<CityFeature> {
  let n = 0
  for (const { name, nameEn, class: kind, status, owner, box, from, to } of ROOMS) {
    n++
    const [w, s, e, north] = box
    const ring: Ring = [
      [middle[0] + w, middle[1] + s],
      [middle[0] + e, middle[1] + s],
      [middle[0] + e, middle[1] + north],
      [middle[0] + w, middle[1] + north],
    ]
    const [x, y] = centroid(ring)
    const [lng, lat] = toDegrees([x, y])
    const level = ground(x, y) + undulation(lng, lat)
    const code = `${parcel('GX', n)}F${String(n).padStart(4, '0')}0001`
    const style: Style = {
      class: kind,
      name,
      nameEn,
      bottom: cm(level - to),
      top: cm(level - from),
      code,
      status,
      owner,
    }
    const volumeM3 = Math.round(Math.abs(area(ring)) * (to - from))
    yield feature('volumes', `${prefix}-V${String(n).padStart(3, '0')}`, polygon(ring), style, {
      权利类型: '国有建设用地使用权（地下）',
      体积: volumeM3,
      顶板埋深: from,
      底板埋深: to,
    })
  }
}
