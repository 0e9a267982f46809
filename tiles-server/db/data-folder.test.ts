/** The lock of a data folder. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataFolder } from './data-folder.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidewall-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a second holder is refused and told who has the folder, until the first lets go', () => {
  const lock = lockDataFolder(dir)
  expect(() => lockDataFolder(dir)).toThrow(`in use by process ${process.pid}; stop it or choose another with --data`)
  lock.setPort(8080)
  expect(() => lockDataFolder(dir)).toThrow('serving on port 8080')
  lock.release()
  lockDataFolder(dir).release()
})

test('the lock of a process that was killed, a torn lock file and a pid that is in use again are taken over', async () => {
  const child = spawn('sleep', ['100'])
  child.kill('SIGKILL')
  await new Promise((resolve) => child.on('exit', resolve))
  for (const left of [
    JSON.stringify({ pid: child.pid, started: null }),
    '{"pi',
    JSON.stringify({ pid: process.pid, started: '1' }),
  ]) {
    writeFileSync(join(dir, 'lock.json'), left)
    const lock = lockDataFolder(dir)
    expect(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
  }
})
