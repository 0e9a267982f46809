/** Answers about networks on the globe: pipes as bright lines seen through the ground, valves, hits and defects as points with their words, piles. */
import {
  type Appearance,
  ArcType,
  Cartesian3,
  Color,
  ColorGeometryInstanceAttribute,
  CylinderGeometry,
  GeometryInstance,
  PerInstanceColorAppearance,
  PointPrimitiveCollection,
  PolylineColorAppearance,
  PolylineGeometry,
  Primitive,
  PrimitiveCollection,
  Transforms,
} from '@cesium/engine'
import { UTILITY_COLORS, type Utility } from '../../../data/networks/utility-colors.ts'
import type { AppState, Finding } from '../../app/state.ts'
import { type Sign, signs } from './signs.ts'
import type { Stage } from './stage.ts'

/** Colours of the roles: what burst, what stands empty, what runs dry, what was hit; legible on day and night ground. */
export const ROLE_COLORS: Readonly<Record<string, string>> = {
  burst: '#ff3b30',
  shut: '#ff9f0a',
  dry: '#b8a7ff',
  traced: '#2ec4b6',
  valve: '#ffd60a',
  stuck: '#8e8e93',
  hydrant: '#ff6b6b',
  customer: '#b8a7ff',
  start: '#2ec4b6',
  end: '#2ec4b6',
  polluted: '#ff3b30',
  clean: '#7fd38b',
  candidate: '#2ec4b6',
  suspect: '#2ec4b6',
  hit: '#ff3b30',
  below: '#ff9f0a',
  beside: '#ff9f0a',
  hole: '#ffffff',
  area: '#ffffff',
  horizontal: '#ff3b30',
  vertical: '#ff9f0a',
  cover: '#ffd60a',
  error: '#ff3b30',
  warning: '#ff9f0a',
  note: '#9fb0c3',
  'past-life': '#ff3b30',
  'late-life': '#ff9f0a',
  'mid-life': '#ffd60a',
  young: '#2ec4b6',
  'age-unknown': '#9fb0c3',
}
const WIDTHS: Readonly<Record<string, number>> = { burst: 7, shut: 5, hit: 6, area: 2 }
const NO_DEPTH = Number.POSITIVE_INFINITY
/** More words than these hide the picture. */
const MOST_SIGNS = 40

const WORDS = {
  zh: {
    valve: '关',
    open: '阀门',
    stuck: '卡住',
    hydrant: '消火栓停用',
    start: '起点',
    polluted: '受污染',
    clean: '未受污染',
  },
  en: {
    valve: 'close',
    open: 'valve',
    stuck: 'stuck',
    hydrant: 'hydrant lost',
    start: 'start',
    polluted: 'polluted',
    clean: 'clean',
  },
} as const

type Found = Finding['features'][number]

/** What stands beside a point; undefined for one that speaks by its colour alone. */
export function wordsOf({ properties }: Pick<Found, 'properties'>, language: AppState['language']): string | undefined {
  const role = String(properties.role ?? '')
  const words = WORDS[language]
  switch (role) {
    case 'valve':
      return properties.closed === true || properties.needed === false ? undefined : words.valve
    case 'hit':
    case 'below':
    case 'beside':
    case 'horizontal':
    case 'vertical':
    case 'cover':
    case 'error':
    case 'warning':
      // the number that it has in the list: words would lie over each other
      return typeof properties.rank === 'number' ? String(properties.rank) : undefined
    case 'candidate':
      return Number(properties.rank) <= 20 ? String(properties.rank) : undefined
    case 'customer':
      return properties.use === 'hospital' || properties.use === 'school' ? String(properties.name ?? '') : undefined
    case 'stuck':
    case 'hydrant':
    case 'start':
    case 'polluted':
    case 'clean':
      return words[role]
    default:
      return undefined
  }
}

/** Follows the findings; call the answer to stop. */
export function drawFindings(stage: Stage): () => void {
  const all = new PrimitiveCollection()
  const board = signs(stage)
  stage.scene.primitives.add(all)
  const drawn = new Map<string, { finding: Finding; language: string; group: PrimitiveCollection }>()
  const follow = ({ findings, language }: AppState): void => {
    for (const [id, { finding, group, language: spoken }] of drawn) {
      if (findings[id] === finding && spoken === language) continue
      all.remove(group)
      drawn.delete(id)
    }
    for (const [id, finding] of Object.entries(findings)) {
      if (drawn.has(id) || finding.status !== 'ready') continue
      const group = picture(finding)
      all.add(group)
      drawn.set(id, { finding, language, group })
    }
    board.put(
      'findings',
      [...drawn.values()].flatMap(({ finding }) => signsOf(finding, language)),
      MOST_SIGNS,
    )
    stage.redraw()
  }
  follow(stage.app.store.getState())
  const stop = stage.app.store.subscribe((state, before) => {
    if (state.findings !== before.findings || state.language !== before.language) follow(state)
  })
  return () => {
    stop()
    board.put('findings', [])
    stage.scene.primitives.remove(all)
  }
}

const place = ([lng, lat, height]: readonly number[]): Cartesian3 =>
  Cartesian3.fromDegrees(lng ?? 0, lat ?? 0, height ?? 0)

function picture({ features }: Finding): PrimitiveCollection {
  const lines: GeometryInstance[] = []
  const piles: GeometryInstance[] = []
  const points = new PointPrimitiveCollection()
  // the worst are listed first and drawn last
  for (const found of features.toReversed()) {
    const { geometry, properties } = found
    const role = String(properties.role ?? '')
    const utility = role === 'cut' ? UTILITY_COLORS[properties.class as Utility] : undefined
    const color = Color.fromCssColorString(ROLE_COLORS[role] ?? utility ?? '#2ec4b6')
    if (geometry.type === 'LineString') {
      // what is dug is drawn as a hole already
      if (role !== 'hole') lines.push(lineOf(geometry.coordinates, color, WIDTHS[role] ?? 4))
    } else if (role === 'hole') {
      piles.push(pileOf(geometry.coordinates, Number(properties.widthM), Number(properties.depthM)))
      continue
    }
    const at = geometry.type === 'Point' ? geometry.coordinates : (properties.at as number[] | undefined)
    if (!Array.isArray(at)) continue
    const idle = role === 'valve' && (properties.closed === true || properties.needed === false)
    const small = role === 'customer' || role === 'note' || role === 'candidate'
    const position = place(at)
    points.add({
      position,
      color: idle ? Color.fromCssColorString('#8e8e93') : color,
      outlineColor: Color.fromCssColorString('#0b1520'),
      outlineWidth: 2,
      pixelSize: idle || small || role === 'cut' ? 9 : 14,
      disableDepthTestDistance: NO_DEPTH,
    })
  }
  const group = new PrimitiveCollection()
  // pipes lie below the ground: what it hides is drawn all the same
  if (lines.length) group.add(seenThrough(lines, () => new PolylineColorAppearance({ translucent: false })))
  if (piles.length)
    group.add(seenThrough(piles, () => new PerInstanceColorAppearance({ translucent: true, flat: true })))
  group.add(points)
  return group
}

const seenThrough = (geometryInstances: GeometryInstance[], look: () => Appearance): Primitive =>
  new Primitive({
    geometryInstances,
    appearance: look(),
    depthFailAppearance: look(),
    asynchronous: false,
    allowPicking: false,
  })

const colors = (color: Color) => ({
  color: ColorGeometryInstanceAttribute.fromColor(color),
  depthFailColor: ColorGeometryInstanceAttribute.fromColor(color),
})

const lineOf = (coordinates: readonly number[][], color: Color, width: number): GeometryInstance =>
  new GeometryInstance({
    geometry: new PolylineGeometry({
      positions: coordinates.map(place),
      width,
      vertexFormat: PolylineColorAppearance.VERTEX_FORMAT,
      arcType: ArcType.NONE,
    }),
    attributes: colors(color),
  })

/** A pile as an upright cylinder from the ground down. */
function pileOf([lng = 0, lat = 0, ground = 0]: readonly number[], diameter: number, depth: number): GeometryInstance {
  return new GeometryInstance({
    geometry: new CylinderGeometry({
      length: depth,
      topRadius: diameter / 2,
      bottomRadius: diameter / 2,
      slices: 48,
      vertexFormat: PerInstanceColorAppearance.FLAT_VERTEX_FORMAT,
    }),
    modelMatrix: Transforms.eastNorthUpToFixedFrame(Cartesian3.fromDegrees(lng, lat, ground - depth / 2)),
    attributes: colors(Color.fromCssColorString('#d7dde4').withAlpha(0.75)),
  })
}

/** The words of an answer; the worst are listed first. */
function signsOf({ features }: Finding, language: AppState['language']): Sign[] {
  return features.flatMap((found, i) => {
    const { geometry, properties } = found
    const at = geometry.type === 'Point' ? geometry.coordinates : (properties.at as number[] | undefined)
    const text = properties.role === 'hole' ? undefined : wordsOf(found, language)
    if (!Array.isArray(at) || !text) return []
    const color = ROLE_COLORS[String(properties.role ?? '')]
    const rank = 1 + i / (features.length + 1)
    return { places: [place(at)], text, ...(color && { color }), rank, ...SAID }
  })
}

const SAID = { size: 1, far: 20_000, side: 'right', lift: 12, letters: 15, hidden: 'never' } as const
