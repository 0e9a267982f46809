/** Exact solutions of the shallow-water equations, for the proofs. */

const G = 9.81

/** Depth and speed. */
export type Exact = readonly [h: number, u: number]

/**
 * Dam break onto a dry bed without friction; `x` from the dam.
 * @see Ritter 1892
 */
export function ritter(depth: number, x: number, t: number): Exact {
  const c = Math.sqrt(G * depth)
  if (x <= -c * t) return [depth, 0]
  if (x >= 2 * c * t) return [0, 0]
  return [(2 * c - x / t) ** 2 / (9 * G), (2 / 3) * (c + x / t)]
}

/** Root of a rising or falling function by halving. */
function root(f: (x: number) => number, low: number, high: number): number {
  let a = low
  let b = high
  const sign = Math.sign(f(a))
  for (let k = 0; k < 200; k++) {
    const middle = 0.5 * (a + b)
    if (Math.sign(f(middle)) === sign) a = middle
    else b = middle
  }
  return 0.5 * (a + b)
}

/**
 * Dam break onto water at rest; `x` from the dam.
 * @see Stoker 1957
 */
export function stoker(left: number, right: number, x: number, t: number): Exact {
  const cl = Math.sqrt(G * left)
  const cr = Math.sqrt(G * right)
  const cm = root((c) => stokerBalance(c, cl, cr), cr * (1 + 1e-9), cl * (1 - 1e-9))
  const hm = (cm * cm) / G
  const um = 2 * (cl - cm)
  const shock = (hm * um) / (hm - right)
  if (x <= -cl * t) return [left, 0]
  if (x <= t * (um - cm)) return [(4 / (9 * G)) * (cl - x / (2 * t)) ** 2, (2 / 3) * (x / t + cl)]
  return x <= shock * t ? [hm, um] : [right, 0]
}

/** Speed behind the rarefaction less speed behind the shock, for a middle celerity. */
function stokerBalance(cm: number, cl: number, cr: number): number {
  const hm = (cm * cm) / G
  const hr = (cr * cr) / G
  return 2 * (cl - cm) - (hm - hr) * Math.sqrt(0.5 * G * (1 / hm + 1 / hr))
}

/** Where the shock of `stoker` is. */
export function stokerShock(left: number, right: number, t: number): number {
  const cl = Math.sqrt(G * left)
  const cr = Math.sqrt(G * right)
  const cm = root((c) => stokerBalance(c, cl, cr), cr * (1 + 1e-9), cl * (1 - 1e-9))
  const hm = (cm * cm) / G
  return ((hm * 2 * (cl - cm)) / (hm - right)) * t
}

/**
 * Water in a round parabolic basin that swells and sinks; bed h0 (r²/a² - 1).
 * @returns depth at the radius
 * @see Thacker 1981, §5 (axisymmetric)
 */
export function thackerRadial(a: number, h0: number, r0: number, r: number, t: number): number {
  const A = (a ** 4 - r0 ** 4) / (a ** 4 + r0 ** 4)
  const omega = Math.sqrt(8 * G * h0) / a
  const k = 1 - A * Math.cos(omega * t)
  const root1 = Math.sqrt(1 - A * A)
  const level = h0 * (root1 / k - 1 - ((r * r) / (a * a)) * ((1 - A * A) / (k * k) - 1))
  return Math.max(0, level - h0 * ((r * r) / (a * a) - 1))
}

/** Period of `thackerRadial`, seconds. */
export function thackerPeriod(a: number, h0: number): number {
  return (2 * Math.PI * a) / Math.sqrt(8 * G * h0)
}

/**
 * Flat water surface that goes round in the basin h0 (r²/a² - 1); `eta` is how far its centre swings.
 * @see Thacker 1981, §5 (planar)
 */
export function thackerPlanar(a: number, h0: number, eta: number, x: number, y: number, t: number): number {
  const omega = Math.sqrt(2 * G * h0) / a
  const level = ((eta * h0) / (a * a)) * (2 * x * Math.cos(omega * t) + 2 * y * Math.sin(omega * t) - eta)
  return Math.max(0, level - h0 * ((x * x + y * y) / (a * a) - 1))
}

/**
 * Rain on a plane of constant slope, kinematic wave: unit discharge at the foot.
 *
 * @param rain m/s, from 0 to `stop`
 * @see Henderson & Wooding 1964
 */
export function kinematicOutflow(
  plane: { length: number; slope: number; manning: number; rain: number; stop: number },
  t: number,
): number {
  const { length, slope, manning, rain, stop } = plane
  const alpha = Math.sqrt(slope) / manning
  const m = 5 / 3
  const balance = (length / (alpha * rain ** (m - 1))) ** (1 / m)
  if (t <= Math.min(stop, balance)) return alpha * (rain * t) ** m
  if (t <= stop) return rain * length
  // after the rain: the depth that reaches the foot left x upstream when it stopped
  const most = Math.min(rain * stop, ((rain * length) / alpha) ** (1 / m))
  const h = root(
    (depth) => {
      const from = (alpha * depth ** m) / rain
      return length - from - m * alpha * depth ** (m - 1) * (t - stop)
    },
    1e-12,
    most,
  )
  return alpha * h ** m
}
