/** What is painted over what, and when it is left out; on a context that writes down its strokes (Node has no canvas). */
import { describe, expect, test } from 'vitest'
import { ROADS, seaColor, WATER } from '../../app/map-style.ts'
import type { FlatKind } from './map-messages.ts'
import { paintKind, type Scale } from './map-paint.ts'
import type { Shape } from './map-tiles.ts'

interface Stroke {
  verb: 'fill' | 'stroke'
  what: string
  style: string
  alpha: number
  width: number
  dash: number[]
}

/** Writes down every fill and stroke with the settings at that moment. */
class Notes {
  strokes: Stroke[] = []
  globalAlpha = 1
  lineWidth = 1
  fillStyle = ''
  strokeStyle = ''
  lineCap = ''
  lineJoin = ''
  dash: number[] = []
  fill(path: unknown) {
    this.note('fill', path, this.fillStyle)
  }
  stroke(path: unknown = 'own lines') {
    this.note('stroke', path, this.strokeStyle)
  }
  setLineDash(dash: number[]) {
    this.dash = dash
  }
  save() {}
  restore() {}
  clip() {}
  beginPath() {}
  moveTo() {}
  lineTo() {}
  private note(verb: Stroke['verb'], path: unknown, style: string) {
    const { globalAlpha, lineWidth, dash } = this
    this.strokes.push({ verb, what: String(path), style, alpha: globalAlpha, width: lineWidth, dash })
  }
}

const shape = (name: string, properties: Shape['properties'], area = false): Shape =>
  ({ path: name, area, properties }) as unknown as Shape

function painted(
  kind: FlatKind,
  shapes: Shape[],
  { opacity = 1, metresPerPixel = 1, colorOf = null as Parameters<typeof paintKind>[3] } = {},
): Stroke[] {
  const notes = new Notes()
  const scale: Scale = { metresPerPixel, unitsPerMetre: 2, z: 14 }
  const context = notes as unknown as Parameters<typeof paintKind>[0]
  paintKind(context, shapes, { kind, opacity, color: null }, colorOf, scale)
  expect(notes.dash).toEqual([])
  return notes.strokes
}

describe('roads', () => {
  const road = (name: string, kind: string, more: Shape['properties'] = {}) => shape(name, { class: kind, ...more })

  test('all edges of a level lie under all ribbons of it, wider classes over narrower', () => {
    const strokes = painted('roads', [road('big', 'motorway'), road('small', 'residential')])
    const ribbons = strokes.filter(({ style }) => style === ROADS.motorway!.color || style === ROADS.residential!.color)
    const edges = strokes.filter(({ style }) => style === ROADS.motorway!.casing || style === ROADS.residential!.casing)
    expect(edges).toHaveLength(2)
    expect(strokes.indexOf(edges[1]!)).toBeLessThan(strokes.indexOf(ribbons[0]!))
    expect(ribbons.map(({ what }) => what)).toEqual(['small', 'big'])
  })

  test('a bridge’s edges lie over the ribbon below it', () => {
    const strokes = painted('roads', [
      road('bridge', 'tertiary', { bridge: true, level: 1 }),
      road('below', 'motorway'),
    ])
    const [last, first] = [
      strokes.findLastIndex(({ what }) => what === 'below'),
      strokes.findIndex(({ what }) => what === 'bridge'),
    ]
    expect(last).toBeLessThan(first)
  })

  test('a tunnel is not painted, a far small street neither; a far motorway keeps its pixels', () => {
    expect(painted('roads', [road('tunnel', 'primary', { tunnel: true })])).toEqual([])
    const far = painted('roads', [road('lane', 'service'), road('big', 'motorway')], { metresPerPixel: 100 })
    expect(new Set(far.map(({ what }) => what))).toEqual(new Set(['big']))
    expect(far[0]!.width).toBeGreaterThanOrEqual(2.2 * 100 * 2)
  })

  test('ferries and paths are dashed in metres and have no edges', () => {
    for (const kind of ['ferry', 'path']) {
      const strokes = painted('roads', [road(kind, kind)])
      expect(strokes).toHaveLength(1)
      expect(strokes[0]!.dash).toEqual(ROADS[kind]!.dash!.map((metres) => metres * 2))
    }
  })

  test('opacity and a colour of the scene are taken up, the width of the data too', () => {
    const strokes = painted('roads', [road('a', 'primary', { widthM: 31 })], { opacity: 0.5, colorOf: () => 'red' })
    const ribbon = strokes.find(({ style }) => style === 'red')!
    expect([ribbon.width, ribbon.alpha]).toEqual([62, 0.5])
  })
})

describe('water', () => {
  const river = shape('river', { class: 'river' }, true)
  const sea = (depth: number) => shape(`sea ${depth}`, { class: 'sea', depth }, true)

  test('deep lies over shallow, rivers over the sea, and every rim under all of it: no line where they meet', () => {
    const strokes = painted('water', [river, sea(20), sea(0), sea(5)])
    expect(strokes.filter(({ verb }) => verb === 'fill').map(({ what }) => what)).toEqual([
      'sea 0',
      'sea 5',
      'sea 20',
      'river',
    ])
    const rims = strokes.filter(({ verb }) => verb === 'stroke')
    expect(new Set(rims.map(({ what }) => what))).toEqual(new Set(['sea 0', 'river']))
    expect(strokes.slice(0, rims.length)).toEqual(rims)
  })

  test('seas darken with depth without a jump, and all waters have the blue the shader knows them by', () => {
    const parts = (color: string) => color.match(/\d+/g)!.map(Number)
    let before = parts(seaColor(0))
    for (let depth = 0.5; depth < 300; depth += 0.5) {
      const now = parts(seaColor(depth))
      expect(now[0]).toBeLessThanOrEqual(before[0]!)
      expect(before[0]! - now[0]!).toBeLessThan(4)
      expect(now[2]! - now[0]!).toBeGreaterThan(0.085 * 255)
      before = now
    }
    for (const hex of Object.values(WATER))
      expect(Number.parseInt(hex.slice(5), 16) - Number.parseInt(hex.slice(1, 3), 16)).toBeGreaterThan(0.085 * 255)
  })
})

test('rails have sleepers near, a plain line far, and none from space', () => {
  const rail = [shape('rail', { class: 'rail' })]
  expect(painted('rail', rail).filter(({ dash }) => dash.length > 0)).toHaveLength(1)
  expect(painted('rail', rail, { metresPerPixel: 20 }).filter(({ dash }) => dash.length > 0)).toHaveLength(0)
  expect(painted('rail', rail, { metresPerPixel: 500 })).toEqual([])
})

test('boundaries of villages go before those of towns, those of the district last', () => {
  const all = ['village', 'town', 'district'].map((kind) => shape(kind, { class: kind }))
  const seen = (metresPerPixel: number) => painted('boundaries', all, { metresPerPixel }).map(({ what }) => what)
  expect(seen(5)).toEqual(['village', 'town', 'district'])
  expect(seen(30)).toEqual(['town', 'district'])
  expect(seen(200)).toEqual(['district'])
})

test('land is filled as wholes, lines of land are not, and unknown classes have a colour', () => {
  const strokes = painted('land', [
    shape('field', { class: 'park' }, true),
    shape('line', { class: 'park' }),
    shape('new', { class: 'spaceport' }, true),
  ])
  expect(strokes.map(({ what }) => what)).toEqual(['field', 'new'])
  expect(strokes.every(({ style }) => /^#/.test(style))).toBe(true)
})
