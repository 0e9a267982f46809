/** Values of attributes that the tiles do not carry, fetched once per attribute: `/collections/<layer>/values/<attribute>`. */

/** A store of such values. */
export interface AttributeValues {
  /** Fetches what is not there yet; the listener hears when it came. */
  want(names: string[]): void
  /**
   * Where a collection is larger than one answer: fetches the wanted values of a box, `west,south,east,north` in degrees, once;
   * elsewhere it does nothing.
   */
  around(box: () => string): void
  /** null while unknown */
  of(name: string, id: string): unknown
  dispose(): void
}

interface Answer {
  ids: string[]
  values: unknown[]
  /** there are more */
  truncated?: boolean
}

/** Opens a store for a collection; `changed` hears each arrival. A failed question is asked again, ever more slowly. */
export function attributeValues(
  collection: string,
  changed: () => void,
  ask: typeof fetch = (...request) => fetch(...request),
): AttributeValues {
  const known = new Map<string, Map<string, unknown>>()
  /** names of which only a part came, with the boxes asked for since */
  const partial = new Map<string, Set<string>>()
  const stop = new AbortController()
  const load = async (name: string, tries: number, box = ''): Promise<void> => {
    try {
      const answer = await ask(
        `/collections/${collection}/values/${encodeURIComponent(name)}${box && `?bbox=${box}`}`,
        {
          signal: stop.signal,
        },
      )
      if (!answer.ok) throw new Error(`values of ${name}: got HTTP ${answer.status}; expected 200`)
      const { ids, values, truncated } = (await answer.json()) as Answer
      const held = known.get(name) ?? new Map<string, unknown>()
      for (const [i, id] of ids.entries()) held.set(id, values[i])
      known.set(name, held)
      if (truncated && !box) partial.set(name, new Set())
      changed()
    } catch {
      if (stop.signal.aborted || tries > 6) return
      setTimeout(() => load(name, tries + 1, box), 1000 * 2 ** tries)
    }
  }
  return {
    want(names) {
      for (const name of names) {
        if (known.has(name)) continue
        known.set(name, new Map())
        void load(name, 0)
      }
    },
    around(box) {
      if (partial.size === 0) return
      const words = box()
      for (const [name, asked] of partial) {
        if (asked.has(words)) continue
        asked.add(words)
        void load(name, 0, words)
      }
    },
    of: (name, id) => known.get(name)?.get(id) ?? null,
    dispose: () => stop.abort(),
  }
}

/** The attribute names an expression reads by `["get", name]`. */
export function attributesRead(expression: unknown): string[] {
  const found = new Set<string>()
  const walk = (part: unknown) => {
    if (!Array.isArray(part)) return
    if ((part[0] === 'get' || part[0] === 'has') && typeof part[1] === 'string') found.add(part[1])
    part.forEach(walk)
  }
  walk(expression)
  return [...found]
}
