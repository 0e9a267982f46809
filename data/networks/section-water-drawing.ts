/** The water of a long section: blue in the pipes, its level over them, and where it comes out of a cover. */
import { waterSign } from './section-ground-drawing.ts'
import type { LongPipe, LongSection } from './section-long.ts'
import { ALARM, type Sheet, tint, WATER } from './section-sheet.ts'

/** Height of a line at a place; the nearest end beyond its own. */
function heightAt(line: readonly number[], x: number): number {
  let i = 2
  while (i < line.length - 2 && line[i] < x) i += 2
  const [ax, az, bx, bz] = [line[i - 2], line[i - 1], line[i], line[i + 1]]
  const part = bx > ax ? Math.min(1, Math.max(0, (x - ax) / (bx - ax))) : 0
  return az + part * (bz - az)
}

/** The part of a pipe that is under water. */
export function drawWaterIn(sheet: Sheet, { id, axis, height, water }: LongPipe): void {
  if (water.length < 4 || !(height > 0)) return
  const stations = new Set<number>()
  for (const line of [axis, water]) for (let i = 0; i < line.length; i += 2) stations.add(line[i])
  const along = [...stations].sort((a, b) => a - b)
  const [floor, top]: [number[], number[]] = [[], []]
  for (const x of along) {
    const middle = heightAt(axis, x)
    floor.push(x, middle - height / 2)
    top.unshift(x, Math.min(middle + height / 2, Math.max(middle - height / 2, heightAt(water, x))))
  }
  const feature = { collection: 'pipes', id }
  sheet.line([...floor, ...top], { layer: 'WATER', fill: tint(WATER, 0.45), feature }, true)
}

/** Millimetres between two signs of water. */
const SIGNS = 90

/** The level over all pipes of which it is known, and a word where it reaches a cover. */
export function drawWaterLine(sheet: Sheet, { pipes, nodes }: LongSection): void {
  let run: number[] = []
  let last = Number.NEGATIVE_INFINITY
  const finish = (): void => {
    if (run.length >= 4) sheet.line(run, { layer: 'WATER', stroke: WATER, lineMm: 0.4, dash: [3, 0.8, 0.8, 0.8] })
    run = []
  }
  for (const { water } of pipes) {
    if (water.length < 4) {
      finish()
      continue
    }
    run.push(...water)
    const x = (water[0] + water[water.length - 2]) / 2
    const [px] = sheet.at(x, 0)
    if (px - last < SIGNS) continue
    last = px
    waterSign(sheet, x, heightAt(water, x))
  }
  finish()
  for (const { id, x, water, spills } of nodes) {
    if (!spills) continue
    const [px, py] = sheet.at(x, water)
    const feature = { collection: 'pipe-nodes', id }
    sheet.text(px, py + 1.4, sheet.words.spills, {
      anchor: 'middle',
      sizeMm: 2.3,
      stroke: ALARM,
      halo: '#ffffff',
      feature,
    })
  }
}
