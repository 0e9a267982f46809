/** Which colour each pipe has, and whether it is shown at all: several layers, each of some utilities, share the tiles of one tileset. */

import { type Cesium3DTile, Math as CesiumMath, Color, type Rectangle } from '@cesium/engine'
import { UTILITY_COLORS, type Utility } from '../../../data/networks/utility-colors.ts'
import type { Expression } from '../../../scenes/schema/expression.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { type AttributeValues, attributesRead, attributeValues } from './attribute-values.ts'
import { colorFunction } from './feature-colors.ts'
import { isVisible } from './stage.ts'
import type { Shown } from './tile-features.ts'

/** What every tile carries; other attributes come from the server by id. */
const IN_TILE = ['id', 'class', 'kind', 'diameter', 'depth', 'year', 'estimated']
const OWN = Object.fromEntries(
  Object.entries(UTILITY_COLORS).map(([utility, color]) => [utility, Color.fromCssColorString(color)]),
) as Record<Utility, Color>

type Layer = LayerOf<'pipes'>

/** What a calculation says of a pipe: its colour, and whether it flows (1 along, 3 against its direction, 0 not). */
export interface PipeData {
  color: Color
  flow: number
}

/** The painted pipes of one tileset. */
export interface PipeColors {
  /** Values of a calculation by the pipes' ids, above the layers' colours; what has none fades. null = no calculation. */
  data(values: Map<string, PipeData> | null): void
  /** The layers that draw it, topmost last. */
  setLayers(layers: readonly Layer[]): void
  /** A tile came, or went (null). */
  tile(tile: Cesium3DTile, features: Shown[] | null): void
  /** A frame begins. */
  turn(): void
  /** A tile is drawn in this frame: it is painted now, or in one of the next, if what it wears is out of date. */
  shown(tile: Cesium3DTile): void
  clear(): void
  /** Features with a colour of their own, by `<kind> <id>`, kind = `pipe` or `node`. */
  mark(marks: Map<string, Color>): void
  dispose(): void
}

const decoded = new WeakMap<Shown, string>()

/**
 * `pipe <id>` or `node <id>`: the two collections may use the same id. Remembered: the engine decodes the text anew each time,
 * which for all the pipes in view is a stall.
 */
export function nameOf(feature: Shown): string {
  const known = decoded.get(feature)
  if (known !== undefined) return known
  const kind = feature.getProperty('kind') === 'pipe' ? 'pipe' : 'node'
  const name = `${kind} ${String(feature.getProperty('id') ?? '')}`
  decoded.set(feature, name)
  return name
}

/** The id of a pipe. */
const idOf = (feature: Shown): string => nameOf(feature).slice('pipe '.length)

interface Painter {
  layer: Layer
  colorOf: ReturnType<typeof colorFunction>
  names: string[]
}

/** Changes of marks that are remembered for tiles out of view. */
const MOST_RECENT = 32
/** Milliseconds of a frame in which tiles in view are painted anew; one at least. */
const TURN_MS = 6

/** The features of a tile in memory, and of which paint and which marks they wear. */
interface Painted {
  features: Shown[]
  paint: number
  marks: number
}

/**
 * Paints the pipes of a tileset; `changed` hears that a frame is needed. In memory are many more pipes than in view: what is out of
 * view keeps its old colours until it is seen.
 */
export function pipeColors(changed: () => void): PipeColors {
  const tiles = new Map<Cesium3DTile, Painted>()
  /** numbers of the last change of paint, and of marks */
  let [paints, markings] = [0, 0]
  /** ids whose marks came or went, by the number of the change before it */
  let recent: Set<string>[] = []
  /** when this frame's painting ends; null before its first tile */
  let until: number | null = null
  const values: AttributeValues = attributeValues('pipes', () => paintAll())
  let painters: Painter[] = []
  let chosen = new Map<string, Color>()
  let given: Map<string, PipeData> | null = null

  const paint = (feature: Shown) => {
    const utility = String(feature.getProperty('class')) as Utility
    const painter = painters.findLast(({ layer }) => isVisible(layer) && (layer.class?.includes(utility) ?? true))
    feature.show = painter !== undefined
    if (!painter) return
    const mark = chosen.size > 0 ? chosen.get(nameOf(feature)) : undefined
    const said = given && feature.getProperty('kind') === 'pipe' ? given.get(idOf(feature)) : undefined
    const own = colored(painter, feature) ?? OWN[utility] ?? OWN.other
    feature.color = packed(
      mark ?? said?.color ?? (given ? Color.lerp(own, FADED, 0.8, faded) : own),
      Number(feature.getProperty('depth') ?? 0),
      said?.flow ?? (given ? 0 : Number(feature.getProperty('flow') ?? 0)),
      classOf(Number(feature.getProperty('diameter') ?? 0)),
      scratch,
    )
  }
  const colored = ({ colorOf, names }: Painter, feature: Shown): Color | null => {
    if (!colorOf || feature.getProperty('kind') !== 'pipe') return null
    const id = idOf(feature)
    const properties: Record<string, unknown> = {}
    for (const name of IN_TILE) properties[name] = name === 'id' ? id : known(feature.getProperty(name))
    for (const name of names) properties[name] = values.of(name, id)
    const color = colorOf(properties)
    return color === Color.WHITE ? null : color
  }
  const paintAll = () => {
    paints++
    changed()
  }
  /** Paints those whose marks have changed since; all of them when it is not known any more which. */
  const remark = ({ features, marks }: Painted) => {
    const missed = recent.slice(recent.length - (markings - marks))
    if (markings - marks > recent.length) return features.forEach(paint)
    for (const feature of features) if (missed.some((ids) => ids.has(nameOf(feature)))) paint(feature)
  }
  return {
    setLayers(layers) {
      const words = layers.map(({ class: only, color, visible, opacity }) => ({ only, color, visible, opacity }))
      const before = painters.map(({ layer: { class: only, color, visible, opacity } }) => ({
        only,
        color,
        visible,
        opacity,
      }))
      const same = JSON.stringify(words) === JSON.stringify(before)
      painters = layers.map((layer, i) => (same ? { ...painters[i]!, layer } : painterOf(layer)))
      if (same) return
      values.want(painters.flatMap(({ names }) => names))
      paintAll()
    },
    tile(tile, features) {
      if (!features) {
        tiles.delete(tile)
        return
      }
      tiles.set(tile, { features, paint: paints, marks: markings })
      features.forEach(paint)
    },
    turn() {
      until = null
    },
    shown(tile) {
      const known = tiles.get(tile)
      if (near(tile)) values.around(() => boxOf(tile))
      if (!known || (known.paint === paints && known.marks === markings)) return
      const now = performance.now()
      until ??= now + TURN_MS
      if (now > until) return changed()
      if (known.paint !== paints) known.features.forEach(paint)
      else remark(known)
      known.paint = paints
      known.marks = markings
    },
    clear: () => tiles.clear(),
    data(values) {
      if (values === null && given === null) return
      given = values
      paintAll()
    },
    mark(marks) {
      const touched = new Set([...chosen.keys(), ...marks.keys()])
      chosen = marks
      if (touched.size === 0) return
      markings++
      recent = [...recent, touched].slice(-MOST_RECENT)
      changed()
    },
    dispose: () => values.dispose(),
  }
}

const scratch = new Color()
const faded = new Color()
/** What a calculation says nothing of goes back behind what it speaks of. */
const FADED = Color.fromCssColorString('#4a525c')

/** From which diameter on a pipe is a street's pipe, a main, a trunk main: metres. */
const CLASSES_FROM = [0.15, 0.3, 0.8]

/** How wide a main a pipe is: 0 = service pipe … 3 = trunk main; of unknown diameter (0, not finite) it is a street's pipe. */
export function classOf(diameterM: number): number {
  return diameterM > 0 ? CLASSES_FROM.filter((from) => diameterM >= from - 1e-6).length : 1
}

/**
 * A colour with what the shader must know in its low bits: two of red and two of green hold the depth of cover in two thirds of a
 * metre (0 … 10 m), two of blue whether and how the pipe flows (`flow` of the tile), the third of blue and of red how wide a main
 * it is (`classOf`).
 */
export function packed({ red, green, blue }: Color, depthM: number, flow: number, size: number, out: Color): Color {
  const deep = Math.min(15, Math.max(0, Math.round(depthM * 1.5)))
  const high = (value: number, bits: number, low: number) => {
    const steps = 255 >> bits
    return ((Math.round(Math.min(1, Math.max(0, value)) * steps) << bits) | low) / 255
  }
  out.red = high(red, 3, ((size & 1) << 2) | (deep >> 2))
  out.green = high(green, 2, deep & 3)
  out.blue = high(blue, 3, ((size & 2) << 1) | (flow & 3))
  out.alpha = 1
  return out
}

/** Whether a tile is so small (3 km) that the values of all in it are few enough to be asked for. */
const near = (tile: Cesium3DTile): boolean => regionOf(tile).east - regionOf(tile).west < 5e-4

const regionOf = (tile: Cesium3DTile): Rectangle =>
  (tile as unknown as { boundingVolume: { rectangle: Rectangle } }).boundingVolume.rectangle

/** The region of a tile as `west,south,east,north` in degrees. */
function boxOf(tile: Cesium3DTile): string {
  const { west, south, east, north } = regionOf(tile)
  return [west, south, east, north].map((radians) => CesiumMath.toDegrees(radians).toFixed(6)).join()
}

function painterOf(layer: Layer): Painter {
  const color = layer.color as Expression | null | undefined
  const names = attributesRead(color).filter((name) => !IN_TILE.includes(name))
  return { layer, colorOf: colorFunction(color), names }
}

/** 0 stands for unknown in the tile's number columns. */
function known(value: unknown): unknown {
  return value === 0 || value === '' ? null : value
}
