/** Numbers under a colour ramp: the ends and a few round values between them. */

export interface Tick {
  value: number
  text: string
}

/** The ends of a range and up to three round numbers that are clear of them. */
export function tickNumbers(from: number, to: number): Tick[] {
  const span = Math.abs(to - from)
  if (!(span > 0) || !Number.isFinite(span)) return [{ value: from, text: numberText(from, 1) }]
  const rough = span / 4
  const decade = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((candidate) => candidate >= rough * 0.999) ?? rough
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  const between: number[] = []
  for (let index = Math.ceil(low / step); index * step < high && between.length < 10; index++) {
    const value = index * step
    if (value - low > span * 0.14 && high - value > span * 0.14) between.push(value)
  }
  return [low, ...between, high].map((value) => ({ value, text: numberText(value, span) }))
}

/** As many decimals as the span needs; years and other whole numbers stay without separators below 10,000. */
function numberText(value: number, span: number): string {
  const digits = span >= 20 ? 0 : span >= 2 ? 1 : span >= 0.2 ? 2 : 3
  const rounded = Number(value.toFixed(digits))
  return Math.abs(rounded) >= 10_000 ? rounded.toLocaleString('en-US') : String(rounded)
}
