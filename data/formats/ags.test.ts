/** AGS: both versions, round trip, and files that are damaged. */
import { expect, test } from 'vitest'
import { agsRecords, agsUnitM, isAgs, readAgs, writeAgs } from './ags.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const AGS4 = `"GROUP","PROJ"\r\n"HEADING","PROJ_ID","PROJ_NAME"\r\n"UNIT","",""\r\n"TYPE","ID","X"\r\n"DATA","P1","Quay, ""north"""\r\n\r\n"GROUP","LOCA"\r\n"HEADING","LOCA_ID","LOCA_NATE","LOCA_NATN","LOCA_GL"\r\n"UNIT","","m","m","m"\r\n"TYPE","ID","2DP","2DP","2DP"\r\n"DATA","BH1","523145.00","178456.12","10.50"\r\n"DATA","BH2","523190.00","178430.00",""\r\n`
const AGS3 = `"**PROJ"\n"*PROJ_ID","*PROJ_NAME"\n"<UNITS>",""\n"P1","Old road"\n\n"**HOLE"\n"*HOLE_ID","*HOLE_NATE","*HOLE_NATN"\n"*HOLE_GL","*HOLE_FDEP"\n"<UNITS>","m","m","m","ft"\n"BH1","100.0","200.0","5.5","30"\n\n"**GEOL"\n"*HOLE_ID","*GEOL_TOP","*GEOL_BASE","*GEOL_DESC"\n"<UNITS>","m","m",""\n"BH1","0.00","1.20","MADE GROUND: brick"\n"<CONT>","",""," and ash"\n`

test('AGS 4 is read with units, quotes and empty values', () => {
  const file = readAgs(bytes(AGS4))
  expect(file).toMatchObject({ version: 4, problems: [] })
  expect([...file.groups.keys()]).toEqual(['PROJ', 'LOCA'])
  expect(agsRecords(file, 'PROJ')[0]!.values.PROJ_NAME).toBe('Quay, "north"')
  expect(agsRecords(file, 'LOCA').map(({ values }) => values)).toEqual([
    { LOCA_ID: 'BH1', LOCA_NATE: '523145.00', LOCA_NATN: '178456.12', LOCA_GL: '10.50' },
    { LOCA_ID: 'BH2', LOCA_NATE: '523190.00', LOCA_NATN: '178430.00', LOCA_GL: '' },
  ])
  expect(agsUnitM(file, 'LOCA', 'LOCA_GL')).toBe(1)
  expect(agsRecords(file, 'GEOL')).toEqual([])
})

test('what is written is read again', () => {
  const { groups } = readAgs(bytes(AGS4))
  const text = writeAgs(groups.values())
  expect(text).toBe(AGS4)
  const again = readAgs(bytes(text)).groups
  const plain = (of: typeof groups) =>
    [...of.values()].map(({ rows, ...head }) => ({ ...head, rows: rows.map(({ values }) => values) }))
  expect(plain(again)).toEqual(plain(groups))
})

test('AGS 3 is read: headings over two lines, units, continued rows', () => {
  const file = readAgs(bytes(AGS3))
  expect(file).toMatchObject({ version: 3, problems: [] })
  expect(agsRecords(file, 'HOLE')[0]!.values).toEqual({
    HOLE_ID: 'BH1',
    HOLE_NATE: '100.0',
    HOLE_NATN: '200.0',
    HOLE_GL: '5.5',
    HOLE_FDEP: '30',
  })
  expect(agsUnitM(file, 'HOLE', 'HOLE_FDEP')).toBe(0.3048)
  expect(agsRecords(file, 'GEOL')[0]!.values.GEOL_DESC).toBe('MADE GROUND: brick and ash')
})

test('a file cut off anywhere gives the whole rows before the cut, or says what it is', () => {
  for (const text of [AGS4, AGS3])
    for (let end = 0; end < text.length; end += 3) {
      const cut = text.slice(0, end)
      if (!isAgs(cut)) {
        expect(() => readAgs(bytes(cut))).toThrow(/^ags: /)
        continue
      }
      const file = readAgs(bytes(cut))
      for (const { columns, rows } of file.groups.values())
        for (const { values } of rows) expect(values.length).toBe(columns.length)
    }
})

test('rows without headings, too long ones, unknown words and repeated groups are told or joined', () => {
  const file = readAgs(
    bytes(
      `"GROUP","GEOL"\n"DATA","x"\n"HEADING","LOCA_ID","GEOL_TOP"\n"NOISE","a"\n"DATA","a","1","2"\n"DATA","b","3"\n"GROUP","GEOL"\n"HEADING","GEOL_TOP","LOCA_ID","GEOL_LEG"\n"DATA","4","c","101"\n"DATA","5","d`,
    ),
  )
  expect(file.problems.map(({ line, reason }) => `${line}: ${reason.slice(0, 30)}`)).toEqual([
    '2: a row before headings',
    '4: unknown row, got NOISE; expect',
    '5: GEOL: 3 values; expected 2',
    '10: GEOL: a quote that does not en',
  ])
  expect(agsRecords(file, 'GEOL').map(({ values }) => [values.LOCA_ID, values.GEOL_TOP, values.GEOL_LEG])).toEqual([
    ['b', '3', undefined],
    ['c', '4', '101'],
  ])
  expect(() => readAgs(bytes('a,b\n1,2'))).toThrow(/does not begin/)
})
