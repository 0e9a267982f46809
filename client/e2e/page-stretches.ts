/** How long a page's thread works at a stretch, from a CPU profile: its own code apart from waiting for the graphics driver. */

/** A profile as the browser's protocol gives it (Profiler.Profile). */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  samples: number[]
  /** microseconds from the sample before */
  timeDeltas: number[]
}

/** One entry into JavaScript, from the event loop and back to it. */
export interface Stretch {
  /** milliseconds in the page's code, the engine's, decoders and the collector of garbage */
  ownMs: number
  /** milliseconds in calls to WebGL: shaders being built, data handed over, drawing in software */
  driverMs: number
  /** milliseconds of own code by its function, where it is longest */
  where: Map<string, number>
}

/** Names of what is no entry into JavaScript. */
const OUTSIDE = new Set(['(root)', '(idle)', '(program)'])
const DRIVER = 'graphicsDriver'

/**
 * Runs in the page before its own code: puts each method of WebGL into a function of one name, as compiled code calls them without
 * a trace in a profile.
 */
export function nameDriver(): void {
  const methods = WebGL2RenderingContext.prototype as unknown as Record<string, unknown>
  for (const name of Object.getOwnPropertyNames(methods)) {
    const inner = Object.getOwnPropertyDescriptor(methods, name)?.value as unknown
    if (typeof inner !== 'function' || name === 'constructor') continue
    methods[name] = function graphicsDriver(this: unknown, ...given: unknown[]) {
      return Reflect.apply(inner, this, given) as unknown
    }
  }
  const canvas = HTMLCanvasElement.prototype as unknown as Record<string, (...given: unknown[]) => unknown>
  const open = canvas.getContext!
  canvas.getContext = function (this: unknown, ...given: unknown[]) {
    const graphicsDriver = () => Reflect.apply(open, this, given) as unknown
    return String(given[0]).startsWith('webgl') ? graphicsDriver() : Reflect.apply(open, this, given)
  }
}

/** Cuts a profile of a page with `nameDriver` into stretches. */
export function stretchesOf({ nodes, samples, timeDeltas }: CpuProfile): Stretch[] {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame.functionName]))
  const parent = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)))
  const waiting = new Map<number, boolean>()
  /** whether WebGL is among the callers */
  const inDriver = (id: number): boolean => {
    const known = waiting.get(id)
    if (known !== undefined) return known
    const up = parent.get(id)
    const found = byId.get(id) === DRIVER || (up !== undefined && inDriver(up))
    waiting.set(id, found)
    return found
  }
  const found: Stretch[] = []
  let current: Stretch | null = null
  for (const [i, id] of samples.entries()) {
    const name = byId.get(id) ?? ''
    // a sample stands for the time until the next one
    const ms = (timeDeltas[i + 1] ?? 0) / 1000
    if (OUTSIDE.has(name)) {
      current = null
      continue
    }
    if (!current) found.push((current = { ownMs: 0, driverMs: 0, where: new Map() }))
    if (inDriver(id)) current.driverMs += ms
    else {
      current.ownMs += ms
      current.where.set(name, (current.where.get(name) ?? 0) + ms)
    }
  }
  return found
}
