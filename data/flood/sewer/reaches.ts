/** Conduits cut into reaches. */
import { GRAVITY } from '../engine.ts'
import type { Build } from './build-facts.ts'
import type { Conduit, Reaches } from './network.ts'
import { nameKey } from './time-series.ts'

/** Most reaches a network may have. */
const MOST = 500_000

/**
 * Cuts each conduit into equal reaches no longer than wanted; joints are nodes without room of their own.
 *
 * @throws {Error} when there would be more than 500,000
 */
export function cutReaches(
  build: Build,
  conduits: Conduit[],
): { reaches: Reaches; computedNodes: number; inverts: Float64Array } {
  const { options, nodes, inp } = build
  let count = 0
  let joints = nodes.length
  for (const one of conduits) {
    one.firstReach = count
    one.reaches = Math.max(1, Math.min(100, Math.ceil(one.length / options.reach - 1e-9)))
    count += one.reaches
    joints += one.reaches - 1
  }
  if (count > MOST) throw new Error(`${options.name}: ${count} reaches; expected up to ${MOST}: set sewer.reach higher`)
  const inverts = new Float64Array(joints)
  nodes.forEach(({ invert }, k) => {
    inverts[k] = invert
  })
  const reaches: Reaches = {
    count,
    conduit: new Int32Array(count),
    from: new Int32Array(count),
    to: new Int32Array(count),
    fromInvert: new Float64Array(count),
    toInvert: new Float64Array(count),
    length: new Float64Array(count),
    friction: new Float64Array(count),
    lossFrom: new Float64Array(count),
    lossTo: new Float64Array(count),
    forceMain: new Float64Array(count),
  }
  const losses = new Map(inp.losses.map((one) => [nameKey(one.link), one]))
  const mains = new Map(
    inp.xsections.filter((one) => one.shape === 'FORCE_MAIN').map((one) => [nameKey(one.link), one]),
  )
  const hazen = !/^d-w/i.test(inp.options.FORCE_MAIN_EQUATION ?? 'H-W')
  let joint = nodes.length
  conduits.forEach((one, c) => {
    const loss = losses.get(nameKey(one.name))
    const main = mains.get(nameKey(one.name))
    const roughness = main?.geom[1] ?? 0
    for (let k = 0; k < one.reaches; k++) {
      const r = one.firstReach + k
      const height = (share: number) => one.inInvert + (one.outInvert - one.inInvert) * share
      const last = k === one.reaches - 1
      reaches.conduit[r] = c
      reaches.from[r] = k === 0 ? one.from : joint - 1
      reaches.to[r] = last ? one.to : joint
      if (!last) inverts[joint++] = height((k + 1) / one.reaches)
      reaches.fromInvert[r] = height(k / one.reaches)
      reaches.toInvert[r] = height((k + 1) / one.reaches)
      reaches.length[r] = one.length / one.reaches
      reaches.friction[r] = GRAVITY * one.manning ** 2
      const along = (loss?.average ?? 0) / one.reaches / 2
      reaches.lossFrom[r] = (k === 0 ? (loss?.entry ?? 0) : 0) + along
      reaches.lossTo[r] = (last ? (loss?.exit ?? 0) : 0) + along
      if (main && roughness > 0) reaches.forceMain[r] = hazen ? roughness : -roughness * build.units.rainM
    }
  })
  return { reaches, computedNodes: joints, inverts }
}
