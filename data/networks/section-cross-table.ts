/** The table under a cross-section: one column for each pipe, led to by a thin line. */
import { utilityWord } from './network-words.ts'
import { type CrossSection, outerHalves } from './section-cross.ts'
import { fixed, spread, textWidth } from './section-layout.ts'
import { materialText } from './section-materials.ts'
import { ALARM, colorOf, FOOT, fitted, INK, layerOf, MARGIN, type Sheet } from './section-sheet.ts'
import { type TableRow, tableHeadings, tallOf } from './section-table.ts'
import { sizeText } from './section-words.ts'

const ROWS: readonly TableRow[] = [
  { word: 'number', tall: 5 },
  { word: 'kind', tall: 5.4 },
  { word: 'size', tall: 5.4 },
  { word: 'material', tall: 8 },
  { word: 'chainage', tall: 5.2 },
  { word: 'ground', tall: 5.2 },
  { word: 'crown', tall: 5.2 },
  { word: 'invert', tall: 5.2 },
  { word: 'cover', tall: 5.2 },
  { word: 'angle', tall: 5.2 },
  { word: 'gap', tall: 10 },
]

/** Height of the table, millimetres. */
export const PIPE_ROWS_MM = tallOf(ROWS)

/** Words in at most two lines of a width. */
export function twoLines(text: string, sizeMm: number, room: number): string[] {
  if (textWidth(text, sizeMm) <= room) return [text]
  const letters = [...text]
  let first = ''
  while (letters.length && textWidth(first + letters[0], sizeMm) <= room) first += letters.shift()
  if (first === '') return [fitted(text, sizeMm, room)]
  // between words where there are such
  const space = letters[0] === ' ' ? -1 : first.lastIndexOf(' ')
  const [one, two] = space > 0 ? [first.slice(0, space), text.slice(space + 1)] : [first, letters.join('').trimStart()]
  return [one, fitted(two, sizeMm, room)]
}

/** What stands in each row of a pipe's column, from the number down to the angle. */
function cells({ pipes }: CrossSection, i: number, sheet: Sheet): string[] {
  const pipe = pipes[i]
  const [, tall] = outerHalves(pipe)
  const half = pipe.height > 0 ? pipe.height / 2 : 0
  const about = pipe.estimated ? '≈' : ''
  const metres = (value: number): string => (Number.isFinite(value) ? `${about}${fixed(value, 3)}` : '—')
  return [
    String(i + 1),
    utilityWord(pipe.utility, sheet.language),
    sizeText(pipe, sheet.language),
    materialText(sheet.language, pipe.material) || '—',
    fixed(pipe.x, 2),
    fixed(pipe.ground, 3),
    metres(pipe.z + tall),
    metres(pipe.z - half),
    metres(pipe.ground - pipe.z - tall),
    fixed(pipe.angleDeg, 0),
  ]
}

/**
 * Leaders and table.
 * @param column least width of a column, millimetres
 * @param fan millimetres between the picture and the table
 * @returns number of columns
 */
export function crossTable(sheet: Sheet, section: CrossSection, column: number, fan: number): number {
  const { window, page } = sheet
  const right = page.width - MARGIN.other
  const top = MARGIN.other + FOOT + PIPE_ROWS_MM
  const middles = tableHeadings(sheet, ROWS, top)
  const { pipes, gaps } = section
  const wanted = pipes.map(({ x }) => sheet.at(x, 0)[0])
  const wide = Math.min(26, Math.max(column, (right - window.left - 4) / Math.max(1, pipes.length)))
  const centres = spread(wanted, wide, window.left + wide / 2, right - wide / 2)
  for (const [i, pipe] of pipes.entries()) {
    const look = { layer: layerOf(pipe.utility), stroke: colorOf(pipe.utility), lineMm: 0.13 }
    const feature = { collection: 'pipes', id: pipe.id }
    const start = Number.isFinite(pipe.z) ? sheet.at(0, pipe.z)[1] : window.bottom
    sheet.rule([wanted[i], start, wanted[i], window.bottom, centres[i], window.bottom - fan + 1, centres[i], top], look)
    const texts = cells(section, i, sheet)
    for (const [row, text] of texts.entries()) {
      const lines = ROWS[row].word === 'material' ? twoLines(text, 2.4, wide - 0.8) : [fitted(text, 2.5, wide - 0.4)]
      for (const [n, words] of lines.entries())
        sheet.text(centres[i], middles[row] - 0.9 + (lines.length - 1) * 1.5 - n * 3.1, words, {
          sizeMm: row === 0 ? 2.8 : 2.45,
          bold: row === 0,
          anchor: 'middle',
          layer: 'TABLE',
          feature,
        })
    }
    sheet.ellipseAt(centres[i], middles[0], 2.1, look)
  }
  const row = middles[middles.length - 1]
  for (const { a, b, horizontal, vertical, counts, least, within } of gaps) {
    const line = within < 0 ? row + 0.7 : row - 4
    const found = counts === 'horizontal' ? horizontal : vertical
    const short = least > 0 && found < least - 1e-6
    const [from, to] = [centres[a], centres[b]]
    const color = short ? ALARM : INK
    sheet.rule([from, line, to, line], { layer: 'DIMENSION', stroke: color, lineMm: 0.13 })
    for (const x of [from, to])
      sheet.rule([x - 0.6, line - 0.6, x + 0.6, line + 0.6], { layer: 'DIMENSION', stroke: color, lineMm: 0.25 })
    const sign = counts === 'vertical' ? '↕' : ''
    const text = `${sign}${fixed(found, 2)}${short ? `<${least}` : ''}`
    sheet.text((from + to) / 2, line + 1, fitted(text, 2.4, to - from), {
      sizeMm: 2.4,
      anchor: 'middle',
      stroke: color,
      layer: 'DIMENSION',
    })
  }
  return pipes.length
}
