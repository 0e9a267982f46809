/** Writes a drawing as a PDF of one page, to scale, with real text in an embedded part of a font. */
import { type Drawing, type DrawingItem, type DrawingLook, type DrawingText, toPaper } from '../geo/drawing.ts'
import { type PdfFile, pdfFile } from './pdf-file.ts'
import { addLetters, type PdfLetters } from './pdf-font.ts'
import { PATTERN_MM, SOIL_HATCHES } from './soil-patterns.ts'
import type { TrueType } from './true-type.ts'

/** Points of PDF in a millimetre. */
const POINT = 72 / 25.4
const LINE = 0.18
/** A quarter of a circle by a Bézier curve. */
const ROUND = 0.5522847498

const n = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 1e4) / 1e4) : '0')

/** `r g b` of #rrggbb. */
const rgb = (color: string): string =>
  [1, 3, 5].map((at) => n((Number.parseInt(color.slice(at, at + 2), 16) || 0) / 255)).join(' ')

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

function pathOf(item: Exclude<DrawingItem, DrawingText>, { window }: Drawing): string {
  const put = (x: number, z: number): string => {
    const [px, py] = item.space === 'true' ? toPaper(window, x, z) : [x, z]
    return `${n(px)} ${n(py)}`
  }
  if (item.kind === 'path') {
    const parts: string[] = []
    for (let i = 0; i + 1 < item.points.length; i += 2)
      parts.push(`${put(item.points[i], item.points[i + 1])} ${i === 0 ? 'm' : 'l'}`)
    return `${parts.join(' ')}${item.closed ? ' h' : ''}`
  }
  const { x, z, rx, rz } = item
  const curve = (ax: number, az: number, bx: number, bz: number, cx: number, cz: number): string =>
    `${put(x + rx * ax, z + rz * az)} ${put(x + rx * bx, z + rz * bz)} ${put(x + rx * cx, z + rz * cz)} c`
  return [
    `${put(x + rx, z)} m`,
    curve(1, ROUND, ROUND, 1, 0, 1),
    curve(-ROUND, 1, -1, ROUND, -1, 0),
    curve(-1, -ROUND, -ROUND, -1, 0, -1),
    curve(ROUND, -1, 1, -ROUND, 1, 0),
    'h',
  ].join(' ')
}

function shape(item: Exclude<DrawingItem, DrawingText>, drawing: Drawing): string {
  const { stroke, fill, lineMm, dash, pattern }: DrawingLook = item
  const path = pathOf(item, drawing)
  const paint = fill ? (stroke ? 'B' : 'f') : stroke ? 'S' : 'n'
  const out = [
    fill ? `${rgb(fill)} rg` : '',
    stroke ? `${rgb(stroke)} RG ${n(lineMm ?? LINE)} w [${(dash ?? []).map(n).join(' ')}] 0 d` : '',
    `${path} ${paint}`,
  ]
  if (pattern && Object.hasOwn(SOIL_HATCHES, pattern)) out.push(`/Pattern cs /Soil-${pattern} scn ${path} f`)
  return out.filter(Boolean).join(' ')
}

function words(item: DrawingText, letters: PdfLetters): string {
  const { x, y, text, sizeMm, anchor, rotationDeg = 0, bold, stroke = '#000000', halo } = item
  let width = 0
  let [shown, run, font] = ['', '', -1]
  const close = (): void => {
    if (run !== '') shown += ` /F${font} ${n(sizeMm)} Tf <${run}> Tj`
    run = ''
  }
  for (const character of text) {
    const letter = letters.of(character)
    if (letter.font !== font) close()
    font = letter.font
    run += letter.code
    width += letter.width * sizeMm
  }
  close()
  const back = anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width
  const angle = (rotationDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const place = `${n(cos)} ${n(sin)} ${n(-sin)} ${n(cos)} ${n(x - back * cos)} ${n(y - back * sin)} Tm${shown}`
  const rim = halo ? `1 Tr ${rgb(halo)} RG ${n(sizeMm * 0.18)} w [] 0 d ${place}` : ''
  // one weight is embedded: bold is that weight with a rim of its own colour
  const look = bold ? `2 Tr ${rgb(stroke)} RG ${n(sizeMm * 0.035)} w [] 0 d` : '0 Tr'
  return `BT ${rim} ${look} ${rgb(stroke)} rg ${place} ET`
}

/** A text of the document's information, UTF-16 with its mark. */
const utf16 = (text: string): string =>
  `<FEFF${Array.from({ length: text.length }, (_, i) => hex(text.charCodeAt(i))).join('')}>`

function addPatterns(file: PdfFile, items: readonly DrawingItem[]): string {
  const used = new Set(items.map(({ pattern }) => pattern).filter((word): word is string => word !== undefined))
  const entries = [...used]
    .filter((word) => Object.hasOwn(SOIL_HATCHES, word))
    .map((word) => {
      const { color, lineMm, strokes, dots } = SOIL_HATCHES[word]
      const lines = strokes.map(([x1, y1, x2, y2]) => `${n(x1)} ${n(y1)} m ${n(x2)} ${n(y2)} l S`)
      // a stroke of no length with round ends is a dot
      const rings = dots.map(([x, y, r]) => `${n(2 * r)} w 1 J ${n(x)} ${n(y)} m ${n(x)} ${n(y)} l S`)
      const content = `${rgb(color)} RG ${n(lineMm)} w ${lines.join(' ')} ${rings.join(' ')}`
      const side = PATTERN_MM
      const number = file.stream(
        `/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 ${side} ${side}] /XStep ${side} /YStep ${side} /Resources << >> /Matrix [${n(POINT)} 0 0 ${n(POINT)} 0 0]`,
        content,
      )
      return `/Soil-${word} ${number} 0 R`
    })
  return entries.join(' ')
}

/**
 * The drawing as a PDF file: one page of its size, text that can be searched and copied.
 * @param fonts TrueType fonts, each for the characters that those before it lack; what none has is shown as a box
 */
export function pdfDrawing(drawing: Drawing, fonts: readonly TrueType[]): Uint8Array {
  const { page, items, title, language } = drawing
  const file = pdfFile()
  const texts = items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  const letters = addLetters(file, fonts, texts)
  const named = letters.fonts.map((number, i) => `/F${i} ${number} 0 R`).join(' ')
  const patterns = addPatterns(file, items)
  const content = [`${n(POINT)} 0 0 ${n(POINT)} 0 0 cm 1 j`]
  for (const item of items) content.push(item.kind === 'text' ? words(item, letters) : shape(item, drawing))
  const contents = file.stream('', content.join('\n'))
  const box = `[0 0 ${n(page.width * POINT)} ${n(page.height * POINT)}]`
  const pages = contents + 2
  const sheet = file.add(
    `<< /Type /Page /Parent ${pages} 0 R /MediaBox ${box} /Contents ${contents} 0 R /Resources << /Font << ${named} >> /Pattern << ${patterns} >> >> >>`,
  )
  file.add(`<< /Type /Pages /Kids [${sheet} 0 R] /Count 1 >>`)
  const lang = language === 'zh' ? 'zh-CN' : 'en'
  const root = file.add(
    `<< /Type /Catalog /Pages ${pages} 0 R /Lang (${lang}) /ViewerPreferences << /DisplayDocTitle true /PrintScaling /None >> >>`,
  )
  const info = file.add(`<< /Title ${utf16(title)} /Producer (Tidewall) >>`)
  return file.end(root, info)
}
