/** What is written at a pit: width, length and depth, and in its walls the layers of soil with their depths. */
import {
  Cartesian2,
  Cartesian3,
  Color,
  DistanceDisplayCondition,
  HorizontalOrigin,
  LabelCollection,
  LabelStyle,
  Matrix4,
  VerticalOrigin,
} from '@cesium/engine'
import type { Pit } from './excavation-pit.ts'
import { area } from './excavation-shape.ts'
import type { Stage } from './stage.ts'

/** Thinner layers in a wall get no words, metres; names are read from nearer than this, metres and times the room they have. */
const [THIN, NEAR, ROOM] = [0.25, 90, 28]

/** Whether what is buried wears its name. */
export const areNamed = (app: Stage['app']): boolean => app.store.getState().scene?.below?.labels !== false

/** Width, length and depth, and the soil of the walls. */
export function writeDimensions({ app, scene }: Stage, pit: Pit): LabelCollection {
  const { mark, ring, heights, anchor } = pit
  const labels = new LabelCollection({ scene })
  const zh = app.store.getState().language === 'zh'
  const metres = (value: number) => `${value.toFixed(2)} m`
  const at = (x: number, y: number, z: number) =>
    Matrix4.multiplyByPoint(anchor, new Cartesian3(x, y, z), new Cartesian3())
  const add = (x: number, y: number, z: number, text: string) =>
    labels.add({
      position: at(x, y, z),
      text,
      font: '600 15px "Noto Sans SC", sans-serif',
      fillColor: Color.WHITE,
      outlineColor: Color.fromCssColorString('#0b1420'),
      outlineWidth: 3,
      style: LabelStyle.FILL_AND_OUTLINE,
      horizontalOrigin: HorizontalOrigin.CENTER,
      verticalOrigin: VerticalOrigin.BOTTOM,
      pixelOffset: new Cartesian2(0, -4),
      disableDepthTestDistance: Number.POSITIVE_INFINITY,
      distanceDisplayCondition: undefined,
      scale: 0.9,
    })
  const ground = Math.max(...heights)
  const half = Math.floor(ring.length / 4) * 2
  add(ring[half]!, ring[half + 1]!, ground, `${zh ? '深' : 'depth'} ${metres(mark.depth)}`)
  if (mark.type === 'trench') add(ring[0]!, ring[1]!, ground, `${zh ? '宽' : 'width'} ${metres(mark.width)}`)
  else add(ring[0]!, ring[1]!, ground, `${zh ? '面积' : 'area'} ${Math.abs(area(ring)).toFixed(1)} m²`)
  if (areNamed(app)) nameSoil(labels, pit, zh, at)
  return labels
}

/** Names of the layers, twice: in the middle of two opposite walls, a little before them. */
function nameSoil(
  labels: LabelCollection,
  { mark, ring, heights, soil }: Pit,
  zh: boolean,
  at: (x: number, y: number, z: number) => Cartesian3,
): void {
  if (!soil) return
  const count = ring.length / 2
  const low = Math.min(...heights)
  for (const k of [Math.floor(count / 4), Math.floor((3 * count) / 4)]) {
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
      labels.add({
        position: at(x, y, heights[k]! - (from + to) / 2),
        text: `${zh ? name : nameEn}  ${range}`,
        font: '600 13px "Noto Sans SC", sans-serif',
        fillColor: Color.WHITE,
        outlineColor: Color.fromCssColorString('#0b1420'),
        outlineWidth: 3,
        style: LabelStyle.FILL_AND_OUTLINE,
        horizontalOrigin: HorizontalOrigin.CENTER,
        verticalOrigin: VerticalOrigin.CENTER,
        distanceDisplayCondition: new DistanceDisplayCondition(0, Math.min(NEAR, ROOM * room)),
        // told, as its neighbours in the collection are never hidden
        disableDepthTestDistance: 0,
      })
    }
  }
}
