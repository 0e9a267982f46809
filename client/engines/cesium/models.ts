/** Building models: elements in their own colours, shown by storey, kind or system, drawn apart, cut by a box. */
import {
  Cartesian3,
  type Cesium3DTile,
  type Cesium3DTileset,
  ClippingPlane,
  ClippingPlaneCollection,
  Color,
  CustomShader,
  CustomShaderTranslucencyMode,
  LightingModel,
  Matrix4,
  Transforms,
  UniformType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { ACCENT, HOVER } from './buildings.ts'
import { type Feature, featureColors } from './feature-colors.ts'
import { MODELS_FRAGMENT, MODELS_VERTEX } from './models-shader.ts'
import { type ModelHead, modelHeads, shownBy } from './models-shown.ts'
import type { Draw } from './stage.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

type Spec = LayerOf<'models'>
type Element = Feature & { show: boolean }

/** Draws building models. */
export const drawModels: Draw<'models'> = (first, stage) => {
  let spec: Spec = first
  let heads: ModelHead[] = []
  const shaders: CustomShader[] = []
  const tiles = new Map<Cesium3DTile, Element[]>()
  const colors = featureColors('elements', first.color, stage.redraw)
  const show = (elements: readonly Element[]) => {
    const shown = shownBy(spec.only, heads)
    for (const element of elements) {
      const storey = Number(element.getProperty('storey'))
      const kind = Number(element.getProperty('kind'))
      const system = Number(element.getProperty('system'))
      element.show = shown(String(element.getProperty('id')), { storey, kind, system })
    }
  }
  const layer = tilesetLayer(first, stage, 'elements', {
    shader(mode) {
      const shader = modelsShader(mode)
      shader.setUniform('u_explode', spec.explode ?? 0)
      shaders.push(shader)
      return shader
    },
    error: 6,
    loaded(tileset: Cesium3DTileset) {
      colors.clear()
      tiles.clear()
      cut(tileset, spec, heads)
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const elements = elementsOf(tile)
        tiles.set(tile, elements)
        show(elements)
        colors.tile(tile, elements)
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => {
        tiles.delete(tile)
        colors.tile(tile, null)
      })
    },
  })
  const showAll = () => {
    for (const elements of tiles.values()) show(elements)
    const tileset = layer.tileset()
    if (tileset) cut(tileset, spec, heads)
    stage.redraw()
  }
  const stop = modelHeads((found) => {
    heads = found
    showAll()
  })
  return {
    update(next) {
      const before = spec
      spec = next
      layer.update(next)
      for (const shader of shaders) shader.setUniform('u_explode', next.explode ?? 0)
      if (JSON.stringify([before.only, before.section]) !== JSON.stringify([next.only, next.section])) showAll()
      if (JSON.stringify(before.color) !== JSON.stringify(next.color)) colors.setExpression(next.color)
    },
    pick: layer.pick,
    highlight(selected, hovered) {
      const marks = new Map<string, Color>()
      if (hovered?.layer === spec.id) marks.set(hovered.id, HOVER)
      if (selected?.layer === spec.id) marks.set(selected.id, ACCENT)
      colors.mark(marks)
    },
    dispose() {
      stop()
      colors.dispose()
      layer.dispose()
    },
  }
}

function modelsShader(translucencyMode: CustomShaderTranslucencyMode): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    // glass is glass also while the layer is solid
    translucencyMode:
      translucencyMode === CustomShaderTranslucencyMode.OPAQUE
        ? CustomShaderTranslucencyMode.INHERIT
        : translucencyMode,
    uniforms: {
      ...lightUniforms(),
      u_explode: { type: UniformType.FLOAT, value: 0 },
      u_accent: { type: UniformType.VEC3, value: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue) },
    },
    vertexShaderText: MODELS_VERTEX,
    fragmentShaderText: MODELS_FRAGMENT,
  })
}

function elementsOf({ content }: Cesium3DTile): Element[] {
  const elements: Element[] = []
  for (let i = 0; i < content.featuresLength; i++) elements.push(content.getFeature(i) as unknown as Element)
  return elements
}

/** Cuts away what lies outside of the section box, which is in metres along the axes of one model. */
function cut(tileset: Cesium3DTileset, { section }: Spec, heads: readonly ModelHead[]): void {
  const head = section && heads.find(({ id }) => id === section.model)
  if (!section || !head?.matrix) {
    tileset.clippingPlanes = new ClippingPlaneCollection({ enabled: false })
    return
  }
  const planes = (['x', 'y', 'z'] as const).flatMap((axis, i) => {
    const range = section[axis]
    if (!range) return []
    const along = new Cartesian3(i === 0 ? 1 : 0, i === 1 ? 1 : 0, i === 2 ? 1 : 0)
    const against = Cartesian3.negate(along, new Cartesian3())
    return [new ClippingPlane(along, -range[0]), new ClippingPlane(against, range[1])]
  })
  // the engine measures planes from the middle of the tileset, east, north and up
  const middle = Transforms.eastNorthUpToFixedFrame(tileset.boundingSphere.center)
  const toMiddle = Matrix4.inverseTransformation(middle, new Matrix4())
  tileset.clippingPlanes = new ClippingPlaneCollection({
    planes,
    unionClippingRegions: true,
    edgeColor: Color.fromCssColorString('#2ec4b6'),
    edgeWidth: 1.5,
    modelMatrix: Matrix4.multiplyTransformation(toMiddle, Matrix4.fromArray(head.matrix), new Matrix4()),
  })
}
