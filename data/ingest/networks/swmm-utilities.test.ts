/** Which sewer a SWMM model's elements are, by what the file says; in the drafts and in the city. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { type FlatCity, LAT, LNG, openFlatCity } from './flat-city.ts'
import { parseAnchor } from './place.ts'
import { swmmUtilities } from './swmm-utilities.ts'

let city: FlatCity
beforeAll(async () => {
  city = await openFlatCity()
}, 120_000)
afterAll(() => city?.close())

/** Two rows of sewers apart from each other: a – b – out, and c – d – end. */
const model = (title: string, more: string): string => `[TITLE]
${title}
[OPTIONS]
FLOW_UNITS CMS
[JUNCTIONS]
a 10 3
b 9 3
c 10 3
d 9 3
[OUTFALLS]
out 8 FREE
end 8 FREE
[CONDUITS]
a a b 100 0.013
bo b out 100 0.013
cd c d 100 0.013
de d end 100 0.013
[XSECTIONS]
a CIRCULAR 0.5
bo CIRCULAR 0.5
cd CIRCULAR 0.3
de CIRCULAR 0.3
[COORDINATES]
a 0 0
b 100 0
out 200 0
c 0 50
d 100 50
end 200 50
${more}
`
const RAIN = '[SUBCATCHMENTS]\ns1 * a 1 50 100 1 0\ns2 * s1 1 50 100 1 0'
const DRY = '[DWF]\nc FLOW 0.01'

const words = (title: string, more: string): string => {
  const { node, link } = swmmUtilities(readSwmmInp(model(title, more)))
  return [...['a', 'b', 'out', 'c', 'd', 'end'].map(node), link('a', 'a'), link('de', 'd')].join(' ')
}

test('each part of the network is what flows into it', () => {
  expect(words('', `${RAIN}\n${DRY}`)).toBe('storm storm storm foul foul foul storm foul')
  expect(words('', `${RAIN}\n${DRY}\nb FLOW 0.02`)).toBe('combined combined combined foul foul foul combined foul')
  // what a pollutant brings is no water
  expect(words('', `${RAIN}\n[DWF]\na Lead 1`)).toBe('storm storm storm storm storm storm storm storm')
  expect(words('', '')).toMatch(/^(storm ?)+$/)
})

test('tags come before a plain title, a plain title before flows, any word of sewers after them', () => {
  expect(words('城东污水系统', RAIN)).toMatch(/^(foul ?)+$/)
  expect(words('Combined sewer, design storm water of 2 years', DRY)).toMatch(/^(combined ?)+$/)
  // two kinds named: flows decide
  expect(words('Storm sewer and sanitary sewer', `${RAIN}\n${DRY}`)).toBe('storm storm storm foul foul foul storm foul')
  // said of all three: only where nothing flows in
  expect(words('A simple sewer model', RAIN)).toBe('storm storm storm foul foul foul storm foul')
  expect(words('污水', '[TAGS]\nNode b 雨水井\nLink de storm\nNode c red')).toBe(
    'foul storm foul foul foul foul foul storm',
  )
})

test('nodes and pipes of the city carry the word, so that their network can be asked', async () => {
  const path = city.files({ 'two.inp': model('', `${RAIN}\n${DRY}`) })
  await city.run(path, { source: 'two', anchor: parseAnchor(`${LNG},${LAT}`) })
  const rows = await city.db.query<{ id: string; word: string }>(
    `select id, coalesce(style ->> 'utility', style ->> 'class') as word from feature where source = 'two' order by layer, id`,
  )
  expect(rows.map(({ id, word }) => `${id.slice(id.lastIndexOf(':') + 1)} ${word}`)).toEqual([
    'a storm',
    'b storm',
    'c foul',
    'd foul',
    'end foul',
    'out storm',
    'a storm',
    'bo storm',
    'cd foul',
    'de foul',
  ])
})
