/** What the parts that draw below ground share: which tilesets are buried, how clearly they show, where the camera is. */

import type { Scene } from '@cesium/engine'
import { openPits, type Pits } from './excavation-shader.ts'
import { type BuriedPicture, buriedPicture } from './xray-picture.ts'

/** The underground of one scene. */
export interface Buried {
  /** Something drawn below ground, a tileset or a primitive; call the answer when it goes. */
  add(drawn: object): () => void
  /** the camera is below ground */
  underground: boolean
  /** how clearly buried things show through the ground, 0 … 1 */
  xray: number
  /** how much of a glass the ground is, 0 … 1 */
  glass: number
  /** the picture of what is buried, drawn only when the ground lets it through */
  picture: BuriedPicture
  /** what is cut out of the ground */
  pits: Pits
}

const known = new WeakMap<Scene, Buried>()

/** The underground of a scene, always the same one. */
export function buried(scene: Scene): Buried {
  const old = known.get(scene)
  if (old) return old
  const made: Buried = {
    add: (drawn) => made.picture.add(drawn),
    underground: false,
    xray: 0,
    glass: 0,
    picture: buriedPicture(scene, () => !made.underground && (made.xray > 0 || made.glass > 0)),
    pits: openPits(scene),
  }
  known.set(scene, made)
  return made
}
