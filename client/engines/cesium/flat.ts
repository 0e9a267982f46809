/** The flat kinds (land, water, boundaries, roads, rail): each hands its style to the drape and reports how that fares. */

import type { Layer } from '../../../scenes/schema/scene.ts'
import type { FlatKind, TileSource } from './map-messages.ts'
import { retrying } from './retrying.ts'
import { type Draw, isVisible, type Stage } from './stage.ts'

/** A draw function for one flat kind. */
export function drawFlat<Kind extends FlatKind>(kind: Kind): Draw<Kind> {
  return (first, stage) => {
    let spec: Layer = first
    const loading = followMap(stage, () => spec, report)
    function report(): void {
      const { state } = stage.drape
      const reason = loading.failed ?? state.failed
      if (!isVisible(spec)) stage.report(spec.id, { status: 'hidden' })
      else if (reason) stage.report(spec.id, { status: 'failed', reason })
      else
        stage.report(spec.id, {
          status: loading.done && state.busy === 0 && state.tiles > 0 ? 'ready' : 'loading',
          count: state.tiles,
        })
    }
    const apply = () => {
      const order = stage.document().layers.findIndex(({ id }) => id === spec.id)
      const style = isVisible(spec) ? { kind, opacity: spec.opacity ?? 1, color: spec.color ?? null } : null
      stage.drape.set(spec.id, style, order)
      report()
    }
    const stop = stage.drape.changed.addEventListener(report)
    apply()
    return {
      update(next) {
        const moved = next.source !== spec.source
        spec = next
        if (moved) loading.again()
        apply()
      },
      dispose() {
        stop()
        loading.stop()
        stage.drape.set(spec.id, null, 0)
      },
    }
  }
}

/** Reads the TileJSON of a layer's source and gives it to the drape; tried again until the server answers. */
export function followMap(stage: Stage, spec: () => Layer, changed: () => void) {
  return retrying(async () => {
    const source = stage.document().sources[spec().source]
    if (source?.type !== 'vector') throw new Error(`layer ${spec().id}: no vector source, got ${spec().source}`)
    stage.drape.setSource(await tileSource(source.url))
    changed()
  }, changed)
}

const asked = new Map<string, Promise<TileSource>>()

/** A TileJSON as the painter needs it; asked once while the answer is good. */
function tileSource(url: string): Promise<TileSource> {
  const known = asked.get(url)
  if (known) return known
  const made = fetchTileSource(url)
  asked.set(url, made)
  made.catch(() => asked.delete(url))
  return made
}

async function fetchTileSource(url: string): Promise<TileSource> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: got HTTP ${answer.status}; expected 200`)
  const json = (await answer.json()) as { tiles?: string[]; minzoom?: number; maxzoom?: number; bounds?: number[] }
  const template = json.tiles?.[0]
  if (!template)
    throw new Error(
      `${url}: no tiles in the TileJSON, got ${JSON.stringify(json.tiles)}; expected an address with {z} {x} {y}`,
    )
  const [w = -180, s = -85, e = 180, n = 85] = json.bounds ?? []
  return {
    template: new URL(template, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}'),
    minZoom: json.minzoom ?? 0,
    maxZoom: json.maxzoom ?? 14,
    bounds: [w, s, e, n],
  }
}
