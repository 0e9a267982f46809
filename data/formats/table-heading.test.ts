/** Headings as people draw them: titles above, merged groups, units below, columns counted. */
import { expect, test } from 'vitest'
import { readCsv } from './csv.ts'
import { headingOf } from './table-heading.ts'

const rows = (text: string) => text.split('\n').map((line) => line.split(','))

test('a title is passed over, a group goes before what stands below it, units into brackets, counted columns are no data', () => {
  const table = rows(`椒江区给水管线成果表,,,,,,,
序号,起点,,,终点,,管径,材质
,点号,埋深,管顶高程,点号,埋深,(mm),
1,2,3,4,5,6,7,8
1,JS1,1.2,2.8,JS2,1.3,300,PE`)
  expect(headingOf(table)).toEqual({
    first: 1,
    body: 4,
    columns: ['序号', '起点点号', '起点埋深', '起点管顶高程', '终点点号', '终点埋深', '管径(mm)', '材质'],
  })
})

test('sides below a measure come first; names above the widest row are its groups', () => {
  expect(headingOf(rows('点号,埋深,,坐标(m),\n,起点,终点,X,Y\nJS1,1,1.1,3171586,640677'))?.columns).toEqual([
    '点号',
    '起点埋深',
    '终点埋深',
    '坐标(m)X',
    '坐标(m)Y',
  ])
  const wide = rows('编号,起点,,,,终点,,,\n,点号,X,Y,埋深,点号,X,Y,埋深\nL1,A,1,2,3,B,1,2,3')
  expect(headingOf(wide)?.columns.slice(0, 3)).toEqual(['编号', '起点点号', '起点X'])
})

test('a first row of words is data when the rows below it are words too', () => {
  const table = rows('id,from,to,note,\nP1,A,B,new,x\nP2,B,C,old,y')
  expect(headingOf(table)).toMatchObject({ first: 0, body: 1 })
  expect(headingOf(rows('1,2,3\n4,5,6'))).toBeNull()
})

test('decimal commas are points, thousands stay; a stray quote costs its own row and no other', () => {
  const csv = (text: string) => readCsv(new TextEncoder().encode(text), 't')
  const comma = csv('id;depth;note\na;1,25;x\nb;1,2;1.000,5\n')
  expect([...comma.records()].map(({ attributes }) => attributes.depth)).toEqual(['1.25', '1.2'])
  expect(comma.notes).toContain('decimal commas are read as points')
  expect([...csv('id;depth\na;1,25\nb;1.2\n').records()][0].attributes.depth).toBe('1,25')
  const stray = csv('id,from,to,size\n"a,1,2,300\nb,2,3,300\nc,3,4,"300\nd,4,5,300\n')
  const read = [...stray.records()]
  expect(read.map(({ row, problem }) => [row, problem !== undefined])).toEqual([
    [2, true],
    [3, false],
    [4, true],
    [5, false],
  ])
  expect([...csv('id,note\n"a","two\nlines"\nb,"say ""x"""\n').records()].map((each) => each.attributes.note)).toEqual([
    'two\nlines',
    'say "x"',
  ])
})
