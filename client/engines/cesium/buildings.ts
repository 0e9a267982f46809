/** Buildings that look built, coloured by any attribute, the chosen one in teal. */

import {
  Cartesian3,
  type Cesium3DTile,
  type Cesium3DTileset,
  Color,
  CustomShader,
  type CustomShaderTranslucencyMode,
  LightingModel,
  UniformType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import type { Selection } from '../../app/state.ts'
import { BUILDINGS_GLSL } from './buildings-shader.ts'
import { type Feature, featureColors } from './feature-colors.ts'
import { shadeUnder } from './ground-shade.ts'
import { replacedBuildings } from './replaced-buildings.ts'
import { type Draw, isVisible } from './stage.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

/** The accent of the page: selection. Data never gets exactly this colour: the shader knows the chosen by it. */
export const ACCENT = Color.fromCssColorString('#2ec4b6')
/** The chosen thing's pale companion: what is under the pointer. */
export const HOVER = Color.fromCssColorString('#a9d9d2')

/** Draws buildings. */
export const drawBuildings: Draw<'buildings'> = (first, stage) => {
  let spec: LayerOf<'buildings'> = first
  const colors = featureColors('buildings', first.color, stage.redraw)
  const replaced = replacedBuildings(stage.scene)
  const shells = new Map<Cesium3DTile, Shell[]>()
  const hideReplaced = (features: readonly Shell[]) => {
    for (const one of features) one.show = !replaced.has(String(one.getProperty('id') ?? ''))
  }
  const layer = tilesetLayer(first, stage, 'buildings', {
    shader: buildingsShader,
    error: 12,
    loaded(tileset: Cesium3DTileset) {
      colors.clear()
      shells.clear()
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const features = featuresOf(tile)
        shells.set(tile, features)
        colors.tile(tile, features)
        if (replaced.any()) hideReplaced(features)
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => {
        shells.delete(tile)
        colors.tile(tile, null)
      })
    },
  })
  const stopReplaced = replaced.listen(() => {
    for (const features of shells.values()) hideReplaced(features)
    stage.redraw()
  })
  const shade = shadeUnder(stage)
  shade.show(isVisible(first))
  return {
    update(next) {
      const recolored = JSON.stringify(next.color) !== JSON.stringify(spec.color)
      spec = next
      layer.update(next)
      shade.show(isVisible(next))
      if (recolored) colors.setExpression(next.color)
    },
    pick: layer.pick,
    highlight(selected: Selection | null, hovered: Selection | null) {
      const marks = new Map<string, Color>()
      if (hovered?.layer === spec.id) marks.set(hovered.id, HOVER)
      if (selected?.layer === spec.id) marks.set(selected.id, ACCENT)
      colors.mark(marks)
    },
    dispose() {
      stopReplaced()
      colors.dispose()
      shade.dispose()
      layer.dispose()
    },
  }
}

function buildingsShader(translucencyMode: CustomShaderTranslucencyMode): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    translucencyMode,
    uniforms: {
      ...lightUniforms(),
      u_accent: { type: UniformType.VEC3, value: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue) },
    },
    fragmentShaderText: BUILDINGS_GLSL,
  })
}

type Shell = Feature & { show: boolean }

function featuresOf({ content }: Cesium3DTile): Shell[] {
  const features: Shell[] = []
  for (let i = 0; i < content.featuresLength; i++) features.push(content.getFeature(i) as unknown as Shell)
  return features
}
