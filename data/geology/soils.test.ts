/** Names of soils in logs, Chinese and English. */
import { expect, test } from 'vitest'
import { boreholeFeature, boreholeOf, logOf, restingWater } from './borehole.ts'
import { FAMILIES, HATCHES, SOILS, soil, soilOf } from './soils.ts'

test('names as logs write them mean the class they should', () => {
  const names: [string, string][] = [
    ['杂填土', 'mixed-fill'],
    ['素填土（压实）', 'plain-fill'],
    ['冲填土', 'dredged-fill'],
    ['粘土', 'clay'],
    ['黏土', 'clay'],
    ['粉质粘土', 'silty-clay'],
    ['淤泥', 'muck'],
    ['淤泥质粘土', 'mucky-clay'],
    ['淤泥质粉质黏土', 'mucky-silty-clay'],
    ['粉土', 'silt'],
    ['粉砂', 'silty-sand'],
    ['中细砂', 'fine-sand'],
    ['圆砾', 'round-gravel'],
    ['卵石', 'cobble'],
    ['含砾粉质黏土', 'mixed-soil'],
    ['强风化凝灰岩', 'tuff'],
    ['全风化岩', 'weathered-rock'],
    ['粉砂岩', 'mudstone'],
    ['中风化花岗岩', 'granite'],
    ['MADE GROUND: brick and ash', 'plain-fill'],
    ['Stiff blue silty CLAY with gravel', 'silty-clay'],
    ['Brown sandy GRAVEL', 'round-gravel'],
    ['Loose SAND', 'medium-sand'],
    ['Weathered CHALK', 'limestone'],
    ['', 'unknown'],
    ['不知道的东西', 'unknown'],
    ['x'.repeat(100_000), 'unknown'],
  ]
  for (const [name, id] of names) expect(soilOf(name), name.slice(0, 20)).toBe(id)
})

test('every class has a colour, a hatch and a family that are known', () => {
  for (const { id, zh, en, color, hatch, family } of SOILS) {
    expect(color, id).toMatch(/^#[0-9a-f]{6}$/)
    expect(HATCHES, id).toContain(hatch)
    expect(FAMILIES, id).toContain(family)
    expect(zh !== '' && en !== '', id).toBe(true)
  }
  expect(soil('nonsense').id).toBe('unknown')
})

test('a hole comes back from its feature; a log that somebody broke is no log', () => {
  const hole = {
    id: 'a',
    source: 's',
    lng: 121.44,
    lat: 28.66,
    collar: 15.125,
    depth: 9,
    strata: [
      { top: 0, bottom: 2, code: '①', soil: 'plain-fill', name: '填土', description: '松散', more: { N: '5' } },
      { top: 2, bottom: 8, code: '', soil: 'muck', name: '淤泥' },
    ],
    water: [
      { depth: 1.2, kind: 'level' as const, date: '2020-01-01' },
      { depth: 0.8, kind: 'level' as const, date: '2021-01-01' },
      { depth: 2, kind: 'strike' as const },
    ],
  }
  expect(boreholeOf(boreholeFeature(hole, { class: 'drilling', attributes: {} }), 's')).toEqual(hole)
  expect(restingWater(hole.water)?.depth).toBe(0.8)
  expect(restingWater([])).toBeNull()
  for (const strata of ['', '{', '{}', '[1,null]', '[{"top":3,"bottom":1}]', '[{"top":"x"}]', 7, null])
    expect(logOf({ strata }).strata).toEqual([])
})
