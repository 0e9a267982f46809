/** Building models: elements in their own colours, shown by storey, kind or system, drawn apart, cut by a box. */
import {
  Cartesian3,
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
import { type Placing, placingNow } from '../../app/placing.ts'
import { accentUniform, marksOf } from './buildings.ts'
import { featureColors } from './feature-colors.ts'
import { followHand, matrixNow, placeTiles } from './models-place.ts'
import { MODELS_FRAGMENT, MODELS_VERTEX } from './models-shader.ts'
import { type ModelHead, modelHeads, shownBy } from './models-shown.ts'
import type { Retrying } from './retrying.ts'
import type { Draw } from './stage.ts'
import { type Shown, tileFeatures } from './tile-features.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

type Spec = LayerOf<'models'>

/** Times a tileset is opened anew for a model that it has not yet: the last after five minutes. */
const MOST_RELOADS = 20

/** Draws building models. */
export const drawModels: Draw<'models'> = (first, stage) => {
  let spec: Spec = first
  let heads: ModelHead[] = []
  let held: Placing | null = placingNow(stage.app.store.getState())
  let waiting: ReturnType<typeof setTimeout> | undefined
  let reloads = 0
  let asked: Retrying | null = null
  const shaders: CustomShader[] = []
  const colors = featureColors('elements', first.color, stage.redraw)
  const show = (elements: readonly Shown[]) => {
    const shown = shownBy(spec.only, heads)
    for (const element of elements) {
      const storey = Number(element.getProperty('storey'))
      const kind = Number(element.getProperty('kind'))
      const system = Number(element.getProperty('system'))
      element.show = shown(String(element.getProperty('id')), { storey, kind, system })
    }
  }
  const elements = tileFeatures(colors, show)
  const layer = tilesetLayer(first, stage, 'elements', {
    shader(mode) {
      const shader = modelsShader(mode)
      shader.setUniform('u_explode', spec.explode ?? 0)
      shaders.push(shader)
      return shader
    },
    error: 6,
    trouble: () => asked?.failed ?? null,
    loaded(tileset: Cesium3DTileset) {
      place(tileset)
      elements.open(tileset)
    },
  })
  /** A model that was placed just now comes with the next cut: it is asked for until it is there. */
  const place = (tileset: Cesium3DTileset) => {
    const whole = placeTiles(tileset, heads, held)
    cut(tileset, spec, heads, held)
    clearTimeout(waiting)
    if (!whole && reloads < MOST_RELOADS) waiting = setTimeout(layer.reload, 1000 * 2 ** Math.min(4, reloads++))
  }
  const showAll = () => {
    elements.showAll()
    const tileset = layer.tileset()
    if (tileset) place(tileset)
    stage.redraw()
  }
  asked = modelHeads(
    (found) => {
      heads = found
      showAll()
    },
    () => layer.report(),
  )
  const letGo = followHand(
    stage,
    (now) => {
      held = now
      const tileset = layer.tileset()
      // what was let go stays where it is until the server has said where it stands
      if (tileset && now) place(tileset)
      stage.redraw()
    },
    () => {
      reloads = 0
      asked?.again()
    },
  )
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
      colors.mark(marksOf(spec.id, selected, hovered))
    },
    dispose() {
      clearTimeout(waiting)
      asked?.stop()
      letGo()
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
      u_accent: accentUniform(),
    },
    vertexShaderText: MODELS_VERTEX,
    fragmentShaderText: MODELS_FRAGMENT,
  })
}

/** Cuts away what lies outside of the section box, which is in metres along the axes of one model. */
function cut(tileset: Cesium3DTileset, { section }: Spec, heads: readonly ModelHead[], held: Placing | null): void {
  const matrix = section
    ? matrixNow(
        heads.find(({ id }) => id === section.model),
        held,
      )
    : null
  if (!section || !matrix) {
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
    modelMatrix: Matrix4.multiplyTransformation(toMiddle, Matrix4.fromArray(matrix), new Matrix4()),
  })
}
