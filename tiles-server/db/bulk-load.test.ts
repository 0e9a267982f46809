/** An empty city is filled without its indexes, and they are back whatever happens to the filling. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { fillEmptyCity, restoreIndexes } from './bulk-load.ts'
import type { Database } from './database.ts'
import { storeLayer } from './store-layer.ts'
import { openTestDatabase } from './test-database.ts'

let db: Database
beforeAll(async () => {
  db = await openTestDatabase()
}, 60_000)
afterAll(() => db.close())

const indexes = async (): Promise<string[]> =>
  (
    await db.query<{ definition: string }>(
      `select indexdef as definition from pg_indexes where schemaname = current_schema() and tablename = 'feature' order by 1`,
    )
  ).map(({ definition }) => definition)
const tree = (k: number): CityFeature => ({
  id: `t${k}`,
  layer: 'trees',
  geometry: { type: 'Point', coordinates: [121 + k / 1000, 28.6] },
  style: { class: 'broadleaf', height: 5 },
  attributes: {},
})
const plant = (from: number, count: number) =>
  storeLayer(db, {
    source: 'demo',
    layer: 'trees',
    features: Array.from({ length: count }, (_, k) => tree(from + k)),
  })
const embedded = (): boolean => db.engine === 'pglite'

test('a filling that fails leaves an empty city with all its indexes', async () => {
  const all = await indexes()
  expect(all.length).toBe(4)
  const broken = fillEmptyCity(db, async () => {
    expect((await indexes()).length).toBe(embedded() ? 1 : 4)
    throw new Error('no more trees')
  })
  await expect(broken).rejects.toThrow('no more trees')
  expect(await indexes()).toEqual(all)
})

test('a filling that was killed is made whole by the next opening, with the rows it had stored', async () => {
  const all = await indexes()
  const stop = new AbortController()
  const killed = fillEmptyCity(
    db,
    async () => {
      await plant(0, 300)
      stop.abort()
      throw new Error('stopped')
    },
    stop.signal,
  )
  await expect(killed).rejects.toThrow('stopped')
  expect((await indexes()).length).toBe(embedded() ? 1 : 4)
  await restoreIndexes(db)
  expect(await indexes()).toEqual(all)
  expect(await db.query('select count(*)::int as n from feature')).toEqual([{ n: 300 }])
  expect(await db.query("select key from meta where key like 'bulk:%'")).toEqual([])
})

test('a city that holds something keeps its indexes while more is stored', async () => {
  const all = await indexes()
  const result = await fillEmptyCity(db, async () => {
    expect(await indexes()).toEqual(all)
    return plant(0, 400)
  })
  expect(result).toMatchObject({ changed: 100, unchanged: 300, removed: 0 })
  expect(await indexes()).toEqual(all)
})
