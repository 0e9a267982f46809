/** The ground of a section: soil or strata below it, groundwater, boreholes, and the ground's own line. */
import { fixed, textWidth } from './section-layout.ts'
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

function drawStratum(sheet: Sheet, { name, color, pattern, top, bottom }: Stratum, along: ArrayLike<number>): void {
  const low = sheet.window.z0
  // its name stands at the left, where pipes seldom are
  const least = (3.4 * sheet.window.vertical) / 1000
  const inset = (2 * sheet.window.horizontal) / 1000
  let label: [x: number, z: number] | null = null
  for (const [from, to] of runs(along.length, (i) => Number.isFinite(top[i]) && Number.isFinite(bottom[i]))) {
    const points: number[] = []
    for (let i = from; i <= to; i++) points.push(along[i], Math.max(low, top[i]))
    for (let i = to; i >= from; i--) points.push(along[i], Math.max(low, bottom[i]))
    sheet.line(points, { layer: 'SOIL', fill: tint(color), ...(pattern && { pattern }) }, true)
    sheet.line(points.slice(0, 2 * (to - from + 1)), { layer: 'SOIL', stroke: '#8a7350', lineMm: 0.13 })
    for (let i = from; i <= to && !label; i++) {
      const [high, foot] = [Math.max(low, top[i]), Math.max(low, bottom[i])]
      if (along[i] >= along[from] + inset && high - foot > least) label = [along[i], (high + foot) / 2]
    }
  }
  if (!label) return
  const [x, y] = sheet.at(...label)
  sheet.text(x, y - 0.9, name, { halo: '#ffffff', layer: 'SOIL', stroke: '#5c4a2e' })
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
  const last = wet.at(-1)
  if (!last) return
  const [x, y] = sheet.at(along[last[1]], groundwater[last[1]])
  const text = `${sheet.words.groundwater} ${fixed(groundwater[last[1]], 2)}`
  sheet.text(x - textWidth(text, 2.3) - 4, y + 0.8, text, { sizeMm: 2.3, stroke: WATER, halo: '#ffffff' })
  waterSign(sheet, along[last[1]] - (2.5 * sheet.window.horizontal) / 1000, groundwater[last[1]])
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
