/** Values in time: linear between the given moments, held before the first and after the last. */

/** Moments in seconds, rising, and what holds at each. */
export interface Series {
  times: Float64Array
  values: Float64Array
  /** integral from the first moment to each */
  sums: Float64Array
}

/**
 * A series from its points.
 *
 * @param name for messages
 * @throws {Error} without points, with moments that do not rise, or with values that are not finite
 */
export function series(name: string, points: readonly (readonly [time: number, value: number])[]): Series {
  if (points.length === 0) throw new Error(`${name}: no points; expected at least one [time_s, value]`)
  const times = new Float64Array(points.length)
  const values = new Float64Array(points.length)
  const sums = new Float64Array(points.length)
  points.forEach(([time, value], i) => {
    if (!Number.isFinite(time)) throw new Error(`${name}: time ${i} is ${time}; expected seconds`)
    if (!Number.isFinite(value)) throw new Error(`${name}: value ${i} is ${value}; expected a number`)
    if (i > 0 && !(time > times[i - 1]!))
      throw new Error(`${name}: unsorted, ${time} s comes after ${times[i - 1]} s; expected rising times`)
    times[i] = time
    values[i] = value
    if (i > 0) sums[i] = sums[i - 1]! + 0.5 * (value + values[i - 1]!) * (time - times[i - 1]!)
  })
  return { times, values, sums }
}

/** A series that never changes. */
export function constant(value: number): Series {
  return series('constant', [[0, value]])
}

/** Index of the last moment at or before `time`; -1 before the first. */
function before(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Value at a moment. */
export function valueAt({ times, values }: Series, time: number): number {
  const i = before(times, time)
  if (i < 0) return values[0]!
  if (i >= times.length - 1) return values[i]!
  return values[i]! + ((values[i + 1]! - values[i]!) * (time - times[i]!)) / (times[i + 1]! - times[i]!)
}

/** Integral from the first moment to `time` (negative before it). */
function sumAt(line: Series, time: number): number {
  const { times, values, sums } = line
  const i = before(times, time)
  if (i < 0) return values[0]! * (time - times[0]!)
  return sums[i]! + 0.5 * (values[i]! + valueAt(line, time)) * (time - times[i]!)
}

/** Integral between two moments. */
export function integral(line: Series, from: number, to: number): number {
  return sumAt(line, to) - sumAt(line, from)
}
