/** Outlines of pipes' sections: circle, box, egg, arch, as the tubes of the city are. */
import type { SECTIONS } from '../geo/city-feature.ts'

/** A section's word. */
export type SectionWord = (typeof SECTIONS)[number]

const STEPS = 48
/** The widest of the egg's curve below, so that its width is the pipe's. */
const EGG = 0.871044

/** Corners of an outline, x right and z up around its centre, half-widths 1. */
function unit(section: SectionWord): number[] {
  if (section === 'box') return [-1, -1, 1, -1, 1, 1, -1, 1]
  const out: number[] = []
  for (let i = 0; i < STEPS; i++) {
    const a = (i / STEPS) * 2 * Math.PI
    // egg: broad side up
    if (section === 'egg') out.push((Math.sin(a) * (1 - 0.28 * ((1 + Math.cos(a)) / 2))) / EGG, -Math.cos(a))
    else out.push(Math.cos(a), Math.sin(a))
  }
  if (section !== 'arch') return out
  const round: number[] = [-1, -1, 1, -1]
  for (let i = 0; i <= STEPS / 2; i++) {
    const a = (i / (STEPS / 2)) * Math.PI
    round.push(Math.cos(a), Math.sin(a))
  }
  return round
}

/**
 * The outline of a section in metres.
 * @param width metres
 * @param height metres
 * @returns x, z, x, z … around `x`, `z`
 */
export function sectionOutline(section: SectionWord, x: number, z: number, width: number, height: number): number[] {
  return unit(section).map((value, i) => (i % 2 === 0 ? x + (value * width) / 2 : z + (value * height) / 2))
}
