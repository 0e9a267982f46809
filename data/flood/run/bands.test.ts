import { expect, test } from 'vitest'
import { emptyTrackers } from '../reference/trackers.ts'
import { bandClass, readBands } from './bands.ts'
import { memoryFiles } from './file-source.ts'

const files = (text: string) => memoryFiles(new Map([['b.json', new TextEncoder().encode(text)]]))

test('bands of the Chinese maps and of DEFRA class what a cell has seen', async () => {
  const [sl483, defra] = await readBands(files('{}'), ['sl483', 'defra'])
  const trackers = emptyTrackers(() => new Float32Array(3))
  trackers.maxDepth.set([0.5, 0.2])
  trackers.maxSpeed.set([1, 0.5])
  trackers.maxHazard.set([0.75, 0.2])
  trackers.arrival.set([7 * 3600, 60, -1])
  trackers.duration.set([13 * 3600, 60])
  const classes = (i: number) => [...sl483!.maps, ...defra!.maps].map((one) => bandClass(one, trackers, i))
  expect(classes(0)).toEqual([2, 3, 2, 3])
  expect(classes(1)).toEqual([1, 1, 1, 1])
  expect(classes(2)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
})

test.each([
  ['nonsense', 'is no JSON'],
  ['{"name":"a","maps":[]}', 'b.json'],
  [
    '{"name":"a","maps":[{"file":"../x","title":"","of":"maxDepth","unit":"m","scale":1,"limits":[1],"classes":["a","b"]}]}',
    'file name',
  ],
  [
    '{"name":"a","maps":[{"file":"x","title":"","of":"maxDepth","unit":"m","scale":1,"limits":[2,1],"classes":["a","b","c"]}]}',
    'rising',
  ],
  [
    '{"name":"a","maps":[{"file":"x","title":"","of":"maxDepth","unit":"m","scale":1,"limits":[1],"classes":["a"]}]}',
    'one class more',
  ],
])('bands that are not bands are named: %s', async (text, words) => {
  await expect(readBands(files(text), [{ file: 'b.json' }])).rejects.toThrow(words)
})
