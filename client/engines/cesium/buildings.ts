/** Buildings that look built, coloured by any attribute, the chosen one in teal. */

import {
  Cartesian3,
  type Cesium3DTile,
  type Cesium3DTileset,
  Color,
  CustomShader,
  LightingModel,
  UniformType,
} from '@cesium/engine'
import { compile } from '../../../scenes/schema/expression.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import type { Selection } from '../../app/state.ts'
import { attributesRead, attributeValues } from './attribute-values.ts'
import { BUILDINGS_GLSL } from './buildings-shader.ts'
import type { Draw } from './stage.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

/** The accent of the page: selection. Data never gets exactly this colour: the shader knows the chosen by it. */
export const ACCENT = Color.fromCssColorString('#2ec4b6')
const HOVER = Color.fromCssColorString('#a9d9d2')
const NONE = Color.WHITE

/** Properties that every tile carries; others come from the server by id. */
const IN_TILE = ['id', 'class', 'height', 'levels', 'year', 'base']

interface Feature {
  color: Color
  getProperty(name: string): unknown
}

/** Draws buildings. */
export const drawBuildings: Draw<'buildings'> = (first, stage) => {
  const shader = new CustomShader({
    lightingModel: LightingModel.UNLIT,
    uniforms: {
      ...lightUniforms(),
      u_accent: { type: UniformType.VEC3, value: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue) },
    },
    fragmentShaderText: BUILDINGS_GLSL,
  })
  let spec: LayerOf<'buildings'> = first
  let colorOf = colorFunction(first)
  let chosen = new Map<string, Color>()
  /** features by id in the tiles in memory: a building is in several tiles of different detail */
  const tiles = new Map<Cesium3DTile, Feature[]>()
  const values = attributeValues('buildings', () => {
    for (const features of tiles.values()) paint(features)
    stage.redraw()
  })

  function paint(features: Feature[]): void {
    const names = attributesRead(spec.color).filter((name) => !IN_TILE.includes(name))
    for (const feature of features) {
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
  }
  const layer = tilesetLayer(first, stage, 'buildings', {
    shader,
    error: 12,
    loaded(tileset: Cesium3DTileset) {
      tiles.clear()
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const { content } = tile
        const features: Feature[] = []
        for (let i = 0; i < content.featuresLength; i++) features.push(content.getFeature(i) as unknown as Feature)
        tiles.set(tile, features)
        if (colorOf || chosen.size > 0) paint(features)
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => tiles.delete(tile))
    },
  })
  const fetchValues = () => {
    const names = attributesRead(spec.color).filter((name) => !IN_TILE.includes(name))
    values.want(names)
  }
  fetchValues()
  return {
    update(next) {
      const recolored = JSON.stringify(next.color) !== JSON.stringify(spec.color)
      spec = next
      layer.update(next)
      if (!recolored) return
      colorOf = colorFunction(next)
      fetchValues()
      for (const features of tiles.values()) paint(features)
      stage.redraw()
    },
    pick: layer.pick,
    highlight(selected: Selection | null, hovered: Selection | null) {
      const next = new Map<string, Color>()
      if (hovered?.layer === spec.id) next.set(hovered.id, HOVER)
      if (selected?.layer === spec.id) next.set(selected.id, ACCENT)
      const touched = new Set([...chosen.keys(), ...next.keys()])
      chosen = next
      for (const features of tiles.values()) {
        const some = features.filter((feature) => touched.has(String(feature.getProperty('id') ?? '')))
        if (some.length > 0) paint(some)
      }
      stage.redraw()
    },
    dispose() {
      values.dispose()
      layer.dispose()
    },
  }
}

/** The layer's colour expression as a function to an engine colour, or null when it has none. */
function colorFunction(spec: LayerOf<'buildings'>): ((properties: Record<string, unknown>) => Color) | null {
  if (spec.color === undefined || spec.color === null) return null
  const evaluate = compile(spec.color, 'color')
  const scratch = new Color()
  return (properties) => {
    const color = evaluate(properties)
    if (color === null) return NONE
    // White means "no data colour" to the shader: a white of the data is brought down by one step.
    const white = color[0] > 0.99 && color[1] > 0.99 && color[2] > 0.99
    return white
      ? Color.clone(new Color(0.98, 0.98, 0.98), scratch)
      : Color.clone(new Color(color[0], color[1], color[2]), scratch)
  }
}

/** 0 stands for unknown in the tile's number columns. */
function known(value: unknown): unknown {
  return value === 0 || value === '' ? null : value
}
