/** Levees and flood walls thinner than a cell: crests on faces along a line, overtopped as a weir, and their breaches. */
import type { Engine } from '../engine.ts'
import type { Forcing } from './forcing.ts'

/** A face of the grid: the western one of a cell (`across`) or the northern one (`down`). */
export interface Face {
  index: number
  side: 'across' | 'down'
  /** distance along the line, metres */
  along: number
  /** 1 where flow to the east or south goes to the right of the line, else -1 */
  right: 1 | -1
}

/** A crest along faces. */
export interface Levee {
  name: string
  faces: readonly Face[]
  /** length of the line, metres */
  length: number
  /** level of the crest at a distance along the line, above the datum */
  top: (along: number) => number
  /** stands from this moment on, seconds */
  start: number
  /** opens from the middle of the line, wider and lower at a constant rate */
  breach: { start: number; duration: number; width: number; bottom: number } | null
}

/** How far the crest of a face has come down by a moment. */
function crestAt(levee: Levee, { along }: Face, time: number): number {
  const top = levee.top(along)
  const { breach } = levee
  if (!breach) return top
  const share = Math.min(1, (time - breach.start) / breach.duration)
  if (share <= 0 || Math.abs(along - levee.length / 2) > 0.5 * breach.width * share) return top
  return Math.min(top, top - (top - breach.bottom) * share)
}

/**
 * A levee on an engine with room for crests.
 *
 * @throws {Error} when it touches no face, or the engine has no room
 */
export function leveeForcing(engine: Engine, levee: Levee): Forcing {
  const { faces, name, start, breach } = levee
  const { crests } = engine
  if (!crests) throw new Error(`${name}: the engine has no room for crests; expected setup.crests`)
  if (faces.length === 0) throw new Error(`${name}: touches no face of the grid; expected a line inside`)
  // what other levees put on the same faces
  const before = faces.map(({ index, side }) => crests[side][index]!)
  let stands = false
  const lay = (time: number) => {
    stands = true
    faces.forEach((face, k) => {
      crests[face.side][face.index] = Math.max(before[k]!, crestAt(levee, face, time))
    })
  }
  if (start <= 0) lay(0)
  const moments = breach ? [start, breach.start] : [start]
  return {
    name,
    before(_, time, dt) {
      if (time + dt > start && (breach || !stands)) lay(time + dt)
    },
    volume: () => 0,
    next: (time) => Math.min(...moments.map((moment) => (time < moment ? moment : Infinity))),
    save: () => [],
    restore() {},
  }
}
