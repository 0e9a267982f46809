/** Tests of the key that allows writing. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bearsKey, openEditKey } from './edit-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidewall-key-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the first start makes a key for its owner only, later ones find it, the environment wins', () => {
  const first = openEditKey(folder, '')
  expect(first).toMatchObject({ fresh: true, file: join(folder, 'edit-key') })
  expect(first.key).toMatch(/^[\w-]{32}$/)
  expect(statSync(join(folder, 'edit-key')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, 'edit-key'), 'utf8')).toBe(`${first.key}\n`)
  expect(openEditKey(folder, '')).toEqual({ ...first, fresh: false })
  expect(openEditKey(folder, 'chosen-by-the-city')).toEqual({ key: 'chosen-by-the-city', file: null, fresh: false })
})

test('short keys are refused, given or kept', () => {
  expect(() => openEditKey(folder, 'secret')).toThrow('EDIT_KEY: bad key, got 6 characters; expected at least 16')
  writeFileSync(join(folder, 'edit-key'), '\n')
  expect(() => openEditKey(folder, '')).toThrow('bad key, got 0 characters')
})

test('only the key itself, borne, opens', () => {
  const opens = bearsKey('chosen-by-the-city')
  expect(opens('Bearer chosen-by-the-city')).toBe(true)
  expect(opens('bearer  chosen-by-the-city')).toBe(true)
  for (const wrong of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic chosen-by-the-city',
    'Bearer chosen-by-the-cit',
    'chosen-by-the-city',
  ])
    expect(opens(wrong)).toBe(false)
})
