/** Buildings that look built, coloured by any attribute, the chosen one in teal. */

import {
  Cartesian3,
  Color,
  CustomShader,
  type CustomShaderTranslucencyMode,
  LightingModel,
  UniformType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import type { Selection } from '../../app/state.ts'
import { BUILDINGS_GLSL } from './buildings-shader.ts'
import { featureColors } from './feature-colors.ts'
import { shadeUnder } from './ground-shade.ts'
import { replacedBuildings } from './replaced-buildings.ts'
import { type Draw, isVisible } from './stage.ts'
import { type Shown, tileFeatures } from './tile-features.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

/** The accent of the page: selection. Data never gets exactly this colour: the shader knows the chosen by it. */
export const ACCENT = Color.fromCssColorString('#2ec4b6')
/** The chosen thing's pale companion: what is under the pointer. */
export const HOVER = Color.fromCssColorString('#a9d9d2')

/** The accent as shaders know it. */
export const accentUniform = () => ({
  type: UniformType.VEC3,
  value: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue),
})

/** The colours of what is chosen and of what is under the pointer, where they are of a layer. */
export function marksOf(layer: string, selected: Selection | null, hovered: Selection | null): Map<string, Color> {
  const marks = new Map<string, Color>()
  if (hovered?.layer === layer) marks.set(hovered.id, HOVER)
  if (selected?.layer === layer) marks.set(selected.id, ACCENT)
  return marks
}

/** Draws buildings. */
export const drawBuildings: Draw<'buildings'> = (first, stage) => {
  let spec: LayerOf<'buildings'> = first
  const colors = featureColors('buildings', first.color, stage.redraw)
  const replaced = replacedBuildings(stage.scene)
  const hideReplaced = (features: readonly Shown[]) => {
    for (const one of features) one.show = !replaced.has(String(one.getProperty('id') ?? ''))
  }
  const shells = tileFeatures(colors, (features) => {
    if (replaced.any()) hideReplaced(features)
  })
  const layer = tilesetLayer(first, stage, 'buildings', {
    shader: buildingsShader,
    error: 12,
    loaded: shells.open,
  })
  const stopReplaced = replaced.listen(() => {
    for (const features of shells.lists()) hideReplaced(features)
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
      colors.mark(marksOf(spec.id, selected, hovered))
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
      u_accent: accentUniform(),
    },
    fragmentShaderText: BUILDINGS_GLSL,
  })
}
