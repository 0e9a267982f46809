/** Numbers written as bytes are those that JSON would have written. */
import { expect, test } from 'vitest'
import { seeded } from '../../data/networks/random-network.ts'
import { jsonBytes, writeRows } from './json-bytes.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test('numbers lose nothing but the digits that were not asked for', () => {
  const random = seeded(7)
  for (let digits = 0; digits <= 7; digits++) {
    const values = Float64Array.from({ length: 3000 }, () => (random() - 0.4) * 10 ** Math.floor(random() * 14 - 5))
    values.set([
      0,
      -0,
      1e-12,
      -1e-12,
      999.9999,
      4095,
      4096,
      2 ** 31,
      -(2 ** 40),
      1e21,
      NaN,
      Infinity,
      -Infinity,
      0.1,
      10,
    ])
    const out = jsonBytes(16)
    out.numbers(values, digits)
    const read = JSON.parse(text(out.take())) as (number | null)[]
    // half a unit of the last digit, and what a double cannot say
    const wrong = [...values].filter((value, i) => {
      if (!Number.isFinite(value)) return read[i] !== null
      return !(Math.abs(read[i]! - value) <= 0.5000001 * 10 ** -digits + Math.abs(value) * 1e-15)
    })
    expect(wrong, `${digits} digits`).toEqual([])
    expect(read).toHaveLength(values.length)
  }
})

test('rows, signs and words make one text', () => {
  const out = jsonBytes(1)
  out.text('{"名":')
  out.value(['管\u{1f30a}', '"'])
  out.text(',"rows":')
  writeRows(out, 2, (r) => out.numbers(Float32Array.of(r, 0.25), 2))
  out.text(',"ways":')
  writeRows(out, 1, () => out.signs(Uint8Array.of(43, 45, 48)))
  out.text(',"none":')
  writeRows(out, 0, () => {})
  out.text('}')
  expect(JSON.parse(text(out.take()))).toEqual({
    名: ['管\u{1f30a}', '"'],
    rows: [
      [0, 0.25],
      [1, 0.25],
    ],
    ways: ['+-0'],
    none: [],
  })
})
