/** The arithmetic decoder of LASzip, as far as its chunk table needs it: symbols, bits and whole numbers. */

const LEAST_LENGTH = 0x0100_0000
const MOST_SYMBOLS = 1 << 15
const MOST_BITS = 1 << 13

/** Adaptive shares of some symbols. */
interface Symbols {
  shares: Uint32Array
  seen(symbol: number): void
}

function symbols(size: number): Symbols {
  const shares = new Uint32Array(size)
  const counts = new Uint32Array(size).fill(1)
  let [total, cycle, left] = [0, size, 0]
  const update = () => {
    total += cycle
    if (total > MOST_SYMBOLS) {
      total = 0
      for (let i = 0; i < size; i++) total += counts[i] = (counts[i] + 1) >>> 1
    }
    const scale = Math.floor(0x8000_0000 / total)
    for (let i = 0, sum = 0; i < size; i++) {
      shares[i] = Math.floor((scale * sum) / 65_536)
      sum += counts[i]
    }
    cycle = Math.min((5 * cycle) >>> 2, (size + 6) << 3)
    left = cycle
  }
  update()
  cycle = (size + 6) >>> 1
  left = cycle
  return {
    shares,
    seen(symbol) {
      counts[symbol]++
      if (--left === 0) update()
    },
  }
}

/** The adaptive share of zeros among bits. */
interface Bit {
  share(): number
  seen(bit: number): void
}

function bitShare(): Bit {
  let [zeros, all, share, cycle, left] = [1, 2, 1 << 12, 4, 4]
  return {
    share: () => share,
    seen(bit) {
      if (bit === 0) zeros++
      if (--left > 0) return
      all += cycle
      if (all > MOST_BITS) {
        all = (all + 1) >>> 1
        zeros = (zeros + 1) >>> 1
        if (zeros === all) all++
      }
      share = Math.floor((zeros * Math.floor(0x8000_0000 / all)) / 2 ** 18)
      cycle = Math.min((5 * cycle) >>> 2, 64)
      left = cycle
    },
  }
}

/** What one stream of bytes is asked for. */
interface Decoder {
  symbol(model: Symbols): number
  bit(model: Bit): number
  bits(count: number): number
}

/** Decoder of one stream; after its end come zeros. @see Said 2004, Introduction to arithmetic coding, HPL-2004-76 */
function decoder(bytes: Uint8Array): Decoder {
  const byte = (i: number): number => bytes[i] ?? 0
  let value = ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0
  let length = 0xffff_ffff
  let at = 4
  const renew = () => {
    while (length < LEAST_LENGTH) {
      value = ((value << 8) | byte(at++)) >>> 0
      length = (length << 8) >>> 0
    }
  }
  const bits = (count: number): number => {
    if (count > 19) {
      const low = bits(16)
      return low + bits(count - 16) * 65_536
    }
    length >>>= count
    const found = Math.floor(value / length)
    value -= length * found
    renew()
    return found
  }
  return {
    bits,
    symbol({ shares, seen }) {
      let high = length
      length >>>= 15
      let [from, to, low] = [0, shares.length, 0]
      for (let middle = to >>> 1; middle !== from; middle = (from + to) >>> 1) {
        const edge = length * shares[middle]
        if (edge > value) [to, high] = [middle, edge]
        else [from, low] = [middle, edge]
      }
      value -= low
      length = high - low
      renew()
      seen(from)
      return from
    },
    bit({ share, seen }) {
      const edge = share() * (length >>> 13)
      const found = value >= edge ? 1 : 0
      if (found) value -= edge
      length = found ? length - edge : edge
      renew()
      seen(found)
      return found
    },
  }
}

const HIGH_BITS = 8

/**
 * Whole numbers of 32 bits out of a packed stream, each told as its difference from a guess, in contexts of their own.
 * @returns the next number of a context
 */
export function wholeNumbers(packed: Uint8Array, contexts: number): (guess: number, context: number) => number {
  const from = decoder(packed)
  const lengths = Array.from({ length: contexts }, () => symbols(33))
  const corrections = new Map<number, Symbols>()
  const small = bitShare()
  const model = (k: number): Symbols => {
    const known = corrections.get(k) ?? symbols(1 << Math.min(k, HIGH_BITS))
    corrections.set(k, known)
    return known
  }
  const correction = (context: number): number => {
    const k = from.symbol(lengths[context])
    if (k === 0) return from.bit(small)
    if (k === 32) return -0x8000_0000
    let found = from.symbol(model(k))
    if (k > HIGH_BITS) found = found * 2 ** (k - HIGH_BITS) + from.bits(k - HIGH_BITS)
    return found >= 2 ** (k - 1) ? found + 1 : found - (2 ** k - 1)
  }
  return (guess, context) => (guess + correction(context)) | 0
}
