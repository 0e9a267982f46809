/** Steady flows with known surfaces: over a bump, and MacDonald's channels whose bed is made to fit the depth. */

const G = 9.81

/** A steady flow in a straight channel. */
export interface SteadyCase {
  name: string
  length: number
  /** m²/s */
  discharge: number
  manning: number
  /** bed above the datum */
  bed: (x: number) => number
  depth: (x: number) => number
  /** what is held at the lower end: a level, or nothing where the flow leaves shooting */
  lowerLevel: number | null
  /** where it jumps from shooting to streaming */
  jump: number | null
}

/** Depth of given specific energy on one branch. */
function depthOfEnergy(q: number, energy: number, shooting: boolean): number {
  const critical = Math.cbrt((q * q) / G)
  let low = shooting ? 1e-4 : critical
  let high = shooting ? critical : energy + 1
  for (let k = 0; k < 200; k++) {
    const h = 0.5 * (low + high)
    const over = h + (q * q) / (2 * G * h * h) > energy
    if (over === shooting) low = h
    else high = h
  }
  return 0.5 * (low + high)
}

const bump = (x: number) => (x > 8 && x < 12 ? 0.2 - 0.05 * (x - 10) ** 2 : 0)

/**
 * The three regimes over a parabolic bump of 0.2 m in a channel of 25 m.
 * @see Delestre et al. 2013 (SWASHES), §3.1
 */
export function bumpCases(): SteadyCase[] {
  const base = { length: 25, manning: 0, bed: bump, jump: null }
  const still = { ...base, name: 'bump, subcritical', discharge: 4.42, lowerLevel: 2 }
  const energy = 2 + 4.42 ** 2 / (2 * G * 4)
  const q = 1.53
  const critical = Math.cbrt((q * q) / G)
  const crest = 0.2 + 1.5 * critical
  const q3 = 0.18
  const lower = 0.33
  const crest3 = 0.2 + 1.5 * Math.cbrt((q3 * q3) / G)
  const below = lower + q3 ** 2 / (2 * G * lower * lower)
  const shock = jump(q3, crest3, below)
  return [
    { ...still, depth: (x) => depthOfEnergy(4.42, energy - bump(x), false) },
    {
      ...base,
      name: 'bump, transcritical',
      discharge: q,
      lowerLevel: null,
      depth: (x) => depthOfEnergy(q, crest - bump(x), x > 10),
    },
    {
      ...base,
      name: 'bump, with a jump',
      jump: shock,
      discharge: q3,
      lowerLevel: lower,
      depth: (x) =>
        x > shock ? depthOfEnergy(q3, below - bump(x), false) : depthOfEnergy(q3, crest3 - bump(x), x > 10),
    },
  ]
}

/** Where the momentum of the shooting and the streaming branch agree. */
function jump(q: number, above: number, below: number): number {
  let low = 10.05
  let high = 11.99
  const force = (h: number) => (q * q) / h + 0.5 * G * h * h
  for (let k = 0; k < 100; k++) {
    const x = 0.5 * (low + high)
    const fast = depthOfEnergy(q, above - bump(x), true)
    const slow = depthOfEnergy(q, below - bump(x), false)
    if (force(fast) > force(slow)) low = x
    else high = x
  }
  return 0.5 * (low + high)
}

/** Bed under a wanted depth: integrates -(1 - q²/gh³) h' - n² q² / h^(10/3) down from the upper end. */
function fittedBed(
  length: number,
  q: number,
  n: number,
  depth: (x: number) => number,
  jumpAt: number | null,
): (x: number) => number {
  const steps = 20000
  const dx = length / steps
  const table = new Float64Array(steps + 1)
  for (let k = 1; k <= steps; k++) {
    const a = (k - 1) * dx
    const b = k * dx
    const x = 0.5 * (a + b)
    const h = depth(x)
    // the bed has no step at the jump: there only friction counts
    const across = jumpAt !== null && a < jumpAt && b >= jumpAt
    const rise = across ? 0 : (1 - (q * q) / (G * h ** 3)) * (depth(b - 1e-9) - depth(a + 1e-9))
    table[k] = table[k - 1]! - rise - ((n * n * q * q) / h ** (10 / 3)) * dx
  }
  const foot = table[steps]!
  return (x) => {
    const at = Math.min(steps, Math.max(0, x / dx))
    const k = Math.min(steps - 1, Math.floor(at))
    return table[k]! + (table[k + 1]! - table[k]!) * (at - k) - foot
  }
}

/**
 * MacDonald's channels of 1000 m: streaming, streaming to shooting, and back by a jump.
 * @see MacDonald et al. 1997; Delestre et al. 2013 (SWASHES), §3.2.1 and 3.2.2
 */
export function macDonaldCases(): SteadyCase[] {
  const length = 1000
  const hump = (x: number) => Math.exp(-16 * (x / 1000 - 0.5) ** 2)
  const root = Math.cbrt(4 / G)
  const sub = (x: number) => root * (1 + 0.5 * hump(x))
  const trans = (x: number) =>
    x < 500 ? root * (1 - Math.tanh(3 * (x / 1000 - 0.5)) / 3) : root * (1 - Math.tanh(6 * (x / 1000 - 0.5)) / 6)
  const a = [-0.348427, 0.552264, -0.55558]
  const shocked = (x: number) => {
    const s = x / 1000
    if (x < 500) return root * (9 / 10 - hump0(s) / 6)
    let sum = 0
    for (let k = 1; k <= 3; k++) sum += a[k - 1]! * Math.exp(-20 * k * (s - 0.5))
    return root * (1 + sum + (4 / 5) * Math.exp(s - 1))
  }
  const hump0 = (s: number) => Math.exp(-4 * s)
  const make = (name: string, q: number, n: number, depth: (x: number) => number, at: number | null): SteadyCase => {
    const shootingOut = depth(length) < Math.cbrt((q * q) / G)
    return {
      name,
      length,
      discharge: q,
      manning: n,
      depth,
      bed: fittedBed(length, q, n, depth, at),
      lowerLevel: shootingOut ? null : depth(length),
      jump: at,
    }
  }
  return [
    make('MacDonald, subcritical', 2, 0.033, sub, null),
    make('MacDonald, to supercritical', 2, 0.0218, trans, null),
    make('MacDonald, with a jump', 2, 0.0218, shocked, 500),
  ]
}
