/** Where shade falls: every shadow is one piece that turns one way, and reaches as far as the sun says. */
import { expect, test } from 'vitest'
import { addShadow, LONGEST_M, type Outline, shadedFrom } from './map-shade.ts'
import { shoelace } from './map-tiles.ts'

class Notes implements Outline {
  rings: number[][] = []
  moveTo(x: number, y: number) {
    this.rings.push([x, y])
  }
  lineTo(x: number, y: number) {
    this.rings.at(-1)!.push(x, y)
  }
  closePath() {}
}

const shadow = (ring: number[], dx: number, dy: number): Float32Array[] => {
  const notes = new Notes()
  addShadow(notes, { ring: Float32Array.from(ring), heightM: 10 }, dx, dy)
  return notes.rings.map((points) => Float32Array.from(points))
}
const SQUARE = [0, 0, 10, 0, 10, 10, 0, 10]

test('all parts of a shadow turn the same way, whichever way it falls', () => {
  for (let turn = 0; turn < 64; turn++) {
    const parts = shadow(SQUARE, 25 * Math.cos(turn / 10), 25 * Math.sin(turn / 10))
    for (const part of parts) expect(shoelace(part)).toBeGreaterThan(0)
  }
})

test('a square’s shadow along an axis covers foot, roof and what lies between: by winding, at points of a grid', () => {
  const parts = shadow(SQUARE, 30, 0)
  const covered = (x: number, y: number) => parts.some((part) => inside(part, x, y))
  for (let x = -5; x <= 45; x += 2.5)
    for (let y = -5; y <= 15; y += 2.5) {
      const onEdge = [0, 10, 30, 40].includes(x) || [0, 10].includes(y)
      if (!onEdge) expect([x, y, covered(x, y)]).toEqual([x, y, x > 0 && x < 40 && y > 0 && y < 10])
    }
})

test('the sun overhead leaves the foot alone', () => {
  expect(shadow(SQUARE, 0, 0)).toHaveLength(2)
})

test('a picture asks for buildings as far away as the longest shadow reaches, and no farther than the foot without sun', () => {
  const place = { box: [121, 28, 121.01, 28.01] as [number, number, number, number], size: 1024, metresPerPixel: 1.08 }
  const lit = shadedFrom(place, { shadow: [1, 0], darkness: 0.3 })
  const dull = shadedFrom(place, { shadow: null, darkness: 0 })
  const metres = (deg: number) => deg * 111_320
  expect(metres(place.box[0] - lit[0])).toBeGreaterThan(LONGEST_M)
  expect(metres(place.box[0] - lit[0])).toBeLessThan(LONGEST_M * 1.2)
  expect(metres(place.box[0] - dull[0])).toBeLessThan(20)
})

function inside(ring: Float32Array, x: number, y: number): boolean {
  let is = false
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) is = !is
  }
  return is
}
