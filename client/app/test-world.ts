/** A small world for tests: a server of documents, an address, a store and a clock, all in the hands of the test. */
import { readFileSync } from 'node:fs'
import type { Ports } from './ports.ts'

/** The world and its levers. */
export interface World {
  ports: Ports
  /** answers by path; a function may fail */
  answers: Map<string, () => Response | Promise<Response>>
  /** paths asked for so far */
  asked: string[]
  address: { hash: string; type(hash: string): void }
  kept: Map<string, string>
  /** lets time pass, calling what is due in its order, and lets promises settle */
  pass(milliseconds: number): Promise<void>
}

/** The tiny city's document, fresh. */
export function tinyScene(): Record<string, unknown> & { layers: Record<string, unknown>[] } {
  return JSON.parse(readFileSync(new URL('../../scenes/tiny/city.json', import.meta.url), 'utf8'))
}

/** JSON as a server answers it. */
export function jsonAnswer(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })
}

/** A world with the tiny city ready on its server. */
export function createWorld(hash = ''): World {
  const answers: World['answers'] = new Map([
    ['/scenes', () => jsonAnswer([{ id: 'tiny/city', title: { zh: '小城', en: 'Tiny' } }])],
    ['/scenes/tiny/city', () => jsonAnswer(tinyScene())],
    ['/ingest', () => jsonAnswer({ state: 'ready', stages: [] })],
  ])
  const asked: string[] = []
  const kept = new Map<string, string>()
  const listeners = new Set<() => void>()
  const due: { at: number; done: () => void }[] = []
  let now = Date.parse('2026-06-01T00:00:00Z')
  const address = {
    hash,
    type(typed: string) {
      address.hash = typed
      for (const listener of listeners) listener()
    },
  }
  const ports: Ports = {
    fetch: async (url) => {
      asked.push(url)
      const answer = answers.get(url)
      return answer === undefined ? jsonAnswer({ title: 'not found' }, 404) : answer()
    },
    address: {
      read: () => address.hash,
      write: (written) => {
        address.hash = written
      },
      listen(changed) {
        listeners.add(changed)
        return () => listeners.delete(changed)
      },
    },
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    timer: {
      now: () => now,
      after(milliseconds, done) {
        const entry = { at: now + milliseconds, done }
        due.push(entry)
        return () => {
          const index = due.indexOf(entry)
          if (index >= 0) due.splice(index, 1)
        }
      },
    },
  }
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    ports,
    answers,
    asked,
    address,
    kept,
    async pass(milliseconds) {
      const end = now + milliseconds
      await settle()
      for (;;) {
        due.sort((a, b) => a.at - b.at)
        const next = due[0]
        if (next === undefined || next.at > end) break
        due.shift()
        now = Math.max(now, next.at)
        next.done()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
