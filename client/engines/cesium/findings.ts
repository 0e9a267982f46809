/** Answers about networks on the globe: pipes as bright lines seen through the ground, valves and hydrants as points with their words. */
import {
  ArcType,
  Cartesian2,
  Cartesian3,
  Color,
  ColorGeometryInstanceAttribute,
  GeometryInstance,
  HorizontalOrigin,
  LabelCollection,
  LabelStyle,
  PointPrimitiveCollection,
  PolylineColorAppearance,
  PolylineGeometry,
  Primitive,
  PrimitiveCollection,
} from '@cesium/engine'
import type { AppState, Finding } from '../../app/state.ts'
import type { Stage } from './stage.ts'

/** Colours of the roles: what burst, what stands empty, what runs dry, what was traced; legible on day and night ground. */
export const ROLE_COLORS: Readonly<Record<string, string>> = {
  burst: '#ff3b30',
  shut: '#ff9f0a',
  dry: '#b8a7ff',
  traced: '#2ec4b6',
  valve: '#ffd60a',
  stuck: '#8e8e93',
  hydrant: '#ff6b6b',
  start: '#2ec4b6',
}
const WIDTHS: Readonly<Record<string, number>> = { burst: 7, shut: 5, dry: 4, traced: 4 }
const NO_DEPTH = Number.POSITIVE_INFINITY

const WORDS = {
  zh: { valve: '关', open: '阀门', stuck: '卡住', hydrant: '消火栓停用', start: '起点' },
  en: { valve: 'close', open: 'valve', stuck: 'stuck', hydrant: 'hydrant lost', start: 'start' },
} as const

/** Follows the findings; call the answer to stop. */
export function drawFindings(stage: Stage): () => void {
  const all = new PrimitiveCollection()
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
      const group = picture(finding, language)
      all.add(group)
      // glyphs are painted a moment after their label is made
      setTimeout(stage.redraw, 400)
      drawn.set(id, { finding, language, group })
    }
    stage.redraw()
  }
  follow(stage.app.store.getState())
  const stop = stage.app.store.subscribe((state, before) => {
    if (state.findings !== before.findings || state.language !== before.language) follow(state)
  })
  return () => {
    stop()
    stage.scene.primitives.remove(all)
  }
}

const place = ([lng, lat, height]: readonly number[]): Cartesian3 =>
  Cartesian3.fromDegrees(lng ?? 0, lat ?? 0, height ?? 0)

function picture({ features }: Finding, language: AppState['language']): PrimitiveCollection {
  const lines: GeometryInstance[] = []
  const points = new PointPrimitiveCollection()
  const labels = new LabelCollection()
  for (const { geometry, properties } of features) {
    const role = String(properties.role ?? '')
    const css = ROLE_COLORS[role] ?? '#2ec4b6'
    if (geometry.type === 'LineString') {
      const positions = geometry.coordinates.map(place)
      lines.push(
        new GeometryInstance({
          geometry: new PolylineGeometry({
            positions,
            width: WIDTHS[role] ?? 4,
            vertexFormat: PolylineColorAppearance.VERTEX_FORMAT,
            arcType: ArcType.NONE,
          }),
          attributes: {
            color: ColorGeometryInstanceAttribute.fromColor(Color.fromCssColorString(css)),
            depthFailColor: ColorGeometryInstanceAttribute.fromColor(Color.fromCssColorString(css)),
          },
        }),
      )
      continue
    }
    const position = place(geometry.coordinates)
    const idle = role === 'valve' && (properties.closed === true || properties.needed === false)
    points.add({
      position,
      color: Color.fromCssColorString(idle ? '#8e8e93' : css),
      outlineColor: Color.fromCssColorString('#0b1520'),
      outlineWidth: 2,
      pixelSize: idle ? 9 : 14,
      disableDepthTestDistance: NO_DEPTH,
    })
    const words = WORDS[language]
    const text = role === 'valve' ? (idle ? words.open : words.valve) : words[role as keyof typeof words]
    if (text === undefined || idle) continue
    labels.add({
      position,
      text,
      font: '600 16px "Noto Sans SC", sans-serif',
      fillColor: Color.WHITE,
      outlineColor: Color.fromCssColorString('#0b1520'),
      outlineWidth: 4,
      style: LabelStyle.FILL_AND_OUTLINE,
      horizontalOrigin: HorizontalOrigin.LEFT,
      pixelOffset: new Cartesian2(12, -10),
      disableDepthTestDistance: NO_DEPTH,
    })
  }
  const group = new PrimitiveCollection()
  // pipes lie below the ground: what it hides is drawn all the same
  if (lines.length)
    group.add(
      new Primitive({
        geometryInstances: lines,
        appearance: new PolylineColorAppearance({ translucent: false }),
        depthFailAppearance: new PolylineColorAppearance({ translucent: false }),
        asynchronous: false,
        allowPicking: false,
      }),
    )
  group.add(points)
  if (labels.length <= MOST_LABELS) group.add(labels)
  return group
}

/** More words than these hide the picture. */
const MOST_LABELS = 200
