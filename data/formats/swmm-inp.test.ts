import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSwmmInp, type SwmmInp, swmmHours, swmmUnits } from './swmm-inp.ts'
import { writeSwmmInp } from './swmm-inp-write.ts'

const SMALL = `[TITLE]
A "title" with ; signs
[OPTIONS]
FLOW_UNITS LPS   ; litres
START_DATE 06/01/2026

[JUNCTIONS]
;;Name Elevation
; the first manhole
"Main St" 10.5 2 0 0 0 ; a comment
J2 9.5
[OUTFALLS]
O1 9 FREE NO
O2 9 FIXED 9.5 YES J2
[CONDUITS]
C1 "Main St" J2 100 0.013 0 * 0 0
[XSECTIONS]
C1 CIRCULAR 0.6 0 0 0 2
C2 CUSTOM 1.2 Shape1 0 0 1
C3 IRREGULAR River
[CURVES]
P1 PUMP4 0 10
P1 5 20 6 21
[TIMESERIES]
TS1 06/01/2026 0:30 1.5 1:00 2
TS1 06/02/2026 0:00 3
TS2 FILE "my file.dat"
[OUTLETS]
OL1 J2 O1 0 TABULAR/DEPTH R1 YES
[VERTICES]
C1 1 2
C1 3 4
[POLLUTANTS]
Lead UG/L 0 0 0 0 NO TSS 0.2
[LID_CONTROLS]
Green BC
`

const bare = (inp: SwmmInp) =>
  JSON.parse(JSON.stringify(inp, (key, value) => (key === 'line' || key === 'problems' ? undefined : value)))

test('sections, comments, quotes and defaults are read', () => {
  const inp = readSwmmInp(SMALL)
  expect(inp.problems).toEqual([])
  expect(inp.title).toEqual(['A "title" with ; signs'])
  expect(inp.junctions[0]).toMatchObject({
    name: 'Main St',
    elevation: 10.5,
    maxDepth: 2,
    description: 'the first manhole',
  })
  expect(inp.junctions[1]).toMatchObject({ name: 'J2', maxDepth: 0 })
  expect(inp.outfalls).toMatchObject([
    { type: 'FREE', data: '', gated: false },
    { type: 'FIXED', data: '9.5', gated: true, routeTo: 'J2' },
  ])
  expect(inp.conduits[0]).toMatchObject({ from: 'Main St', length: 100, outOffset: '*' })
  expect(inp.xsections[0]).toMatchObject({ shape: 'CIRCULAR', geom: [0.6, 0, 0, 0], barrels: 2 })
  expect(inp.xsections[1]).toMatchObject({ shape: 'CUSTOM', geom: [1.2, 0, 0, 0], name: 'Shape1' })
  expect(inp.xsections[2]).toMatchObject({ shape: 'IRREGULAR', name: 'River' })
  expect(inp.curves[0]).toMatchObject({
    type: 'PUMP4',
    points: [
      [0, 10],
      [5, 20],
      [6, 21],
    ],
  })
  expect(inp.timeseries[0]!.points).toEqual([
    { date: '06/01/2026', hours: 0.5, value: 1.5 },
    { date: '06/01/2026', hours: 1, value: 2 },
    { date: '06/02/2026', hours: 0, value: 3 },
  ])
  expect(inp.timeseries[1]!.file).toBe('my file.dat')
  expect(inp.outlets[0]).toMatchObject({ rating: 'R1', exponent: 0, gated: true })
  expect(inp.other.map(({ name }) => name)).toEqual(['POLLUTANTS', 'LID_CONTROLS'])
})

test('what is written reads the same', () => {
  const inp = readSwmmInp(SMALL)
  expect(bare(readSwmmInp(writeSwmmInp(inp)))).toEqual(bare(inp))
})

test('units are those of FLOW_UNITS', () => {
  expect(swmmUnits({ FLOW_UNITS: 'LPS' })).toMatchObject({ metric: true, flowM3s: 0.001, lengthM: 1 })
  expect(swmmUnits({}).flowM3s).toBeCloseTo(0.0283168, 6)
  expect(swmmUnits({ FLOW_UNITS: 'mgd' }).flowM3s).toBeCloseTo(0.0438126, 6)
  expect(() => swmmUnits({ FLOW_UNITS: 'BUCKETS' })).toThrow('BUCKETS; expected CFS | GPM')
  expect(swmmHours('1:30:36')).toBeCloseTo(1.51, 9)
  expect(swmmHours('.5')).toBe(0.5)
})

test('rows that cannot be read are named with their line, the rest is kept', () => {
  const inp = readSwmmInp(
    '[JUNCTIONS]\nA NaN\nB 1 Infinity\nC 2\n[CONDUITS]\nX A B\n[TIMESERIES]\nT 0:00 NaN\nT 25h 1\n[XSECTIONS]\nX CIRCULAR abc\n[CURVES]\nQ STORAGE 1 2 3\n[STORAGE]\nS "open\n[UNKNOWN\nwords',
    'bad.inp',
  )
  const messages = inp.problems.map(({ message }) => message).join('\n')
  expect(inp.junctions.map(({ name }) => name)).toEqual(['C'])
  expect(messages).toContain('bad.inp, line 2: [JUNCTIONS] A: elevation is "NaN"; expected a number')
  expect(messages).toContain('line 6: [CONDUITS] X: length is missing')
  expect(messages).toContain('series T: value is "NaN"')
  expect(messages).toContain('time is "25h"')
  expect(messages).toContain('geometry is "abc"')
  expect(messages).toContain('an x without its y')
  expect(messages).toContain('a quote is not closed')
  expect(messages).toContain('is not closed')
})

test('what is no SWMM file is refused, whatever its bytes', () => {
  expect(() => readSwmmInp('', 'empty.inp')).toThrow('empty.inp: has no [SECTION]')
  expect(() => readSwmmInp('[PIPES]\nP1 A B 1 1 1 1')).toThrow('an EPANET network')
  let seed = 7
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  for (let k = 0; k < 200; k++) {
    const cut = SMALL.slice(0, Math.floor(random() * SMALL.length))
    const at = Math.floor(random() * cut.length)
    const text = `${cut.slice(0, at)}${String.fromCharCode(Math.floor(random() * 300))}${cut.slice(at)}`
    try {
      readSwmmInp(text)
    } catch (error) {
      expect(String(error)).toMatch(/SWMM|SECTION/)
    }
  }
})

const folder = '../shared/data/pipes/swmm/data'
test.skipIf(!existsSync(folder))('all SWMM examples come back as they were (needs ../shared/data)', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.inp'))) {
    const inp = readSwmmInp(readFileSync(`${folder}/${file}`, 'latin1'), file)
    expect(inp.problems, file).toEqual([])
    expect(bare(readSwmmInp(writeSwmmInp(inp), file)), file).toEqual(bare(inp))
  }
})

const malformed = '../shared/data/pipes/epanet/malformed'
test.skipIf(!existsSync(malformed))('malformed EPANET networks are refused by name (needs ../shared/data)', () => {
  for (const file of readdirSync(malformed)) {
    expect(() => readSwmmInp(readFileSync(`${malformed}/${file}`, 'latin1'), file), file).toThrow('EPANET')
  }
})
