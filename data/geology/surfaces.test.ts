/** Tops of layers on a grid. */
import { expect, test } from 'vitest'
import type { Borehole } from './borehole.ts'
import { leaveOneOut } from './leave-one-out.ts'
import { strataAlong, strataModel } from './strata.ts'
import { SURFACE_STATES, surfacesOf } from './surfaces.ts'

const STEP = 0.001
/** Holes in a row; every second one has no clay. */
function row(count: number): Borehole[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    source: 'a',
    lng: 121.4 + i * STEP,
    lat: 28.6 + (i % 3) * STEP,
    collar: 15,
    depth: 20,
    strata: [
      { top: 0, bottom: 1, code: '①', soil: 'plain-fill', name: '' },
      ...(i % 2 === 1 ? [] : [{ top: 1, bottom: 3, code: '②', soil: 'clay', name: '' }]),
      { top: i % 2 === 1 ? 1 : 3, bottom: 20, code: '③', soil: 'muck', name: '' },
    ],
    water: [{ depth: 1 + (i % 2) * 0.5, kind: 'level' as const }],
  }))
}

test('the top of a layer is that of its log at a hole, a wedge where it is missing, nothing far away', () => {
  const model = strataModel(row(2))
  const [fill, clay, muck] = surfacesOf(
    strataAlong(model, [
      [121.4, 28.6],
      [121.401, 28.601],
      [122, 28.6],
    ]),
  )
  const { ground, met, missing, unknown } = SURFACE_STATES
  expect([...fill!.state]).toEqual([ground, ground, unknown])
  expect([...clay!.state]).toEqual([met, missing, unknown])
  expect([clay!.top[0], clay!.top[1]]).toEqual([14, 14])
  expect([muck!.top[0], muck!.top[1]]).toEqual([12, 14])
  expect(clay!.top[2]).toBeNaN()
})

test('tops keep their order at every node', () => {
  const columns = strataAlong(
    strataModel(row(9)),
    Array.from({ length: 60 }, (_, i) => [121.4 + i * 0.00015, 28.6007] as const),
  )
  const surfaces = surfacesOf(columns)
  for (let node = 0; node < columns.length; node++)
    for (let s = 1; s < surfaces.length; s++)
      expect(surfaces[s]!.top[node]).toBeLessThanOrEqual(surfaces[s - 1]!.top[node]! + 1e-9)
})

test('errors are told per layer and for the water', () => {
  const errors = leaveOneOut(strataModel(row(9)))
  expect(errors.waters).toBe(9)
  expect(errors.waterMeanM).toBeGreaterThan(0)
  expect(errors.waterMeanM).toBeLessThan(0.5 + 1e-9)
  const all = [...errors.units.values()]
  expect(all.reduce((sum, { surfaces }) => sum + surfaces, 0)).toBe(errors.surfaces)
  expect(all.reduce((sum, { surfaces, meanM }) => sum + surfaces * meanM, 0) / errors.surfaces).toBeCloseTo(
    errors.meanM,
    9,
  )
})
