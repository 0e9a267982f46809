/** A sheet being drawn: items in order, layers met, the frame with its title block that every section has. */
import {
  type Drawing,
  type DrawingItem,
  type DrawingLook,
  type DrawingText,
  type DrawingWindow,
  toPaper,
} from '../geo/drawing.ts'
import { utilityWord } from './network-words.ts'
import { fixed, niceStep, textWidth } from './section-layout.ts'
import { type DrawingLanguage, type SectionText, sectionWords } from './section-words.ts'
import { UTILITY_COLORS } from './utility-colors.ts'

/** What the title block says of the data. */
export interface SectionSource {
  /** the place, or the network: stands before the kind of drawing */
  subject: string
  /** the data sets */
  title: string
  attribution: string
  /** ISO date, '' unknown */
  dataDate: string
  /** of the heights on the drawing */
  datum: string
  crs: string
  /** true when any of the data is made up */
  synthetic: boolean
}

/** Lines and words. */
export const INK = '#1d2630'
const FAINT = '#9aa3ad'
/** Soil of which nothing is known. */
export const SOIL = '#f4ede1'
/** The line of the ground. */
export const GROUND = '#6b4f2a'
/** What breaks a rule, and the stamp of made-up data. */
export const ALARM = '#d0021b'
/** Levels of water. */
export const WATER = '#2f80c8'

/** Layers beside those of the utilities. */
const LAYERS: Readonly<Record<string, string>> = {
  FRAME: INK,
  TABLE: INK,
  TEXT: INK,
  GRID: FAINT,
  GROUND,
  SOIL: '#b99a6b',
  BUILDING: '#59636e',
  ROAD: '#59636e',
  WATER,
  NODE: '#59636e',
  DIMENSION: INK,
}

/** A sheet under way. */
export interface Sheet {
  readonly window: DrawingWindow
  readonly page: Drawing['page']
  readonly language: DrawingLanguage
  readonly words: Readonly<Record<SectionText, string>>
  readonly items: DrawingItem[]
  /** a line in metres */
  line(points: readonly number[], look: DrawingLook, closed?: boolean): void
  /** a line on the sheet */
  rule(points: readonly number[], look: DrawingLook, closed?: boolean): void
  ellipse(x: number, z: number, rx: number, rz: number, look: DrawingLook): void
  /** a ring on the sheet */
  ellipseAt(x: number, y: number, radius: number, look: DrawingLook): void
  /** words on the sheet */
  text(x: number, y: number, text: string, more?: Partial<DrawingText>): void
  at(x: number, z: number): [x: number, y: number]
  done(title: string): Drawing
}

/** The CAD layer of a utility. */
export const layerOf = (utility: string): string => `PIPE-${utility.toUpperCase()}`
/** The colour of a utility. */
export const colorOf = (utility: string): string =>
  (UTILITY_COLORS as Readonly<Record<string, string>>)[utility] ?? UTILITY_COLORS.other

/** A colour two thirds of the way to white. */
export function tint(color: string, share = 0.68): string {
  const part = (at: number): string => {
    const value = Number.parseInt(color.slice(at, at + 2), 16)
    return Math.round(value + (255 - value) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${part(1)}${part(3)}${part(5)}`
}

/** An empty sheet. */
export function newSheet(page: Drawing['page'], window: DrawingWindow, language: DrawingLanguage): Sheet {
  const items: DrawingItem[] = []
  return {
    window,
    page,
    language,
    words: sectionWords(language),
    items,
    line: (points, look, closed = false) => void items.push({ kind: 'path', space: 'true', points, closed, ...look }),
    rule: (points, look, closed = false) => void items.push({ kind: 'path', space: 'paper', points, closed, ...look }),
    ellipse: (x, z, rx, rz, look) => void items.push({ kind: 'ellipse', space: 'true', x, z, rx, rz, ...look }),
    ellipseAt: (x, y, r, look) => void items.push({ kind: 'ellipse', space: 'paper', x, z: y, rx: r, rz: r, ...look }),
    text: (x, y, text, more) =>
      void items.push({ kind: 'text', x, y, text, sizeMm: 2.5, anchor: 'start', layer: 'TEXT', stroke: INK, ...more }),
    at: (x, z) => toPaper(window, x, z),
    done(title) {
      const met = new Set(items.map(({ layer }) => layer))
      const layers = [...met].map((name) => ({
        name,
        color: LAYERS[name] ?? colorOf(name.replace(/^PIPE-/, '').toLowerCase()),
      }))
      return { title, language, page, window, layers, items }
    },
  }
}

/** Margin of the frame, millimetres; the left one is for binding. */
export const MARGIN = { left: 20, other: 8 }
/** Height of the strip at the foot. */
export const FOOT = 34

/** Frame, title, stamp, and the strip at the foot: legend, notes, title block. */
export function furnish(
  sheet: Sheet,
  title: string,
  source: SectionSource,
  utilities: readonly string[],
  notes: readonly string[],
): void {
  const { page, words, window } = sheet
  const [left, right] = [MARGIN.left, page.width - MARGIN.other]
  const [low, high] = [MARGIN.other, page.height - MARGIN.other]
  sheet.rule([left, low, right, low, right, high, left, high], { layer: 'FRAME', stroke: INK, lineMm: 0.7 }, true)
  sheet.text((left + right) / 2, high - 9.5, title, { sizeMm: 6, anchor: 'middle', bold: true })
  const exaggeration = window.horizontal / window.vertical
  const scales =
    exaggeration === 1
      ? `${words.scale} 1:${window.horizontal}`
      : `${words.horizontal} 1:${window.horizontal}　${words.vertical} 1:${window.vertical}　(${words.exaggerated} ${Number(exaggeration.toFixed(2))})`
  sheet.text((left + right) / 2, high - 15, scales, { sizeMm: 3, anchor: 'middle' })
  if (source.synthetic) stamp(sheet, right - 4, high - 4)
  const top = low + FOOT
  const block = Math.max(right - 150, left + (right - left) * 0.55)
  sheet.rule([left, top, right, top], { layer: 'FRAME', stroke: INK, lineMm: 0.35 })
  legend(sheet, left + 4, top, utilities)
  notesAt(sheet, left + 4, low, notes, block - left - 8)
  titleBlock(sheet, block, low, right, top, title, scales, source)
}

function stamp(sheet: Sheet, right: number, top: number): void {
  const width = textWidth(sheet.words.demo, 4.5) + 6
  const box = [right - width, top - 8, right, top - 8, right, top, right - width, top]
  sheet.rule(box, { layer: 'FRAME', stroke: ALARM, lineMm: 0.5 }, true)
  sheet.text(right - width / 2, top - 5.6, sheet.words.demo, {
    sizeMm: 4.5,
    anchor: 'middle',
    bold: true,
    stroke: ALARM,
  })
}

function legend(sheet: Sheet, left: number, top: number, utilities: readonly string[]): void {
  const { words, language } = sheet
  sheet.text(left, top - 5.5, words.legend, { sizeMm: 3, bold: true })
  let x = left + 14
  const put = (draw: (x: number) => void, text: string) => {
    draw(x)
    sheet.text(x + 7, top - 5.5, text, { sizeMm: 2.8 })
    x += 10 + textWidth(text, 2.8)
  }
  for (const utility of utilities)
    put(
      (at) =>
        sheet.rule(
          [at, top - 6, at + 5.5, top - 6, at + 5.5, top - 3.6, at, top - 3.6],
          { layer: layerOf(utility), stroke: INK, fill: colorOf(utility), lineMm: 0.13 },
          true,
        ),
      utilityWord(utility, language),
    )
  put(
    (at) => sheet.rule([at, top - 4.8, at + 5.5, top - 4.8], { layer: 'GROUND', stroke: GROUND, lineMm: 0.5 }),
    words.groundLine,
  )
}

function notesAt(sheet: Sheet, left: number, low: number, notes: readonly string[], room: number): void {
  let y = low + FOOT - 11.5
  let x = left
  const size = 2.4
  for (const [i, note] of notes.entries()) {
    const text = `${i + 1}. ${note}`
    const width = textWidth(text, size)
    if (x > left && x + width > left + room) {
      x = left
      y -= 4
    }
    if (y < low + 7) break
    sheet.text(x, y, text, { sizeMm: size })
    x += width + 6
  }
  scaleBar(sheet, left, low + 3)
}

function scaleBar(sheet: Sheet, left: number, low: number): void {
  const { horizontal } = sheet.window
  const step = niceStep((15 * horizontal) / 1000)
  const width = (step * 1000) / horizontal
  for (let i = 0; i < 4; i++) {
    const [from, to] = [left + i * (width / 2), left + (i + 1) * (width / 2)]
    sheet.rule(
      [from, low, to, low, to, low + 1.4, from, low + 1.4],
      { layer: 'FRAME', stroke: INK, fill: i % 2 === 0 ? INK : '#ffffff', lineMm: 0.13 },
      true,
    )
  }
  for (const i of [0, 1, 2])
    sheet.text(left + i * width, low + 2.1, `${Number((i * step).toPrecision(3))}${i === 2 ? ' m' : ''}`, {
      sizeMm: 2,
      anchor: i === 0 ? 'start' : 'middle',
    })
}

/** Words no wider than the room: cut, with an ellipsis. */
export function fitted(text: string, sizeMm: number, room: number): string {
  if (textWidth(text, sizeMm) <= room) return text
  const letters = [...text]
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, sizeMm) > room) letters.pop()
  return `${letters.join('')}…`
}

function titleBlock(
  sheet: Sheet,
  left: number,
  low: number,
  right: number,
  top: number,
  title: string,
  scales: string,
  source: SectionSource,
): void {
  const { words } = sheet
  const rows: [string, string][] = [
    ['', title],
    [words.scale, scales.replace(`${words.scale} `, '')],
    [words.datum, source.datum],
    [words.crs, source.crs],
    [words.date, source.dataDate || words.unknown],
    [words.source, source.synthetic ? `${words.demo} · ${source.title}` : source.title],
  ]
  const step = (top - low) / rows.length
  const thin = { layer: 'FRAME', stroke: INK, lineMm: 0.18 }
  sheet.rule([left, low, left, top], { ...thin, lineMm: 0.35 })
  for (const [i, [name, value]] of rows.entries()) {
    const y = top - (i + 1) * step
    if (i > 0) sheet.rule([left, y + step, right, y + step], thin)
    const base = y + step / 2 - 1
    if (name === '') {
      sheet.text((left + right) / 2, base, fitted(value, 3.2, right - left - 4), {
        sizeMm: 3.2,
        anchor: 'middle',
        bold: true,
      })
      continue
    }
    sheet.text(left + 2, base, name, { sizeMm: 2.5, stroke: '#59636e' })
    sheet.text(left + 26, base, fitted(value, 2.5, right - left - 28), { sizeMm: 2.5 })
  }
  sheet.rule([left + 24, low, left + 24, top - step], thin)
}

/** The ruler of heights left of the window, with faint lines across. */
export function heightRuler(sheet: Sheet): void {
  const { window, words } = sheet
  const step = niceStep((8 * window.vertical) / 1000)
  const [left, bottom] = [window.left, window.bottom]
  const right = left + (window.width * 1000) / window.horizontal
  const top = bottom + (window.height * 1000) / window.vertical
  const digits = step < 1 ? 1 : 0
  for (let k = Math.ceil(window.z0 / step); k * step <= window.z0 + window.height + 1e-9; k++) {
    const [, y] = sheet.at(0, k * step)
    sheet.rule([left, y, right, y], { layer: 'GRID', stroke: '#d9dee3', lineMm: 0.1 })
    sheet.rule([left - 1.5, y, left, y], { layer: 'GRID', stroke: INK, lineMm: 0.18 })
    if (y > bottom + 1 && y < top - 4) sheet.text(left - 2.5, y - 0.9, fixed(k * step, digits), { anchor: 'end' })
  }
  sheet.text(left - 2.5, top - 2.2, words.elevation, { sizeMm: 2.3, anchor: 'end', stroke: '#59636e' })
  sheet.rule([left, bottom, left, top], { layer: 'GRID', stroke: INK, lineMm: 0.25 })
  sheet.rule([right, bottom, right, top], { layer: 'GRID', stroke: FAINT, lineMm: 0.13 })
}
