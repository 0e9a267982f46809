/** Sizes and numbers as offices write them. */
import { expect, test } from 'vitest'
import { sizesOf } from './sizes.ts'
import { numberOf, sizeOf, yearOf } from './values.ts'

const nan = Number.NaN

test.each([
  ['DN300', 300, nan, nan, 1],
  ['Φ300', 300, nan, nan, 1],
  ['ｄ３００', 300, nan, nan, 1],
  ['Φ219×6', 219, nan, nan, 1],
  ['110x10', 110, nan, nan, 1],
  ['400X300', nan, 400, 300, 1],
  ['400×300', nan, 400, 300, 1],
  ['B×H=2000×1500', nan, 2000, 1500, 1],
  ['2000×1500×200', nan, 2000, 1500, 1],
  ['2孔DN110', 110, nan, nan, 2],
  ['2-DN300', 300, nan, nan, 2],
  ['24孔Φ110', 110, nan, nan, 24],
  ['24孔', nan, nan, nan, 24],
  ['1,200', 1200, nan, nan, 1],
  ['不详', nan, nan, nan, 1],
])('%s is read', (text, diameter, width, height, count) => {
  expect(sizeOf(text)).toEqual({ diameter, width, height, count, unitM: null })
})

test('a size in metres among millimetres is read as meant, both sides alike, and said', () => {
  const said: string[] = []
  const read = (value: string | number, unitM = 0.001) =>
    sizesOf(value, unitM, (rule, found) => said.push(`${rule}: ${found}`))
  expect(read('2×1.5')).toEqual({ diameter: nan, width: 2, height: 1.5 })
  expect(read(1)).toMatchObject({ diameter: 1 })
  expect(read(600, 1)).toMatchObject({ diameter: 0.6 })
  expect(read('方沟')).toEqual({ diameter: nan, width: nan, height: nan })
  expect(read(-200)).toMatchObject({ diameter: nan })
  expect(read('-9999')).toMatchObject({ diameter: nan })
  expect(said).toEqual([
    'mixed-units: 2 × 1.5 among millimetres',
    'mixed-units: 1 among millimetres',
    'mixed-units: 600 among metres',
    'bad-size: size 方沟',
    'bad-size: diameter -200',
  ])
})

test('numbers with thousands, decimal commas and nines; years in dates', () => {
  expect(['1,234.5', '1,25', '0,125', '１.２米', '-9999.99', '9999.9', 'NaN', '约1'].map(numberOf)).toEqual([
    1234.5,
    1.25,
    0.125,
    1.2,
    nan,
    nan,
    nan,
    nan,
  ])
  expect(
    ['2003.5', '１９９８年', '05/1998', '20190501', '98', 1262304000000, '-2208988800000', '昭和55年', 'H2'].map(
      yearOf,
    ),
  ).toEqual([2003, 1998, 1998, 2019, nan, 2010, 1900, 1980, 1990])
})
