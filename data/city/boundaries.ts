/** The streets and towns of the district: shared border lines and stretches of the shore, joined to rings without gap or overlap. */
import type { CityFeature } from '../geo/city-feature.ts'
import { nearestVertex, type Shores } from './coast.ts'
import { closedRing, feature } from './feature.ts'
import { type Point, toMetres } from './frame.ts'
import { area, centroid, inside, type Ring } from './polygon.ts'

/** A street or town with its rings in metres. */
export interface Town {
  id: string
  name: string
  nameEn: string
  /** one of the district's nine real streets and towns; the others are well-known areas in it */
  official: boolean
  rings: Ring[]
  label: Point
}

const NODES: Record<string, [number, number]> = {
  g: [121.353, 28.652],
  w: [121.354, 28.592],
  h: [121.397, 28.6545],
  m: [121.4035, 28.6625],
  i: [121.462, 28.6605],
  j: [121.497, 28.6545],
  n: [121.463, 28.6365],
  o: [121.3955, 28.637],
  p: [121.434, 28.638],
  q: [121.488, 28.632],
  s1: [121.434, 28.591],
  s2: [121.488, 28.586],
  s3: [121.535, 28.576],
  t: [121.531, 28.624],
  n1: [121.365, 28.746],
  n2: [121.42, 28.752],
  n4: [121.447, 28.7505],
  n5: [121.472, 28.757],
  n6: [121.507, 28.745],
}
/** Places on the shores, moved to the nearest vertex of them: S south, N north. */
const ANCHORS: Record<string, [number, number]> = {
  SA: [121.352, 28.6885],
  SB: [121.408, 28.685],
  SK: [121.471, 28.676],
  SC: [121.4975, 28.6675],
  SD: [121.534, 28.668],
  SE: [121.6125, 28.6],
  SF: [121.6118, 28.566],
  NA: [121.347, 28.7095],
  NB: [121.443, 28.696],
  NC: [121.523, 28.6925],
}
const WIGGLE = 160

const TOWNS: [id: string, name: string, nameEn: string, official: boolean, ring: string][] = [
  ['haimen', '海门街道', 'Haimen Subdistrict', true, 'm i SK ~ SB m'],
  ['baiyun', '白云街道', 'Baiyun Subdistrict', true, 'h o p n i m h'],
  ['jiazhi', '葭沚街道', 'Jiazhi Subdistrict', true, 'SA g h m SB ~ SA'],
  ['hongjia', '洪家街道', 'Hongjia Subdistrict', true, 'g w s1 p o h g'],
  ['xiachen', '下陈街道', 'Xiachen Subdistrict', true, 'p s1 s2 q n p'],
  ['sanjia', '三甲街道', 'Sanjia Subdistrict', true, 'n q s2 s3 t SD ~ SC j i n'],
  ['zhangan', '章安街道', "Zhang'an Subdistrict", true, 'NA ~ NB n4 n2 n1 NA'],
  ['qiansuo', '前所街道', 'Qiansuo Subdistrict', true, 'NB ~ NC n6 n5 n4 NB'],
  ['waisha', '外沙岩头片区', 'Waisha–Yantou area', false, 'i j SC ~ SK i'],
  ['taizhouwan', '台州湾新区', 'Taizhou Bay New Area', false, 't SE ~ SD t'],
  ['nongchang', '椒江农场', 'Jiaojiang Farm', false, 's3 SF ~ SE t s3'],
]

/** A border between two nodes, bent a little, the same from either side. */
function borderLine(from: string, to: string, at: (name: string) => Point): Point[] {
  const swap = from > to
  const [a, b] = swap ? [at(to), at(from)] : [at(from), at(to)]
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  const steps = Math.max(2, Math.round(length / 500))
  const line: Point[] = []
  for (let k = 0; k <= steps; k++) {
    const t = k / steps
    const off =
      k === 0 || k === steps
        ? 0
        : WIGGLE * Math.sin(7.1 * t + a[0] * 0.013) * Math.sin(Math.PI * t) * Math.min(1, length / 3000)
    line.push([
      a[0] + (b[0] - a[0]) * t - ((b[1] - a[1]) / length) * off,
      a[1] + (b[1] - a[1]) * t + ((b[0] - a[0]) / length) * off,
    ])
  }
  return swap ? line.reverse() : line
}

/** The twelve, the islands' town last. */
export function makeTowns(shores: Shores): Town[] {
  const index: Record<string, number> = {}
  for (const [name, p] of Object.entries(ANCHORS))
    index[name] = nearestVertex(name[0] === 'S' ? shores.south : shores.north, toMetres(p[0], p[1]))
  const at = (name: string): Point => {
    const node = NODES[name]
    if (node) return toMetres(node[0], node[1])
    return (name[0] === 'S' ? shores.south : shores.north)[index[name]!]!
  }
  const towns: Town[] = TOWNS.map(([id, name, nameEn, official, words]) => {
    const ring: Ring = []
    const list = words.split(' ')
    for (let k = 0; k + 1 < list.length; k++) {
      if (list[k] === '~') continue
      if (list[k + 1] === '~') {
        const line = list[k]![0] === 'S' ? shores.south : shores.north
        const [a, b] = [index[list[k]!]!, index[list[k + 2]!]!]
        const part = line.slice(Math.min(a, b), Math.max(a, b) + 1)
        if (a > b) part.reverse()
        ring.push(...part.slice(0, -1))
      } else ring.push(...borderLine(list[k]!, list[k + 1]!, at).slice(0, -1))
    }
    if (area(ring) < 0) ring.reverse()
    const c = centroid(ring)
    return { id, name, nameEn, official, rings: [ring], label: c }
  })
  const islands = shores.islands.filter((ring) => {
    const [x, y] = centroid(ring)
    const [ax, ay] = toMetres(121.7, 28.4)
    const [bx, by] = toMetres(122.05, 28.66)
    return x > ax && y > ay && x < bx && y < by
  })
  towns.push({
    id: 'dachen',
    name: '大陈镇',
    nameEn: 'Dachen Town',
    official: true,
    rings: islands,
    label: toMetres(121.888, 28.462),
  })
  return towns
}

/** The town that a point of the frame lies in, null outside the district. */
export function townAt(towns: Town[], x: number, y: number): Town | null {
  return towns.find((town) => town.rings.some((ring) => inside(x, y, ring))) ?? null
}

/** The district's mainland outline, south and north of the river, from the same lines. */
function district(towns: Town[]): Ring[] {
  // edges that only one town has, joined end to end: the outline
  const next = new Map<string, { to: string; p: Point }>()
  const key = (p: Point) => `${p[0].toFixed(2)} ${p[1].toFixed(2)}`
  for (const town of towns.slice(0, -1)) {
    for (const ring of town.rings) {
      ring.forEach((p, i) => {
        const q = ring[(i + 1) % ring.length]!
        const back = `${key(q)}|${key(p)}`
        if (!next.delete(back)) next.set(`${key(p)}|${key(q)}`, { to: key(q), p })
      })
    }
  }
  const from = new Map<string, { to: string; p: Point }>()
  for (const [name, edge] of next) from.set(name.split('|')[0]!, edge)
  const rings: Ring[] = []
  for (const start of [...from.keys()]) {
    const ring: Ring = []
    for (let k = start; from.has(k); ) {
      const edge = from.get(k)!
      from.delete(k)
      ring.push(edge.p)
      k = edge.to
    }
    if (ring.length > 3) rings.push(ring)
  }
  return [...rings, ...towns.at(-1)!.rings]
}

/** District and towns as features. */
export function* boundaryFeatures(towns: Town[]): Iterable<CityFeature> {
  const multi = (rings: Ring[]) => ({
    type: 'MultiPolygon' as const,
    coordinates: rings.map((ring) => [closedRing(ring)]),
  })
  yield feature('boundaries', 'JJ-B-DISTRICT', multi(district(towns)), {
    class: 'district',
    name: '椒江区',
    nameEn: 'Jiaojiang District',
  })
  for (const town of towns) {
    const geometry =
      town.rings.length === 1
        ? { type: 'Polygon' as const, coordinates: [closedRing(town.rings[0]!)] }
        : multi(town.rings)
    yield feature(
      'boundaries',
      `JJ-B-${town.id}`,
      geometry,
      { class: 'town', name: town.name, nameEn: town.nameEn },
      { official: town.official },
    )
  }
}
