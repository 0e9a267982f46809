/** Tests of the section box: its ends never cross, and a whole box is none. */
import { expect, test } from 'vitest'
import { movedBox } from './section-box.tsx'

const bounds = [0, 0, -2, 10, 20, 8]

test('an end pushes the other before it; other axes stay; all in the box is no box', () => {
  expect(movedBox(bounds, undefined, 'z', 1, 3)).toEqual({ z: [-2, 3] })
  expect(movedBox(bounds, { z: [1, 3], x: [2, 4] }, 'z', 0, 5)).toEqual({ x: [2, 4], z: [5, 5] })
  expect(movedBox(bounds, { z: [-2, 3] }, 'z', 1, 8)).toBeUndefined()
  const spec = { model: 'm', z: [-2, 3] as [number, number] }
  expect(movedBox(bounds, spec, 'z', 1, 8)).toBeUndefined()
})

test('the last place of a slider whose steps do not fill the model is the end of the model', () => {
  // 7.47 m in steps of 2 cm: the slider stops at 7.76
  expect(movedBox([0, 0, 0.3, 1, 1, 7.77], { z: [0.3, 5] }, 'z', 1, 7.76)).toBeUndefined()
  expect(movedBox([0, 0, 0.3, 1, 1, 7.77], { z: [0.3, 5] }, 'z', 1, 7.74)).toEqual({ z: [0.3, 7.74] })
})
