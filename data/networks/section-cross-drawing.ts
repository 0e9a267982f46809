/** Draws a cross-section to scale: ground, buildings, pipes at their true depth and size, and the table below them. */
import type { Drawing } from '../geo/drawing.ts'
import { utilityWord } from './network-words.ts'
import type { CrossSection, CutPipe } from './section-cross.ts'
import { containers, outerHalves, outerHeights } from './section-cross.ts'
import { drawBuildings, drawEnds, drawShafts, drawSurfaces } from './section-cross-around.ts'
import { crossTable, PIPE_ROWS_MM } from './section-cross-table.ts'
import { drawGround, drawSoil, groundBoxes, nameSoil } from './section-ground-drawing.ts'
import {
  A3,
  type Box,
  HEAD,
  heightRange,
  isFree,
  standardScale,
  stretchedScale,
  TITLE,
  textWidth,
} from './section-layout.ts'
import { sectionOutline } from './section-shape.ts'
import {
  colorOf,
  FOOT,
  furnish,
  heightRuler,
  INK,
  layerOf,
  MARGIN,
  newSheet,
  type SectionSource,
  type Sheet,
  tint,
} from './section-sheet.ts'
import { type DrawingLanguage, sizeText } from './section-words.ts'

/** How a cross-section is drawn. */
export interface CrossDrawingOptions {
  language: DrawingLanguage
  source: SectionSource
  /** letter of the section: A gives A — A′ */
  letter?: string
}

/** Between the picture and its table, where leaders fan out. */
const FAN = 9
/** Least width of a pipe's column in the table. */
const COLUMN = 11.5

/** Lowest and highest thing that the picture must show. */
function extentOf({ ground, pipes, buildings, nodes, strata }: CrossSection): [low: number, high: number] {
  const [low, high] = heightRange([
    ...ground.z,
    ...pipes.flatMap(outerHeights),
    ...buildings.map(({ base, basement }) => base - basement),
    ...nodes.flatMap(({ bottom, top }) => [bottom, top]),
  ])
  const soil = strata ? Math.min(low, high - 6) : low
  return [Math.min(soil - 0.8, high - 2.5), high + 2]
}

/** Scales and window: true in both directions where that fills the picture, else the heights are stretched. */
function layOut(section: CrossSection): { page: Drawing['page']; window: Drawing['window'] } {
  const [low, high] = extentOf(section)
  const wanted = section.pipes.length * COLUMN + MARGIN.left + HEAD + MARGIN.other + 6
  const page = { width: Math.max(A3.width, Math.ceil(wanted)), height: A3.height }
  const left = MARGIN.left + HEAD
  const widthMm = page.width - MARGIN.other - 6 - left
  const bottom = MARGIN.other + FOOT + PIPE_ROWS_MM + FAN
  const heightMm = page.height - MARGIN.other - TITLE - bottom
  const horizontal = standardScale(section.line.length * 1.02, widthMm)
  const tall = high - low
  let vertical = horizontal
  if ((tall * 1000) / horizontal < 40) vertical = stretchedScale(tall, heightMm * 0.6, horizontal)
  if ((tall * 1000) / vertical > heightMm) vertical = standardScale(tall, heightMm)
  const along = Math.max(horizontal, vertical)
  const width = (widthMm * along) / 1000
  const height = (heightMm * vertical) / 1000
  const window = {
    left,
    bottom,
    x0: (section.line.length - width) / 2,
    z0: low - (height - tall) * 0.3,
    width,
    height,
    horizontal: along,
    vertical,
  }
  return { page, window }
}

/** The pipe itself: outer wall, inner wall, and in words where it is a guess. */
function drawPipe(sheet: Sheet, pipe: CutPipe): void {
  const { utility, x, z, section, width, height, estimated, id } = pipe
  const feature = { collection: 'pipes', id }
  const base = { layer: layerOf(utility), stroke: colorOf(utility), feature }
  if (!Number.isFinite(z)) {
    const top = Number.isFinite(pipe.ground) ? pipe.ground : sheet.window.z0 + sheet.window.height
    sheet.line([x, top, x, sheet.window.z0], { ...base, lineMm: 0.5, dash: [1, 1] })
    return
  }
  if (!(height > 0)) {
    // its size is not known: a cross at its axis
    const [dx, dz] = [(1.2 * sheet.window.horizontal) / 1000, (1.2 * sheet.window.vertical) / 1000]
    sheet.line([x - dx, z - dz, x + dx, z + dz], { ...base, lineMm: 0.4 })
    sheet.line([x - dx, z + dz, x + dx, z - dz], { ...base, lineMm: 0.4 })
    return
  }
  const [wide, tall] = outerHalves(pipe)
  const outer = {
    ...base,
    fill: estimated ? '#ffffff' : base.stroke,
    lineMm: 0.25,
    ...(estimated && { dash: [0.8, 0.5] }),
  }
  const inner = { ...base, stroke: INK, fill: tint(base.stroke), lineMm: 0.1 }
  // too small to be seen at this scale it is marked
  const tiny = (wide * 2000) / sheet.window.horizontal < 0.9
  if (section === 'circular') {
    sheet.ellipse(x, z, wide, tall, outer)
    sheet.ellipse(x, z, width / 2, height / 2, inner)
  } else {
    sheet.line(sectionOutline(section, x, z, wide * 2, tall * 2), outer, true)
    sheet.line(sectionOutline(section, x, z, width, height), inner, true)
  }
  if (tiny)
    sheet.ellipseAt(...sheet.at(x, z), 0.55, { ...base, fill: estimated ? '#ffffff' : base.stroke, lineMm: 0.2 })
}

/** Which way the water runs: a dot comes out of the picture, a cross goes into it. */
function drawTowards(sheet: Sheet, { id, x, z, width, height, towards, utility }: CutPipe): void {
  if (towards === 'unknown' || !(height > 0) || !Number.isFinite(z)) return
  const reach = Math.min(width, height) / 2
  const look = { layer: layerOf(utility), stroke: INK, lineMm: 0.15, feature: { collection: 'pipes', id } }
  const [wide, tall] = [(width / 2) * 0.35, (height / 2) * 0.35]
  if ((reach * 1000) / sheet.window.horizontal < 0.8) return
  if (towards === 'near') sheet.ellipse(x, z, wide * 0.4, tall * 0.4, { ...look, fill: INK })
  else {
    sheet.line([x - wide, z - tall, x + wide, z + tall], look)
    sheet.line([x - wide, z + tall, x + wide, z - tall], look)
  }
}

/** The rim of a tunnel: words may stand within it. */
const edgesOf = ([left, low, right, high]: Box): Box[] => [
  [left - 0.4, low, left + 0.4, high],
  [right - 0.4, low, right + 0.4, high],
  [left, low - 0.4, right, low + 0.4],
  [left, high - 0.4, right, high + 0.4],
]

/** Half the width and height of each pipe on the sheet. */
const halvesOn = (sheet: Sheet, pipes: readonly CutPipe[]): [number, number][] =>
  pipes.map((pipe) => {
    const [wide, tall] = outerHalves(pipe)
    return [
      Math.max(0.4, (wide * 1000) / sheet.window.horizontal),
      Math.max(0.4, (tall * 1000) / sheet.window.vertical),
    ]
  })

/** Short words beside each pipe where there is room; the table has them all. */
function labelPipes(sheet: Sheet, pipes: readonly CutPipe[], taken: Box[]): void {
  const size = 2.5
  const top = sheet.window.bottom + (sheet.window.height * 1000) / sheet.window.vertical
  const right = sheet.window.left + (sheet.window.width * 1000) / sheet.window.horizontal
  const halves = halvesOn(sheet, pipes)
  const middles = pipes.map((pipe) => sheet.at(pipe.x, Number.isFinite(pipe.z) ? pipe.z : sheet.window.z0))
  const holding = new Set(containers(pipes))
  for (const [i, [x, y]] of middles.entries())
    if (holding.has(i)) taken.push(...edgesOf([x - halves[i][0], y - halves[i][1], x + halves[i][0], y + halves[i][1]]))
    else taken.push([x - halves[i][0], y - halves[i][1], x + halves[i][0], y + halves[i][1]])
  for (const [i, pipe] of pipes.entries()) {
    const { language, words } = sheet
    const guess = Number.isFinite(pipe.z) ? (pipe.estimated ? ` ${words.estimated}` : '') : ` ${words.unknownDepth}`
    const full = `${i + 1} ${utilityWord(pipe.utility, language)} ${sizeText(pipe, language)}${guess}`
    const [[x, y], [rx, ry]] = [middles[i], halves[i]]
    const put = (text: string): boolean => {
      const width = textWidth(text, size)
      const places: [left: number, low: number][] = [
        [x + rx + 0.8, y - size / 2],
        [x - rx - 0.8 - width, y - size / 2],
        [x - width / 2, y + ry + 0.8],
        [x - width / 2, y - ry - 0.8 - size],
      ]
      for (let up = 3; up <= 27; up += 3)
        places.push([x + 1.5, y + ry + up], [x - 1.5 - width, y + ry + up], [x + 1.5, y - ry - up - size])
      for (const [left, low] of places) {
        const box: Box = [left - 0.3, low - 0.3, left + width + 0.3, low + size + 0.3]
        if (box[1] < sheet.window.bottom || box[3] > top || box[0] < sheet.window.left || box[2] > right) continue
        if (!isFree(box, taken)) continue
        taken.push(box)
        const far = low > y + ry + 2 || low + size < y - ry - 2
        if (far)
          sheet.rule([x, low > y ? y + ry : y - ry, left > x ? left - 0.3 : left + width + 0.3, low + size / 2], {
            layer: layerOf(pipe.utility),
            stroke: colorOf(pipe.utility),
            lineMm: 0.13,
          })
        sheet.text(left, low + 0.4, text, {
          sizeMm: size,
          layer: layerOf(pipe.utility),
          stroke: INK,
          halo: '#ffffff',
          feature: { collection: 'pipes', id: pipe.id },
        })
        return true
      }
      return false
    }
    if (!put(full)) put(String(i + 1))
  }
}

/** The drawing: A3, wider where many pipes need columns. */
export function crossDrawing(section: CrossSection, { language, source, letter = 'A' }: CrossDrawingOptions): Drawing {
  const { page, window } = layOut(section)
  const sheet = newSheet(page, window, language)
  const { words } = sheet
  const taken: Box[] = []
  drawSoil(sheet, section.ground, section.strata, section.line.length)
  heightRuler(sheet)
  drawBuildings(sheet, section, taken)
  drawGround(sheet, section.ground)
  drawSurfaces(sheet, section, taken)
  drawShafts(sheet, section)
  const columns = crossTable(sheet, section, COLUMN, FAN)
  const largeFirst = [...section.pipes].sort((a, b) => b.width * b.height - a.width * a.height || 0)
  for (const pipe of largeFirst) drawPipe(sheet, pipe)
  for (const pipe of section.pipes) drawTowards(sheet, pipe)
  taken.push(...groundBoxes(sheet, section.ground, section.strata))
  labelPipes(sheet, section.pipes, taken)
  nameSoil(sheet, section.strata, taken)
  drawEnds(sheet, section, letter)
  if (columns === 0)
    sheet.text(page.width / 2, window.bottom + 8, words.none, { sizeMm: 5, anchor: 'middle', halo: '#ffffff' })
  const notes = [words.gapNote]
  if (section.pipes.some((pipe) => pipe.estimated || !Number.isFinite(pipe.z))) notes.push(words.estimatedNote)
  if (section.pipes.some(({ wallKnown }) => !wallKnown)) notes.push(words.wallNote)
  if (section.nodes.length) notes.push(words.shaftNote)
  if (section.buildings.some(({ basementEstimated }) => basementEstimated)) notes.push(words.basementNote)
  const title = `${source.subject ? `${source.subject} ` : ''}${letter}—${letter}′ ${words.cross}`
  furnish(sheet, title, source, [...new Set(section.pipes.map(({ utility }) => utility))], notes)
  return sheet.done(title)
}
