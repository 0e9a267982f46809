/** English names: said by kind, spelt in pinyin, left out where a character is not known. */
import { expect, test } from 'vitest'
import { englishName } from './english-names.ts'
import { compoundName, streetName, villageName, worksName } from './names.ts'

test('a name is its kind in English and the rest in pinyin', () => {
  const said = Object.fromEntries(
    ['解放路', '江滨公园', '报恩寺', '椒江大桥', '椒江二桥', '椒江第六小学', '110kV 海门变电站（演示）', '西岸村'].map(
      (zh) => [zh, englishName(zh)],
    ),
  )
  expect(said).toEqual({
    解放路: 'Jiefang Road',
    江滨公园: 'Jiangbin Park',
    报恩寺: "Bao'en Temple",
    椒江大桥: 'Jiaojiang Bridge',
    椒江二桥: 'Jiaojiang Second Bridge',
    椒江第六小学: 'Jiaojiang No. 6 Primary School',
    '110kV 海门变电站（演示）': '110kV Haimen Substation (demo)',
    西岸村: "Xi'an Village",
  })
  expect(englishName('龘路')).toBe('')
})

test('every compound, works, village and street that can be made has one, without Chinese in it', () => {
  for (let h = 0; h < 6000; h++) {
    const mixed = Math.imul(h, 2654435761) >>> 0
    for (const name of [compoundName(mixed), worksName(mixed), villageName(mixed), streetName(mixed, h % 5)[0]])
      expect(englishName(name), name).toMatch(/^[A-Za-zü' ]+$/)
  }
})
