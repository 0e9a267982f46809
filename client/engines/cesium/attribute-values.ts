/** Values of attributes that the tiles do not carry, fetched once per attribute: `/collections/<layer>/values/<attribute>`. */

/** A store of such values. */
export interface AttributeValues {
  /** Fetches what is not there yet; the listener hears when it came. */
  want(names: string[]): void
  /** null while unknown */
  of(name: string, id: string): unknown
  dispose(): void
}

/** Opens a store for a collection; `changed` hears each arrival. A failed question is asked again, ever more slowly. */
export function attributeValues(
  collection: string,
  changed: () => void,
  ask: typeof fetch = (...request) => fetch(...request),
): AttributeValues {
  const known = new Map<string, Map<string, unknown>>()
  const stop = new AbortController()
  const load = async (name: string, tries: number): Promise<void> => {
    try {
      const answer = await ask(`/collections/${collection}/values/${encodeURIComponent(name)}`, {
        signal: stop.signal,
      })
      if (!answer.ok) throw new Error(`values of ${name}: got HTTP ${answer.status}; expected 200`)
      const { ids, values } = (await answer.json()) as { ids: string[]; values: unknown[] }
      known.set(name, new Map(ids.map((id, i) => [id, values[i]])))
      changed()
    } catch {
      if (stop.signal.aborted || tries > 6) return
      setTimeout(() => load(name, tries + 1), 1000 * 2 ** tries)
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
