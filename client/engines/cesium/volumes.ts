/** Units by floor and legal volumes: clear solids, picked one by one, shown through the ground where they are buried. */
import {
  type Cesium3DTileset,
  CustomShader,
  CustomShaderTranslucencyMode,
  LightingModel,
  UniformType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { accentUniform, marksOf } from './buildings.ts'
import { featureColors } from './feature-colors.ts'
import { replacedBuildings } from './replaced-buildings.ts'
import { type Draw, type Drawn, isVisible, type Stage } from './stage.ts'
import { type Shown, tileFeatures } from './tile-features.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'
import { buried } from './underground.ts'
import { VOLUMES_FRAGMENT, VOLUMES_VERTEX } from './volumes-shader.ts'

type Kind = 'units' | 'volumes'
type Spec = LayerOf<'units'> | LayerOf<'volumes'>

/** Draws units: a building's shell gives way to them. */
export const drawUnits: Draw<'units'> = (first, stage) => drawSolids(first, stage) as Drawn<'units'>
/** Draws legal volumes. */
export const drawVolumes: Draw<'volumes'> = (first, stage) => drawSolids(first, stage) as Drawn<'volumes'>

/** Whether a layer wants to see a solid. */
function shown(spec: Spec, solid: Shown): boolean {
  if (spec.type === 'volumes')
    return !spec.status || (spec.status as readonly string[]).includes(String(solid.getProperty('status')))
  if (spec.building !== undefined && solid.getProperty('building') !== spec.building) return false
  return spec.floor === undefined || Number(solid.getProperty('floor')) === spec.floor
}

function drawSolids(first: Spec, stage: Stage): Drawn<Kind> {
  let spec = first
  let stopBuried = () => {}
  const shaders: CustomShader[] = []
  const colors = featureColors(first.type, first.color, stage.redraw)
  const replaced = replacedBuildings(stage.scene)
  const explode = () => (spec.type === 'units' ? (spec.explode ?? 0) : 0)
  const show = (list: readonly Shown[]) => {
    for (const one of list) one.show = shown(spec, one)
  }
  const solids = tileFeatures(colors, show, () => replace())
  const replace = () => {
    if (spec.type !== 'units') return
    const ids = new Set<string>()
    if (isVisible(spec))
      for (const list of solids.lists())
        for (const one of list) if (one.show) ids.add(String(one.getProperty('building')))
    replaced.set(spec.id, ids)
  }
  const layer = tilesetLayer(first, stage, first.type, {
    shader() {
      const shader = solidShader()
      shader.setUniform('u_explode', explode())
      shaders.push(shader)
      return shader
    },
    error: 10,
    loaded(tileset: Cesium3DTileset) {
      solids.open(tileset)
      stopBuried()
      stopBuried = buried(stage.scene).add(tileset)
    },
  })
  const stopLight = stage.scene.preUpdate.addEventListener(() => {
    const deep = buried(stage.scene).underground ? 1 : 0
    for (const shader of shaders) shader.setUniform('u_underground', deep)
  })
  return {
    update(next) {
      const before = spec
      spec = next
      layer.update(next)
      for (const shader of shaders) shader.setUniform('u_explode', explode())
      solids.showAll()
      replace()
      if (JSON.stringify(before.color) !== JSON.stringify(next.color)) colors.setExpression(next.color)
      stage.redraw()
    },
    pick: layer.pick,
    highlight(selected, hovered) {
      colors.mark(marksOf(spec.id, selected, hovered))
    },
    dispose() {
      replaced.set(spec.id, new Set())
      stopBuried()
      stopLight()
      colors.dispose()
      layer.dispose()
    },
  }
}

function solidShader(): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    translucencyMode: CustomShaderTranslucencyMode.TRANSLUCENT,
    uniforms: {
      ...lightUniforms(),
      u_explode: { type: UniformType.FLOAT, value: 0 },
      u_below: { type: UniformType.FLOAT, value: 0 },
      u_underground: { type: UniformType.FLOAT, value: 0 },
      u_accent: accentUniform(),
    },
    vertexShaderText: VOLUMES_VERTEX,
    fragmentShaderText: VOLUMES_FRAGMENT,
  })
}
