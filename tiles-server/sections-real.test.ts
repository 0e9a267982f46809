/** A long section of a real SWMM model against the numbers of its file (skipped without ../shared/data). */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type FlatCity, LAT, LNG, openFlatCity } from '../data/ingest/networks/flat-city.ts'
import { parseAnchor } from '../data/ingest/networks/place.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const FILE = new URL('../../shared/data/pipes/swmm/data/Example1.inp', import.meta.url).pathname
const FOOT = 0.3048

/** Rows of a section of the file as words. */
const rows = (text: string, section: string): string[][] =>
  (text.split(`[${section}]`)[1] ?? '')
    .split('[')[0]
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith(';'))
    .map((line) => line.trim().split(/\s+/))

test.skipIf(!existsSync(FILE))(
  'SWMM’s Example1 from its head to the outfall: lengths of the line, inverts with offsets, sizes',
  async () => {
    const city: FlatCity = await openFlatCity()
    let server: TestServer | undefined
    try {
      await city.run(FILE, { source: 'example1', anchor: parseAnchor(`${LNG},${LAT}`) })
      server = await startTestServer(city.db)
      const ids = await city.db.query<{ id: string }>(
        "select id from feature where layer = 'pipe-nodes' and id like '%:9'",
      )
      const url = `http://127.0.0.1:${server.port}/networks/all/section?from=${encodeURIComponent(ids[0].id)}`
      const response = await fetch(url)
      const body = await response.text()
      expect(response.status, body).toBe(200)
      const { section } = JSON.parse(body) as {
        section: {
          nodes: { id: string; invertIn: number | null; invertOut: number | null }[]
          pipes: { id: string; height: number }[]
        }
      }
      const names = section.nodes.map(({ id }) => id.replace(/^.*:/, ''))
      expect(names).toEqual(['9', '10', '21', '22', '16', '24', '17', '18'])
      const text = readFileSync(FILE, 'utf8')
      const elevation = new Map(
        [...rows(text, 'JUNCTIONS'), ...rows(text, 'OUTFALLS')].map(([name, value]) => [name, Number(value)]),
      )
      const shapes = new Map(rows(text, 'XSECTIONS').map(([name, , size]) => [name, Number(size)]))
      const links = rows(text, 'CONDUITS')
      const base = (section.nodes[0].invertOut ?? Number.NaN) - Number(elevation.get('9')) * FOOT
      for (const [i, { id, height }] of section.pipes.entries()) {
        const name = id.replace(/^.*:/, '')
        const link = links.find(([one]) => one === name) ?? []
        expect([link[1], link[2]]).toEqual([names[i], names[i + 1]])
        expect(height).toBeCloseTo(Number(shapes.get(name)) * FOOT, 3)
        const wanted = [1, 2].map((end) => (Number(elevation.get(link[end])) + Number(link[4 + end])) * FOOT + base)
        expect(Math.abs((section.nodes[i].invertOut ?? Number.NaN) - wanted[0]), name).toBeLessThan(0.011)
        expect(Math.abs((section.nodes[i + 1].invertIn ?? Number.NaN) - wanted[1]), name).toBeLessThan(0.011)
      }
    } finally {
      await server?.stop()
      await city.close()
    }
  },
  120_000,
)
