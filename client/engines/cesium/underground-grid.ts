/** A grid under the ground and a ruler of depth, so that nobody loses the way: lines every ten metres at a round depth, a staff with numbers. */

import { Cartesian3, Cartographic, Color, Material, Matrix4, PolylineCollection, Transforms } from '@cesium/engine'
import { type Sign, signs } from './signs.ts'
import type { Stage } from './stage.ts'

/** The grid of a stage. */
export interface DepthGrid {
  show(shown: boolean): void
  dispose(): void
}

const SIDE = 10
const REACH = 70
/** It is made anew when the camera has gone so far, metres. */
const MOVE = 20
const LINE = Color.fromCssColorString('#4d7f94').withAlpha(0.38)
const STAFF = Color.fromCssColorString('#9fd3e0').withAlpha(0.85)

/** Draws nothing until it is shown. */
export function drawDepthGrid(stage: Stage): DepthGrid {
  const { scene } = stage
  const lines = scene.primitives.add(new PolylineCollection()) as PolylineCollection
  const board = signs(stage)
  let numbers: Sign[] = []
  let made: Cartesian3 | null = null
  lines.show = false

  const make = (eye: Cartesian3) => {
    const place = Cartographic.fromCartesian(eye)
    const ground = scene.globe.getHeight(place)
    if (ground === undefined) return
    made = Cartesian3.clone(eye, made ?? new Cartesian3())
    lines.removeAll()
    numbers = []
    const down = Math.max(10, Math.ceil((ground - place.height + 2) / 10) * 10)
    const frame = Transforms.eastNorthUpToFixedFrame(
      Cartesian3.fromRadians(place.longitude, place.latitude, ground),
      undefined,
      new Matrix4(),
    )
    const at = (x: number, y: number, z: number) =>
      Matrix4.multiplyByPoint(frame, new Cartesian3(x, y, z), new Cartesian3())
    const line = (positions: Cartesian3[], width: number, color: Color) =>
      lines.add({ positions, width, material: Material.fromType('Color', { color }) })
    for (let k = -REACH; k <= REACH; k += SIDE) {
      line([at(k, -REACH, -down), at(k, REACH, -down)], 1, LINE)
      line([at(-REACH, k, -down), at(REACH, k, -down)], 1, LINE)
    }
    const { heading } = scene.camera
    const [x, y] = [Math.sin(heading + 0.35) * 14, Math.cos(heading + 0.35) * 14]
    line([at(x, y, 0), at(x, y, -down)], 2, STAFF)
    for (let depth = 0; depth <= down; depth++) {
      const long = depth % 5 === 0 ? 0.6 : 0.25
      const [dx, dy] = [Math.cos(heading) * long, -Math.sin(heading) * long]
      line([at(x, y, -depth), at(x + dx, y + dy, -depth)], 2, STAFF)
      if (depth % 5 === 0 || depth < 5)
        numbers.push(numberAt(at(x + dx, y + dy, -depth), depth === 0 ? '±0 m' : `−${depth} m`))
    }
    board.put('ruler', numbers)
  }
  return {
    show(shown) {
      if (lines.show !== shown) {
        lines.show = shown
        made = shown ? made : null
        if (!shown) board.put('ruler', [])
      }
      const eye = scene.camera.positionWC
      if (shown && (!made || Cartesian3.distance(made, eye) > MOVE)) make(eye)
    },
    dispose() {
      scene.primitives.remove(lines)
      board.put('ruler', [])
    },
  }
}

const numberAt = (place: Cartesian3, text: string): Sign => ({
  places: [place],
  text,
  rank: 4,
  size: 1,
  far: 60,
  side: 'right',
  lift: 6,
  hidden: 'always',
})
