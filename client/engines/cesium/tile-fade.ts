/** Tiles do not pop: a new one dissolves in while the one it replaces dissolves out, each on the pixels the other leaves. */

import type { Cesium3DTile, Cesium3DTileset, Scene } from '@cesium/engine'

/** Milliseconds of a change from one tile to the next. */
const LONG = 320

/**
 * GLSL that leaves out pixels of a tile on its way in or out. `u_fade`: 0…1 = that share of pixels is there; below 0 = all but
 * that share. The pattern is Jimenez 2014, interleaved gradient noise.
 */
export const FADE_GLSL = `
void fadeTile() {
  if (u_fade >= 1.0) return;
  float place = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  if (u_fade >= 0.0 ? place >= u_fade : place < -u_fade) discard;
}
`

/** The engine's tile with the parts this file reaches into. */
interface InnerTile extends Cesium3DTile {
  contentReady: boolean
  isDestroyed(): boolean
  update(tileset: Cesium3DTileset, frame: InnerFrame, options: unknown): void
}
interface InnerFrame {
  passes: { render: boolean }
  commandList: { uniformMap?: Record<string, () => unknown> }[]
}
interface InnerTileset {
  _selectedTiles: InnerTile[]
}

/** Where a tile is between coming and going. */
interface Passage {
  /** when it came; it has gone from the engine's choice at `left` (0 = it is still there) */
  came: number
  left: number
}

/** Fades a tileset's tiles; its shader has the uniform `u_fade` and calls `fadeTile`. Call the answer to stop. */
export function fadeTiles(scene: Scene, tileset: Cesium3DTileset, redraw: () => void): () => void {
  const long = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : LONG
  const passages = new Map<InnerTile, Passage>()
  const known = new WeakSet<object>()
  const owned = new WeakSet<InnerTile>()
  const own = (tile: InnerTile) => {
    if (owned.has(tile)) return
    owned.add(tile)
    const update = tile.update
    tile.update = (set, frame, options) => {
      const from = frame.commandList.length
      update.call(tile, set, frame, options)
      for (let i = from; i < frame.commandList.length; i++) mark(frame.commandList[i]!.uniformMap, tile)
    }
  }
  const mark = (uniforms: Record<string, () => unknown> | undefined, tile: InnerTile) => {
    if (!uniforms || known.has(uniforms)) return
    known.add(uniforms)
    uniforms.u_fade = () => share(passages.get(tile), performance.now(), long)
  }
  const leaver = {
    /** Runs after the tileset's own update: draws on what it has just dropped. */
    update(frame: InnerFrame) {
      if (!frame.passes.render) return
      const now = performance.now()
      const moving = follow(passages, (tileset as unknown as InnerTileset)._selectedTiles, now, long)
      if (tileset.show) for (const tile of moving.leaving) tile.update(tileset, frame, { isRender: true })
      if (moving.any) redraw()
    },
    isDestroyed: () => false,
    destroy: () => undefined,
  }
  const stops = [
    tileset.tileLoad.addEventListener((tile: Cesium3DTile) => own(tile as InnerTile)),
    tileset.tileUnload.addEventListener((tile: Cesium3DTile) => passages.delete(tile as InnerTile)),
  ]
  scene.primitives.add(leaver)
  return () => {
    for (const stop of stops) stop()
    scene.primitives.remove(leaver)
  }
}

/** Brings the passages up to date with the tiles chosen now. Answers those still to be drawn on, and whether anything moves. */
export function follow<Tile extends { contentReady: boolean; isDestroyed(): boolean }>(
  passages: Map<Tile, Passage>,
  chosen: readonly Tile[],
  now: number,
  long: number,
): { leaving: Tile[]; any: boolean } {
  const here = new Set(chosen)
  let any = false
  for (const tile of here) {
    const passage = passages.get(tile)
    if (!passage) passages.set(tile, { came: now, left: 0 })
    else if (passage.left > 0) {
      // Back before it was gone: it comes in from where it stood.
      passage.came = now - Math.max(0, long - (now - passage.left))
      passage.left = 0
    }
    any ||= now - passages.get(tile)!.came < long
  }
  const leaving: Tile[] = []
  for (const [tile, passage] of passages) {
    if (here.has(tile)) continue
    if (passage.left === 0) passage.left = now
    if (now - passage.left < long && tile.contentReady && !tile.isDestroyed()) leaving.push(tile)
    else passages.delete(tile)
  }
  return { leaving, any: any || leaving.length > 0 }
}

/** The uniform of a tile: 1 = all there, 0…1 = coming, below 0 = going. */
export function share(passage: Passage | undefined, now: number, long: number): number {
  if (!passage) return 1
  if (passage.left > 0) return -Math.min(1, Math.max(1e-3, (now - passage.left) / long))
  return long === 0 ? 1 : Math.min(1, (now - passage.came) / long)
}
