/** How much all nodes of a network hold at given heads: manholes, storage, half of each conduit, the pond above. */
import { areaAt, surface } from './cross-section.ts'
import type { Network } from './network.ts'
import { storedArea, storedIn } from './storage.ts'

/** Area over which water above the rim runs off, m²: so large that the head stays at the rim. */
export const OVERFLOW_AREA = 1e4

/** The room of a network. Arrays over computed nodes. */
export interface Rooms {
  /** nodes of the file come first */
  own: number
  isOutfall: Uint8Array
  /** head at which a node runs over, m; Infinity where it cannot */
  top: Float64Array
  /** area of the pond above, m²; 0 where the water is lost */
  ponds: Float64Array
  /** m³ at the heads of the last `hold`, and m² it grows by for each metre */
  held: Float64Array
  area: Float64Array
  hold(head: Float64Array): void
}

/**
 * The room of a network.
 *
 * @param open 1 for nodes whose water may reach the ground above: they do not run over
 */
export function roomsOf(network: Network, open: Uint8Array): Rooms {
  const { nodes, reaches, conduits, computedNodes: count } = network
  const own = nodes.length
  const sections = Array.from(reaches.conduit, (c) => conduits[c]!.section)
  const halves = Float64Array.from(reaches.length, (length, r) => 0.5 * length * conduits[reaches.conduit[r]!]!.barrels)
  const isOutfall = Uint8Array.from({ length: count }, (_, i) => (nodes[i]?.kind === 'outfall' ? 1 : 0))
  const top = Float64Array.from({ length: count }, (_, i) => {
    const node = nodes[i]
    const closed = !node || open[i] === 1 || node.kind === 'outfall'
    return closed ? Infinity : node.invert + node.maxDepth + node.surchargeDepth
  })
  const ponds = Float64Array.from({ length: count }, (_, i) => nodes[i]?.pondedArea ?? 0)
  const held = new Float64Array(count)
  const area = new Float64Array(count)
  const { from, to, fromInvert, toInvert } = reaches
  return {
    own,
    isOutfall,
    top,
    ponds,
    held,
    area,
    hold(head) {
      held.fill(0)
      area.fill(0)
      for (let i = 0; i < own; i++) {
        if (isOutfall[i]) continue
        const node = nodes[i]!
        held[i] = storedIn(node.storage, head[i]! - node.invert)
        area[i] = storedArea[0]!
        if (head[i]! > top[i]!) {
          const wide = ponds[i]! > 0 ? ponds[i]! : OVERFLOW_AREA
          held[i]! += wide * (head[i]! - top[i]!)
          area[i]! += wide
        }
      }
      for (let r = 0; r < reaches.count; r++) {
        const a = from[r]!
        const b = to[r]!
        const half = halves[r]!
        if (!isOutfall[a]) {
          held[a]! += half * areaAt(sections[r]!, head[a]! - fromInvert[r]!)
          area[a]! += half * surface[0]!
        }
        if (!isOutfall[b]) {
          held[b]! += half * areaAt(sections[r]!, head[b]! - toInvert[r]!)
          area[b]! += half * surface[0]!
        }
      }
    },
  }
}
