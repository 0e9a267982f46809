/** A solved network on the globe: pipes in the colours of their values with the way they flow, nodes as circles, both as the clock moves. */
import { Cartesian3, Color, NearFarScalar, type PointPrimitive, PointPrimitiveCollection } from '@cesium/engine'
import type { HydraulicsAnswer } from '../../../data/networks/hydraulics-answer.ts'
import { domainOf, stepAt, valueColor } from '../../app/hydraulics.ts'
import type { AppState } from '../../app/state.ts'
import type { PipeData } from './pipes-colors.ts'
import type { Picked, Stage } from './stage.ts'

/** Flow words of `packed` in pipes-colors.ts. */
const WAYS: Readonly<Record<string, number>> = { '+': 1, '-': 3, '0': 0 }
const OUTLINE = Color.fromCssColorString('#0b1520')
const NO_VALUE = Color.fromCssColorString('#5c6672')
const NO_DEPTH = Number.POSITIVE_INFINITY

/** What a circle answers to a pick. */
interface NodeMark {
  hydraulicsNode: string
}

/** Hears each change of what is shown: another answer, or another of its moments. */
function onMoment(stage: Stage, heard: (answer: HydraulicsAnswer | null, step: number) => void): () => void {
  let [shown, step]: [HydraulicsAnswer | null, number] = [null, -1]
  const follow = ({ hydraulics, time }: AppState): void => {
    const answer = hydraulics?.answer ?? null
    const now = answer ? stepAt(answer, time) : -1
    if (answer === shown && now === step) return
    shown = answer
    step = now
    heard(answer, now)
  }
  follow(stage.app.store.getState())
  return stage.app.store.subscribe(follow)
}

const engineColor = ([red, green, blue]: readonly number[]): Color => new Color(red, green, blue, 1)

/** Gives a tileset's pipes their values; call the answer to stop. */
export function paintHydraulics(stage: Stage, give: (data: Map<string, PipeData> | null) => void): () => void {
  return onMoment(stage, (answer, step) => {
    if (!answer) return give(null)
    const domain = domainOf(answer)
    const values = answer.pipes.values[step] ?? []
    const ways = answer.ways[step] ?? ''
    const data = new Map<string, PipeData>()
    answer.pipes.ids.forEach((id, k) => {
      const value = values[k]
      const color =
        value === null || value === undefined ? NO_VALUE : engineColor(valueColor(answer.show, value, domain))
      data.set(id, { color, flow: WAYS[ways[k] ?? '0'] ?? 0 })
    })
    give(data)
  })
}

/** Draws the nodes' values as circles; call the answer to stop. */
export function drawHydraulics(stage: Stage): () => void {
  const points = new PointPrimitiveCollection()
  stage.scene.primitives.add(points)
  let drawn: { answer: HydraulicsAnswer; list: PointPrimitive[] } | null = null
  const rebuild = (answer: HydraulicsAnswer): PointPrimitive[] => {
    points.removeAll()
    const scale = new NearFarScalar(150, 1.25, 6000, 0.3)
    return answer.nodes.places.map(([lng, lat, height], i) =>
      points.add({
        position: Cartesian3.fromDegrees(lng, lat, height),
        pixelSize: 9,
        outlineColor: OUTLINE,
        outlineWidth: 1,
        scaleByDistance: scale,
        disableDepthTestDistance: NO_DEPTH,
        id: { hydraulicsNode: answer.nodes.ids[i] } as NodeMark,
      }),
    )
  }
  const stop = onMoment(stage, (answer, step) => {
    if (!answer || answer.nodes.ids.length === 0) {
      points.removeAll()
      drawn = null
    } else {
      const ids = drawn?.answer.nodes.ids
      const same = ids === answer.nodes.ids || ids?.join() === answer.nodes.ids.join()
      const list = same && drawn ? drawn.list : rebuild(answer)
      drawn = { answer, list }
      const domain = domainOf(answer)
      const values = answer.nodes.values[step] ?? []
      list.forEach((point, i) => {
        const value = values[i]
        point.color =
          value === null || value === undefined ? NO_VALUE : engineColor(valueColor(answer.show, value, domain))
      })
    }
    stage.redraw()
  })
  return () => {
    stop()
    stage.scene.primitives.remove(points)
  }
}

/** The node that a circle stands for, as a pick of a layer of pipes; null for anything else. */
export function pickedCircle(picked: unknown, layer: string, at: { lng: number; lat: number }): Picked | null {
  const mark = (picked as { id?: Partial<NodeMark> } | undefined)?.id
  if (typeof mark !== 'object' || typeof mark?.hydraulicsNode !== 'string') return null
  return { layer, collection: 'pipe-nodes', id: mark.hydraulicsNode, ...at }
}
