/** Defects of heights: pipes above the ground, implausibly deep, or outside the shaft they end in. */
import { CLASSES } from '../geo/city-feature.ts'
import { type DefectOptions, type Found, placeOf } from './defect.ts'
import type { Network } from './network.ts'

const KINDS = CLASSES['pipe-nodes']
const SHAFT = new Set([KINDS.indexOf('manhole'), KINDS.indexOf('inlet'), KINDS.indexOf('chamber')])
const ABOVE_M = 0.3
const DEEP_M = 30
const OUTSIDE_M = 0.1

function cover(network: Network, { ground, aerial }: DefectOptions, found: Found): void {
  const { pipes } = network
  if (!ground) return
  const v = pipes.vertices
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.estimated[k] || aerial?.has(pipes.ids[k])) continue
    const half = (pipes.diameter[k] || 0) / 2
    let [most, least, worst] = [-Infinity, Infinity, pipes.vertexStart[k]]
    for (let i = pipes.vertexStart[k]; i < pipes.vertexStart[k + 1]; i++) {
      const up = v[3 * i + 2] + half - ground(...placeOf(network, v[3 * i], v[3 * i + 1]))
      if (up > most) [most, worst] = [up, i]
      if (up < least) least = up
    }
    const at: [number, number] = [v[3 * worst], v[3 * worst + 1]]
    if (most > ABOVE_M)
      found({
        rule: 'above-ground',
        pipes: [k],
        nodes: [],
        at,
        found: `crown ${most.toFixed(2)} m above the ground`,
        expected: `up to ${ABOVE_M} m`,
      })
    else if (least < -DEEP_M)
      found({
        rule: 'too-deep',
        pipes: [k],
        nodes: [],
        at,
        found: `crown ${(-least).toFixed(1)} m below the ground`,
        expected: `up to ${DEEP_M} m`,
      })
  }
}

function shafts({ nodes, pipes }: Network, found: Found): void {
  for (let k = 0; k < pipes.count; k++) {
    if (pipes.estimated[k]) continue
    const half = (pipes.diameter[k] || 0) / 2
    for (const [n, z] of [
      [pipes.from[k], pipes.zFrom[k]],
      [pipes.to[k], pipes.zTo[k]],
    ] as const) {
      if (!SHAFT.has(nodes.kind[n])) continue
      const over = z + half - nodes.top[n]
      const under = nodes.bottom[n] - (z - half)
      if (over > OUTSIDE_M)
        found({
          rule: 'outside-shaft',
          pipes: [k],
          nodes: [n],
          found: `crown ${over.toFixed(2)} m above the cover`,
          expected: 'inside the shaft',
        })
      else if (under > OUTSIDE_M + half)
        found({
          rule: 'outside-shaft',
          pipes: [k],
          nodes: [n],
          found: `invert ${under.toFixed(2)} m below the floor`,
          expected: 'inside the shaft',
        })
    }
  }
}

/** Checks heights; what was estimated is not blamed. */
export function heightDefects(network: Network, options: DefectOptions, found: Found): void {
  cover(network, options, found)
  shafts(network, found)
}
