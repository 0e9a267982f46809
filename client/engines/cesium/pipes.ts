/** Pipes and what stands at their nodes; all `pipes` layers of one source share one tileset. */

import {
  type Cesium3DTile,
  Cesium3DTileFeature,
  type Cesium3DTileset,
  type Color,
  CustomShader,
  type CustomShaderTranslucencyMode,
  LightingModel,
  type Scene,
  UniformType,
  VaryingType,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import type { LayerReport } from '../../app/state.ts'
import { ACCENT, accentUniform, HOVER } from './buildings.ts'
import { paintHydraulics, pickedCircle } from './hydraulics.ts'
import { type PipeColors, pipeColors } from './pipes-colors.ts'
import { labelPipes } from './pipes-labels.ts'
import { PIPES_FRAGMENT, PIPES_VERTEX } from './pipes-shader.ts'
import { type Draw, isVisible, type Stage } from './stage.ts'
import { featuresIn } from './tile-features.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'
import { buried } from './underground.ts'

type Layer = LayerOf<'pipes'>

/** One tileset and the layers that show it. */
interface Shared {
  layers: Map<string, Layer>
  colors: PipeColors
  drawn: ReturnType<typeof tilesetLayer>
  stop(): void
  report(): LayerReport
}

const opened = new WeakMap<Scene, Map<string, Shared>>()

/** Draws pipes. */
export const drawPipes: Draw<'pipes'> = (first, stage) => {
  let spec = first
  let shared = join(spec, stage)
  return {
    update(next) {
      if (next.source !== spec.source) {
        leave(spec, stage)
        shared = join(next, stage)
      }
      spec = next
      shared.layers.set(spec.id, spec)
      follow(shared, stage)
    },
    pick(picked, { lng, lat }) {
      const circle = pickedCircle(picked, spec.id, { lng, lat })
      if (circle) return circle
      if (!(picked instanceof Cesium3DTileFeature) || picked.tileset !== shared.drawn.tileset()) return null
      const [id, utility] = [picked.getProperty('id'), String(picked.getProperty('class'))]
      if (typeof id !== 'string' || (spec.class && !(spec.class as readonly string[]).includes(utility))) return null
      const collection = picked.getProperty('kind') === 'pipe' ? 'pipes' : 'pipe-nodes'
      return { layer: spec.id, collection, id, lng, lat }
    },
    highlight(selected, hovered) {
      const marks = new Map<string, Color>()
      for (const [what, color] of [
        [hovered, HOVER],
        [selected, ACCENT],
      ] as const)
        if (what?.collection === 'pipes' || what?.collection === 'pipe-nodes')
          marks.set(`${what.collection === 'pipes' ? 'pipe' : 'node'} ${what.id}`, color)
      shared.colors.mark(marks)
    },
    dispose: () => leave(spec, stage),
  }
}

/** Tells the painter which layers there are now, in the document's order, and each layer how it fares. */
function follow({ layers, colors, drawn, report }: Shared, stage: Stage): void {
  const order = new Map(stage.document().layers.map(({ id }, i) => [id, i]))
  const sorted = [...layers.values()].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
  colors.setLayers(sorted)
  const tileset = drawn.tileset()
  if (tileset) tileset.show = sorted.some(isVisible)
  for (const layer of sorted) stage.report(layer.id, isVisible(layer) ? report() : { status: 'hidden' })
  stage.redraw()
}

function join(spec: Layer, stage: Stage): Shared {
  const known = opened.get(stage.scene) ?? new Map<string, Shared>()
  opened.set(stage.scene, known)
  const shared = known.get(spec.source) ?? open(spec, stage)
  known.set(spec.source, shared)
  shared.layers.set(spec.id, spec)
  follow(shared, stage)
  return shared
}

function leave(spec: Layer, stage: Stage): void {
  const known = opened.get(stage.scene)
  const shared = known?.get(spec.source)
  if (!shared) return
  shared.layers.delete(spec.id)
  if (shared.layers.size > 0) {
    follow(shared, stage)
    return
  }
  known?.delete(spec.source)
  shared.stop()
}

function open(spec: Layer, stage: Stage): Shared {
  const colors = pipeColors(stage.redraw)
  const layers = new Map<string, Layer>()
  const shaders: CustomShader[] = []
  let stopBuried = () => {}
  let last: LayerReport = { status: 'loading' }
  // the shared tileset is always there and solid; each layer shows its own pipes
  const whole: Layer = { id: spec.id, type: 'pipes', source: spec.source }
  const drawn: Shared['drawn'] = tilesetLayer(
    whole,
    {
      ...stage,
      report(_, report) {
        last = report
        for (const layer of layers.values()) stage.report(layer.id, isVisible(layer) ? report : { status: 'hidden' })
      },
    },
    'pipes',
    {
      shader(mode) {
        const shader = pipesShader(mode)
        shaders.push(shader)
        return shader
      },
      error: 10,
      loaded(tileset: Cesium3DTileset) {
        colors.clear()
        stopBuried()
        stopBuried = buried(stage.scene).add(tileset)
        tileset.tileLoad.addEventListener((tile: Cesium3DTile) => colors.tile(tile, featuresIn(tile)))
        tileset.tileUnload.addEventListener((tile: Cesium3DTile) => colors.tile(tile, null))
        tileset.tileVisible.addEventListener((tile: Cesium3DTile) => colors.shown(tile))
        tileset.show = [...layers.values()].some(isVisible)
      },
    },
  )
  const stopTurns = stage.scene.preUpdate.addEventListener(colors.turn)
  const stopShading = followBelow(stage, shaders)
  const stopValues = paintHydraulics(stage, colors.data)
  const stopLabels = labelPipes(stage, () => layers.values())
  return {
    layers,
    colors,
    drawn,
    report: () => last,
    stop() {
      stopTurns()
      stopShading()
      stopLabels()
      stopValues()
      stopBuried()
      drawn.dispose()
      colors.dispose()
    },
  }
}

/** Sets what only pipes ask for before each frame; streaks that move ask for the next one. */
function followBelow(stage: Stage, shaders: readonly CustomShader[]): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  let due: ReturnType<typeof setTimeout> | undefined
  const stop = stage.scene.preUpdate.addEventListener(() => {
    const flow = stage.document().below?.flow ?? true
    const near = stage.scene.camera.positionCartographic.height < 600
    const { underground } = buried(stage.scene)
    for (const shader of shaders) {
      shader.setUniform('u_flow', flow ? 1 : 0)
      shader.setUniform('u_seconds', calm ? 0 : (performance.now() / 1000) % 3000)
      shader.setUniform('u_underground', underground ? 1 : 0)
    }
    if (flow && near && !calm && document.visibilityState === 'visible' && stage.app.store.getState().playing)
      due ??= setTimeout(() => {
        due = undefined
        stage.redraw()
      }, 60)
  })
  return () => {
    clearTimeout(due)
    stop()
  }
}

function pipesShader(translucencyMode: CustomShaderTranslucencyMode): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    translucencyMode,
    varyings: { v_along: VaryingType.FLOAT, v_axis: VaryingType.VEC3 },
    uniforms: {
      ...lightUniforms(),
      u_accent: accentUniform(),
      u_flow: { type: UniformType.FLOAT, value: 1 },
      u_seconds: { type: UniformType.FLOAT, value: 0 },
      u_underground: { type: UniformType.FLOAT, value: 0 },
      u_below: { type: UniformType.FLOAT, value: 0 },
    },
    vertexShaderText: PIPES_VERTEX,
    fragmentShaderText: PIPES_FRAGMENT,
  })
}
