/** The heads at the end of a step: all volumes of a network fitted at once. */
import { elimination } from './elimination.ts'
import { type ExchangePoints, exchangeAt, exchangeSlope } from './exchange-law.ts'
import type { Network } from './network.ts'
import type { Rooms } from './rooms.ts'

/** Least area in a derivative, m². */
const LEAST_AREA = 1e-6
/** Area of a node below its invert, m²: what it may owe to its neighbours until the next step, a litre at most. */
const DRY_AREA = 1e-4

/** The system of a step: volume(H) + slopes H = right, and joined nodes. */
export interface HeadSystem {
  /** m³ each node would have with the constant parts of all flows */
  right: Float64Array
  /** dt × slope of flows that only this node's head counts for, m² */
  fixedSlope: Float64Array
  /** for reaches, then regulators: -dt × slope that joins both nodes, m² */
  across: Float64Array
  /** Heads at which all volumes fit, in place; rounds needed, and whether they fit to the last digit. */
  solve(head: Float64Array, dt: number): [rounds: number, fits: boolean]
  /** Heads again where a node got other water than the solution had counted on. */
  fit(head: Float64Array, volume: Float64Array): void
}

/**
 * The solver of a network: Newton steps, shortened where the shapes bend (the volumes are the slope of a convex
 * function, so it cannot turn away), each solved exactly.
 */
export function headSystem(network: Network, rooms: Rooms, points: ExchangePoints | null): HeadSystem {
  const { reaches, regulators, computedNodes: count, inverts } = network
  const { isOutfall, held, area } = rooms
  const edges = reaches.count + regulators.length
  const edgeFrom = Int32Array.from([...reaches.from, ...regulators.map(({ from }) => from)])
  const edgeTo = Int32Array.from([...reaches.to, ...regulators.map(({ to }) => to)])
  const pairs = Array.from(edgeFrom, (from, e) => [from, edgeTo[e]!] as const)
  const system = elimination(count, pairs)
  const across = new Float64Array(edges)
  const fixedSlope = new Float64Array(count)
  const right = new Float64Array(count)
  const diagonal = new Float64Array(count)
  const residual = new Float64Array(count)
  const change = new Float64Array(count)
  const trial = new Float64Array(count)

  /** What does not fit at heads `h`, in shares of what may be left; `area` gets all slopes. */
  function balance(h: Float64Array, dt: number): number {
    rooms.hold(h)
    for (let i = 0; i < count; i++) residual[i] = held[i]! + fixedSlope[i]! * h[i]! - right[i]!
    for (let e = 0; e < edges; e++) {
      const a = edgeFrom[e]!
      const b = edgeTo[e]!
      const q = across[e]! * (h[a]! - h[b]!)
      residual[a]! -= q
      residual[b]! += q
    }
    for (let p = 0; points && p < points.node.length; p++) {
      const i = points.node[p]!
      residual[i]! += dt * exchangeAt(points, p, h[i]!, dt)
      area[i]! += dt * exchangeSlope[0]!
    }
    let worst = 0
    for (let i = 0; i < count; i++) {
      if (isOutfall[i]) {
        residual[i] = 0
        continue
      }
      // a dry node owes little, however hard it is drawn on: it keeps the system solvable
      if (h[i]! < inverts[i]!) {
        residual[i]! += DRY_AREA * (h[i]! - inverts[i]!)
        area[i]! += DRY_AREA
      }
      const off = Math.abs(residual[i]!) / (1e-6 + 1e-9 * (Math.abs(right[i]!) + held[i]!))
      if (off > worst) worst = off
    }
    return worst
  }

  function direction(): void {
    for (let i = 0; i < count; i++) {
      diagonal[i] = isOutfall[i] ? 1 : Math.max(area[i]!, LEAST_AREA) + fixedSlope[i]!
      change[i] = -residual[i]!
    }
    for (let e = 0; e < edges; e++) {
      diagonal[edgeFrom[e]!]! -= across[e]!
      diagonal[edgeTo[e]!]! -= across[e]!
    }
    system.solve(diagonal, across, change)
  }

  function along(): number {
    let sum = 0
    for (let i = 0; i < count; i++) sum += residual[i]! * change[i]!
    return sum
  }

  return {
    right,
    fixedSlope,
    across,
    solve(head, dt) {
      let worst = balance(head, dt)
      let rounds = 0
      while (worst > 1 && rounds++ < 40) {
        direction()
        const before = along()
        let share = 1
        for (let tries = 0; ; tries++) {
          for (let i = 0; i < count; i++) trial[i] = head[i]! + share * change[i]!
          worst = balance(trial, dt)
          const after = along()
          // along the step the slope rises from below zero: too far when it is well above
          if (after <= 0.5 * Math.abs(before) || worst <= 1 || tries >= 12) break
          share *= Math.max(0.1, Math.min(0.7, before / (before - after)))
        }
        head.set(trial)
      }
      return [rounds, worst <= 1]
    },
    fit(head, volume) {
      for (let round = 0; round < 12; round++) {
        rooms.hold(head)
        let off = false
        for (let i = 0; i < count; i++) {
          if (isOutfall[i]) continue
          const wrong = volume[i]! - held[i]!
          if (Math.abs(wrong) <= 1e-6 + 1e-6 * held[i]!) continue
          if (volume[i]! <= 0) {
            head[i] = Math.min(head[i]!, inverts[i]!)
            continue
          }
          off = true
          head[i]! += Math.max(-0.5, Math.min(0.5, wrong / Math.max(area[i]!, 1e-3)))
        }
        if (!off) return
      }
    },
  }
}
