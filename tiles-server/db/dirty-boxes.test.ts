/** Boxes of what changed, and the set of ids seen: properties over seeded input. */
import { expect, test } from 'vitest'
import { type Bounds, createDirtyBoxes } from './dirty-boxes.ts'
import { createIdSet } from './id-set.ts'
import { filterTar } from './slim-postgis.ts'

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('boxes stay below the limit, cover everything that was added and no more than their members', () => {
  const random = seeded(7)
  const dirty = createDirtyBoxes(500)
  const added: Bounds[] = Array.from({ length: 20_000 }, () => {
    const [west, south] = [121 + random(), 28 + random()]
    return [west, south, west + random() * 1e-4, south + random() * 1e-4]
  })
  for (const box of added) dirty.add(box)
  const boxes = dirty.boxes()
  expect(boxes.length).toBeLessThanOrEqual(500)
  const uncovered = added.filter(
    ([w, s, e, n]) => !boxes.some((box) => box[0] <= w && box[1] <= s && box[2] >= e && box[3] >= n),
  )
  expect(uncovered).toEqual([])
  const area = boxes.reduce((sum, [w, s, e, n]) => sum + (e - w) * (n - s), 0)
  expect(area).toBeLessThan(1.1)
})

test('few boxes stay as they are, also the whole world', () => {
  const dirty = createDirtyBoxes()
  dirty.add([-180, -90, 180, 90])
  dirty.add([121, 28, 121.001, 28.001])
  expect(dirty.boxes()).toEqual([
    [-180, -90, 180, 90],
    [121, 28, 121.001, 28.001],
  ])
})

test('the set knows every id it was given and no other', () => {
  const set = createIdSet()
  for (let i = 0; i < 200_000; i++) expect(set.add(`w${i}`)).toBe(true)
  for (let i = 0; i < 200_000; i += 997)
    expect([set.add(`w${i}`), set.has(`w${i}`), set.has(`n${i}`)]).toEqual([false, true, false])
  expect([set.size, set.has(''), set.add('桥'), set.has('桥')]).toEqual([200_000, false, true, true])
})

test('an archive is filtered by name; a truncated one is refused', () => {
  const entry = (name: string, content: string): Buffer => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(`${content.length.toString(8).padStart(11, '0')} `, 124)
    header.write('ustar', 257)
    return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))])
  }
  const tar = Buffer.concat([entry('a.so', 'x'.repeat(700)), entry('b.so', 'y'), Buffer.alloc(1024)])
  const small = Buffer.from(filterTar(tar, /^b/))
  expect([small.length, small.toString('latin1', 0, 4)]).toEqual([2048, 'b.so'])
  expect(() => filterTar(tar.subarray(0, 900), /b/)).toThrow('tar: truncated, got 900 bytes')
})
