/** The painter as the page sees it: pictures asked for and given, names found on the way. */

import type { Label, PainterAnswer, PainterTask, PictureStyle, TileSource } from './map-messages.ts'
import MapWorker from './map-worker.ts?worker'

/** A worker that paints the flat map. */
export interface Painter {
  /** names found in the tiles painted so far, by tile */
  readonly labels: ReadonlyMap<string, Label[]>
  /** pictures being painted */
  busy(): number
  /** Another source: names of the old one are forgotten. */
  setSource(source: TileSource): void
  /** A picture of a box (degrees: west, south, east, north), `size` pixels square. @throws when a tile under it cannot be had */
  paint(box: [number, number, number, number], size: number, style: PictureStyle): Promise<ImageBitmap>
  dispose(): void
}

/** Tiles whose names are remembered. */
const NAMED = 200

/** Starts a painter; `heard` is told the outcome of each picture (null = good, else why not) and of each find of names. */
export function startPainter(
  heard: (answer: { painted: true } | { failed: string } | { names: true }) => void,
): Painter {
  const worker = new MapWorker()
  const waiting = new Map<number, { resolve(picture: ImageBitmap): void; reject(error: Error): void }>()
  const labels = new Map<string, Label[]>()
  let serial = 0
  const send = (task: PainterTask) => worker.postMessage(task)
  worker.onmessage = ({ data }: MessageEvent<PainterAnswer>) => {
    if (data.type === 'labels') {
      labels.set(data.tile, data.labels)
      if (labels.size > NAMED) labels.delete(labels.keys().next().value!)
      return heard({ names: true })
    }
    const job = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.type === 'failed') {
      job?.reject(new Error(data.reason))
      return heard({ failed: data.reason })
    }
    if (job) job.resolve(data.picture)
    else data.picture.close()
    heard({ painted: true })
  }
  return {
    labels,
    busy: () => waiting.size,
    setSource(source) {
      labels.clear()
      send({ type: 'source', source })
    },
    paint(box, size, style) {
      const id = ++serial
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        send({ type: 'paint', id, box, size, ...style })
      })
    },
    dispose: () => worker.terminate(),
  }
}
