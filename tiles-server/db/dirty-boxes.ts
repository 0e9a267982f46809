/** Gathers the boxes of what changed, and keeps them few: past the limit, boxes of one grid cell become one. */

/** A box in degrees: west, south, east, north. */
export type Bounds = [west: number, south: number, east: number, north: number]

/** Boxes being gathered. */
export interface DirtyBoxes {
  add(box: Readonly<Bounds>): void
  /** at most `limit`; together they cover everything that was added, and each is as tight as its members allow */
  boxes(): Bounds[]
}

const FINEST = 18
const union = (into: Bounds, box: Readonly<Bounds>): void => {
  if (box[0] < into[0]) into[0] = box[0]
  if (box[1] < into[1]) into[1] = box[1]
  if (box[2] > into[2]) into[2] = box[2]
  if (box[3] > into[3]) into[3] = box[3]
}

/**
 * Groups by the cell that holds the box centre, on a grid that starts at 180° / 2^18 (76 m) and is doubled while there are
 * more groups than `limit`.
 */
export function createDirtyBoxes(limit = 2000): DirtyBoxes {
  let level = FINEST
  let groups = new Map<number, Bounds>()
  const put = (box: Readonly<Bounds>): void => {
    const scale = 2 ** level / 180
    const column = Math.floor(((box[0] + box[2]) / 2 + 180) * scale)
    const row = Math.floor(((box[1] + box[3]) / 2 + 90) * scale)
    const key = row * 2 ** (level + 2) + column
    const group = groups.get(key)
    if (group) union(group, box)
    else groups.set(key, [...box])
  }
  return {
    add(box) {
      put(box)
      while (groups.size > limit && level > 0) {
        level--
        const finer = groups
        groups = new Map()
        for (const group of finer.values()) put(group)
      }
    },
    boxes: () => [...groups.values()],
  }
}
