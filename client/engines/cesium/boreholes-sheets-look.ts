/** How sheets of soil and water look: clear, in the soil's colour with its sign, lines of equal height, gone over what was dug. */
import { BlendingState, CullFace } from '@cesium/engine'
import { PITS_GLSL, pitsUniforms } from './excavation-shader.ts'
import { LIGHT_GLSL } from './light.ts'
import { LIT_UNIFORMS, type LitLook, litLook } from './lit-look.ts'
import { HATCH_GLSL } from './soil-hatch.ts'

const VERTEX = `
in vec3 position3DHigh;
in vec3 position3DLow;
in vec3 normal;
in vec2 st;
in vec4 color;
in float sheetHeight;
in float known;
in float batchId;
out vec3 v_positionEC;
out vec3 v_normalEC;
out vec3 v_upEC;
out vec2 v_st;
out vec4 v_soil;
out float v_height;
out float v_known;
void main() {
  vec4 p = czm_computePosition();
  v_positionEC = (czm_modelViewRelativeToEye * p).xyz;
  v_normalEC = czm_normal * normal;
  v_upEC = czm_viewRotation * normalize(position3DHigh + position3DLow);
  v_st = st;
  v_soil = color;
  v_height = sheetHeight;
  v_known = known;
  gl_Position = czm_modelViewProjectionRelativeToEye * p;
}
`

/** `u_below`: 1 while the picture of what is buried is drawn. */
const FRAGMENT = `
in vec3 v_positionEC;
in vec3 v_normalEC;
in vec3 v_upEC;
in vec2 v_st;
in vec4 v_soil;
in float v_height;
in float v_known;
${LIT_UNIFORMS}
uniform float u_below;
uniform float u_underground;
uniform float u_opacity;
uniform float u_size;
uniform sampler2D u_pits;
uniform float u_pitCount;
uniform mat4 u_eyeToPit;
${PITS_GLSL}
${LIGHT_GLSL}
${HATCH_GLSL}
void main() {
  // Seen through the ground beside a pit, sheets go on: holes in each of them would look like steps.
  if (v_known < 0.004 || (u_below < 0.5 && overPit(v_positionEC))) discard;
  float distanceM = length(v_positionEC);
  vec3 toEye = -v_positionEC / distanceM;
  vec3 normalEC = normalize(v_normalEC);
  float facing = abs(dot(normalEC, toEye));
  if (dot(normalEC, toEye) < 0.0) normalEC = -normalEC;
  float blur = fwidth(v_st.x) + fwidth(v_st.y) + 1e-4;
  vec3 color = hatched(v_soil.rgb, v_st, int(v_soil.a * 255.0 + 0.5), u_size, blur);
  // Lines of equal height, every metre near by, every five farther off.
  float rise = fwidth(v_height) + 1e-5;
  float one = abs(fract(v_height + 0.5) - 0.5) / rise;
  float five = abs(fract(v_height / 5.0 + 0.5) - 0.5) * 5.0 / rise;
  float line = max((1.0 - smoothstep(0.5, 1.4, one)) * (1.0 - smoothstep(0.05, 0.16, rise)) * 0.6,
    (1.0 - smoothstep(0.6, 1.6, five)) * (1.0 - smoothstep(0.25, 0.9, rise)));
  vec3 normal = czm_inverseViewRotation * normalEC;
  vec3 up = czm_inverseViewRotation * normalize(v_upEC);
  vec3 lit = mix(litSurface(color, normal, up, 0.95), color, 0.45);
  vec3 lamp = color * (0.62 + 0.38 * facing);
  lit = mix(lit, lamp, max(u_underground, u_night * 0.8));
  lit = mix(lit, lit * 0.55 + vec3(0.06), line * 0.8);
  lit = inFog(lit, distanceM);
  // Seen along, a sheet is thicker.
  float clear = v_soil.a < 0.002 ? 0.82 : 0.70;
  float alpha = 1.0 - pow(clear, 1.0 / max(facing, 0.22));
  alpha = min(mix(alpha, 0.85, line * 0.6), 0.85);
  out_FragColor = vec4(clamp(lit, 0.0, 1.0), alpha * v_known * u_opacity);
}
`

/** Uniforms of the sheets. */
interface Own extends Record<string, unknown> {
  u_below: number
  u_underground: number
  u_opacity: number
  /** metres of one sign of the hatch */
  u_size: number
}

/**
 * Makes the look of sheets seen from one side. The engine's own way with clear things mixes all that lies over each other; these are
 * drawn in the order of their triangles, those seen from above and those seen from below apart.
 *
 * @param nothing stands for the picture of the pits while there is none
 */
export function sheetsLook(fromAbove: boolean, nothing: unknown): LitLook<Own> {
  return litLook<Own>({
    vertex: VERTEX,
    fragment: FRAGMENT,
    renderState: {
      depthTest: { enabled: true },
      depthMask: false,
      cull: { enabled: true, face: fromAbove ? CullFace.BACK : CullFace.FRONT },
      blending: BlendingState.ALPHA_BLEND,
    },
    uniforms: {
      ...pitsUniforms,
      u_pits: nothing,
      u_eyeToPit: [...pitsUniforms.u_eyeToPit],
      u_below: 0,
      u_underground: 0,
      u_opacity: 1,
      u_size: 8,
    },
  })
}
