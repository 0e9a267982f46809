/** The scene contract: the stored documents hold, and what is wrong is named with its path and the words allowed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nearestWord, refusedAddress } from './closed.ts'
import { migrate } from './migrate.ts'
import { openingView, parseScene } from './scene.ts'
import { SceneError } from './scene-error.ts'

const FOLDER = new URL('..', import.meta.url)
const documents = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /^[^/]+\/[^/]+\.json$/.test(path) && !path.startsWith('schema/'),
)

// biome-ignore format: one shape
type Loose = { [key: string]: unknown; sources: Record<string, Record<string, unknown>>; layers: Record<string, unknown>[]; views: Record<string, Record<string, unknown>> }

function tiny(change: (scene: Loose) => void = () => {}): Loose {
  const scene = JSON.parse(readFileSync(new URL('tiny/city.json', FOLDER), 'utf8')) as Loose
  change(scene)
  return scene
}

/** The lines of the error that a document gives. */
function complaints(document: unknown): string {
  try {
    parseScene(document)
  } catch (error) {
    expect(error).toBeInstanceOf(SceneError)
    return (error as SceneError).message
  }
  return ''
}

test.each(documents)('the stored scene %s is sound, comes back as it is, and names its schema', (path) => {
  const document = JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'))
  expect(parseScene(document)).toEqual(document)
  expect(existsSync(new URL(document.$schema, new URL(path, FOLDER)))).toBe(true)
  expect(JSON.stringify(document)).not.toMatch(/https?:/)
  for (const layer of document.layers) expect(document.groups[layer.group], layer.id).toBeDefined()
})

test('an unknown key is refused at every level with the allowed ones', () => {
  expect(
    complaints(
      tiny((scene) => {
        scene.titel = 1
      }),
    ),
  ).toBe(
    'scene: unknown key, got "titel"; expected $schema | version | title | time | camera | sources | groups | layers | views | below | marks | wall; did you mean "title"?',
  )
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[2]!.zIndex = 1
      }),
    ),
  ).toContain('layers[2]: unknown key, got "zIndex"; expected id | type |')
  expect(
    complaints(
      tiny((scene) => {
        scene.sources.map!.headers = {}
      }),
    ),
  ).toContain('sources.map: unknown key, got "headers"')
  expect(
    complaints(
      tiny((scene) => {
        scene.views.city!.hight = 1
      }),
    ),
  ).toContain('did you mean "height"?')
})

test('a kind that is not drawn is refused with the kinds that are', () => {
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.type = 'clouds'
      }),
    ),
  ).toMatch(/^layers\[1\]\.type: unknown kind, got "clouds"; expected ground \| land \| water/)
  expect(
    complaints(
      tiny((scene) => {
        scene.sources.map!.type = 'vektor'
      }),
    ),
  ).toBe(
    'sources.map.type: unknown kind, got "vektor"; expected terrain | vector | 3d-tiles | features; did you mean "vector"?',
  )
})

test('a layer needs a source that exists and that its kind can draw', () => {
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.source = 'terrain'
      }),
    ),
  ).toBe('layers[1].source: source of type "terrain", which a "land" layer cannot draw, got "terrain"; expected map')
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.source = 'constructor'
      }),
    ),
  ).toContain('no such source, got "constructor"; expected map')
})

test('ids used twice, groups without a title, scenes without a view and walls without theirs are refused', () => {
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.id = 'ground'
      }),
    ),
  ).toContain('layers[1].id: layer id used twice')
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.group = 'bace'
      }),
    ),
  ).toContain(
    'layers[1].group: no such group, got "bace"; expected terrain | base | city | green; did you mean "base"?',
  )
  expect(
    complaints(
      tiny((scene) => {
        scene.views = {}
      }),
    ),
  ).toContain('views: no view')
  const wall = { columns: 4, rows: 2, screen: { widthMm: 1210, heightMm: 680 }, bezelMm: 3.5 }
  expect(
    complaints(
      tiny((scene) => {
        scene.wall = { ...wall, view: 'cty' }
      }),
    ),
  ).toContain('wall.view: no such view, got "cty"; expected city | street; did you mean "city"?')
  expect(
    complaints(
      tiny((scene) => {
        scene.wall = { ...wall, view: 'city' }
      }),
    ),
  ).toBe('')
})

test('a wrong colour is named down to the part of its expression, and kinds without a colour refuse one', () => {
  const color = ['match', ['get', 'class'], 'school', '#f00', ['ramp', ['get', 'height'], 'stones', 0, 1]]
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[1]!.color = color
      }),
    ),
  ).toBe(
    'layers[1].color[4][2]: no such ramp, got "stones"; expected blues | teal | stone | heat | viridis | diverging; did you mean "stone"?',
  )
  expect(
    complaints(
      tiny((scene) => {
        scene.layers[0]!.color = '#fff'
      }),
    ),
  ).toContain('layers[0]: unknown key, got "color"')
})

test('the clock needs real instants with a zone, forwards, and a place inside them', () => {
  const time = { start: '2026-06-01T00:00:00+08:00', end: '2026-06-02T00:00:00+08:00' }
  expect(
    complaints(
      tiny((scene) => {
        scene.time = { ...time, start: '2026-02-30T00:00:00+08:00' }
      }),
    ),
  ).toContain('time.start: bad time')
  expect(
    complaints(
      tiny((scene) => {
        scene.time = { ...time, start: '2026-06-01T00:00:00' }
      }),
    ),
  ).toContain('ISO 8601 with zone')
  expect(
    complaints(
      tiny((scene) => {
        scene.time = { ...time, end: time.start }
      }),
    ),
  ).toContain('time.end: time runs backwards')
  expect(
    complaints(
      tiny((scene) => {
        scene.time = { ...time, at: '2027-01-01T00:00:00Z' }
      }),
    ),
  ).toContain('time.at: time outside its range')
  expect(
    complaints(
      tiny((scene) => {
        scene.time = { ...time, step: 'PT0M' }
      }),
    ),
  ).toContain('time.step: bad duration')
})

test('addresses carry no secrets and lead nowhere but this server or the web', () => {
  for (const sound of [
    '/tiles/map.json',
    '/tiles/terrain?v=12',
    'https://tiles.example.org/a/tileset.json',
    'http://10.0.0.3:8080/x',
    '/瓦片/a.json',
  ]) {
    expect(refusedAddress(sound), sound).toBeNull()
  }
  const refused = [
    '',
    'tiles/map.json',
    '//evil.example/x',
    '/\\evil.example/x',
    '\\\\evil\\x',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://a/b',
    'https://',
    'https://u:p@a.example/x',
    'https://u@a.example/x',
    'https://a.example/x?token=1',
    'https://a.example/x?a=1&api_key=2',
    'https://a.example/x?X-Amz-Signature=1',
    'https://t0.example/?tk=1',
    '/x?access_token=1',
    '/x#auth=1',
    '/x y',
    '/x\n',
    `/${'x'.repeat(3000)}`,
  ]
  for (const bad of refused) expect(refusedAddress(bad), bad).not.toBeNull()
})

test('markup and control characters have no place in words for people', () => {
  for (const bad of ['<b>x</b>', 'a <img src=x>', 'a\u0000b', '<!-- -->', '<<a>', '< <script>', ''])
    expect(
      complaints(
        tiny((scene) => {
          scene.title = { zh: bad, en: 'x' }
        }),
      ),
      bad,
    ).toContain('title.zh')
  for (const sound of ['水位 < 3 m', 'a > b', '防汛 & 排涝', '<', 'a <', '<3 <4', '1<2<3'])
    expect(
      complaints(
        tiny((scene) => {
          scene.title = { zh: sound, en: 'x' }
        }),
      ),
    ).toBe('')
})

test('what is no document is refused with words, not with a stack', () => {
  for (const nothing of [
    null,
    undefined,
    3,
    'x',
    [],
    {},
    Number.NaN,
    true,
    Symbol.iterator,
    () => 1,
    new Date(),
    new Map(),
  ]) {
    expect(complaints(nothing)).not.toBe('')
  }
  expect(complaints({ ...tiny(), layers: [{}] })).toMatch(
    /^layers\[0\]\.type: unknown kind, got nothing; expected ground/,
  )
  expect(complaints({ ...tiny(), title: 3 })).toBe('title: wrong type, got 3; expected an object')
})

test('keys that mean something to the language itself are ids like others or refused', () => {
  const poisoned = JSON.parse(
    '{"version":1,"title":{"zh":"a","en":"a"},"sources":{"__proto__":{"type":"terrain","url":"/x"}},"layers":[],"views":{}}',
  )
  expect(complaints(poisoned)).toContain('sources')
  expect(({} as Record<string, unknown>).type).toBeUndefined()
})

test('a document with a million errors gives a short answer in good time', () => {
  const before = performance.now()
  const message = complaints(
    tiny((scene) => {
      scene.layers = Array.from({ length: 400 }, () => ({ type: 'roads', nonsense: 1 })) as Loose['layers']
    }),
  )
  expect(message.split('\n').length).toBeLessThanOrEqual(50)
  expect(
    complaints(
      tiny((scene) => {
        scene.layers = Array.from({ length: 501 }, () => ({})) as Loose['layers']
      }),
    ),
  ).not.toBe('')
  expect(performance.now() - before).toBeLessThan(3000)
})

test('a newer document is refused by its version, older ones are brought up step by step', () => {
  expect(
    complaints(
      tiny((scene) => {
        scene.version = 2
      }),
    ),
  ).toBe('version: document of a newer Tidewall, got version 2; expected ≤ 1: update this installation')
  for (const version of [0, -1, 0.5])
    expect(
      complaints(
        tiny((scene) => {
          scene.version = version
        }),
      ),
    ).toContain('version: no such version')
  for (const version of ['1', null, Number.NaN])
    expect(
      complaints(
        tiny((scene) => {
          scene.version = version
        }),
      ),
    ).toContain('version')
  const steps = [
    (document: object) => ({ ...document, second: true }),
    (document: object) => ({ ...document, third: true }),
  ]
  expect(migrate({ version: 1 }, steps)).toEqual({ version: 3, second: true, third: true })
  expect(migrate({ version: 2 }, steps)).toEqual({ version: 3, third: true })
  expect(migrate({ version: 3 }, steps)).toEqual({ version: 3 })
  expect(() => migrate({ version: 4 }, steps)).toThrow(/expected ≤ 3/)
})

test('the opening view is the camera, or the first of the views', () => {
  const scene = parseScene(tiny())
  expect(openingView(scene)).toBe(scene.views.city)
  expect(openingView({ ...scene, camera: scene.views.street! })).toBe(scene.views.street)
})

test('a word far from every allowed one suggests nothing', () => {
  expect(nearestWord('zzzzzz', ['roads', 'rail'])).toBeNull()
  expect(nearestWord('raods', ['roads', 'rail'])).toBe('roads')
  expect(nearestWord('r'.repeat(1e6), ['roads'])).toBeNull()
})

const HOSTILE = new URL('../../../shared/data/hostile/json/test_parsing/', import.meta.url)

test.skipIf(!existsSync(HOSTILE))(
  'no file of the JSON parsing test suite crashes or passes (skipped without ../shared/data/hostile/json)',
  () => {
    const files = readdirSync(HOSTILE)
    expect(files.length).toBeGreaterThan(300)
    for (const file of files) {
      let value: unknown
      try {
        value = JSON.parse(readFileSync(new URL(file, HOSTILE), 'utf8'))
      } catch {
        continue
      }
      expect(complaints(value), file).not.toBe('')
      expect(
        complaints(
          tiny((scene) => {
            scene.layers[1]!.color = value
          }),
        ),
        file,
      ).toBeDefined()
      expect(
        complaints(
          tiny((scene) => {
            scene.wall = value
          }),
        ),
        file,
      ).not.toBe('')
    }
  },
)
