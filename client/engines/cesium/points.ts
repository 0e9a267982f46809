/** Point clouds: coloured by themselves, class, height or intensity, filtered by class, a point's height and class at a click. */
import {
  Cartesian2,
  Cartographic,
  type Cesium3DTile,
  Cesium3DTileFeature,
  type Cesium3DTileset,
  Math as CesiumMath,
  Color,
  CustomShader,
  type CustomShaderTranslucencyMode,
  LightingModel,
  PointCloudShading,
  UniformType,
} from '@cesium/engine'
import { pointClass } from '../../../data/formats/las-classes.ts'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { COLORING, POINTS_FRAGMENT } from './points-shader.ts'
import type { Draw, Picked } from './stage.ts'
import { featuresIn, type Shown } from './tile-features.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

type Spec = LayerOf<'points'>

/** What the clouds say of themselves together. */
interface Clouds {
  coloured: boolean
  classes: number
  heights: [low: number, high: number]
}

const UNKNOWN: Clouds = { coloured: true, classes: 1, heights: [0, 100] }

/** Draws point clouds. */
export const drawPoints: Draw<'points'> = (first, stage) => {
  let spec: Spec = first
  let clouds = UNKNOWN
  const shaders: CustomShader[] = []
  const tiles = new Map<Cesium3DTile, Shown[]>()
  const style = (shader: CustomShader) => {
    const [low, high] = spec.heights ?? clouds.heights
    shader.setUniform('u_coloring', COLORING[coloringOf(spec, clouds)])
    shader.setUniform('u_heights', new Cartesian2(low, high))
  }
  const show = (features: readonly Shown[]) => {
    for (const one of features) one.show = !spec.classes || spec.classes.includes(Number(one.getProperty('code')))
  }
  const layer = tilesetLayer(first, stage, 'points', {
    shader(mode) {
      const shader = pointsShader(mode)
      shaders.push(shader)
      style(shader)
      return shader
    },
    error: 3,
    loaded(tileset: Cesium3DTileset) {
      tiles.clear()
      shade(tileset, spec)
      tileset.tileLoad.addEventListener((tile: Cesium3DTile) => {
        const features = featuresIn(tile)
        tiles.set(tile, features)
        show(features)
        for (const one of features)
          one.color = Color.fromCssColorString(pointClass(Number(one.getProperty('code'))).color)
      })
      tileset.tileUnload.addEventListener((tile: Cesium3DTile) => tiles.delete(tile))
    },
  })
  const restyle = () => {
    for (const shader of shaders) style(shader)
    stage.redraw()
  }
  const stop = readClouds((found) => {
    clouds = found
    restyle()
  })
  return {
    update(next) {
      const before = spec
      spec = next
      layer.update(next)
      const tileset = layer.tileset()
      if (tileset) shade(tileset, next)
      if (JSON.stringify(before.classes) !== JSON.stringify(next.classes))
        for (const features of tiles.values()) show(features)
      restyle()
    },
    pick(picked, at): Picked | null {
      if (!(picked instanceof Cesium3DTileFeature)) return null
      const found = layer.pick(picked, at)
      if (!found) return null
      const place = at.pixel && stage.scene.pickPosition(new Cartesian2(at.pixel.x, at.pixel.y))
      const here = place && Cartographic.fromCartesian(place)
      const word = pointClass(Number(picked.getProperty('code'))).word
      if (!here) return { ...found, facts: { class: word } }
      const [lng, lat] = [CesiumMath.toDegrees(here.longitude), CesiumMath.toDegrees(here.latitude)]
      return { ...found, lng, lat, facts: { class: word, pointHeight: here.height } }
    },
    dispose() {
      stop()
      layer.dispose()
    },
  }
}

/** What colours points when the scene does not say: what there is most of. */
export function coloringOf(
  { by }: Pick<Spec, 'by'>,
  clouds: Pick<Clouds, 'coloured' | 'classes'>,
): keyof typeof COLORING {
  if (by) return by
  if (clouds.coloured) return 'color'
  return clouds.classes > 1 ? 'class' : 'height'
}

/** The size of points and the shade at edges. */
function shade(tileset: Cesium3DTileset, { size, shade: edges }: Spec): void {
  tileset.pointCloudShading = new PointCloudShading({
    attenuation: true,
    maximumAttenuation: size ?? 4,
    eyeDomeLighting: edges ?? true,
    eyeDomeLightingStrength: 0.4,
    eyeDomeLightingRadius: 1,
  })
}

/** Asks the server what the clouds are; call the answer to stop listening. */
function readClouds(heard: (clouds: Clouds) => void): () => void {
  const stop = new AbortController()
  fetch('/collections/points/items?limit=1000', { signal: stop.signal })
    .then(async (answer) => {
      if (!answer.ok) return
      const { features } = (await answer.json()) as { features: { properties: Record<string, unknown> }[] }
      if (features.length === 0) return
      const all = features.map(({ properties }) => properties)
      const numbers = (key: string) => all.map((one) => Number(one[key])).filter(Number.isFinite)
      const classes = new Set(all.flatMap((one) => Object.keys(one).filter((key) => key.startsWith('class:'))))
      heard({
        coloured: all.some((one) => one.coloured === true),
        classes: classes.size,
        heights: [Math.min(...numbers('heightLow')), Math.max(...numbers('heightHigh'))],
      })
    })
    .catch(() => {})
  return () => stop.abort()
}

function pointsShader(translucencyMode: CustomShaderTranslucencyMode): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    translucencyMode,
    uniforms: {
      ...lightUniforms(),
      u_coloring: { type: UniformType.FLOAT, value: 0 },
      u_heights: { type: UniformType.VEC2, value: new Cartesian2(0, 100) },
    },
    fragmentShaderText: POINTS_FRAGMENT,
  })
}
