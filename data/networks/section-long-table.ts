/** The table under a long section: heights at each node, what lies between them in bands, node codes at the foot. */
import { fixed, spread, textWidth } from './section-layout.ts'
import type { LongNode, LongPipe, LongSection } from './section-long.ts'
import { materialText } from './section-materials.ts'
import { ALARM, FOOT, fitted, INK, MARGIN, type Sheet } from './section-sheet.ts'
import { type TableRow, tableHeadings, tallOf } from './section-table.ts'
import { type SectionText, sizeText } from './section-words.ts'

interface Row extends TableRow {
  /** at the nodes, written upright; or between them */
  at: 'node' | 'between'
}

const ROWS: readonly Row[] = [
  { word: 'ground', tall: 11, at: 'node' },
  { word: 'invert', tall: 11, at: 'node' },
  { word: 'depth', tall: 9.5, at: 'node' },
  { word: 'waterLevel', tall: 11, at: 'node' },
  { word: 'diameter', tall: 9, at: 'between' },
  { word: 'slope', tall: 9, at: 'between' },
  { word: 'distance', tall: 9, at: 'between' },
  { word: 'chainage', tall: 13.5, at: 'node' },
  { word: 'node', tall: 23, at: 'node' },
]

/** The rows of a section: the water's where it is known. */
const rowsOf = ({ nodes }: Pick<LongSection, 'nodes'>): readonly Row[] =>
  nodes.some(({ water }) => Number.isFinite(water)) ? ROWS : ROWS.filter(({ word }) => word !== 'waterLevel')

/** Height of the table, millimetres. */
export const rowsMm = (section: Pick<LongSection, 'nodes'>): number => tallOf(rowsOf(section))
/** Least room of a node's column, millimetres. */
export const NODE_COLUMN = 6.6
const SIZE = 2.5

/** The same pipe going on: one band for all that are alike. */
function bands(pipes: readonly LongPipe[], sheet: Sheet): { first: number; last: number; texts: [string, string] }[] {
  const out: { first: number; last: number; texts: [string, string] }[] = []
  for (const [i, pipe] of pipes.entries()) {
    const texts: [string, string] = [sizeText(pipe, sheet.language), materialText(sheet.language, pipe.material) || '—']
    const before = out.at(-1)
    if (before && before.texts[0] === texts[0] && before.texts[1] === texts[1]) before.last = i
    else out.push({ first: i, last: i, texts })
  }
  return out
}

/** Words in a cell: level where they fit, upright where the cell is tall enough for them, else nothing. */
function cell(sheet: Sheet, x: number, y: number, room: number, tall: number, text: string, color = INK): void {
  const width = textWidth(text, SIZE)
  const look = { sizeMm: SIZE, anchor: 'middle' as const, layer: 'TABLE', stroke: color }
  if (width <= room - 0.6) sheet.text(x, y - 0.9, text, look)
  else if (width <= tall - 0.6 && room >= SIZE) sheet.text(x + 0.9, y, text, { ...look, rotationDeg: 90 })
  else if (room >= SIZE)
    sheet.text(x + 0.8, y, fitted(text, 2.1, tall - 0.4), { ...look, sizeMm: 2.1, rotationDeg: 90 })
}

/** Words beside a node's line, read from below: on its left, and on its right where the two sides differ. */
function upright(sheet: Sheet, x: number, y: number, left: string, right: string, color: string): void {
  const look = { sizeMm: SIZE, anchor: 'middle' as const, rotationDeg: 90, layer: 'TABLE', stroke: color }
  if (left === right || right === '') sheet.text(x + 0.9, y, left, { ...look, halo: '#ffffff' })
  else {
    sheet.text(x - 0.55, y, left, look)
    sheet.text(x + 2.45, y, right, look)
  }
}

function nodeTexts(node: LongNode, word: SectionText): [left: string, right: string] {
  const about = node.estimated ? '≈' : ''
  const pair = (before: number, after: number): [string, string] => {
    const [one, two] = [before, after].map((value) => (Number.isFinite(value) ? about + fixed(value, 3) : ''))
    if (one === '' || two === '') return [one || two || '—', '']
    return one === two ? [one, ''] : [one, two]
  }
  if (word === 'ground') return [fixed(node.ground, 3), '']
  if (word === 'invert') return pair(node.invertIn, node.invertOut)
  if (word === 'depth') {
    const low = [node.invertIn, node.invertOut].filter(Number.isFinite)
    const depth = low.length ? node.ground - Math.min(...low) : Number.NaN
    return [Number.isFinite(depth) ? about + fixed(depth, 2) : '—', '']
  }
  if (word === 'waterLevel') return [Number.isFinite(node.water) ? about + fixed(node.water, 3) : '—', '']
  if (word === 'chainage') {
    const metres = Math.round(node.x * 100) / 100
    return [`${Math.floor(metres / 1000)}+${fixed(metres % 1000, 2).padStart(6, '0')}`, '']
  }
  return [fitted(node.id, SIZE, 22), '']
}

/**
 * Table and the lines that lead to it from the nodes.
 * @param fan millimetres between the picture and the table
 */
export function longTable(sheet: Sheet, section: LongSection, fan: number): void {
  const { window, page } = sheet
  const right = page.width - MARGIN.other
  const rows = rowsOf(section)
  const top = MARGIN.other + FOOT + rowsMm(section)
  const middles = tableHeadings(sheet, rows, top)
  const { nodes, pipes } = section
  const wanted = nodes.map(({ x }) => sheet.at(x, 0)[0])
  const columns = spread(wanted, NODE_COLUMN, window.left + NODE_COLUMN / 2 + 1, right - NODE_COLUMN / 2)
  const line = { layer: 'TABLE', stroke: INK, lineMm: 0.13 }
  const between = rows.flatMap(({ at }, i) => (at === 'between' ? [i] : []))
  const [high, low] = [
    middles[between[0]] + rows[between[0]].tall / 2,
    middles[between[between.length - 1]] - rows[between[between.length - 1]].tall / 2,
  ]
  for (const [i, node] of nodes.entries()) {
    const x = columns[i]
    sheet.rule([wanted[i], window.bottom, x, window.bottom - fan + 1, x, top], line)
    for (const [row, { word, at, tall }] of rows.entries()) {
      if (at !== 'node') continue
      const [one, two] = nodeTexts(node, word)
      const wrong =
        (word === 'invert' && node.invertOut > node.invertIn + 0.001) || (word === 'waterLevel' && node.spills)
      const color = wrong ? ALARM : INK
      sheet.rule([x, middles[row] + tall / 2, x, middles[row] + tall / 2 - 1], line)
      sheet.rule([x, middles[row] - tall / 2, x, middles[row] - tall / 2 + 1], line)
      upright(sheet, x, middles[row], one, two, color)
    }
    if (i > 0 && i < nodes.length - 1) sheet.rule([x, middles[between[1]] + rows[between[1]].tall / 2, x, low], line)
    else sheet.rule([x, high, x, low], line)
  }
  const [bandRow, slopeRow, distanceRow] = between
  for (const { first, last, texts } of bands(pipes, sheet)) {
    const [from, to] = [columns[first], columns[last + 1]]
    const room = to - from
    const middle = (from + to) / 2
    if (first > 0) sheet.rule([from, high, from, high - rows[bandRow].tall], line)
    if (textWidth(texts[0], SIZE) <= room - 0.6 || room > 14) {
      sheet.text(middle, middles[bandRow] + 0.8, fitted(texts[0], SIZE, room - 0.6), {
        anchor: 'middle',
        layer: 'TABLE',
      })
      sheet.text(middle, middles[bandRow] - 3, fitted(texts[1], 2.3, room - 0.6), {
        anchor: 'middle',
        sizeMm: 2.3,
        layer: 'TABLE',
      })
    } else cell(sheet, middle, middles[bandRow], room, rows[bandRow].tall, texts[0])
  }
  for (const [i, pipe] of pipes.entries()) {
    const [from, to] = [columns[i], columns[i + 1]]
    const middle = (from + to) / 2
    const uphill = section.how === 'downstream' && pipe.slope < -0.05
    cell(sheet, middle, middles[slopeRow], to - from, 9, fixed(pipe.slope, 2), uphill ? ALARM : INK)
    cell(sheet, middle, middles[distanceRow], to - from, 9, fixed(pipe.to - pipe.from, 2))
  }
}
