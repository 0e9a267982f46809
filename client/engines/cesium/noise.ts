/** Value noise in GLSL: `valueHash` gives 0 … 1 for a point, `valueNoise` the same made smooth, for grain of soil and ground. */
export const NOISE_GLSL = `
float valueHash(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * 0.1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}
float valueNoise(vec2 p) {
  vec2 i = floor(p);
  vec2 f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(valueHash(i), valueHash(i + vec2(1, 0)), f.x), mix(valueHash(i + vec2(0, 1)), valueHash(i + vec2(1, 1)), f.x), f.y);
}
`
