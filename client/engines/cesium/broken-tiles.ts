/** Tiles that came but cannot be drawn (a damaged picture, a packing gone wrong): the engine logs them and waits for ever. */

import type { Cesium3DTileset } from '@cesium/engine'

interface Model {
  errorEvent: { addEventListener(hear: (error: Error) => void): void }
}
interface Tile {
  _contentState: number
  content?: { _model?: Model }
}
/** The engine's state of a tile that it gives up. */
const FAILED = 5

/** Gives such tiles up and says why, in the words of the deepest cause. */
export function hearBroken(tileset: Cesium3DTileset, broken: (reason: string) => void): void {
  const heard = new WeakSet<Model>()
  const { _processingQueue: queue } = tileset as unknown as { _processingQueue: Tile[] }
  tileset.loadProgress.addEventListener(() => {
    for (const tile of queue) {
      const model = tile.content?._model
      if (!model || heard.has(model)) continue
      heard.add(model)
      model.errorEvent.addEventListener((error) => {
        tile._contentState = FAILED
        broken(reasonOf(error.message))
      })
    }
  })
}

/** The engine stacks causes line by line, the address in the first: what is wrong stands in the last. */
export function reasonOf(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  const address = /https?:\/\/\S+/.exec(lines[0] ?? '')?.[0] ?? ''
  const cause = lines.filter(Boolean).at(-1) ?? ''
  return address ? `tile ${new URL(address).pathname}: ${cause.replace(/\.?$/, '')}` : cause
}
