/** Where a camera may be and how fast it goes: pure numbers, metres and radians. */

import type { AppState } from '../../app/state.ts'

type Mode = AppState['navigation']

/** Metres the eye is above the ground when walking. */
export const EYE = 1.7
/** Metres every other camera stays above the ground. */
export const LOWEST = 2.5
/** Metres above the ellipsoid under which no land lies. */
export const LOWEST_LAND = -500

/**
 * The height a camera is to have over the ground below it: a walker sinks softly and rises at once, others only never dive.
 *
 * @param height metres above the ellipsoid, as is `ground`; undefined = the ground is not known yet
 * @returns null when it may stay where it is
 */
export function guarded(mode: Mode, height: number, ground: number | undefined): number | null {
  if (ground === undefined) return null
  const least = ground + (mode === 'walk' ? EYE : LOWEST)
  if (mode !== 'walk') return height >= least ? null : least
  if (Math.abs(height - least) < 0.02) return null
  return height + (least - height) * (height < least ? 1 : 0.35)
}

/** Metres under the ground between which a camera below it stays: so it neither slips out unseen nor sinks without end. */
export const BELOW = { highest: 0.4, lowest: 80 }

/** Whether a camera that was sent to a height was meant to be below the ground: clearly so, as the ground is known to a metre or two. */
export function meantBelow(mode: Mode, height: number, ground: number): boolean {
  return mode !== 'walk' && height < ground - 1.2
}

/**
 * The height of a camera that is below the ground.
 *
 * @param height metres above the ellipsoid, as is `ground`; undefined = the ground is not known yet
 * @returns null when it may stay where it is
 */
export function guardedBelow(height: number, ground: number | undefined): number | null {
  if (ground === undefined) return null
  if (height > ground - BELOW.highest) return ground - BELOW.highest
  return height < ground - BELOW.lowest ? ground - BELOW.lowest : null
}

/** Metres a second of a camera that is moved by keys: a walker's pace, or nearly its height over ground each second. */
export function topSpeed(mode: Mode, aboveGround: number, hurried: boolean): number {
  const calm = mode === 'walk' ? 1.6 : Math.min(20_000, Math.max(8, Math.max(2, aboveGround) * 0.9))
  return calm * (hurried ? 4 : 1)
}

/** The speed after `seconds` on the way to another: four fifths of the way in a third of a second. */
export function eased(speed: number, top: number, seconds: number): number {
  return speed + (top - speed) * Math.min(1, seconds * 5)
}

/** What the held keys ask for: −1, 0 or 1 ahead, to the right and up; only a flier rises. */
export function strideOf(keys: ReadonlySet<string>, mode: Mode): { ahead: number; right: number; up: number } {
  const held = (...codes: string[]) => Number(codes.some((code) => keys.has(code)))
  return {
    ahead: held('KeyW', 'ArrowUp') - held('KeyS', 'ArrowDown'),
    right: held('KeyD', 'ArrowRight') - held('KeyA', 'ArrowLeft'),
    up: mode === 'fly' ? held('KeyE') - held('KeyQ') : 0,
  }
}

/** Whether a key is one of those that move a camera. */
export function movesCamera(code: string): boolean {
  return /^(Key[WASDQE]|Arrow(Up|Down|Left|Right)|Shift(Left|Right))$/.test(code)
}

/** A pitch after the pointer moved by so many pixels: never quite straight down, never over backwards. */
export function pitched(pitch: number, pixels: number): number {
  return Math.min(1.4, Math.max(-1.54, pitch - pixels * TURN))
}

/** Radians the look turns per pixel of the pointer. */
export const TURN = 0.0028
