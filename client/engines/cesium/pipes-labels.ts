/** What near pipes are: diameter, material and invert, written beside them; few, the largest and nearest first. */

import { Cartesian3, Cartographic, Math as CesiumMath } from '@cesium/engine'
import { materialText } from '../../../data/networks/section-materials.ts'
import { UTILITY_COLORS, type Utility } from '../../../data/networks/utility-colors.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { type Sign, signs } from './signs.ts'
import { isVisible, type Stage } from './stage.ts'
import { buried } from './underground.ts'

/** A pipe of the server's collection. */
interface PipeItem {
  id: string
  geometry: { type: string; coordinates: [number, number, number][] }
  properties: Record<string, unknown>
}

/** Metres around the camera in which pipes are labelled, labels at most. */
const REACH = 90
const MOST = 28
/** Shares of a pipe's length at which its label may stand, the best first. */
const SHARES = [0.5, 0.3, 0.7, 0.1, 0.9]
/** Nothing is asked from higher above the ground than this, metres. */
const HIGHEST = 120

/** Writes labels while the camera is near; `layers` = the pipes layers there are. Call the answer to stop. */
export function labelPipes(stage: Stage, layers: () => Iterable<LayerOf<'pipes'>>): () => void {
  const { scene } = stage
  const board = signs(stage)
  let items: PipeItem[] = []
  let asked = ''
  let due: ReturnType<typeof setTimeout> | undefined
  let stop = new AbortController()

  const shown = (): boolean => {
    const { xray, glass, underground } = buried(scene)
    return (stage.document()?.below?.labels ?? true) && (underground || xray > 0 || glass > 0)
  }
  const look = () => {
    due = undefined
    const box = shown() ? boxAhead(stage) : null
    if (!box) {
      board.put('pipes', [])
      asked = ''
      return
    }
    if (box === asked) return write()
    asked = box
    stop.abort()
    stop = new AbortController()
    fetch(`/collections/pipes/items?bbox=${box}&limit=300`, { signal: stop.signal })
      .then((answer) => (answer.ok ? answer.json() : { features: [] }))
      .then(({ features }: { features: PipeItem[] }) => {
        items = features.filter(({ geometry }) => geometry?.type === 'LineString')
        write()
      })
      .catch(() => {
        // the camera went on, or the server is away: the next look asks again
        asked = ''
      })
  }
  const write = () => {
    const visible = [...layers()].filter(isVisible)
    const { language } = stage.app.store.getState()
    const wanted = items.filter(({ properties }) =>
      visible.some((layer) => layer.class?.includes(String(properties.class) as Utility) ?? true),
    )
    board.put(
      'pipes',
      wanted.map((item) => signOf(item, language)).filter(({ text }) => text !== ''),
      MOST,
    )
  }
  const soon = () => (due ??= setTimeout(look, 350))
  const stops = [
    scene.camera.moveEnd.addEventListener(soon),
    scene.camera.changed.addEventListener(soon),
    // at the opening view the ground comes later than the camera
    scene.globe.tileLoadProgressEvent.addEventListener((waiting: number) => {
      if (waiting === 0 && asked === '') soon()
    }),
    stage.app.store.subscribe((state, before) => {
      if (state.scene !== before.scene || state.language !== before.language) soon()
    }),
  ]
  soon()
  return () => {
    clearTimeout(due)
    stop.abort()
    for (const end of stops) end()
    board.put('pipes', [])
  }
}

/** West, south, east, north around the place ahead of the camera, in steps so that small moves ask nothing new; null from high up. */
function boxAhead({ scene }: Stage): string | null {
  const here = scene.camera.positionCartographic
  const ground = scene.globe.getHeight(here)
  if (ground === undefined || here.height - ground > HIGHEST) return null
  const ahead = Cartesian3.multiplyByScalar(scene.camera.directionWC, REACH * 0.6, new Cartesian3())
  const place = Cartographic.fromCartesian(Cartesian3.add(scene.camera.positionWC, ahead, ahead))
  const step = 0.0002
  const round = (radians: number) => Math.round(CesiumMath.toDegrees(radians) / step) * step
  const [lng, lat] = [round(place.longitude), round(place.latitude)]
  const [dx, dy] = [REACH / 97_000, REACH / 111_000]
  return [lng - dx, lat - dy, lng + dx, lat + dy].map((value) => value.toFixed(5)).join()
}

function signOf(item: PipeItem, language: 'zh' | 'en'): Sign {
  const { diameter, width, height } = item.properties
  const sizes = [diameter, width, height].filter((value) => typeof value === 'number')
  const { coordinates } = item.geometry
  return {
    places: placesOn(coordinates),
    along: coordinates.map(([lng, lat, height]) => Cartesian3.fromDegrees(lng, lat, height)),
    text: wordsOf(item, language),
    color: UTILITY_COLORS[String(item.properties.class) as Utility],
    rank: 5,
    size: Math.max(0.1, ...sizes),
    far: REACH * 1.6,
    side: 'above',
    lift: 6,
    hidden: 'below',
  }
}

/** Places along a line where its label may stand. */
export function placesOn(line: PipeItem['geometry']['coordinates']): Cartesian3[] {
  const points = line.map(([lng, lat, height]) => Cartesian3.fromDegrees(lng, lat, height))
  const lengths = points.slice(1).map((point, i) => Cartesian3.distance(points[i]!, point))
  const whole = lengths.reduce((sum, length) => sum + length, 0)
  return SHARES.map((share) => {
    let along = share * whole
    let k = 0
    while (k < lengths.length - 1 && along > lengths[k]!) along -= lengths[k++]!
    const part = lengths[k] ? Math.min(1, along / lengths[k]!) : 0
    return Cartesian3.lerp(points[k]!, points[k + 1] ?? points[k]!, part, new Cartesian3())
  })
}

/** `DN600 混凝土 内底 9.84`: what the server knows, in this order; the invert is the floor of the pipe in the middle, above the ellipsoid. */
export function wordsOf({ geometry, properties }: PipeItem, language: 'zh' | 'en'): string {
  const number = (name: string) => (typeof properties[name] === 'number' ? (properties[name] as number) : null)
  const [diameter, width, height] = [number('diameter'), number('width'), number('height')]
  const size =
    diameter !== null
      ? `DN${Math.round(diameter * 1000)}`
      : width !== null && height !== null
        ? `${width.toFixed(1)}×${height.toFixed(1)} m`
        : ''
  const material = typeof properties.material === 'string' ? materialText(language, properties.material) : ''
  const { coordinates } = geometry
  const [first, last] = [coordinates[0]![2], coordinates.at(-1)![2]]
  const invert = (first + last) / 2 - (height ?? diameter ?? 0) / 2
  const level = Number.isFinite(invert) ? `${language === 'zh' ? '内底' : 'invert'} ${invert.toFixed(2)}` : ''
  return [size, material, level].filter((word) => word !== '').join(' ')
}
