/** How what somebody typed is looked for. */
import { expect, test } from 'vitest'
import { searched } from './search.ts'

test('a unit code is found as it is printed, in groups, and its beginning too', () => {
  const code = '331002999001GB00001F00010101'
  for (const printed of ['331002 999001 GB00001 F00010101', '331002-999001-GB00001-F00010101', `${code}\u3000`])
    expect(searched(printed)).toBe(code)
  expect(searched('331002 999001 GB00001')).toBe('331002999001GB00001')
})

test('other words stay as they are', () => {
  for (const text of ['haimen tower 3', '解放路 12', '331002 999001', 'JJ-001904']) expect(searched(text)).toBe(text)
})
