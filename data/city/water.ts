/** The water: sea with its depth bands, the river up to the extent's edge, canals, reservoirs, ponds. */
import type { CityFeature } from '../geo/city-feature.ts'
import { contourRings } from './contours.ts'
import { feature, polygon } from './feature.ts'
import { EXTENT_M, type Point, toMetres } from './frame.ts'
import type { Plan } from './plan.ts'
import { inside, strip } from './polygon.ts'
import { RESERVOIRS } from './ridges.ts'

/** The sea, the river, canals, reservoirs, ponds; of the sea first the whole, then the sea bands of 2, 5 and 10 m and more, each inside the one before. */
export function* waterFeatures(plan: Plan): Iterable<CityFeature> {
  const { shores, relief } = plan
  const [, s, e, n] = EXTENT_M
  const { north, wedge, south, mouthNorth, mouthSouth } = shores
  const sea: Point[] = [...south.slice(mouthSouth), [e, s], [e, n], ...north.slice(0, mouthNorth + 1)]
  const river: Point[] = [...north.slice(mouthNorth), ...wedge, ...south.slice(0, mouthSouth + 1)]
  const holes = shores.islands.filter((ring) => inside(ring[0]![0], ring[0]![1], sea))
  yield feature('water', 'JJ-W-SEA', polygon(sea, holes), {
    class: 'sea',
    depth: 0,
    name: '台州湾',
    nameEn: 'Taizhou Bay',
  })
  yield feature('water', 'JJ-W-RIVER', polygon(river), {
    class: 'river',
    name: '椒江',
    nameEn: 'Jiao River',
    widthM: 900,
  })
  for (const depth of [2, 5, 10, 15]) {
    let k = 0
    for (const { outer, holes } of contourRings(relief.grid, (h) => -depth - h)) {
      yield feature('water', `JJ-W-SEA-${depth}-${++k}`, polygon(outer, holes), { class: 'sea', depth })
    }
  }
  for (const [k, { course, line }] of plan.net.canals.entries()) {
    yield feature('water', `JJ-W-C${k + 1}`, polygon(strip(line, course.widthM)), {
      class: 'canal',
      name: course.name,
      nameEn: course.nameEn,
      widthM: course.widthM,
    })
  }
  for (const [k, lake] of RESERVOIRS.entries()) {
    const [x, y] = toMetres(lake.at[0], lake.at[1])
    const ring = Array.from({ length: 40 }, (_, i): Point => {
      const a = (i * Math.PI) / 20
      const r = lake.radius * (0.86 + 0.1 * Math.sin(3 * a + k) + 0.06 * Math.sin(5 * a + 2 * k))
      return [x + r * Math.cos(a), y + r * Math.sin(a)]
    })
    yield feature('water', `JJ-W-R${k + 1}`, polygon(ring), {
      class: 'reservoir',
      name: lake.name,
      nameEn: lake.nameEn,
    })
  }
  let ponds = 0
  for (const index of plan.active) {
    for (const block of plan.quarter(index).blocks) {
      if (block.use === 'pond' && block.yard.length > 2)
        yield feature('water', `JJ-W-P${++ponds}`, polygon(block.yard), { class: 'pond' })
    }
  }
}
