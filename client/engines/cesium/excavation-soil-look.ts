/** How walls of known soil look: each layer in its colour and hatch, borders sharp, metres marked, wet below the water table. */
import { LIT_UNIFORMS, type LitLook, litLook } from './lit-look.ts'
import { NOISE_GLSL } from './noise.ts'
import { HATCH_GLSL } from './soil-hatch.ts'

const VERTEX = `
in vec3 position3DHigh;
in vec3 position3DLow;
in vec3 normal;
in vec2 st;
in vec4 color;
in float water;
in float batchId;
out vec3 v_positionEC;
out vec3 v_normalEC;
out vec2 v_st;
out vec4 v_soil;
out float v_water;
void main() {
  vec4 p = czm_computePosition();
  v_positionEC = (czm_modelViewRelativeToEye * p).xyz;
  v_normalEC = czm_normal * normal;
  v_st = st;
  v_soil = color;
  v_water = water;
  gl_Position = czm_modelViewProjectionRelativeToEye * p;
}
`

const FRAGMENT = `
in vec3 v_positionEC;
in vec3 v_normalEC;
in vec2 v_st;
in vec4 v_soil;
in float v_water;
${LIT_UNIFORMS}
${NOISE_GLSL}
${HATCH_GLSL}
void main() {
  float deep = max(v_st.y, 0.0);
  vec2 q = vec2(v_st.x, deep);
  float blur = fwidth(v_st.x) + fwidth(v_st.y) + 1e-4;
  float fine = 1.0 - smoothstep(0.02, 0.12, blur);
  vec3 color = v_soil.rgb * (1.0 + (valueNoise(q * 9.0) - 0.5) * 0.12 * fine);
  color = hatched(color, q, int(v_soil.a * 255.0 + 0.5), 0.42, blur);
  // The soil is wet below the water table, whose line is blue.
  float under = smoothstep(-blur, blur, deep - v_water);
  color = mix(color, color * vec3(0.78, 0.84, 0.92), under);
  float table = 1.0 - smoothstep(0.012, 0.012 + blur, abs(deep - v_water));
  color = mix(color, vec3(0.20, 0.60, 0.97), table);
  float metre = abs(fract(deep + 0.5) - 0.5);
  float strong = step(mod(floor(deep + 0.5), 5.0), 0.5);
  float line = (1.0 - smoothstep(0.006, 0.006 + fwidth(deep), metre)) * step(0.5, deep) * (1.0 - smoothstep(0.10, 0.35, fwidth(deep)));
  color = mix(color, vec3(0.95, 0.93, 0.86), line * (0.30 + 0.35 * strong));
  float rim = 1.0 - smoothstep(0.0, max(0.035, fwidth(v_st.y) * 1.2), v_st.y + 0.03);
  color = mix(color, vec3(0.94, 0.92, 0.86), rim);
  float occlusion = 0.96 - 0.30 * smoothstep(0.0, 6.0, v_st.y);
  vec3 normalEC = normalize(v_normalEC);
  vec3 toSky = vec3(0.25) + 0.75 * u_lightSky;
  vec3 lit = color * (toSky * occlusion + u_lightColor * 0.35 * max(dot(normalEC, normalize(-v_positionEC)), 0.0));
  lit = mix(lit, color * 0.66, u_night * 0.75);
  out_FragColor = vec4(lit, 1.0);
}
`

/** Makes the look. */
export function soilLook(): LitLook {
  return litLook({ vertex: VERTEX, fragment: FRAGMENT })
}
