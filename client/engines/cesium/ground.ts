/** The ground: quantized-mesh terrain under our own shading; hidden, everything draped on it goes too. */

import { CesiumTerrainProvider, Color, EllipsoidTerrainProvider, type Globe, Material } from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { GROUND_MATERIAL, GROUND_UNIFORMS, hookGround } from './ground-shader.ts'
import { FINEST_LEVEL } from './map-messages.ts'
import { retrying } from './retrying.ts'
import { type Draw, isVisible } from './stage.ts'
import { followSurface } from './surface-below.ts'

interface ShaderSource {
  sources: string[]
}

/** Our shading sees by the alpha where nothing is painted. */
const UNPAINTED = new Color(0, 0, 0, 0)
/** Without terrain the engine's own shading draws a smooth globe. */
const SMOOTH = new Color(0.62, 0.62, 0.55, 1)

/** Draws the ground. Heights are those of the source (ellipsoidal); without it the globe stays smooth and the layer is failed. */
export const drawGround: Draw<'ground'> = (first, stage) => {
  const { scene } = stage
  const globe = scene.globe
  let spec: LayerOf<'ground'> = first
  let tiles = -1
  let loaded = ''
  const material = new Material({ fabric: { uniforms: structuredClone(GROUND_UNIFORMS), source: GROUND_MATERIAL } })
  hookGlobe(globe)
  globe.material = material

  const report = () => {
    if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
    else if (loading.failed) stage.report(spec.id, { status: 'failed', reason: loading.failed })
    else stage.report(spec.id, tiles === 0 && loading.done ? { status: 'ready' } : { status: 'loading' })
  }
  const loading = retrying(
    async () => {
      const source = stage.document().sources[spec.source]
      if (source?.type !== 'terrain') throw new Error(`layer ${spec.id}: no terrain source, got ${spec.source}`)
      loaded = source.url
      const provider = await CesiumTerrainProvider.fromUrl(source.url, {
        requestVertexNormals: true,
        requestWaterMask: true,
      })
      provider.errorEvent.addEventListener((error: { timesRetried: number; retry: boolean | Promise<boolean> }) => {
        if (error.timesRetried < 6) error.retry = later(500 * 2 ** error.timesRetried)
      })
      stopSplitting(provider)
      globe.terrainProvider = provider
      stage.redraw()
    },
    () => apply(),
  )
  const stopTiles = globe.tileLoadProgressEvent.addEventListener((count: number) => {
    tiles = count
    report()
  })
  const stopSurface = followSurface(scene, material, () => spec.opacity ?? 1)
  const stopLight = scene.preUpdate.addEventListener(() => {
    const { uniforms } = material as { uniforms: Record<string, unknown> }
    const { light } = stage
    uniforms.u_lightDirection = light.direction
    uniforms.u_lightColor = light.color
    uniforms.u_lightSky = light.sky
    uniforms.u_lightBounce = light.bounce
    uniforms.u_fog = light.fog
    uniforms.u_fogDensity = light.fogDensity
    uniforms.u_night = light.night
  })
  const apply = () => {
    // Until the terrain is there nothing is shown: a smooth globe would fetch and paint what is thrown away a second later.
    globe.show = isVisible(spec) && (loading.done || loading.failed !== null)
    globe.baseColor = loading.done ? UNPAINTED : SMOOTH
    report()
    stage.redraw()
  }
  apply()
  return {
    update(next) {
      const source = stage.document().sources[next.source]
      spec = next
      if (source?.type === 'terrain' && source.url !== loaded && loaded !== '') loading.again()
      apply()
    },
    dispose() {
      loading.stop()
      stopTiles()
      stopLight()
      stopSurface()
      globe.material = undefined as unknown as Material
      globe.terrainProvider = new EllipsoidTerrainProvider()
    },
  }
}

/** The engine splits ground without end as the eye comes near; below a tile of 153 m nothing is gained. */
function stopSplitting(provider: CesiumTerrainProvider): void {
  const error = provider.getLevelMaximumGeometricError.bind(provider)
  // Not 0: the engine takes a logarithm of it to choose the level of the picture.
  provider.getLevelMaximumGeometricError = (level) => (level >= FINEST_LEVEL ? 1e-9 : error(level))
}

function later(milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, true))
}

/** Lays our shading into every globe shader the engine composes from now on. */
function hookGlobe(globe: Globe): void {
  const set = (globe as unknown as { _surfaceShaderSet: { baseFragmentShaderSource: ShaderSource } })._surfaceShaderSet
  let composed = set.baseFragmentShaderSource
  Object.defineProperty(set, 'baseFragmentShaderSource', {
    configurable: true,
    get: () => composed,
    set(next: ShaderSource) {
      composed = next
      composed.sources = next.sources.map((text) =>
        text.includes('czm_material material = czm_getMaterial(materialInput);') ? hookGround(text) : text,
      )
    },
  })
}
