/** Places of nodes by id, packed: some 6 bytes per node, so that a country's extract fits a small server's memory. */

const PER_BLOCK = 64
const CHUNK = 1 << 20
const CACHED = 4096

/** A look-up from node id to place. */
export interface NodeIndex {
  /** Adds a node; place in 1e-7 degrees. A repeated id keeps the first place. */
  add(id: number, lngE7: number, latE7: number): void
  /** Ends the adding; looking up before it throws. */
  finish(): void
  /** Writes lng, lat (1e-7 degrees) of a node into `out` at `at`; false when it is not there. */
  find(id: number, out: Int32Array, at: number): boolean
  readonly size: number
  /** ids that came twice */
  readonly repeated: number
  /** bytes held */
  readonly bytes: number
}

/** Writes one zigzag varint of a safe integer; returns the next position. */
function put(bytes: Uint8Array, at: number, value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  let next = at
  while (rest >= 128) {
    bytes[next++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[next++] = rest
  return next
}

/** A growable array of doubles. */
function growing() {
  let values = new Float64Array(1024)
  let length = 0
  return {
    push(value: number) {
      if (length === values.length) {
        const larger = new Float64Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = value
    },
    at: (index: number) => values[index],
    get length() {
      return length
    },
    get bytes() {
      return values.byteLength
    },
  }
}

/** Nodes that came out of order, kept plain and sorted at the end. */
function stragglers() {
  const ids = growing()
  const lngs = growing()
  const lats = growing()
  let order = new Uint32Array(0)
  return {
    add(id: number, lng: number, lat: number) {
      if (ids.length >= 50_000_000) {
        throw new Error('osm: more than 50,000,000 nodes out of order; expected a sorted file (osmium sort)')
      }
      ids.push(id)
      lngs.push(lng)
      lats.push(lat)
    },
    /** @returns how many ids came twice among them */
    finish(): number {
      order = Uint32Array.from({ length: ids.length }, (_, index) => index)
      order.sort((a, b) => ids.at(a) - ids.at(b) || a - b)
      let repeated = 0
      for (let i = 1; i < order.length; i++) if (ids.at(order[i]) === ids.at(order[i - 1])) repeated++
      return repeated
    },
    find(id: number, out: Int32Array, at: number): boolean {
      let low = 0
      let high = order.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if (ids.at(order[middle]) < id) low = middle + 1
        else high = middle
      }
      if (low === order.length || ids.at(order[low]) !== id) return false
      out[at] = lngs.at(order[low])
      out[at + 1] = lats.at(order[low])
      return true
    },
    get length() {
      return ids.length
    },
    get bytes() {
      return ids.bytes + lngs.bytes + lats.bytes + order.byteLength
    },
  }
}

/**
 * An empty index. Nodes arriving in order of id (as files are sorted) are kept as differences of id and place, 64 to a
 * block; the others (edited files) plainly, 24 bytes each.
 *
 * @throws {Error} on more than 50 million nodes out of order
 */
export function nodeIndex(): NodeIndex {
  const firsts = growing()
  const offsets = growing()
  const chunks: Uint8Array[] = [new Uint8Array(CHUNK)]
  const late = stragglers()
  let used = 0
  let inBlock = PER_BLOCK
  let lastId = Number.NEGATIVE_INFINITY
  let lastLng = 0
  let lastLat = 0
  let size = 0
  let repeated = 0
  let finished = false

  const cachedBlock = new Int32Array(CACHED).fill(-1)
  const cachedCount = new Uint8Array(CACHED)
  let cachedIds = new Float64Array(0)
  let cachedPlaces = new Int32Array(0)

  const add = (id: number, lngE7: number, latE7: number) => {
    if (id === lastId) {
      repeated++
      return
    }
    if (id < lastId) return late.add(id, lngE7, latE7)
    if (inBlock === PER_BLOCK) {
      // a block never crosses a chunk: 64 nodes take at most 64 × 3 × 8 bytes
      if (used + PER_BLOCK * 24 > CHUNK) {
        chunks.push(new Uint8Array(CHUNK))
        used = 0
      }
      firsts.push(id)
      offsets.push((chunks.length - 1) * CHUNK + used)
      inBlock = 0
      lastId = id
      lastLng = 0
      lastLat = 0
    }
    const bytes = chunks[chunks.length - 1]
    used = put(bytes, used, id - lastId)
    used = put(bytes, used, lngE7 - lastLng)
    used = put(bytes, used, latE7 - lastLat)
    lastId = id
    lastLng = lngE7
    lastLat = latE7
    inBlock++
    size++
  }

  /** Unpacks a block into its cache slot. */
  const unpack = (block: number, slot: number) => {
    const start = offsets.at(block)
    const bytes = chunks[Math.floor(start / CHUNK)]
    let at = start % CHUNK
    const take = () => {
      let value = 0
      let scale = 1
      for (;;) {
        const byte = bytes[at++]
        value += (byte & 127) * scale
        if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
        scale *= 128
      }
    }
    const count = block === firsts.length - 1 ? inBlock : PER_BLOCK
    let id = firsts.at(block)
    let lng = 0
    let lat = 0
    for (let i = 0; i < count; i++) {
      id += take()
      lng += take()
      lat += take()
      cachedIds[slot * PER_BLOCK + i] = id
      cachedPlaces[(slot * PER_BLOCK + i) * 2] = lng
      cachedPlaces[(slot * PER_BLOCK + i) * 2 + 1] = lat
    }
    cachedBlock[slot] = block
    cachedCount[slot] = count
  }

  const find = (id: number, out: Int32Array, at: number): boolean => {
    if (!finished) throw new Error('osm node index: asked before finish()')
    let low = 0
    let high = firsts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (firsts.at(middle) <= id) low = middle + 1
      else high = middle
    }
    if (low > 0) {
      const block = low - 1
      const slot = block % CACHED
      if (cachedBlock[slot] !== block) unpack(block, slot)
      let from = slot * PER_BLOCK
      let to = from + cachedCount[slot]
      while (from < to) {
        const middle = (from + to) >>> 1
        if (cachedIds[middle] < id) from = middle + 1
        else to = middle
      }
      if (from < slot * PER_BLOCK + cachedCount[slot] && cachedIds[from] === id) {
        out[at] = cachedPlaces[from * 2]
        out[at + 1] = cachedPlaces[from * 2 + 1]
        return true
      }
    }
    return late.length > 0 && late.find(id, out, at)
  }

  return {
    add,
    finish() {
      repeated += late.finish()
      cachedIds = new Float64Array(CACHED * PER_BLOCK)
      cachedPlaces = new Int32Array(CACHED * PER_BLOCK * 2)
      finished = true
    },
    find,
    get size() {
      return size + late.length
    },
    get repeated() {
      return repeated
    },
    get bytes() {
      return chunks.length * CHUNK + firsts.bytes + offsets.bytes + late.bytes
    },
  }
}
