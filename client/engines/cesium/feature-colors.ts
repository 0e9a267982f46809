/** The colours of a tileset's features: by the layer's expression, from what tiles carry and what the server adds, and the marks of choice. */

import { type Cesium3DTile, Color } from '@cesium/engine'
import { compile, type Expression } from '../../../scenes/schema/expression.ts'
import { attributesRead, attributeValues } from './attribute-values.ts'

/** What is used of an engine's feature. */
export interface Feature {
  color: Color
  getProperty(name: string): unknown
}

/** White means "no data colour" to the shader. */
const NONE = Color.WHITE

/** Properties that every tile carries; others come from the server by id. */
const IN_TILE = ['id', 'class', 'height', 'levels', 'year', 'base']

/** The painted features of one layer. */
export interface FeatureColors {
  /** A tile came, or went (null). */
  tile(tile: Cesium3DTile, features: Feature[] | null): void
  clear(): void
  /** Another expression; null = the shader's own colours. */
  setExpression(expression: Expression | null | undefined): void
  /** Features with a colour of their own, by id; they replace the marks before. */
  mark(marks: Map<string, Color>): void
  dispose(): void
}

/** Colours for the features of a collection on the server; `changed` hears that a frame is needed. */
export function featureColors(
  collection: string,
  first: Expression | null | undefined,
  changed: () => void,
): FeatureColors {
  let colorOf = colorFunction(first)
  let names: string[] = []
  let chosen = new Map<string, Color>()
  /** features in the tiles in memory: a building is in several tiles of different detail */
  const tiles = new Map<Cesium3DTile, Feature[]>()
  const values = attributeValues(collection, () => paintAll())

  const paint = (feature: Feature) => {
    const id = String(feature.getProperty('id') ?? '')
    const mark = chosen.get(id)
    if (mark) feature.color = mark
    else if (!colorOf) feature.color = NONE
    else {
      const properties: Record<string, unknown> = {}
      for (const name of IN_TILE) properties[name] = known(feature.getProperty(name))
      for (const name of names) properties[name] = values.of(name, id)
      feature.color = colorOf(properties)
    }
  }
  const paintAll = () => {
    for (const features of tiles.values()) features.forEach(paint)
    changed()
  }
  const want = (expression: Expression | null | undefined) => {
    names = attributesRead(expression).filter((name) => !IN_TILE.includes(name))
    values.want(names)
  }
  want(first)
  return {
    tile(tile, features) {
      if (!features) {
        tiles.delete(tile)
        return
      }
      tiles.set(tile, features)
      if (colorOf || chosen.size > 0) features.forEach(paint)
    },
    clear: () => tiles.clear(),
    setExpression(expression) {
      colorOf = colorFunction(expression)
      want(expression)
      paintAll()
    },
    mark(marks) {
      const touched = new Set([...chosen.keys(), ...marks.keys()])
      chosen = marks
      for (const features of tiles.values()) {
        const placeOf = places(features)
        for (const id of touched) {
          const at = placeOf.get(id)
          if (at !== undefined) paint(features[at]!)
        }
      }
      changed()
    },
    dispose: () => values.dispose(),
  }
}

const placed = new WeakMap<Feature[], Map<string, number>>()

/** Where each id stands among a tile's features: reading ids is slow and a hover asks for two of them in every tile. */
function places(features: Feature[]): Map<string, number> {
  let found = placed.get(features)
  if (!found)
    placed.set(features, (found = new Map(features.map((one, at) => [String(one.getProperty('id') ?? ''), at]))))
  return found
}

/** A colour expression as a function to an engine colour, or null when there is none. The answer is good until the next call. */
export function colorFunction(
  expression: Expression | null | undefined,
): ((properties: Record<string, unknown>) => Color) | null {
  if (expression === undefined || expression === null) return null
  const evaluate = compile(expression, 'color')
  const scratch = new Color()
  return (properties) => {
    const color = evaluate(properties)
    if (color === null) return NONE
    const [red, green, blue] = color
    // A white of the data is brought down by one step: the shader would take it for none.
    const white = red > 0.99 && green > 0.99 && blue > 0.99
    scratch.red = white ? 0.98 : red
    scratch.green = white ? 0.98 : green
    scratch.blue = white ? 0.98 : blue
    return scratch
  }
}

/** 0 stands for unknown in the tile's number columns. */
function known(value: unknown): unknown {
  return value === 0 || value === '' ? null : value
}
