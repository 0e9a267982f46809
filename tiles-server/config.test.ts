/** What the server makes of its command line and environment. */
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('every choice has a default; the command line wins over the environment', () => {
  expect(readConfig([], {})).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    databaseUrl: '',
    workers: 0,
    tileMemory: 256 << 20,
  })
  expect(readConfig([], { PORT: '9000', DATA_DIR: '/x', DATABASE_URL: 'postgres://h/d' })).toMatchObject({
    port: 9000,
    dataDir: '/x',
    databaseUrl: 'postgres://h/d',
  })
  expect(readConfig(['--port', '0', '--data=/y', '--workers', '2'], { PORT: '9000' })).toMatchObject({
    port: 0,
    dataDir: '/y',
    workers: 2,
  })
  expect(
    readConfig(['--city', 'tiny', '--dev'], {}, { city: { type: 'string' }, dev: { type: 'boolean' } }).rest,
  ).toEqual({ city: 'tiny', dev: true })
})

test('a bad choice is named with what is allowed', () => {
  expect(() => readConfig(['--port', 'http'], {})).toThrow(
    'config: bad port, got http; expected a whole number 0 … 65535',
  )
  expect(() => readConfig([], { PORT: '70000' })).toThrow('config: bad port, got 70000')
  expect(() => readConfig(['--prot', '1'], {})).toThrow(/config: Unknown option '--prot'.*expected --data \| --port/)
  expect(() => readConfig(['here'], {})).toThrow(/config: Unexpected argument 'here'/)
})
