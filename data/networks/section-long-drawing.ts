/** Draws a long section to its two scales: ground, pipes with crown and invert, shafts, crossing pipes, and the table below. */
import type { Drawing } from '../geo/drawing.ts'
import { nodeWord, utilityWord } from './network-words.ts'
import { type CutPipe, outerHalves, outerHeights } from './section-cross.ts'
import { drawGround, drawSoil, groundBoxes, nameSoil } from './section-ground-drawing.ts'
import {
  A3,
  type Box,
  fixed,
  HEAD,
  heightRange,
  spread,
  standardScale,
  stretchedScale,
  TITLE,
  textWidth,
} from './section-layout.ts'
import type { LongNode, LongPipe, LongSection } from './section-long.ts'
import { longTable, NODE_COLUMN, rowsMm } from './section-long-table.ts'
import { sectionOutline } from './section-shape.ts'
import {
  ALARM,
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
import { drawWaterIn, drawWaterLine } from './section-water-drawing.ts'
import { type DrawingLanguage, sizeText } from './section-words.ts'

/** How a long section is drawn. */
export interface LongDrawingOptions {
  language: DrawingLanguage
  source: SectionSource
}

const FAN = 8
/** Widest picture, millimetres. */
const WIDEST = 1000
/** Room above the ground for the names of crossing pipes. */
const NAMES = 26

/** Lowest and highest thing that the picture must show, with some room. */
function extentOf({ ground, nodes, pipes, crossings }: LongSection): [low: number, high: number] {
  const second = (numbers: readonly number[]): number[] => numbers.filter((_, i) => i % 2 === 1)
  const [low, high] = heightRange([
    ...ground.z,
    ...nodes.flatMap((node) => [node.ground, node.bottom, node.invertIn, node.invertOut]),
    ...nodes.flatMap((node) => [node.crownIn, node.crownOut, node.water]),
    ...pipes.flatMap(({ water }) => second(water)),
    ...pipes.flatMap(({ axis, height }) => second(axis).flatMap((z) => [z - (height || 0) / 2, z + (height || 0) / 2])),
    ...crossings.flatMap(outerHeights),
  ])
  const room = Math.max(0.5, (high - low) * 0.08)
  return [low - room, high + room]
}

/** Scales and sheet: as long as the nodes need, heights stretched to fill it. */
function layOut(section: LongSection): { page: Drawing['page']; window: Drawing['window'] } {
  const [low, high] = extentOf(section)
  const left = MARGIN.left + HEAD
  const needed = Math.min(
    WIDEST,
    Math.max(A3.width - left - MARGIN.other - 6, section.nodes.length * NODE_COLUMN * 1.25),
  )
  const horizontal = standardScale(section.length * 1.01, needed - 8)
  const plot = Math.max(needed, section.nodes.length * NODE_COLUMN + 4)
  const page = { width: Math.max(A3.width, Math.ceil(left + plot + MARGIN.other + 6)), height: A3.height }
  const bottom = MARGIN.other + FOOT + rowsMm(section) + FAN
  const heightMm = page.height - MARGIN.other - TITLE - bottom
  const names = section.crossings.length ? NAMES : 8
  const tall = high - low
  const stretched = stretchedScale(tall, heightMm - names, horizontal)
  const vertical = (tall * 1000) / stretched <= heightMm ? stretched : standardScale(tall, heightMm)
  const widthMm = page.width - MARGIN.other - 6 - left
  const along = Math.max(horizontal, vertical)
  const width = (widthMm * along) / 1000
  const height = (heightMm * vertical) / 1000
  const spare = height - tall - (names * vertical) / 1000
  const window = {
    left,
    bottom,
    x0: -Math.min((4 * along) / 1000, (width - section.length) / 2),
    z0: low - Math.max(0, spare) * 0.4,
    width,
    height,
    horizontal: along,
    vertical,
  }
  return { page, window }
}

/** Runs of vertices whose height is known. */
function knownRuns(axis: readonly number[]): number[][] {
  const out: number[][] = []
  let run: number[] = []
  for (let i = 0; i + 1 < axis.length; i += 2) {
    if (Number.isFinite(axis[i + 1])) run.push(axis[i], axis[i + 1])
    else {
      if (run.length >= 4) out.push(run)
      run = []
    }
  }
  if (run.length >= 4) out.push(run)
  return out
}

function drawPipe(sheet: Sheet, pipe: LongPipe): void {
  const { utility, id, height, axis, estimated, from, to } = pipe
  const color = colorOf(utility)
  const feature = { collection: 'pipes', id }
  const look = { layer: layerOf(utility), stroke: color, feature }
  const dash = estimated ? { dash: [2, 1] } : {}
  const parts = knownRuns(axis)
  const half = height > 0 ? height / 2 : 0
  for (const run of parts) {
    const at = (shift: number) => run.map((value, i) => (i % 2 === 0 ? value : value + shift))
    const floor = at(-half)
    if (half === 0) {
      sheet.line(run, { ...look, lineMm: 0.6, ...dash })
      continue
    }
    const back: number[] = []
    const crown = at(half)
    for (let i = crown.length - 2; i >= 0; i -= 2) back.push(crown[i], crown[i + 1])
    sheet.line([...floor, ...back], { layer: look.layer, fill: tint(color), feature }, true)
    sheet.line(crown, { ...look, lineMm: 0.35, ...dash })
    sheet.line(floor, { ...look, lineMm: 0.5, ...dash })
  }
  if (parts.length > 0 && parts[0].length === axis.length) return
  const [x, y] = sheet.at((from + to) / 2, sheet.window.z0)
  const text = `${sheet.words.unknownDepth}`
  if (sheet.at(to, 0)[0] - sheet.at(from, 0)[0] > 3)
    sheet.text(x, y + 4, text, { anchor: 'start', rotationDeg: 90, stroke: ALARM, halo: '#ffffff', feature })
}

const SHAFTS = new Set(['manhole', 'inlet', 'chamber', 'tank', 'pump', 'regulator', 'meter', 'outfall'])

/** A shaft from its floor to the ground; a fitting as a small ring on the axis. */
function drawNode(sheet: Sheet, node: LongNode): void {
  const { id, kind, x, invertIn, invertOut, crownIn, crownOut } = node
  const feature = { collection: 'pipe-nodes', id }
  const inverts = [invertIn, invertOut].filter(Number.isFinite)
  const crowns = [crownIn, crownOut].filter(Number.isFinite)
  const top = Number.isFinite(node.top) && SHAFTS.has(kind) ? node.top : node.ground
  if (SHAFTS.has(kind)) {
    const floor = Math.min(...inverts, Number.isFinite(node.bottom) ? node.bottom : Number.POSITIVE_INFINITY)
    if (!Number.isFinite(floor) || !(top > floor)) return
    const half = (0.55 * sheet.window.horizontal) / 1000
    const look = { layer: 'NODE', stroke: INK, fill: '#ffffff', lineMm: 0.25, feature }
    sheet.line([x - half, floor, x + half, floor, x + half, top, x - half, top], look, true)
    const wide = half * 1.8
    sheet.line([x - wide, top, x + wide, top], { layer: 'NODE', stroke: INK, lineMm: 0.5, feature })
    return
  }
  if (inverts.length === 0) return
  const middle = (Math.min(...inverts) + Math.max(...crowns, Math.min(...inverts))) / 2
  const [px, py] = sheet.at(x, middle)
  sheet.ellipseAt(px, py, 0.8, {
    layer: 'NODE',
    stroke: INK,
    fill: kind === 'valve' ? INK : '#ffffff',
    lineMm: 0.2,
    feature,
  })
  if (kind === 'junction' || kind === 'end' || kind === 'other' || !Number.isFinite(node.ground)) return
  sheet.line([x, middle, x, node.ground], { layer: 'NODE', stroke: INK, lineMm: 0.13, dash: [1, 0.6], feature })
  const [, ground] = sheet.at(x, node.ground)
  sheet.text(px, ground + 1.2, nodeWord(kind, sheet.language), {
    sizeMm: 2.2,
    anchor: 'middle',
    halo: '#ffffff',
    feature,
  })
}

/** Pipes that cross the route, each with its name above the ground. */
function drawCrossings(sheet: Sheet, { crossings, ground }: LongSection): void {
  const shown = crossings.filter(({ z }) => Number.isFinite(z))
  if (shown.length === 0) return
  const base = sheet.at(0, Math.max(...ground.z.filter(Number.isFinite), ...shown.map(({ z }) => z)))[1] + 5
  const { left } = sheet.window
  const right = left + (sheet.window.width * 1000) / sheet.window.horizontal
  const wanted = shown.map(({ x }) => sheet.at(x, 0)[0])
  const named = wanted.length * 3.2 <= right - left
  const columns = named ? spread(wanted, 3.2, left + 2, right - 2) : []
  // what runs inside a tunnel is drawn over it
  const area = ({ width, height }: CutPipe): number => (width > 0 && height > 0 ? width * height : 0)
  for (const pipe of shown.toSorted((a, b) => area(b) - area(a))) drawCrossing(sheet, pipe)
  if (!named) return
  for (const [i, pipe] of shown.entries()) {
    const feature = { collection: 'pipes', id: pipe.id }
    const look = { layer: layerOf(pipe.utility), stroke: colorOf(pipe.utility), feature }
    const [px, py] = sheet.at(pipe.x, pipe.z)
    sheet.rule([px, py, px, base - 3, columns[i], base - 0.5], { ...look, lineMm: 0.1 })
    const half = pipe.height > 0 ? pipe.height / 2 : 0
    const text = `${utilityWord(pipe.utility, sheet.language)} ${sizeText(pipe, sheet.language)} ${fixed(pipe.z - half, 2)}`
    sheet.text(columns[i] + 0.8, base, text, { sizeMm: 2.2, rotationDeg: 90, halo: '#ffffff', feature })
  }
}

/** The outline of a pipe that crosses, stretched upright as the sheet is; too small to be seen, it gets a dot in its middle. */
function drawCrossing(sheet: Sheet, pipe: CutPipe): void {
  const { utility, id, section, x, z } = pipe
  const color = colorOf(utility)
  const look = { layer: layerOf(utility), stroke: color, feature: { collection: 'pipes', id } }
  const [wide, tall] = outerHalves(pipe)
  const filled = { ...look, fill: tint(color, 0.4), lineMm: 0.25, ...(pipe.estimated && { dash: [0.8, 0.5] }) }
  if (section === 'circular') sheet.ellipse(x, z, wide, tall, filled)
  else sheet.line(sectionOutline(section, x, z, wide * 2, tall * 2), filled, true)
  if ((wide * 2000) / sheet.window.horizontal < 0.5)
    sheet.ellipseAt(...sheet.at(x, z), 0.3, { ...look, fill: color, lineMm: 0.1 })
}

/** Where words on the soil would lie over pipes, shafts or boreholes. */
function boxesOf(sheet: Sheet, { nodes, pipes, ground, strata }: LongSection): Box[] {
  const boxes = groundBoxes(sheet, ground, strata)
  for (const { x } of nodes) {
    const [px] = sheet.at(x, 0)
    boxes.push([px - 0.6, sheet.window.bottom, px + 0.6, sheet.page.height])
  }
  for (const { axis, height, water } of pipes) {
    const half = height > 0 ? height / 2 : 0
    for (let i = 0; i + 3 < axis.length; i += 2) {
      const [ax, ay] = sheet.at(axis[i], Math.min(axis[i + 1], axis[i + 3]) - half)
      const [bx, by] = sheet.at(axis[i + 2], Math.max(axis[i + 1], axis[i + 3]) + half)
      if (Number.isFinite(ay) && Number.isFinite(by)) boxes.push([ax, ay - 0.3, bx, by + 0.3])
    }
    for (let i = 0; i + 3 < water.length; i += 2) {
      const [[ax, ay], [bx, by]] = [sheet.at(water[i], water[i + 1]), sheet.at(water[i + 2], water[i + 3])]
      boxes.push([ax, Math.min(ay, by) - 0.3, bx, Math.max(ay, by) + 0.3])
    }
  }
  return boxes
}

/** The arrow that says which way the water goes. */
function drawFlow(sheet: Sheet, text: string): void {
  const [x, y] = [MARGIN.left + 6, sheet.page.height - MARGIN.other - 8]
  const width = textWidth(text, 3)
  sheet.text(x, y, text, { sizeMm: 3 })
  sheet.rule([x + width + 2, y + 1.1, x + width + 20, y + 1.1], { layer: 'FRAME', stroke: INK, lineMm: 0.35 })
  const tip = x + width + 23
  sheet.rule(
    [tip, y + 1.1, tip - 4, y + 2.2, tip - 4, y],
    { layer: 'FRAME', stroke: INK, fill: INK, lineMm: 0.1 },
    true,
  )
}

/** The drawing: A3 high, as long as the route needs. */
export function longDrawing(section: LongSection, { language, source }: LongDrawingOptions): Drawing {
  const { page, window } = layOut(section)
  const sheet = newSheet(page, window, language)
  const { words } = sheet
  drawSoil(sheet, section.ground, section.strata, section.length)
  heightRuler(sheet)
  longTable(sheet, section, FAN)
  for (const { x, ground } of section.nodes) {
    const top = Number.isFinite(ground) ? ground : window.z0
    sheet.line([x, window.z0, x, top], { layer: 'GRID', stroke: '#c3c9cf', lineMm: 0.1 })
  }
  for (const pipe of section.pipes) drawPipe(sheet, pipe)
  for (const pipe of section.pipes) drawWaterIn(sheet, pipe)
  for (const node of section.nodes) drawNode(sheet, node)
  drawCrossings(sheet, section)
  drawWaterLine(sheet, section)
  drawGround(sheet, section.ground)
  nameSoil(sheet, section.strata, boxesOf(sheet, section))
  if (section.how === 'downstream') drawFlow(sheet, words.flow)
  const [first, last] = [section.nodes[0].id, section.nodes[section.nodes.length - 1].id]
  const kind = utilityWord(section.utility, language)
  const title = `${language === 'zh' ? `${kind}${words.long}` : `${words.long}, ${kind},`} ${first}—${last}`
  const notes = [`${words.total} ${fixed(section.length, 2)} m`, words.invertNote]
  if (section.crossings.length) notes.push(words.crossNote)
  if (section.pipes.some(({ estimated, axis }) => estimated || axis.some(Number.isNaN))) notes.push(words.estimatedNote)
  if (section.how === 'downstream' && section.pipes.some(({ slope }) => slope < -0.05)) notes.push(words.uphillNote)
  if (section.more) notes.push(words.moreNote)
  if (section.waterNote) notes.push(section.waterNote[language])
  const utilities = [...new Set([section.utility, ...section.crossings.map(({ utility }) => utility)])]
  furnish(sheet, title, source, utilities, notes)
  return sheet.done(title)
}
