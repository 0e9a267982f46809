/** How a pit looks: layers of soil with hatching, lines every metre of depth, a floor of sand, a pale rim. */

import { LIT_UNIFORMS, type LitLook, litLook } from './lit-look.ts'
import { NOISE_GLSL } from './noise.ts'

const VERTEX = `
in vec3 position3DHigh;
in vec3 position3DLow;
in vec3 normal;
in vec2 st;
in float batchId;
out vec3 v_positionEC;
out vec3 v_normalEC;
out vec2 v_st;
void main() {
  vec4 p = czm_computePosition();
  v_positionEC = (czm_modelViewRelativeToEye * p).xyz;
  v_normalEC = czm_normal * normal;
  v_st = st;
  gl_Position = czm_modelViewProjectionRelativeToEye * p;
}
`

/** Which side of a pit: walls have st = (along, depth), floors (east, north), both metres. */
const FRAGMENT = (floor: boolean) => `
in vec3 v_positionEC;
in vec3 v_normalEC;
in vec2 v_st;
${LIT_UNIFORMS}
${NOISE_GLSL}
float stroke(float value, float width, float blur) {
  return 1.0 - smoothstep(width, width + blur, abs(value));
}
vec3 wallColor(float along, float deep) {
  float wobble = (valueNoise(vec2(along * 0.35, 3.0)) - 0.5) * 0.5 + (valueNoise(vec2(along * 1.7, 9.0)) - 0.5) * 0.12;
  float d = deep + wobble * smoothstep(0.2, 1.2, deep);
  vec3 pavement = vec3(0.36, 0.36, 0.37);
  vec3 fill = vec3(0.50, 0.44, 0.37);
  vec3 clay = vec3(0.55, 0.42, 0.28);
  vec3 silt = vec3(0.44, 0.40, 0.36);
  vec3 mud = vec3(0.31, 0.31, 0.32);
  vec3 color = mix(pavement, fill, smoothstep(0.17, 0.19, deep));
  color = mix(color, clay, smoothstep(1.08, 1.14, d));
  color = mix(color, silt, smoothstep(3.2, 3.3, d));
  color = mix(color, mud, smoothstep(7.0, 7.2, d));
  vec2 q = vec2(along, deep);
  float blur = fwidth(along) + fwidth(deep);
  float fine = 1.0 - smoothstep(0.02, 0.12, blur);
  color *= 1.0 + (valueNoise(q * 9.0) - 0.5) * 0.16 * fine;
  color *= 1.0 - 0.22 * step(0.80, valueNoise(q * vec2(4.0, 6.0) + 31.0)) * fine * (1.0 - smoothstep(1.0, 1.2, d));
  // Hatching as on a drawing: fill crossed, clay slanted.
  float spacing = d < 1.1 ? 0.22 : 0.34;
  float slant = fract((along + deep) / spacing);
  float hatch = stroke(min(slant, 1.0 - slant) * spacing, 0.004, blur * 0.8) * (1.0 - smoothstep(0.015, 0.06, blur));
  color *= 1.0 - 0.20 * hatch * step(0.2, deep);
  // A line each metre of depth, stronger each fifth.
  float metre = abs(fract(deep + 0.5) - 0.5);
  float strong = step(4.5, mod(floor(deep + 0.5), 5.0) + 0.001 + step(mod(floor(deep + 0.5), 5.0), 0.5) * 5.0);
  float line = stroke(metre, 0.006, fwidth(deep)) * step(0.5, deep) * (1.0 - smoothstep(0.10, 0.35, fwidth(deep)));
  color = mix(color, vec3(0.93, 0.90, 0.82), line * (0.38 + 0.35 * strong));
  return color;
}
void main() {
  vec3 color;
  float occlusion = 1.0;
  vec3 normalEC = normalize(v_normalEC);
${
  floor
    ? `
  vec2 q = v_st;
  float blur = fwidth(q.x) + fwidth(q.y);
  color = vec3(0.60, 0.53, 0.41) * (1.0 + (valueNoise(q * 6.0) - 0.5) * 0.18 * (1.0 - smoothstep(0.05, 0.2, blur)));
  occlusion = 0.62;
`
    : `
  color = wallColor(v_st.x, max(v_st.y, 0.0));
  float rim = 1.0 - smoothstep(0.0, max(0.035, fwidth(v_st.y) * 1.2), v_st.y + 0.03);
  color = mix(color, vec3(0.94, 0.92, 0.86), rim);
  // It grows darker and cooler with depth.
  occlusion = 0.94 - 0.36 * smoothstep(0.0, 5.0, v_st.y);
`
}
  vec3 toSky = vec3(0.25) + 0.75 * u_lightSky;
  vec3 lit = color * (toSky * occlusion + u_lightColor * 0.35 * max(dot(normalEC, normalize(-v_positionEC)), 0.0));
  lit = mix(lit, color * 0.62, u_night * 0.75);
  out_FragColor = vec4(lit, 1.0);
}
`

/** The look of walls or of floors. */
export function pitLook(floor: boolean): LitLook {
  return litLook({ vertex: VERTEX, fragment: FRAGMENT(floor) })
}
