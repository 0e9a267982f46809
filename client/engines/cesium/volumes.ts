/** Units by floor and legal volumes: clear solids, picked one by one, shown through the ground where they are buried. */
import {
  Cartesian3,
  type Cesium3DTile,
  type Cesium3DTileset,
  type Color,
  CustomShader,
  CustomShaderTranslucencyMode,
  LightingModel,
  UniformType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { ACCENT, HOVER } from './buildings.ts'
import { type Feature, featureColors } from './feature-colors.ts'
import { replacedBuildings } from './replaced-buildings.ts'
import { type Draw, type Drawn, isVisible, type Stage } from './stage.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'
import { buried } from './underground.ts'
import { VOLUMES_FRAGMENT, VOLUMES_VERTEX } from './volumes-shader.ts'

type Kind = 'units' | 'volumes'
type Spec = LayerOf<'units'> | LayerOf<'volumes'>
type Solid = Feature & { show: boolean }

/** Draws units: a building's shell gives way to them. */
export const drawUnits: Draw<'units'> = (first, stage) => drawSolids(first, stage) as Drawn<'units'>
/** Draws legal volumes. */
export const drawVolumes: Draw<'volumes'> = (first, stage) => drawSolids(first, stage) as Drawn<'volumes'>

/** Whether a layer wants to see a solid. */
function shown(spec: Spec, solid: Solid): boolean {
  if (spec.type === 'volumes')
    return !spec.status || (spec.status as readonly string[]).includes(String(solid.getProperty('status')))
  if (spec.building !== undefined && solid.getProperty('building') !== spec.building) return false
  return spec.floor === undefined || Number(solid.getProperty('floor')) === spec.floor
}

function drawSolids(first: Spec, stage: Stage): Drawn<Kind> {
  let spec = first
  let stopBuried = () => {}
  const shaders: CustomShader[] = []
  const tiles = new Map<Cesium3DTile, Solid[]>()
  const colors = featureColors(first.type, first.color, stage.redraw)
  const replaced = replacedBuildings(stage.scene)
  const explode = () => (spec.type === 'units' ? (spec.explode ?? 0) : 0)
  const replace = () => {
    if (spec.type !== 'units') return
    const ids = new Set<string>()
    if (isVisible(spec))
      for (const solids of tiles.values())
        for (const one of solids) if (one.show) ids.add(String(one.getProperty('building')))
    replaced.set(spec.id, ids)
  }
  const show = (solids: readonly Solid[]) => {
    for (const one of solids) one.show = shown(spec, one)
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
      colors.clear()
      tiles.clear()
      stopBuried()
      stopBuried = buried(stage.scene).add(tileset)
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const solids = solidsOf(tile)
        tiles.set(tile, solids)
        show(solids)
        colors.tile(tile, solids)
        replace()
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => {
        tiles.delete(tile)
        colors.tile(tile, null)
        replace()
      })
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
      for (const solids of tiles.values()) show(solids)
      replace()
      if (JSON.stringify(before.color) !== JSON.stringify(next.color)) colors.setExpression(next.color)
      stage.redraw()
    },
    pick: layer.pick,
    highlight(selected, hovered) {
      const marks = new Map<string, Color>()
      if (hovered?.layer === spec.id) marks.set(hovered.id, HOVER)
      if (selected?.layer === spec.id) marks.set(selected.id, ACCENT)
      colors.mark(marks)
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
      u_accent: { type: UniformType.VEC3, value: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue) },
    },
    vertexShaderText: VOLUMES_VERTEX,
    fragmentShaderText: VOLUMES_FRAGMENT,
  })
}

function solidsOf({ content }: Cesium3DTile): Solid[] {
  const solids: Solid[] = []
  for (let i = 0; i < content.featuresLength; i++) solids.push(content.getFeature(i) as unknown as Solid)
  return solids
}
