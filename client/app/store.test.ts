/** The page's state from start to link: commands, undo, bookmarks, lost servers and bad scenes. */
import { afterEach, expect, test } from 'vitest'
import type { Command } from './state.ts'
import { type App, createApp } from './store.ts'
import { createWorld, jsonAnswer, tinyScene, type World } from './test-world.ts'

let app: App | null = null
afterEach(() => {
  app?.dispose()
  app = null
})

async function started(world: World = createWorld()): Promise<{ app: App; world: World; heard: Command[] }> {
  const created = createApp(world.ports)
  app = created
  const heard: Command[] = []
  created.onCommand((command) => heard.push(command))
  await created.start()
  await world.pass(0)
  return { app: created, world, heard }
}

const layer = (of: App, id: string) => of.store.getState().scene!.layers.find((candidate) => candidate.id === id)!

test('the first scene of the server opens at its camera and its time', async () => {
  const { app, heard } = await started()
  const state = app.store.getState()
  expect(state.sceneId).toBe('tiny/city')
  expect(state.scene).toEqual(tinyScene())
  expect(state.time).toBe('2026-06-01T10:00:00+08:00')
  expect(state.camera).toMatchObject({ lng: 121.44, height: 690 })
  expect(heard).toEqual([{ type: 'camera.fly', view: state.camera, seconds: 0 }])
  expect(state.problems).toEqual([])
  expect(state.making.state).toBe('ready')
})

test('who asks for no scene sees the city as a whole, whatever theme the list begins with', async () => {
  const world = createWorld()
  world.answers.set('/scenes', () =>
    jsonAnswer(['tiny/below-ground', 'tiny/city'].map((id) => ({ id, title: { zh: id, en: id } }))),
  )
  const app = createApp(world.ports)
  await app.start()
  expect(app.store.getState().sceneId).toBe('tiny/city')
  app.dispose()
})

test('a layer switched off and on again leaves no diff, and each step can be undone and redone', async () => {
  const { app } = await started()
  const { store, dispatch } = app
  dispatch({ type: 'layer.visible', layer: 'trees', visible: false })
  expect(store.getState().diff).toEqual({ layers: { trees: { visible: false } } })
  dispatch({ type: 'layer.visible', layer: 'trees', visible: true })
  expect(store.getState().diff).toEqual({})
  dispatch({ type: 'undo' })
  expect(layer(app, 'trees').visible).toBe(false)
  dispatch({ type: 'undo' })
  expect(layer(app, 'trees').visible).toBeUndefined()
  expect(store.getState()).toMatchObject({ canUndo: false, canRedo: true })
  dispatch({ type: 'redo' })
  expect(layer(app, 'trees').visible).toBe(false)
})

test('a slider dragged is one step of undo', async () => {
  const { app, world } = await started()
  for (const opacity of [0.9, 0.7, 0.5]) {
    app.dispatch({ type: 'layer.opacity', layer: 'roads', opacity })
    await world.pass(100)
  }
  await world.pass(2000)
  app.dispatch({ type: 'layer.opacity', layer: 'roads', opacity: 0.2 })
  app.dispatch({ type: 'undo' })
  expect(layer(app, 'roads').opacity).toBe(0.5)
  app.dispatch({ type: 'undo' })
  expect(app.store.getState()).toMatchObject({ diff: {}, canUndo: false })
})

test('a new step after undo forgets what could be redone', async () => {
  const { app } = await started()
  app.dispatch({ type: 'layer.visible', layer: 'trees', visible: false })
  app.dispatch({ type: 'undo' })
  app.dispatch({ type: 'layer.visible', layer: 'roads', visible: false })
  expect(app.store.getState().canRedo).toBe(false)
  app.dispatch({ type: 'redo' })
  expect(layer(app, 'trees').visible).toBeUndefined()
})

test('layers move in the drawing order, and the whole session can be taken back and brought back', async () => {
  const { app } = await started()
  app.dispatch({ type: 'layer.move', layer: 'water', to: 0 })
  app.dispatch({ type: 'layer.color', layer: 'buildings', color: ['ramp', ['get', 'year'], 'viridis', 1950, 2025] })
  expect(app.store.getState().scene!.layers[0]!.id).toBe('water')
  const { diff } = app.store.getState()
  app.dispatch({ type: 'scene.revert' })
  expect(app.store.getState().diff).toEqual({})
  app.dispatch({ type: 'undo' })
  expect(app.store.getState().diff).toEqual(diff)
  app.dispatch({ type: 'layer.color', layer: 'buildings', color: null })
  expect(layer(app, 'buildings').color).toBeUndefined()
})

test('a wrong layer, view or colour is refused with the words allowed, and nothing changes', async () => {
  const { app } = await started()
  expect(() => app.dispatch({ type: 'layer.visible', layer: 'road', visible: false })).toThrow(/did you mean "roads"/)
  expect(() => app.dispatch({ type: 'view.go', view: 'constructor' })).toThrow(/expected city \| street/)
  expect(() => app.dispatch({ type: 'layer.color', layer: 'roads', color: ['rampe', 1] })).toThrow(
    /no such operator, got "rampe".*did you mean "ramp"/,
  )
  expect(app.store.getState()).toMatchObject({ diff: {}, canUndo: false })
})

test('a view asked for is heard first as itself, then as the flight it means', async () => {
  const { app, heard } = await started()
  heard.length = 0
  app.dispatch({ type: 'view.go', view: 'street' })
  expect(heard.map(({ type }) => type)).toEqual(['view.go', 'camera.fly'])
  app.dispatch({ type: 'camera.home' })
  expect(heard.at(-1)).toMatchObject({ type: 'camera.fly', view: { height: 690 } })
})

test('a link brings back layers, camera, time, language and selection', async () => {
  const first = await started()
  first.app.dispatch({ type: 'layer.visible', layer: 'trees', visible: false })
  first.app.dispatch({ type: 'time.set', time: '2026-06-01T21:30:00+08:00' })
  first.app.dispatch({ type: 'language.set', language: 'en' })
  first.app.set({ camera: { lng: 121.4412345678, lat: 28.66, height: 321.04, heading: 12.345, pitch: -20 } })
  const selection = { layer: 'buildings', collection: 'buildings', id: 'w1/@,&号', lng: 121.44, lat: 28.66 }
  first.app.dispatch({ type: 'select', selection })
  await first.world.pass(1000)
  const link = first.world.address.hash
  expect(link).toContain(
    'scene=tiny/city&camera=121.441235,28.66,321,12.35,-20&time=2026-06-01T21:30:00+08:00&lang=en&pick=',
  )
  first.app.dispose()
  const second = await started(createWorld(link))
  const state = second.app.store.getState()
  expect(state).toMatchObject({
    diff: { layers: { trees: { visible: false } } },
    time: '2026-06-01T21:30:00+08:00',
    language: 'en',
    selection,
    problems: [],
  })
  expect(state.camera).toEqual({ lng: 121.441235, lat: 28.66, height: 321, heading: 12.35, pitch: -20 })
})

test('an address changed by a person is followed, and can be undone', async () => {
  const { app, world } = await started()
  app.dispatch({ type: 'layer.visible', layer: 'trees', visible: false })
  await world.pass(1000)
  const link = world.address.hash
  app.dispatch({ type: 'layer.visible', layer: 'trees', visible: true })
  await world.pass(1000)
  world.address.type(link)
  await world.pass(0)
  expect(layer(app, 'trees').visible).toBe(false)
  app.dispatch({ type: 'undo' })
  expect(layer(app, 'trees').visible).toBeUndefined()
  expect(world.asked.filter((url) => url === '/scenes/tiny/city')).toHaveLength(1)
})

test('a damaged link opens the scene without it and says what is wrong', async () => {
  const { app } = await started(createWorld('#scene=tiny/city&camera=1,2,x&diff=aXXXX&time=2026-06-01T22:00:00+08:00'))
  const state = app.store.getState()
  expect(state.scene).toEqual(tinyScene())
  expect(state.time).toBe('2026-06-01T22:00:00+08:00')
  expect(state.problems).toMatchObject([{ kind: 'bad-link' }])
  expect(state.problems[0]!.reason).toMatch(/bad camera.*expected lng,lat,height,heading,pitch[\s\S]*bad diff.*damaged/)
  app.dispatch({ type: 'retry' })
  expect(app.store.getState().problems).toEqual([])
})

test('a bookmark keeps layers, camera and time, survives the page, and is undoable', async () => {
  const { app, world, heard } = await started()
  app.dispatch({ type: 'layer.opacity', layer: 'roads', opacity: 0.3 })
  app.dispatch({ type: 'time.set', time: '2026-06-01T05:00:00+08:00' })
  app.set({ camera: { lng: 121.4, lat: 28.6, height: 99, heading: 1, pitch: -9 } })
  app.dispatch({ type: 'bookmark.add', name: '  清晨 ' })
  app.dispose()
  const later = createWorld()
  for (const [key, value] of world.kept) later.kept.set(key, value)
  const again = await started(later)
  expect(again.app.store.getState().bookmarks.map(({ name }) => name)).toEqual(['清晨'])
  again.app.dispatch({ type: 'bookmark.go', index: 0 })
  expect(layer(again.app, 'roads').opacity).toBe(0.3)
  expect(again.app.store.getState().time).toBe('2026-06-01T05:00:00+08:00')
  expect(again.heard.at(-1)).toMatchObject({ type: 'camera.fly', view: { height: 99 } })
  again.app.dispatch({ type: 'undo' })
  expect(again.app.store.getState().diff).toEqual({})
  again.app.dispatch({ type: 'bookmark.rename', index: 0, name: '  日出 ' })
  again.app.dispatch({ type: 'bookmark.rename', index: 0, name: '   ' })
  expect(again.app.store.getState().bookmarks.map(({ name }) => name)).toEqual(['日出'])
  again.app.dispatch({ type: 'bookmark.remove', index: 0 })
  expect(again.app.store.getState().bookmarks).toEqual([])
  expect(heard.length).toBeGreaterThan(0)
})

test('garbage among the bookmarks on this machine is passed over', async () => {
  const world = createWorld()
  world.kept.set(
    'tidewall.bookmarks.tiny/city',
    '[null, 3, {"name":"x"}, {"name":"bad","diff":"zzz"}, {"name":"good","diff":""}]',
  )
  const { app } = await started(world)
  expect(app.store.getState().bookmarks).toEqual([{ name: 'good', diff: {} }])
})

test('a bad scene is named with its path, the page keeps its scene and can open another', async () => {
  const world = createWorld()
  const bad = tinyScene()
  bad.layers[3]!.source = 'maps'
  world.answers.set('/scenes/bad/city', () => jsonAnswer(bad))
  const { app } = await started(world)
  app.dispatch({ type: 'scene.open', id: 'bad/city' })
  await world.pass(0)
  expect(app.store.getState().problems[0]).toMatchObject({ kind: 'bad-scene' })
  expect(app.store.getState().problems[0]!.reason).toContain(
    'layers[3].source: no such source, got "maps"; expected map; did you mean "map"?',
  )
  expect(app.store.getState().sceneId).toBe('tiny/city')
  app.dispatch({ type: 'scene.open', id: 'tiny/city' })
  await world.pass(0)
  expect(app.store.getState().problems).toEqual([])
})

test('an id that is a path into the server is refused without asking', async () => {
  const { app, world } = await started()
  const before = world.asked.length
  app.dispatch({ type: 'scene.open', id: '../collections/buildings' })
  await world.pass(0)
  expect(world.asked.length).toBe(before)
  expect(app.store.getState().problems[0]!.reason).toContain('expected <place>/<theme>')
})

test('a server that is not there yet is tried again until the scene opens', async () => {
  const world = createWorld()
  const up = new Map(world.answers)
  for (const path of up.keys()) world.answers.set(path, () => Promise.reject(new TypeError('fetch failed')))
  const { app } = await started(world)
  expect(app.store.getState().problems).toMatchObject([{ kind: 'server-lost' }])
  await world.pass(3000)
  for (const [path, answer] of up) world.answers.set(path, answer)
  await world.pass(10_000)
  expect(app.store.getState()).toMatchObject({ sceneId: 'tiny/city', problems: [] })
})

test('a server lost while the page is open is said once and taken back when it answers again', async () => {
  const { app, world } = await started()
  const up = world.answers.get('/ingest')!
  world.answers.set('/ingest', () => jsonAnswer({}, 503))
  await world.pass(30_000)
  expect(app.store.getState().problems).toMatchObject([
    { kind: 'server-lost', reason: '/ingest: the server answered 503' },
  ])
  world.answers.set('/ingest', up)
  app.dispatch({ type: 'retry' })
  await world.pass(0)
  expect(app.store.getState().problems).toEqual([])
})

test('a server without scenes says so', async () => {
  const world = createWorld()
  world.answers.set('/scenes', () => jsonAnswer([]))
  const { app } = await started(world)
  expect(app.store.getState().problems).toMatchObject([{ kind: 'no-scene' }])
})

test('the clock plays at its rate, stops at the end, and starts over from there', async () => {
  const { app, world } = await started()
  app.dispatch({ type: 'time.play', playing: true, rate: 3600 })
  await world.pass(2000)
  expect(app.store.getState().time).toBe('2026-06-01T12:00:00+08:00')
  await world.pass(20_000)
  expect(app.store.getState()).toMatchObject({ time: '2026-06-02T00:00:00+08:00', playing: false })
  app.dispatch({ type: 'time.play', playing: true })
  expect(app.store.getState().time).toBe('2026-06-01T00:00:00+08:00')
  app.dispatch({ type: 'time.set', time: '2031-01-01T00:00:00Z' })
  expect(app.store.getState().time).toBe('2026-06-02T00:00:00+08:00')
})

test('the sun of another day: the stretch of time moves, the hour stays, and it is undone and shared like any change', async () => {
  const { app, world } = await started()
  app.dispatch({ type: 'time.day', date: '2026-12-21' })
  expect(app.store.getState()).toMatchObject({
    time: '2026-12-21T10:00:00+08:00',
    scene: { time: { start: '2026-12-21T00:00:00+08:00', end: '2026-12-22T00:00:00+08:00' } },
  })
  app.dispatch({ type: 'time.set', time: '2026-12-21T17:00:00+08:00' })
  await world.pass(1000)
  const { diff } = app.store.getState()
  const again = await started(createWorld(world.address.hash))
  expect(again.app.store.getState()).toMatchObject({ diff, time: '2026-12-21T17:00:00+08:00', problems: [] })
  again.app.dispose()
  app.dispatch({ type: 'undo' })
  expect(app.store.getState()).toMatchObject({ diff: {}, time: '2026-06-01T17:00:00+08:00' })
  expect(() => app.dispatch({ type: 'time.day', date: '2026-02-30' })).toThrow(/expected such as 2026-12-21/)
})

test('a scene without a stretch of time stands at the present, in the zone of its place', async () => {
  const world = createWorld()
  const timeless = tinyScene()
  delete timeless.time
  world.answers.set('/scenes/tiny/city', () => jsonAnswer(timeless))
  const { app } = await started(world)
  expect(app.store.getState().time).toBe('2026-06-01T08:00:00+08:00')
  app.dispatch({ type: 'time.set', time: '2019-08-10T01:45:00+08:00' })
  await world.pass(1000)
  expect(world.address.hash).toContain('time=2019-08-10T01:45:00+08:00')
})

test('after 300 random changes undo leads to the document and redo to the end, whatever was changed', async () => {
  const { app, world } = await started()
  let state = 20260601
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * below)
  }
  const layers = tinyScene().layers.map(({ id }) => id as string)
  const colored = ['land', 'water', 'roads', 'rail', 'boundaries', 'buildings']
  for (let step = 0; step < 300; step++) {
    const id = layers[random(layers.length)]!
    const commands: Command[] = [
      { type: 'layer.visible', layer: id, visible: random(2) === 0 },
      { type: 'layer.opacity', layer: id, opacity: random(11) / 10 },
      { type: 'layer.move', layer: id, to: random(12) - 1 },
      {
        type: 'layer.color',
        layer: colored[random(6)]!,
        color: random(3) === 0 ? null : `hsl(${random(360)} 50% 50%)`,
      },
      { type: 'time.day', date: `2026-0${1 + random(9)}-15` },
      { type: random(2) === 0 ? 'undo' : 'redo' },
      { type: 'scene.revert' },
    ]
    app.dispatch(commands[random(step % 20 === 19 ? 7 : 6)]!)
    await world.pass(random(2) * 1500)
  }
  const end = app.store.getState().diff
  let steps = 0
  while (app.store.getState().canUndo && steps++ < 400) app.dispatch({ type: 'undo' })
  expect(app.store.getState()).toMatchObject({ diff: {}, scene: tinyScene() })
  while (app.store.getState().canRedo && steps++ < 800) app.dispatch({ type: 'redo' })
  expect(app.store.getState().diff).toEqual(end)
})

test('a slider dragged and brought back leaves nothing to undo', async () => {
  const { app } = await started()
  app.dispatch({ type: 'layer.opacity', layer: 'roads', opacity: 0.4 })
  app.dispatch({ type: 'layer.opacity', layer: 'roads', opacity: 1 })
  expect(app.store.getState()).toMatchObject({ diff: {}, canUndo: false })
})
