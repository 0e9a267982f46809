/** Checked features on disk between reading and storing: a layer is stored in one go, whatever order a file has. */
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { CityFeature, LayerName } from '../geo/city-feature.ts'

/** A folder of features, one file per layer. */
export interface Spool {
  /** Adds a feature; resolves when the disk keeps up. */
  add(feature: CityFeature): Promise<void> | undefined
  /** Ends the adding. */
  close(): Promise<void>
  /** layers that hold something, and how much */
  readonly counts: ReadonlyMap<LayerName, number>
  /** The features of a layer in the order they came. */
  read(layer: LayerName): AsyncGenerator<CityFeature>
  /** Removes the folder. */
  dispose(): Promise<void>
}

const FLUSH = 1 << 18

interface Pen {
  stream: WriteStream
  lines: string[]
  length: number
}

/** An empty spool in a folder, which is made (and emptied first). */
export async function openSpool(folder: string): Promise<Spool> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const pens = new Map<LayerName, Pen>()
  const counts = new Map<LayerName, number>()
  const file = (layer: LayerName) => join(folder, `${layer}.ndjson`)
  let failure: Error | null = null

  const flush = (pen: Pen): Promise<void> | undefined => {
    const text = pen.lines.join('')
    pen.lines = []
    pen.length = 0
    if (failure) throw failure
    if (text === '' || pen.stream.write(text)) return undefined
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        pen.stream.off('drain', settle).off('error', settle)
        if (error) reject(error)
        else resolve()
      }
      pen.stream.once('drain', settle).once('error', settle)
    })
  }
  const penFor = (layer: LayerName): Pen => {
    const stream = createWriteStream(file(layer))
    stream.on('error', (error) => {
      failure = new Error(`ingest: cannot write the spool: ${error.message}`, { cause: error })
    })
    const pen: Pen = { stream, lines: [], length: 0 }
    pens.set(layer, pen)
    return pen
  }
  return {
    counts,
    add(feature) {
      const pen = pens.get(feature.layer) ?? penFor(feature.layer)
      const line = `${JSON.stringify(feature)}\n`
      pen.lines.push(line)
      pen.length += line.length
      counts.set(feature.layer, (counts.get(feature.layer) ?? 0) + 1)
      return pen.length > FLUSH ? flush(pen) : undefined
    },
    async close() {
      for (const pen of pens.values()) {
        await flush(pen)
        pen.stream.end()
        await finished(pen.stream)
      }
    },
    async *read(layer) {
      if (!counts.has(layer)) return
      let rest = ''
      for await (const chunk of createReadStream(file(layer), { encoding: 'utf8', highWaterMark: 1 << 20 })) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) yield JSON.parse(line) as CityFeature
      }
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}
