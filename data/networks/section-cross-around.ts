/** What stands around the pipes of a cross-section: buildings, roads, water, shafts, the ends of the line and north. */
import type { CrossSection } from './section-cross.ts'
import { type Box, fixed, isFree, textWidth } from './section-layout.ts'
import { colorOf, fitted, INK, MARGIN, type Sheet, tint } from './section-sheet.ts'
import { compassWord } from './section-words.ts'

/** The two ends with their letters and directions, and corners of the line. */
export function drawEnds(sheet: Sheet, { line }: CrossSection, letter: string): void {
  const { window, language } = sheet
  const top = window.bottom + (window.height * 1000) / window.vertical
  const { corners } = line
  const azimuth = (i: number, j: number): number =>
    (Math.atan2(corners[2 * j] - corners[2 * i], corners[2 * j + 1] - corners[2 * i + 1]) * 180) / Math.PI
  const count = line.along.length
  const [from, to] = [azimuth(1, 0), azimuth(count - 2, count - 1)]
  const [x0] = sheet.at(0, 0)
  const [x1] = sheet.at(line.length, 0)
  sheet.text(x0, top - 6, letter, { sizeMm: 5, anchor: 'middle', bold: true })
  sheet.text(x1, top - 6, `${letter}′`, { sizeMm: 5, anchor: 'middle', bold: true })
  sheet.text(x0, top - 10, compassWord(language, from), { sizeMm: 2.6, anchor: 'middle' })
  sheet.text(x1, top - 10, compassWord(language, to), { sizeMm: 2.6, anchor: 'middle' })
  for (const at of [0, ...line.along.slice(1, -1), line.length]) {
    const [x] = sheet.at(at, 0)
    const end = at === 0 || at === line.length
    sheet.rule([x, window.bottom, x, top - (end ? 12 : 4)], {
      layer: 'GRID',
      stroke: end ? INK : '#8b95a0',
      lineMm: 0.18,
      dash: [4, 1, 0.5, 1],
    })
  }
  northArrow(sheet, corners[corners.length - 2] - corners[0], corners[corners.length - 1] - corners[1], letter)
}

/** North, and how the section lies to it. */
function northArrow(sheet: Sheet, dx: number, dy: number, letter: string): void {
  const [cx, cy, r] = [MARGIN.left + 13, sheet.page.height - MARGIN.other - 13, 7]
  sheet.ellipseAt(cx, cy, r, { layer: 'FRAME', stroke: INK, lineMm: 0.18 })
  sheet.rule(
    [cx, cy + r, cx - 1.3, cy - 2, cx, cy - 0.8],
    { layer: 'FRAME', stroke: INK, fill: INK, lineMm: 0.1 },
    true,
  )
  sheet.rule(
    [cx, cy + r, cx + 1.3, cy - 2, cx, cy - 0.8],
    { layer: 'FRAME', stroke: INK, fill: '#ffffff', lineMm: 0.1 },
    true,
  )
  sheet.text(cx, cy + r + 0.6, 'N', { sizeMm: 3, anchor: 'middle', bold: true })
  const size = Math.hypot(dx, dy) || 1
  const [ux, uy] = [(dx / size) * (r - 0.6), (dy / size) * (r - 0.6)]
  sheet.rule([cx - ux, cy - uy, cx + ux, cy + uy], { layer: 'FRAME', stroke: '#d0021b', lineMm: 0.4 })
  sheet.text(cx + ux * 1.35, cy + uy * 1.35 - 0.8, `${letter}′`, { sizeMm: 2.2, anchor: 'middle', stroke: '#d0021b' })
}

/** Roads and water over the line, and the ground's height at its ends. */
export function drawSurfaces(sheet: Sheet, { surfaces, ground, line }: CrossSection, taken: Box[]): void {
  const groundAt = (x: number): number => {
    const i = Math.min(
      ground.x.length - 1,
      Math.max(
        0,
        ground.x.findIndex((at) => at >= x),
      ),
    )
    return ground.z[i]
  }
  for (const { kind, name, nameEn, from, to } of surfaces) {
    const inside = ground.x.filter((x) => x > from && x < to)
    const stations = [from, ...inside, to]
    const heights = stations.map(groundAt)
    if (!heights.every(Number.isFinite)) continue
    const water = kind === 'water'
    const look = { layer: water ? 'WATER' : 'ROAD', stroke: water ? '#2f80c8' : '#59636e' }
    sheet.line(
      stations.flatMap((x, i) => [x, heights[i]]),
      { ...look, lineMm: 0.9 },
    )
    const [x0] = sheet.at(from, 0)
    const [x1] = sheet.at(to, 0)
    const own = sheet.language === 'en' ? nameEn || name : name
    const text = `${own || sheet.words[kind]} ${fixed(to - from, 1)} m`
    if (x1 - x0 < textWidth(text, 2.5) * 0.6) continue
    const width = Math.max(x1 - x0, textWidth(text, 2.5))
    const middle = (x0 + x1) / 2
    let y = sheet.at(0, Math.max(...heights))[1] + 9
    while (!isFree([middle - width / 2, y - 1, middle + width / 2, y + 4], taken)) y += 5.5
    taken.push([middle - width / 2, y - 1, middle + width / 2, y + 4])
    sheet.rule([x0, y, x1, y], { ...look, lineMm: 0.18 })
    for (const x of [x0, x1]) sheet.rule([x, y - 1.2, x, y + 1.2], { ...look, lineMm: 0.18 })
    sheet.text(middle, y + 0.9, text, { anchor: 'middle', halo: '#ffffff' })
  }
  for (const at of [0, line.length]) {
    const [end] = sheet.at(at, 0)
    taken.push([end - 0.3, sheet.window.bottom, end + 0.3, sheet.page.height])
    const z = groundAt(at)
    if (!Number.isFinite(z)) continue
    const [x, y] = sheet.at(at, z)
    const side = at === 0 ? -1 : 1
    sheet.rule(
      [x, y, x - 1.2, y + 2, x + 1.2, y + 2],
      { layer: 'GROUND', stroke: INK, fill: '#ffffff', lineMm: 0.15 },
      true,
    )
    taken.push(side < 0 ? [x - 11, y - 0.5, x, y + 3] : [x, y - 0.5, x + 11, y + 3])
    sheet.text(x + side * 1.8, y + 0.6, fixed(z, 2), {
      anchor: side < 0 ? 'end' : 'start',
      sizeMm: 2.3,
      halo: '#ffffff',
    })
  }
}

/** Buildings up to the picture's upper edge, with their basements. */
export function drawBuildings(sheet: Sheet, { buildings }: CrossSection, taken: Box[]): void {
  const high = sheet.window.z0 + sheet.window.height
  for (const { id, name, from, to, base, height, levels, basement, basementEstimated } of buildings) {
    if (!Number.isFinite(base)) continue
    const feature = { collection: 'buildings', id }
    const look = { layer: 'BUILDING', stroke: '#59636e', lineMm: 0.3, feature }
    const whole = base + height
    const top = Math.min(whole, high)
    sheet.line([from, base, to, base, to, top, from, top], { ...look, fill: '#e8ebef' }, true)
    const [x0, y0] = sheet.at(from, base)
    const [x1, y1] = sheet.at(to, top)
    taken.push([x0, y0, x1, y1])
    if (basement > 0) {
      const dash = basementEstimated ? { dash: [1.6, 0.8] } : {}
      sheet.line(
        [from, base, to, base, to, base - basement, from, base - basement],
        { ...look, ...dash, fill: '#d5dae1' },
        true,
      )
      const [, low] = sheet.at(0, base - basement)
      taken.push([x0, low, x1, y0])
      const words = `${sheet.words.basement} ${fixed(basement, 1)} m`
      sheet.text((x0 + x1) / 2, (low + y0) / 2 - 1, fitted(words, 2.4, x1 - x0 - 1), { sizeMm: 2.4, anchor: 'middle' })
    }
    if (whole > high) breakLine(sheet, x0, x1, y1)
    const storeys = levels > 0 ? ` ${levels} ${sheet.words.storeys}` : ''
    const words = `${name || sheet.words.building}${storeys} ${fixed(height, 1)} m`
    const middle: [number, number] = [(x0 + x1) / 2, (y0 + y1) / 2]
    const written = { anchor: 'middle' as const, feature }
    if (textWidth(words, 2.5) <= x1 - x0 - 1 && y1 - y0 > 4)
      sheet.text(middle[0], Math.min(middle[1], y1 - 3.5) - 0.9, words, written)
    else if (x1 - x0 > 3)
      sheet.text(middle[0] + 0.9, middle[1], fitted(words, 2.5, y1 - y0 - 3), { ...written, rotationDeg: 90 })
  }
}

/** What goes on beyond the picture ends in a broken line. */
function breakLine(sheet: Sheet, x0: number, x1: number, y: number): void {
  const middle = (x0 + x1) / 2
  const points = [
    x0,
    y - 1.5,
    middle - 1.2,
    y - 1.5,
    middle - 0.5,
    y - 0.2,
    middle + 0.5,
    y - 2.8,
    middle + 1.2,
    y - 1.5,
    x1,
    y - 1.5,
  ]
  const rim = [x0 - 0.4, y - 1.5, x1 + 0.4, y - 1.5, x1 + 0.4, y + 0.6, x0 - 0.4, y + 0.6]
  sheet.rule(rim, { layer: 'BUILDING', fill: '#ffffff' }, true)
  sheet.rule(points, { layer: 'BUILDING', stroke: '#59636e', lineMm: 0.25 })
}

/** Shafts near the line, thin. */
export function drawShafts(sheet: Sheet, { nodes }: CrossSection): void {
  for (const { id, x, top, bottom, diameter, utility } of nodes) {
    if (!(diameter > 0 && top > bottom)) continue
    const half = diameter / 2
    const look = { layer: 'NODE', stroke: tint(colorOf(utility), 0.3), lineMm: 0.13 }
    const feature = { collection: 'pipe-nodes', id }
    sheet.line([x - half, bottom, x + half, bottom, x + half, top, x - half, top], { ...look, feature }, true)
  }
}
