import { expect, test } from 'vitest'
import { defineScene } from '../../../scenes/schema/scene.ts'
import type { Collection, DataSource } from '../server.ts'
import { collectionOf, credits, grouped, layerOfCollection, syntheticLayers } from './catalogue.ts'

const source = (synthetic: boolean, attribution: string): DataSource => ({
  title: { zh: '源', en: 't' },
  attribution,
  dataDate: null,
  crs: null,
  datum: null,
  synthetic,
})
const collections: Collection[] = [
  { id: 'buildings', features: 3, sources: [source(true, 'made')] },
  { id: 'roads', features: 3, sources: [source(false, '© OSM')] },
  { id: 'places', features: 3, sources: [source(false, '© OSM')] },
]
const scene = defineScene({
  version: 1,
  title: { zh: '城', en: 'City' },
  sources: {
    map: { type: 'vector', url: '/tiles/map.json', attribution: 'map makers' },
    terrain: { type: 'terrain', url: '/tiles/terrain' },
    buildings: { type: '3d-tiles', url: '/tiles/buildings/tileset.json' },
  },
  groups: { city: { zh: '城', en: 'City' }, base: { zh: '底', en: 'Base' } },
  layers: [
    { id: 'ground', type: 'ground', source: 'terrain' },
    { id: 'streets', type: 'roads', source: 'map', group: 'base' },
    { id: 'names', type: 'labels', source: 'map', group: 'base' },
    { id: 'houses', type: 'buildings', source: 'buildings', group: 'city' },
  ],
  views: { home: { lng: 0, lat: 0, height: 1, heading: 0, pitch: 0 } },
})

test('a layer is drawn from the collection of its kind; labels from places; the ground from none', () => {
  expect(scene.layers.map(collectionOf)).toEqual([null, 'roads', 'places', 'buildings'])
  expect(layerOfCollection(scene, 'buildings')).toBe('houses')
  expect(layerOfCollection(null, 'trees')).toBe('trees')
})

test('groups stand in the scene’s order, the top-most layer first, what has no group last', () => {
  expect(grouped(scene).map(({ group, layers }) => [group, layers.map(({ id }) => id)])).toEqual([
    ['city', ['houses']],
    ['base', ['names', 'streets']],
    ['other', ['ground']],
  ])
})

test('a credit is said once: parts of one line apart, spaces and capitals aside, not inside a longer one', () => {
  const said = (attribution: string[]) =>
    credits(
      scene,
      attribution.map((text, index) => ({
        id: ['roads', 'buildings', 'places'][index]!,
        features: 1,
        sources: [
          { title: { zh: 'a', en: 'a' }, attribution: text, dataDate: null, crs: null, datum: null, synthetic: false },
        ],
      })),
    )
  expect(said(['Demo · Shore © W & S', 'demo  ·  shore © W & S'])).toEqual(['map makers', 'demo', 'shore © W & S'])
  expect(said(['© OpenStreetMap', '© OpenStreetMap contributors'])).toEqual([
    'map makers',
    '© OpenStreetMap contributors',
  ])
})

test('only shown layers count for the demo badge and for the credits', () => {
  expect(syntheticLayers(scene, collections).map(({ id }) => id)).toEqual(['houses'])
  expect(credits(scene, collections)).toEqual(['map makers', '© OSM', 'made'])
  const hidden = { ...scene, layers: scene.layers.map((layer) => ({ ...layer, visible: layer.type !== 'buildings' })) }
  expect(syntheticLayers(hidden, collections)).toEqual([])
  expect(credits(hidden, collections)).toEqual(['map makers', '© OSM'])
})
