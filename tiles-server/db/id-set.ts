/** A set of text ids in 8 bytes each: whether an id was seen, for files of many millions of features. */

/** FNV-1a and a multiplicative hash run side by side: 64 bits, so two of ten million ids collide once in 370,000 files. */
let first = 0
let second = 0

function digest(id: string): void {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995)
    b ^= b >>> 13
  }
  a = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d)
  b = Math.imul(b ^ (b >>> 15), 0x297a2d39)
  first = (a ^ (a >>> 12)) >>> 0 || 1 // 0 marks an empty place
  second = (b ^ (b >>> 14)) >>> 0
}

/** Ids that were added. */
export interface IdSet {
  /** @returns false when the id was there already */
  add(id: string): boolean
  has(id: string): boolean
  readonly size: number
}

/** Makes an empty set (open addressing, grown at 60 %). */
export function createIdSet(): IdSet {
  let places = new Uint32Array(2 << 12)
  let mask = places.length / 2 - 1
  let size = 0
  /** The place of (first, second), or the empty one where it belongs. */
  const find = (): number => {
    let place = second & mask
    while (places[place * 2] !== 0 && (places[place * 2] !== first || places[place * 2 + 1] !== second))
      place = (place + 1) & mask
    return place * 2
  }
  const grow = (): void => {
    const old = places
    places = new Uint32Array(old.length * 2)
    mask = places.length / 2 - 1
    for (let i = 0; i < old.length; i += 2) {
      if (!old[i]) continue
      first = old[i]
      second = old[i + 1]
      const to = find()
      places[to] = first
      places[to + 1] = second
    }
  }
  return {
    add(id) {
      if (size > mask * 0.6) grow()
      digest(id)
      const to = find()
      if (places[to]) return false
      places[to] = first
      places[to + 1] = second
      size++
      return true
    },
    has(id) {
      digest(id)
      return places[find()] !== 0
    },
    get size() {
      return size
    },
  }
}
