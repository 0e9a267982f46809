/** The frame of the table under a section: its rows with their headings. */
import { fitted, INK, MARGIN, type Sheet } from './section-sheet.ts'
import type { SectionText } from './section-words.ts'

/** A row of a table: its heading, its height in millimetres. */
export interface TableRow {
  word: SectionText
  tall: number
}

/** Height of rows together, millimetres. */
export const tallOf = (rows: readonly TableRow[]): number => rows.reduce((sum, { tall }) => sum + tall, 0)

/**
 * Lines between rows, and the heading of each left of the window.
 * @param top of the table, millimetres from the sheet's foot
 * @returns the middle of each row, millimetres from the sheet's foot
 */
export function tableHeadings(sheet: Sheet, rows: readonly TableRow[], top: number): number[] {
  const [left, right] = [MARGIN.left, sheet.page.width - MARGIN.other]
  const line = { layer: 'TABLE', stroke: INK, lineMm: 0.18 }
  const room = sheet.window.left - left - 3
  const middles: number[] = []
  let y = top
  sheet.rule([left, top, right, top], { ...line, lineMm: 0.35 })
  for (const { word, tall } of rows) {
    middles.push(y - tall / 2)
    sheet.text(left + 2, y - tall / 2 - 0.9, fitted(sheet.words[word], 2.6, room), { sizeMm: 2.6, layer: 'TABLE' })
    y -= tall
    sheet.rule([left, y, right, y], line)
  }
  sheet.rule([sheet.window.left, top, sheet.window.left, y], { ...line, lineMm: 0.25 })
  return middles
}
