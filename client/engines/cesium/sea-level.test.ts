/** Heights over the sea come from the terrain's manifest, once, and again after a failure. */
import { expect, test } from 'vitest'
import { undulation } from '../../../data/geo/geoid.ts'
import { geoidPatch } from '../../../data/geo/geoid-patch.ts'
import { seaLevel } from './sea-level.ts'

const box = { west: 121.3, south: 28.4, east: 122, north: 28.8 }
const manifest = { tidewall: { geoid: geoidPatch(box, undulation) } }
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

function server(answers: (() => Response)[]) {
  const asked: string[] = []
  const ask = async (url: string | URL | Request) => {
    asked.push(String(url))
    return (answers[asked.length - 1] ?? answers.at(-1)!)()
  }
  return { asked, ask: ask as typeof fetch }
}

test('asks for the manifest at the first height only, and then answers as the whole geoid does', async () => {
  const { asked, ask } = server([() => Response.json(manifest)])
  const sea = seaLevel(() => '/tiles/terrain', ask)
  expect(asked).toEqual([])
  expect(sea.at(121.44, 28.66)).toBeNaN()
  await settled()
  expect(sea.at(121.44, 28.66)).toBeCloseTo(undulation(121.44, 28.66), 1)
  expect(sea.at(100, 28.66)).toBeNaN()
  expect(asked).toEqual(['/tiles/terrain/layer.json'])
})

test('asks again after a failure, and anew for another terrain', async () => {
  let url: string | null = null
  const { asked, ask } = server([() => new Response('', { status: 502 }), () => Response.json(manifest)])
  const sea = seaLevel(() => url, ask)
  expect(sea.at(121.44, 28.66)).toBeNaN()
  expect(asked).toEqual([])
  url = '/a'
  sea.at(121.44, 28.66)
  await settled()
  sea.at(121.44, 28.66)
  await settled()
  expect(sea.at(121.44, 28.66)).toBeGreaterThan(5)
  url = '/b'
  expect(sea.at(121.44, 28.66)).toBeNaN()
  await settled()
  expect(asked).toEqual(['/a/layer.json', '/a/layer.json', '/b/layer.json'])
})

test('a terrain of somebody else, without a geoid, gives no height over the sea', async () => {
  const { ask } = server([() => Response.json({ tiles: [] })])
  const sea = seaLevel(() => '/other', ask)
  sea.at(121.44, 28.66)
  await settled()
  expect(sea.at(121.44, 28.66)).toBeNaN()
})
