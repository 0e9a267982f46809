/** Heights over the sea: the piece of the geoid that the terrain's manifest carries, fetched when a height is first asked for. */

import { type GeoidPatch, undulationIn } from '../../../data/geo/geoid-patch.ts'

/** Answers how high the sea stands over the ellipsoid. */
export interface SeaLevel {
  /** Metres; NaN while unknown and outside the data. The first call asks the server. */
  at(lngDeg: number, latDeg: number): number
  dispose(): void
}

/** A sea level for the terrain at `url()` (null while there is none); a failed question is asked again at the next height. */
export function seaLevel(url: () => string | null, ask: typeof fetch = (...request) => fetch(...request)): SeaLevel {
  const stop = new AbortController()
  let asked = ''
  let patch: GeoidPatch | null = null
  const load = async (address: string) => {
    asked = address
    patch = null
    try {
      const answer = await ask(`${address}/layer.json`, { signal: stop.signal })
      if (!answer.ok) throw new Error(`${address}: got HTTP ${answer.status}; expected 200`)
      const { tidewall } = (await answer.json()) as { tidewall?: { geoid?: GeoidPatch | null } }
      if (asked === address) patch = tidewall?.geoid ?? null
    } catch {
      if (asked === address) asked = ''
    }
  }
  return {
    at(lngDeg, latDeg) {
      const address = url()
      if (address === null || stop.signal.aborted) return Number.NaN
      if (address !== asked) void load(address)
      return patch ? undulationIn(patch, lngDeg, latDeg) : Number.NaN
    },
    dispose: () => stop.abort(),
  }
}
