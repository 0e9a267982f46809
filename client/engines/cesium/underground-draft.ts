/** What a tool has been given so far: its places joined by a line on the ground. */

import { Cartesian3, Cartographic, Color, Material, PolylineCollection } from '@cesium/engine'
import type { ToolReport } from '../../app/state.ts'
import type { Stage } from './stage.ts'

const LINE = Color.fromCssColorString('#2ec4b6')
/** Metres over the ground, so that the line is not half buried. */
const LIFT = 0.15

/** Follows the tool at work. Call the answer to stop. */
export function drawDraft({ scene, app, redraw }: Stage): () => void {
  const lines = scene.primitives.add(new PolylineCollection()) as PolylineCollection
  const draw = (draft: ToolReport['draft']) => {
    lines.removeAll()
    const places = draft?.places ?? []
    const positions = places.map(([lng, lat]) => {
      const height = scene.globe.getHeight(Cartographic.fromDegrees(lng, lat)) ?? 0
      return Cartesian3.fromDegrees(lng, lat, height + LIFT)
    })
    const around = draft?.closed && positions.length > 2 ? [...positions, positions[0]!] : positions
    if (around.length > 1)
      lines.add({ positions: around, width: 3, material: Material.fromType('Color', { color: LINE }) })
    for (const place of positions) {
      const up = Cartesian3.multiplyByScalar(Cartesian3.normalize(place, new Cartesian3()), 2, new Cartesian3())
      const top = Cartesian3.add(place, up, up)
      lines.add({ positions: [place, top], width: 4, material: Material.fromType('Color', { color: LINE }) })
    }
    redraw()
  }
  const stop = app.store.subscribe((state, before) => {
    if (state.tool?.report.draft !== before.tool?.report.draft) draw(state.tool?.report.draft ?? null)
  })
  return () => {
    stop()
    scene.primitives.remove(lines)
  }
}
