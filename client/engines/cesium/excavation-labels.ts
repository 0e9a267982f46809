/** What is written at a pit: width, length and depth, and in its walls the layers of soil with their depths. */
import { Cartesian3, Matrix4 } from '@cesium/engine'
import type { Pit } from './excavation-pit.ts'
import { area } from './excavation-shape.ts'
import type { Sign } from './signs.ts'
import type { Stage } from './stage.ts'

/** Thinner layers in a wall get no words, metres; names are read from nearer than this, metres and times the room they have. */
const [THIN, NEAR, ROOM] = [0.25, 90, 28]

/** Whether what is buried wears its name. */
export const areNamed = (app: Stage['app']): boolean => app.store.getState().scene?.below?.labels !== false

/** Width, length and depth, and the soil of the walls. */
export function writeDimensions({ app }: Stage, pit: Pit): Sign[] {
  const { mark, ring, heights, anchor } = pit
  const zh = app.store.getState().language === 'zh'
  const metres = (value: number) => `${value.toFixed(2)} m`
  const at = (x: number, y: number, z: number) =>
    Matrix4.multiplyByPoint(anchor, new Cartesian3(x, y, z), new Cartesian3())
  const ground = Math.max(...heights)
  const size = Math.sqrt(Math.abs(area(ring)))
  const dimension = (k: number, text: string): Sign => ({
    places: [at(ring[k]!, ring[k + 1]!, ground)],
    text,
    rank: 0,
    size,
    // from farther away a pit is a dot under its own words
    far: 60 + 25 * size,
    side: 'above',
    lift: 6,
    letters: 15,
    hidden: 'never',
  })
  const other =
    mark.type === 'trench'
      ? `${zh ? '宽' : 'width'} ${metres(mark.width)}`
      : `${zh ? '面积' : 'area'} ${Math.abs(area(ring)).toFixed(1)} m²`
  const said = [
    dimension(Math.floor(ring.length / 4) * 2, `${zh ? '深' : 'depth'} ${metres(mark.depth)}`),
    dimension(0, other),
  ]
  return areNamed(app) ? [...said, ...soilSigns(pit, zh, at)] : said
}

/** Names of the layers in the middle of each wall of four, or of both sides of a trench, a little before them. */
function soilSigns(
  { mark, ring, heights, soil }: Pit,
  zh: boolean,
  at: (x: number, y: number, z: number) => Cartesian3,
): Sign[] {
  const said: Sign[] = []
  if (!soil) return said
  const count = ring.length / 2
  const low = Math.min(...heights)
  for (const eighth of mark.type === 'trench' ? [2, 6] : [1, 3, 5, 7]) {
    const k = Math.floor((eighth * count) / 8)
    const before = (k + count - 1) % count
    const after = (k + 1) % count
    const [dx, dy] = [ring[2 * after]! - ring[2 * before]!, ring[2 * after + 1]! - ring[2 * before + 1]!]
    const length = Math.hypot(dx, dy) || 1
    const off = mark.type === 'trench' ? Math.min(0.12, mark.width / 6) : 0.15
    const [x, y] = [ring[2 * k]! - (dy / length) * off, ring[2 * k + 1]! + (dx / length) * off]
    const depth = (mark.type === 'trench' ? heights[k]! : low) - mark.depth
    const deepest = heights[k]! - depth
    for (const { name, nameEn, top, bottom } of soil.bands) {
      const [from, to] = [Math.min(top[k]!, deepest), Math.min(bottom[k]!, deepest)]
      if (to - from < THIN) continue
      // farther away the words would hang over the edge
      const room = mark.type === 'trench' ? Math.min(to - from, mark.width) : to - from
      const range = `${from.toFixed(1)}–${to.toFixed(1)} m${bottom[k]! > deepest + 0.01 ? ' ↓' : ''}`
      said.push({
        places: [at(x, y, heights[k]! - (from + to) / 2)],
        text: `${zh ? name : nameEn}  ${range}`,
        rank: 2,
        size: Math.min(0.4, to - from),
        far: Math.min(NEAR, ROOM * room),
        side: 'middle',
        hidden: 'always',
      })
    }
  }
  return said
}
