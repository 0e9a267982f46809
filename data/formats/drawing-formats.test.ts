/** Writers of drawings, and the font they embed: round trips, hostile words, hostile fonts. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { zlibSync } from 'fflate'
import { expect, test } from 'vitest'
import type { Drawing } from '../geo/drawing.ts'
import { dxfColor, dxfDrawing, dxfText } from './dxf-write.ts'
import { pdfDrawing } from './pdf-drawing.ts'
import { svgDrawing } from './svg-drawing.ts'
import { openTrueType, subsetTrueType } from './true-type.ts'
import { readWoff } from './woff.ts'

const file = createRequire(import.meta.url).resolve(
  '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff',
)
const font = openTrueType(readWoff(readFileSync(file)))

const drawing = (items: Drawing['items'], vertical = 100): Drawing => ({
  title: '试 <&>',
  language: 'zh',
  page: { width: 420, height: 297 },
  window: { left: 50, bottom: 100, x0: -5, z0: 2, width: 35, height: 15, horizontal: 100, vertical },
  layers: [{ name: 'PIPE-WATER', color: '#1f9fe8' }],
  items,
})
const HOSTILE = '管<script>&"\u0000\u0007\ud800\r\n%%c\\P\u{20BB7}'

test('hostile words stay words in every format', () => {
  const items: Drawing['items'] = [
    {
      kind: 'text',
      x: 10,
      y: 10,
      text: HOSTILE,
      sizeMm: 3,
      anchor: 'middle',
      layer: 'TEXT',
      feature: { collection: 'pipes', id: HOSTILE },
    },
    {
      kind: 'path',
      space: 'true',
      points: [0, Number.NaN, 1, Number.POSITIVE_INFINITY],
      closed: false,
      layer: 'PIPE-"<WATER',
      stroke: '#zz',
    },
    {
      kind: 'ellipse',
      space: 'true',
      x: 1,
      z: 3,
      rx: 0.2,
      rz: 0.2,
      layer: 'PIPE-WATER',
      stroke: '#1f9fe8',
      pattern: '__proto__',
    },
  ]
  const svg = svgDrawing(drawing(items))
  expect(svg).not.toMatch(/<script/)
  expect(svg).not.toMatch(/NaN|Infinity/)
  expect([...svg].every((one) => one >= ' ' || one === '\n')).toBe(true)
  const dxf = dxfDrawing(drawing(items))
  expect(dxf).not.toMatch(/NaN|Infinity|undefined/)
  // groups stay in pairs
  expect(dxf.split('\r\n').length % 2).toBe(1)
  expect(dxf).toMatch(/^[\x20-\x7e\r\n]*$/)
  const pdf = Buffer.from(pdfDrawing(drawing(items), [font])).toString('latin1')
  expect(pdf).toMatch(/%%EOF\n$/)
})

test('DXF words are ASCII, colours the nearest of the palette', () => {
  expect(dxfText('给水 DN300')).toBe('\\U+7ED9\\U+6C34 DN300')
  expect(dxfText('50% ^ \\')).toBe('50%%% ^  \\U+005C')
  expect(dxfColor('#ff0000')).toBe(10)
  expect(dxfColor('#000000')).toBe(7)
  expect(dxfColor('#00ff00')).toBe(90)
  expect(dxfColor('#0000ff')).toBe(170)
})

test('stretched heights: an ellipse on the sheet, a circle in the block of the DXF', () => {
  const items: Drawing['items'] = [
    { kind: 'ellipse', space: 'true', x: 1, z: 3, rx: 0.25, rz: 0.25, layer: 'PIPE-WATER', stroke: '#1f9fe8' },
  ]
  const svg = svgDrawing(drawing(items, 20))
  expect(svg).toMatch(/<ellipse cx="110" cy="147" rx="2.5" ry="12.5"/)
  const dxf = dxfDrawing(drawing(items, 20)).replace(/\r\n/g, ' ')
  expect(dxf).toMatch(/CIRCLE\s+8 PIPE-WATER\s+62 \d+\s+10 1\s+20 3\s+30 0\s+40 0.25/)
  expect(dxf).toMatch(/INSERT\s+8 0\s+2 SECTION\s+10 0\s+20 2\s+30 0\s+41 1\s+42 5\s+43 1/)
})

test('a part of a font has its glyphs as they are, and its sums', () => {
  const glyphs = [...'管线é'].map((character) => font.glyphOf(character.codePointAt(0) as number))
  expect(glyphs.every((glyph) => glyph > 0)).toBe(true)
  const { bytes, glyphs: numbers } = subsetTrueType(font, glyphs)
  const view = new DataView(bytes.buffer)
  const tables = new Map<string, Uint8Array>()
  for (let i = 0; i < view.getUint16(4); i++) {
    const row = 12 + 16 * i
    const name = String.fromCharCode(...bytes.subarray(row, row + 4))
    tables.set(name, bytes.subarray(view.getUint32(row + 8), view.getUint32(row + 8) + view.getUint32(row + 12)))
  }
  expect([...tables.keys()]).toEqual(expect.arrayContaining(['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp']))
  const maxp = tables.get('maxp') as Uint8Array
  expect(new DataView(maxp.buffer, maxp.byteOffset).getUint16(4)).toBe(numbers.size)
  const hmtx = tables.get('hmtx') as Uint8Array
  const width = new DataView(hmtx.buffer, hmtx.byteOffset).getUint16(4 * (numbers.get(glyphs[0]) as number))
  expect(width).toBe(font.widthOf(glyphs[0]))
  expect(bytes.length).toBeLessThan(20_000)
})

test('fonts that are none are refused', () => {
  const whole = readFileSync(file)
  expect(() => readWoff(new Uint8Array(10))).toThrow(/woff: no signature/)
  expect(() => readWoff(whole.subarray(0, 2000))).toThrow(/woff: .*cut short/)
  expect(() => openTrueType(new Map([['head', zlibSync(new Uint8Array(3))]]))).toThrow(/true type: table head/)
})
