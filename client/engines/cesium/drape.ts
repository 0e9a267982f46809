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
  type Label,
  type PainterAnswer,
  type PainterTask,
  type TileSource,
} from './map-messages.ts'
import MapWorker from './map-worker.ts?worker'

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
  const worker = new MapWorker()
  const waiting = new Map<number, { resolve(picture: ImageBitmap): void; reject(error: Error): void }>()
  const labels = new Map<string, Label[]>()
  const styles = new Map<string, { style: FlatStyle; order: number }>()
  const state: DrapeState = { failed: null, busy: 0, tiles: 0 }
  const changed = new Event()
  const tell = () => changed.raiseEvent()
  let source: TileSource | null = null
  let layer: ImageryLayer | null = null
  let old: ImageryLayer[] = []
  let serial = 0
  let repaint: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  worker.onmessage = ({ data }: MessageEvent<PainterAnswer>) => {
    if (data.type === 'labels') {
      labels.set(data.tile, data.labels)
      if (labels.size > 200) labels.delete(labels.keys().next().value!)
      return tell()
    }
    const job = waiting.get(data.id)
    waiting.delete(data.id)
    state.busy = waiting.size
    if (data.type === 'painted') {
      state.tiles++
      if (job) job.resolve(data.picture)
      else data.picture.close()
    } else {
      state.failed = data.reason
      job?.reject(new Error(data.reason))
      clearTimeout(again)
      again = setTimeout(renew, Math.min(30_000, 1000 * 2 ** failures++))
    }
    tell()
    scene.requestRender()
  }
  const send = (task: PainterTask) => worker.postMessage(task)
  const painted = () => [...styles.values()].sort((a, b) => a.order - b.order).map(({ style }) => style)

  const scheme = new GeographicTilingScheme()
  const provider = (now: FlatStyle[]): ImageryProvider => {
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
        if (waiting.size >= AT_ONCE) return undefined
        const { west, south, east, north } = scheme.tileXYToRectangle(x, y, level)
        const id = ++serial
        const deg = CesiumMath.toDegrees
        return new Promise((resolve, reject) => {
          waiting.set(id, { resolve, reject })
          state.busy = waiting.size
          send({ type: 'paint', id, box: [deg(west), deg(south), deg(east), deg(north)], size: SIZE, styles: now })
        })
      },
    }
    return part as unknown as ImageryProvider
  }

  /** Lays a new picture over the old one, which goes when the new one is there: nothing flickers. */
  const renew = () => {
    if (!source) return
    state.failed = null
    const next = new ImageryLayer(provider(painted()))
    scene.imageryLayers.add(next)
    if (layer) old.push(layer)
    layer = next
    scene.requestRender()
    tell()
  }
  const stopProgress = scene.globe.tileLoadProgressEvent.addEventListener((left: number) => {
    if (left > 0 || waiting.size > 0) return
    if (!state.failed) failures = 0
    for (const gone of old) scene.imageryLayers.remove(gone, true)
    if (old.length > 0) scene.requestRender()
    old = []
  })
  const soon = () => {
    clearTimeout(repaint)
    repaint = setTimeout(renew, 30)
  }
  return {
    labels,
    state,
    changed,
    setSource(next) {
      if (source?.template === next.template) return
      source = next
      labels.clear()
      send({ type: 'source', source: next })
      soon()
    },
    set(id, style, order) {
      const known = styles.get(id)
      if (JSON.stringify(known) === JSON.stringify(style && { style, order })) return
      if (style) styles.set(id, { style, order })
      else styles.delete(id)
      soon()
    },
    retry: renew,
    dispose() {
      clearTimeout(repaint)
      clearTimeout(again)
      stopProgress()
      worker.terminate()
      for (const gone of [...old, ...(layer ? [layer] : [])]) scene.imageryLayers.remove(gone, true)
    },
  }
}
