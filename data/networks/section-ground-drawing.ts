/** The ground of a section: soil or strata below it, groundwater, boreholes, and the ground's own line. */
import { type Box, fixed, isFree, textWidth } from './section-layout.ts'
import { GROUND, INK, type Sheet, SOIL, tint, WATER } from './section-sheet.ts'
import type { Strata, Stratum } from './section-strata.ts'

/** Heights along the section, NaN unknown. */
export interface Profile {
  x: readonly number[]
  z: readonly number[]
}

/** Runs of places whose values are all known: first and last number of each. */
function runs(count: number, known: (i: number) => boolean): [from: number, to: number][] {
  const out: [number, number][] = []
  for (let i = 0; i < count; i++) {
    if (!known(i)) continue
    const last = out.at(-1)
    if (last && last[1] === i - 1) last[1] = i
    else out.push([i, i])
  }
  return out.filter(([from, to]) => to > from)
}

function drawStratum(sheet: Sheet, { color, pattern, top, bottom }: Stratum, along: ArrayLike<number>): void {
  const low = sheet.window.z0
  for (const [from, to] of runs(along.length, (i) => Number.isFinite(top[i]) && Number.isFinite(bottom[i]))) {
    const points: number[] = []
    for (let i = from; i <= to; i++) points.push(along[i], Math.max(low, top[i]))
    for (let i = to; i >= from; i--) points.push(along[i], Math.max(low, bottom[i]))
    sheet.line(points, { layer: 'SOIL', fill: tint(color), ...(pattern && { pattern }) }, true)
    sheet.line(points.slice(0, 2 * (to - from + 1)), { layer: 'SOIL', stroke: '#8a7350', lineMm: 0.13 })
  }
}

/** Soil below the ground: its layers where they are known, else one colour. */
export function drawSoil(sheet: Sheet, ground: Profile, strata: Strata | null, length: number): void {
  const low = sheet.window.z0
  for (const [from, to] of runs(ground.x.length, (i) => Number.isFinite(ground.z[i]))) {
    const points: number[] = []
    for (let i = from; i <= to; i++) points.push(ground.x[i], ground.z[i])
    points.push(ground.x[to], low, ground.x[from], low)
    sheet.line(points, { layer: 'SOIL', fill: SOIL }, true)
  }
  if (!strata) return
  for (const layer of strata.layers) drawStratum(sheet, layer, strata.along)
  for (const { id, x, top, bottom, water } of strata.boreholes) {
    if (!(x >= 0 && x <= length && top > bottom)) continue
    const foot = Math.max(low, bottom)
    sheet.line([x, top, x, foot], { layer: 'SOIL', stroke: INK, lineMm: 0.5 })
    const [px, py] = sheet.at(x, top)
    sheet.text(px, py + 1.5, id, { anchor: 'middle', sizeMm: 2.3, halo: '#ffffff' })
    if (Number.isFinite(water)) waterSign(sheet, x, water)
  }
  const { groundwater, along } = strata
  if (!groundwater) return
  const wet = runs(along.length, (i) => Number.isFinite(groundwater[i]))
  for (const [from, to] of wet) {
    const points: number[] = []
    for (let i = from; i <= to; i++) points.push(along[i], groundwater[i])
    sheet.line(points, { layer: 'WATER', stroke: WATER, lineMm: 0.25, dash: [3, 1] })
  }
}

/** Boreholes and the line of the ground, which words are to leave free. */
export function groundBoxes(sheet: Sheet, ground: Profile, strata: Strata | null): Box[] {
  const boxes: Box[] = []
  for (const [from, to] of runs(ground.x.length, (i) => Number.isFinite(ground.z[i])))
    for (let i = from; i < to; i++) {
      const [[ax, ay], [bx, by]] = [sheet.at(ground.x[i], ground.z[i]), sheet.at(ground.x[i + 1], ground.z[i + 1])]
      boxes.push([ax, Math.min(ay, by) - 0.3, bx, Math.max(ay, by) + 0.3])
    }
  for (const { id, x, top, bottom } of strata?.boreholes ?? []) {
    const [px, py] = sheet.at(x, top)
    const half = textWidth(id, 2.3) / 2
    boxes.push([px - 0.5, sheet.at(x, bottom)[1], px + 0.5, py], [px - half, py + 1, px + half, py + 4])
  }
  return boxes
}

/** Words on layers of soil and on the groundwater, each at the first of its places that is free; none where there is no room. */
export function nameSoil(sheet: Sheet, strata: Strata | null, taken: Box[]): void {
  if (!strata) return
  const { layers, along, groundwater } = strata
  const { language, window, words } = sheet
  const put = (x: number, y: number, text: string, sizeMm: number, stroke: string, layer: string): boolean => {
    const box: Box = [x - 0.3, y - 0.5, x + textWidth(text, sizeMm) + 0.3, y + sizeMm]
    const right = window.left + (window.width * 1000) / window.horizontal
    if (box[1] < window.bottom || box[2] > right || !isFree(box, taken)) return false
    taken.push(box)
    sheet.text(x, y, text, { sizeMm, halo: '#ffffff', layer, stroke })
    return true
  }
  const known = (line: ArrayLike<number>) => runs(along.length, (i) => Number.isFinite(line[i]))
  const last = groundwater ? known(groundwater).at(-1) : undefined
  // only the height where there is no room for the word
  water: for (const word of groundwater && last ? [`${words.groundwater} `, ''] : [])
    for (let i = last![1]; i >= last![0]; i--) {
      const text = `${word}${fixed(groundwater![i], 2)}`
      const [x, y] = sheet.at(along[i], groundwater![i])
      const left = x - textWidth(text, 2.3) - 4
      if (left < window.left || !put(left, y + 0.8, text, 2.3, WATER, 'WATER')) continue
      waterSign(sheet, along[i] - (2.5 * window.horizontal) / 1000, groundwater![i])
      break water
    }
  for (const { name, nameEn, top, bottom } of layers) {
    const text = language === 'en' ? (nameEn ?? name) : name
    places: for (const [from, to] of known(top))
      for (let i = from; i <= to; i++) {
        const [x, high] = sheet.at(along[i], top[i])
        const low = Math.max(window.bottom, sheet.at(0, bottom[i])[1])
        if (high - low > 3.4 && put(x + 2, (high + low) / 2 - 0.9, text, 2.5, '#5c4a2e', 'SOIL')) break places
      }
  }
}

/** A small triangle on a level of water. */
export function waterSign(sheet: Sheet, x: number, z: number): void {
  const [px, py] = sheet.at(x, z)
  sheet.rule(
    [px, py, px - 1, py + 1.7, px + 1, py + 1.7],
    { layer: 'WATER', stroke: WATER, fill: '#ffffff', lineMm: 0.18 },
    true,
  )
}

/** The ground's line with short strokes of soil under it. */
export function drawGround(sheet: Sheet, { x, z }: Profile): void {
  for (const [from, to] of runs(x.length, (i) => Number.isFinite(z[i]))) {
    const points: number[] = []
    for (let i = from; i <= to; i++) points.push(x[i], z[i])
    sheet.line(points, { layer: 'GROUND', stroke: GROUND, lineMm: 0.5 })
  }
}
