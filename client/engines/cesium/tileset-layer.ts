/** What layers drawn from 3D Tiles share: loading with retries, reports, the light, opacity, and picking by feature id. */

import {
  Cartesian3,
  Cesium3DTileColorBlendMode,
  Cesium3DTileFeature,
  Cesium3DTileset,
  type CustomShader,
  CustomShaderTranslucencyMode,
  UniformType,
} from '@cesium/engine'
import type { Layer } from '../../../scenes/schema/scene.ts'
import { hearBroken } from './broken-tiles.ts'
import { retrying } from './retrying.ts'
import { isVisible, type Picked, type Stage } from './stage.ts'
import { fadeTiles } from './tile-fade.ts'

/** Light and opacity as uniforms of a custom shader; `followLight` keeps them up to date. */
export function lightUniforms() {
  return {
    u_lightDirection: { type: UniformType.VEC3, value: new Cartesian3(0, 0, 1) },
    u_lightColor: { type: UniformType.VEC3, value: new Cartesian3(0.5, 0.5, 0.5) },
    u_lightSky: { type: UniformType.VEC3, value: new Cartesian3(0.6, 0.6, 0.6) },
    u_lightBounce: { type: UniformType.VEC3, value: new Cartesian3(0.4, 0.4, 0.4) },
    u_fog: { type: UniformType.VEC3, value: new Cartesian3(0.8, 0.85, 0.9) },
    u_fogDensity: { type: UniformType.FLOAT, value: 0.00002 },
    u_night: { type: UniformType.FLOAT, value: 0 },
    u_hour: { type: UniformType.FLOAT, value: 12 },
    u_opacity: { type: UniformType.FLOAT, value: 1 },
    u_fade: { type: UniformType.FLOAT, value: 1 },
  }
}

/** Sets the light's uniforms of the shader in use before each frame; call the answer to stop. */
function followLight(stage: Stage, inUse: () => CustomShader): () => void {
  return stage.scene.preUpdate.addEventListener(() => {
    const { light } = stage
    const shader = inUse()
    shader.setUniform('u_lightDirection', light.direction)
    shader.setUniform('u_lightColor', light.color)
    shader.setUniform('u_lightSky', light.sky)
    shader.setUniform('u_lightBounce', light.bounce)
    shader.setUniform('u_fog', light.fog)
    shader.setUniform('u_fogDensity', light.fogDensity)
    shader.setUniform('u_night', light.night)
    shader.setUniform('u_hour', light.hour)
  })
}

/** How one tileset layer differs from another. */
export interface TilesetLook {
  /** makes the layer's shader: once solid, once more when the layer is first seen through */
  shader(translucencyMode: CustomShaderTranslucencyMode): CustomShader
  /** pixels of error allowed: lower = finer */
  error: number
  /** something else the layer lives on that cannot be had, in words; null while all is well */
  trouble?(): string | null
  /** called with the tileset when it is there */
  loaded?(tileset: Cesium3DTileset): void
}

/** Draws a tileset layer; `collection` is where its features' attributes are on the server. */
export function tilesetLayer(first: Layer, stage: Stage, collection: string, look: TilesetLook) {
  let spec = first
  let tileset: Cesium3DTileset | null = null
  let pending = 0
  let lost: string | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let stopFading = () => {}
  let failures = 0
  const shading = shadingOf(look, stage, () => spec.opacity ?? 1)
  const shade = () => shading.apply(tileset)

  const report = () => {
    const reason = loading.failed ?? lost ?? look.trouble?.() ?? null
    if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
    else if (reason) stage.report(spec.id, { status: 'failed', reason })
    else if (!tileset || pending > 0) stage.report(spec.id, { status: 'loading' })
    else stage.report(spec.id, { status: 'ready', count: featuresOf(tileset) })
  }
  const drop = () => {
    stopFading()
    stopFading = () => {}
    if (tileset) stage.scene.primitives.remove(tileset)
    tileset = null
  }
  const waitFor = (count: number) => {
    pending = count
    if (pending === 0 && !lost) failures = 0
    report()
  }
  /** The engine never asks twice for a tile: after a pause the whole tree is opened anew. */
  const lose = (reason: string) => {
    lost = reason
    report()
    clearTimeout(again)
    again = setTimeout(retry, Math.min(30_000, 1000 * 2 ** failures++))
  }
  /** What came and cannot be drawn will be no better the next time. */
  const spoil = (reason: string) => {
    lost = reason
    report()
  }
  const loading = retrying(
    async () => {
      const source = stage.document().sources[spec.source]
      if (source?.type !== '3d-tiles') throw new Error(`layer ${spec.id}: no 3d-tiles source, got ${spec.source}`)
      const next = await openTileset(source.url, look.error)
      drop()
      tileset = next
      shade()
      next.show = isVisible(spec)
      hearTiles(next, waitFor, lose)
      hearBroken(next, spoil)
      look.loaded?.(next)
      stage.scene.primitives.add(next)
      stopFading = fadeTiles(stage.scene, next, stage.redraw)
      report()
      stage.redraw()
    },
    () => report(),
  )
  const retry = () => {
    lost = null
    loading.again()
  }
  report()
  return {
    tileset: () => tileset,
    spec: () => spec,
    /** says anew how the layer fares */
    report,
    /** opens the tileset anew */
    reload: () => loading.again(),
    update(next: Layer) {
      const moved = next.source !== spec.source
      spec = next
      shade()
      if (tileset) tileset.show = isVisible(spec)
      if (moved) loading.again()
      report()
      stage.redraw()
    },
    pick(picked: unknown, { lng, lat }: { lng: number; lat: number }): Picked | null {
      const feature = featureIn(picked, tileset)
      return feature && { layer: spec.id, collection, lng, lat, ...feature }
    },
    dispose() {
      clearTimeout(again)
      loading.stop()
      shading.stop()
      drop()
    },
  }
}

/** Id and facts of a picked feature; null when it is none of the tileset's. */
function featureIn(picked: unknown, tileset: Cesium3DTileset | null): Pick<Picked, 'id' | 'facts'> | null {
  if (!(picked instanceof Cesium3DTileFeature) || picked.tileset !== tileset) return null
  const id: unknown = picked.getProperty('id')
  return typeof id === 'string' ? { id, facts: factsOf(picked) } : null
}

/** Says when tiles were asked for and have come, and when one is lost. */
function hearTiles(tileset: Cesium3DTileset, pending: (count: number) => void, lost: (reason: string) => void): void {
  tileset.loadProgress.addEventListener((requests: number, processing: number) => pending(requests + processing))
  tileset.tileFailed.addEventListener(({ message }: { message: string }) => lost(message))
}

/** The shader of a layer as solid, or as glass once it is seen through: the engine sorts the two differently. */
function shadingOf(look: TilesetLook, stage: Stage, opacity: () => number) {
  const solid = look.shader(CustomShaderTranslucencyMode.OPAQUE)
  let glass: CustomShader | null = null
  const inUse = () => {
    if (opacity() >= 1) return solid
    glass ??= look.shader(CustomShaderTranslucencyMode.TRANSLUCENT)
    return glass
  }
  const stop = followLight(stage, inUse)
  return {
    apply(tileset: Cesium3DTileset | null): void {
      const shader = inUse()
      shader.setUniform('u_opacity', opacity())
      if (tileset && tileset.customShader !== shader) tileset.customShader = shader
    },
    stop,
  }
}

async function openTileset(url: string, error: number): Promise<Cesium3DTileset> {
  const tileset = await Cesium3DTileset.fromUrl(url, {
    maximumScreenSpaceError: error,
    cacheBytes: 256 * 1024 * 1024,
    maximumCacheOverflowBytes: 256 * 1024 * 1024,
    skipLevelOfDetail: false,
    foveatedScreenSpaceError: true,
    foveatedTimeDelay: 0,
    dynamicScreenSpaceError: true,
    dynamicScreenSpaceErrorDensity: 1.5e-4,
    dynamicScreenSpaceErrorFactor: 12,
    environmentMapOptions: { enabled: false },
    backFaceCulling: false,
  })
  tileset.colorBlendMode = Cesium3DTileColorBlendMode.REPLACE
  return tileset
}

/** What a tile says of a thing, for the label beside the pointer. */
function factsOf(feature: Cesium3DTileFeature): Record<string, string | number> {
  const facts: Record<string, string | number> = {}
  for (const name of ['class', 'height', 'levels']) {
    const value: unknown = feature.getProperty(name)
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  }
  return facts
}

/** Features in the tiles on screen. */
function featuresOf(tileset: Cesium3DTileset): number {
  const { statistics } = tileset as unknown as { statistics: { numberOfFeaturesSelected?: number } }
  return statistics?.numberOfFeaturesSelected ?? 0
}
