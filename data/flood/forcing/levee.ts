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

/** A crest along a line. */
export interface Crest {
  name: string
  /** length of the line, metres */
  length: number
  /** level of the crest at a distance along the line, above the datum */
  top: (along: number) => number
  /** stands from this moment on, seconds */
  start: number
  /** opens from the middle of the line, wider and lower at a constant rate */
  breach: { start: number; duration: number; width: number; bottom: number } | null
}

/** A crest along faces. */
export interface Levee extends Crest {
  faces: readonly Face[]
}

/** Level of a crest at a distance along its line by a moment. */
function crestAt(levee: Crest, along: number, time: number): number {
  const top = levee.top(along)
  const { breach } = levee
  if (!breach) return top
  const share = Math.min(1, (time - breach.start) / breach.duration)
  if (share <= 0 || Math.abs(along - levee.length / 2) > 0.5 * breach.width * share) return top
  return Math.min(top, top - (top - breach.bottom) * share)
}

/** When something of it begins. */
function nextOf({ start, breach }: Crest): (time: number) => number {
  const moments = breach ? [start, breach.start] : [start]
  return (time) => Math.min(...moments.map((moment) => (time < moment ? moment : Infinity)))
}

/**
 * A levee that is ground, where there are no faces for it: pixels under a subgrid.
 *
 * @param cells of the terrain along the line, with the ground they had before
 * @throws {Error} when it touches no cell
 */
export function groundLevee(
  terrain: Engine,
  levee: Crest,
  cells: readonly { index: number; along: number; ground: number }[],
): Forcing {
  const { name, start, breach } = levee
  if (cells.length === 0) throw new Error(`${name}: touches no cell of the grid; expected a line inside`)
  return {
    name,
    before(_, time, dt) {
      const now = time + dt
      if (now <= start || (breach && now <= breach.start && start <= 0)) return
      for (const { index, along, ground } of cells) {
        const bed = Math.max(ground, crestAt(levee, along, now))
        // not for a rounding error: tables are laid anew for it
        if (!(Math.abs(bed - terrain.bed[index]!) > 1e-6)) continue
        terrain.bed[index] = bed
        terrain.touch(index)
      }
    },
    volume: () => 0,
    next: nextOf(levee),
    save: () => [],
    restore() {},
  }
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
      crests[face.side][face.index] = Math.max(before[k]!, crestAt(levee, face.along, time))
    })
  }
  if (start <= 0) lay(0)
  return {
    name,
    before(_, time, dt) {
      if (time + dt > start && (breach || !stands)) lay(time + dt)
    },
    volume: () => 0,
    next: nextOf(levee),
    save: () => [],
    restore() {},
  }
}
