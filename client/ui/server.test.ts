import { expect, test } from 'vitest'
import { readAttributes, readCollections, readFound, readItem } from './server.ts'

const SOURCE = {
  id: 'demo',
  title: '演示',
  attribution: 'a',
  dataDate: '2026-05-01',
  crs: 'EPSG:4326',
  datum: 'EGM96',
  synthetic: true,
}

test('collections keep their counts and sources', () => {
  const json = {
    collections: [{ id: 'roads', features: 12, sources: [SOURCE] }, { id: 'land', source: SOURCE }, 7, null],
  }
  expect(readCollections(json)).toEqual([
    {
      id: 'roads',
      features: 12,
      sources: [expect.objectContaining({ title: { zh: '演示', en: '演示' }, synthetic: true })],
    },
    { id: 'land', features: null, sources: [expect.objectContaining({ dataDate: '2026-05-01' })] },
  ])
})

test('attributes with a type nobody knows are left out, the rest stays in order', () => {
  const json = [
    { name: 'height', type: 'number', count: 3, min: 2, max: 9, top: [[2, 1]] },
    { name: 'shape', type: 'geometry', count: 3 },
    {
      name: 'use',
      type: 'text',
      count: 2,
      top: [
        ['home', 2],
        [{}, 1],
      ],
    },
  ]
  expect(readAttributes(json)).toEqual([
    { name: 'height', type: 'number', count: 3, min: 2, max: 9, top: [[2, 1]] },
    { name: 'use', type: 'text', count: 2, top: [['home', 2]] },
  ])
})

test('a feature is its style words, its own attributes and its source', () => {
  const item = readItem({
    type: 'Feature',
    id: 'w1',
    bbox: [1, 2, 3, 4],
    properties: { height: 9, style: 'gothic' },
    style: { height: 9 },
    attributes: { style: 'gothic' },
    source: SOURCE,
  })
  expect(item).toMatchObject({ id: 'w1', style: { height: 9 }, attributes: { style: 'gothic' }, bbox: [1, 2, 3, 4] })
  expect(item.source?.title.zh).toBe('演示')
})

test('plain GeoJSON of another server is readable: everything counts as attributes, the box comes from the geometry', () => {
  const item = readItem({
    id: 7,
    properties: { a: 1 },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [1, 2],
          [3, 2],
          [3, 5],
          [1, 2],
        ],
      ],
    },
  })
  expect(item).toMatchObject({ id: '7', style: {}, attributes: { a: 1 }, bbox: [1, 2, 3, 5], source: null })
})

test('hostile answers give empty lists, never a crash', () => {
  for (const json of [null, 3, 'x', [], {}, [[[]]], { collections: 'no' }, [{ id: 5, layer: {} }]]) {
    expect(readCollections(json)).toEqual([])
    expect(readAttributes(json)).toEqual([])
    expect(readFound(json)).toEqual([])
    expect(readItem(json).style).toEqual({})
  }
})

test('what was found without a place is left out', () => {
  const good = { layer: 'roads', id: 'r', name: 'n', class: 'primary', lng: 1, lat: 2, bbox: [1, 2, 3, 4] }
  expect(readFound([good, { ...good, lng: null }])).toEqual([{ ...good, nameEn: '' }])
})
