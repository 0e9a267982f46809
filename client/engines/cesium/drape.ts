/** The flat map on the ground: one picture per tile of ground, in which all flat layers are painted in their order. */

import {
  Math as CesiumMath,
  type Credit,
  Event,
  GeographicTilingScheme,
  ImageryLayer,
  type ImageryProvider,
  type Scene,
} from '@cesium/engine'
import {
  FINEST_LEVEL,
  type FlatStyle,
  type GroundShade,
  type Label,
  type PictureStyle,
  type TileSource,
} from './map-messages.ts'
import { type Painter, startPainter } from './painter.ts'

/** How the drape fares. */
export interface DrapeState {
  failed: string | null
  /** pictures being painted */
  busy: number
  tiles: number
}

/** The picture all flat layers share. */
export interface Drape {
  /** The source of vector tiles; the same for all flat layers of a scene. */
  setSource(source: TileSource): void
  /** Puts a layer in, changes it, or takes it out (null). */
  set(layer: string, style: FlatStyle | null, order: number): void
  /** How buildings shade the ground over all flat layers; null = not at all. */
  setShade(shade: GroundShade | null): void
  /** Names found in the tiles painted so far, by tile. */
  readonly labels: ReadonlyMap<string, Label[]>
  readonly state: DrapeState
  readonly changed: Event
  /** Paints again what failed. */
  retry(): void
  dispose(): void
}

/** Pixels of a picture. A tile of ground is at most 1,500 pixels wide on screen (see `maximumScreenSpaceError`). */
const SIZE = 1024
const AT_ONCE = 6

/** The drape of a scene; it paints nothing until it has a source and a layer. */
export function createDrape(scene: Scene): Drape {
  const styles = new Map<string, { style: FlatStyle; order: number }>()
  const state: DrapeState = { failed: null, busy: 0, tiles: 0 }
  const changed = new Event()
  let source: TileSource | null = null
  let shade: GroundShade | null = null
  let repaint: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  const painter = startPainter((answer) => {
    asked()
    if ('painted' in answer) state.tiles++
    else if ('failed' in answer) {
      state.failed = answer.failed
      clearTimeout(again)
      again = setTimeout(renew, Math.min(30_000, 1000 * 2 ** failures++))
    }
    changed.raiseEvent()
    if (!('names' in answer)) scene.requestRender()
  })
  /** a change that no frame has taken up yet: until then the picture only looks finished */
  let unseen = false
  const asked = () => {
    state.busy = painter.busy() + (unseen ? 1 : 0)
  }
  const pictures = layPictures(scene, painter, () => {
    if (!state.failed) failures = 0
  })
  const renew = () => {
    if (!source) return
    state.failed = null
    const now = [...styles.values()].sort((a, b) => a.order - b.order).map(({ style }) => style)
    pictures.lay(pictureProvider(painter, { styles: now, shade }, asked))
    once(scene.postRender, () => {
      unseen = false
      asked()
      changed.raiseEvent()
    })
    changed.raiseEvent()
  }
  const soon = () => {
    unseen = source !== null
    asked()
    clearTimeout(repaint)
    repaint = setTimeout(renew, 30)
  }
  return {
    labels: painter.labels,
    state,
    changed,
    setSource(next) {
      if (source?.template === next.template) return
      source = next
      painter.setSource(next)
      soon()
    },
    set(id, style, order) {
      const known = styles.get(id)
      if (JSON.stringify(known) === JSON.stringify(style && { style, order })) return
      if (style) styles.set(id, { style, order })
      else styles.delete(id)
      soon()
    },
    setShade(next) {
      if (JSON.stringify(next) === JSON.stringify(shade)) return
      shade = next
      soon()
    },
    retry: renew,
    dispose() {
      clearTimeout(repaint)
      clearTimeout(again)
      painter.dispose()
      pictures.dispose()
    },
  }
}

function once(event: Event, act: () => void): void {
  const stop = event.addEventListener(() => {
    stop()
    act()
  })
}

/** Lays a new picture over the old one, which goes when the new one is there: nothing flickers. `settled` hears that. */
function layPictures(scene: Scene, painter: Painter, settled: () => void) {
  let layer: ImageryLayer | null = null
  let old: ImageryLayer[] = []
  const stopProgress = scene.globe.tileLoadProgressEvent.addEventListener((left: number) => {
    if (left > 0 || painter.busy() > 0) return
    settled()
    for (const gone of old) scene.imageryLayers.remove(gone, true)
    if (old.length > 0) scene.requestRender()
    old = []
  })
  return {
    lay(provider: ImageryProvider): void {
      if (layer) old.push(layer)
      layer = new ImageryLayer(provider)
      scene.imageryLayers.add(layer)
      scene.requestRender()
    },
    dispose(): void {
      stopProgress()
      for (const gone of [...old, ...(layer ? [layer] : [])]) scene.imageryLayers.remove(gone, true)
    },
  }
}

const scheme = new GeographicTilingScheme()

/** The flat map in a style as the engine takes pictures; `asked` hears each question. */
function pictureProvider(painter: Painter, style: PictureStyle, asked: () => void): ImageryProvider {
  const deg = CesiumMath.toDegrees
  const part = {
    // The engine is told 256 so that it takes the picture of the ground tile's own level.
    tileWidth: 256,
    tileHeight: 256,
    minimumLevel: 0,
    maximumLevel: FINEST_LEVEL,
    tilingScheme: scheme,
    rectangle: scheme.rectangle,
    hasAlphaChannel: true,
    errorEvent: new Event(),
    credit: undefined as Credit | undefined,
    getTileCredits: () => [],
    pickFeatures: () => undefined,
    requestImage(x: number, y: number, level: number): Promise<ImageBitmap> | undefined {
      if (painter.busy() >= AT_ONCE) return undefined
      const { west, south, east, north } = scheme.tileXYToRectangle(x, y, level)
      const picture = painter.paint([deg(west), deg(south), deg(east), deg(north)], SIZE, style)
      asked()
      return picture
    },
  }
  return part as unknown as ImageryProvider
}
