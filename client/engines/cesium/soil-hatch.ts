/** The hatches of soils for shaders: the same signs as on a borehole log, drawn sharp at any distance and gone where they would flicker. */
import { HATCHES, type Hatch } from '../../../data/geology/soils.ts'

/** The number a hatch has in a shader. */
export function hatchNumber(hatch: Hatch): number {
  return Math.max(0, HATCHES.indexOf(hatch))
}

/** A hatch of no soil: ground that no hole has met. */
export const UNKNOWN_HATCH = HATCHES.length

const is = (name: Hatch) => `kind == ${HATCHES.indexOf(name)}`

/** `hatched(color, q, kind, size, ground)`: q metres along and down, size metres of one sign, blur metres of one pixel. */
export const HATCH_GLSL = `
float hatchLine(float value, float width, float blur) {
  return 1.0 - smoothstep(width, width + blur, abs(value));
}
float hatchRepeat(float value, float period, float width, float blur) {
  float f = fract(value / period);
  return hatchLine(min(f, 1.0 - f) * period, width, blur);
}
vec2 hatchCell(vec2 q, float size) {
  vec2 cell = q / size;
  cell.x += 0.5 * mod(floor(cell.y), 2.0);
  return (fract(cell) - 0.5) * size;
}
float hatchSign(vec2 q, int kind, float s, float blur) {
  float w = s * 0.025;
  float slant = hatchRepeat(q.x + q.y, s * 1.4, w, blur);
  float back = hatchRepeat(q.x - q.y, s * 1.4, w, blur);
  vec2 at = hatchCell(q, s);
  float dots = 1.0 - smoothstep(s * 0.06, s * 0.06 + blur, length(at));
  float circles = hatchLine(length(at) - s * 0.28, w, blur);
  float bricks = max(hatchRepeat(q.y, s * 0.9, w, blur),
    hatchRepeat(q.x + 0.8 * s * mod(floor(q.y / (s * 0.9)), 2.0), s * 1.6, w, blur));
  if (${is('cross')}) return max(slant, back);
  if (${is('wave')}) {
    float row = floor(q.y / (s * 0.55));
    float wave = q.y + s * 0.10 * sin(q.x * 6.2832 / s + row * 2.1);
    return hatchRepeat(wave, s * 0.55, w, blur) * step(0.30, fract(q.x / (s * 2.0) + row * 0.37));
  }
  if (${is('slant')}) return slant;
  if (${is('slant-dash')}) return slant * step(0.35, fract((q.x - q.y) / (s * 1.3)));
  if (${is('dash')}) {
    float row = floor(q.y / (s * 0.5));
    return hatchRepeat(q.y - s * 0.25, s * 0.5, w, blur) * step(0.5, fract(q.x / s + row * 0.5));
  }
  if (${is('dots')}) return max(dots, 1.0 - smoothstep(s * 0.04, s * 0.04 + blur, length(hatchCell(q + s * 0.37, s * 0.7))));
  if (${is('dots-circles')}) return max(dots, hatchLine(length(hatchCell(q + s * 0.5, s * 1.5)) - s * 0.26, w, blur));
  if (${is('circles')}) return circles;
  if (${is('triangles')}) return hatchLine(max(abs(at.x) * 0.866 + at.y * 0.5, -at.y) - s * 0.18, w, blur);
  if (${is('slant-circles')}) return max(slant, hatchLine(length(hatchCell(q, s * 1.5)) - s * 0.26, w, blur));
  if (${is('slant-cross')}) return max(slant, back * step(0.5, fract(q.y / (s * 1.6))));
  if (${is('vee')}) return hatchLine(abs(at.x) * 1.6 + at.y, w * 1.8, blur * 1.8) * step(abs(at.x), s * 0.2);
  if (${is('plus')}) return max(hatchLine(at.x, w, blur) * step(abs(at.y), s * 0.22), hatchLine(at.y, w, blur) * step(abs(at.x), s * 0.22));
  if (${is('brick')}) return bricks;
  if (${is('brick-dots')}) return max(bricks, dots);
  if (${is('brick-dash')}) return max(bricks, hatchLine(at.y, w, blur) * step(abs(at.x), s * 0.15));
  if (kind == ${UNKNOWN_HATCH}) return 0.8 * slant * step(0.5, fract((q.x - q.y) / s));
  return 0.0;
}
vec3 hatched(vec3 color, vec2 q, int kind, float size, float blur) {
  float sign = hatchSign(q, kind, size, blur) * (1.0 - smoothstep(size * 0.10, size * 0.35, blur));
  float bright = dot(color, vec3(0.30, 0.59, 0.11));
  return mix(color, color * (bright > 0.42 ? 0.55 : 1.55), sign * 0.75);
}
`
