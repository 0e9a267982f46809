/** The open water: sea with its depth bands, the river up to the extent's edge. */
import type { CityFeature } from '../geo/city-feature.ts'
import type { Shores } from './coast.ts'
import { contourRings } from './contours.ts'
import { feature, polygon } from './feature.ts'
import { EXTENT_M, type Point } from './frame.ts'
import { inside } from './polygon.ts'
import type { Relief } from './relief.ts'

/** The sea, the river, then the sea bands of 2, 5 and 10 m and more, each inside the one before. */
export function* waterFeatures(shores: Shores, relief: Relief): Iterable<CityFeature> {
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
    for (const { outer, holes } of contourRings(relief.grid, -depth)) {
      yield feature('water', `JJ-W-SEA-${depth}-${++k}`, polygon(outer, holes), { class: 'sea', depth })
    }
  }
}
