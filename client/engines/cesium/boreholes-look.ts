/** How columns of boreholes look: soil colours with hatches, a ring of blue at the water, metres marked; as thick as some pixels from afar. */
import { Cartesian3 } from '@cesium/engine'
import { ACCENT } from './buildings.ts'
import type { Light } from './light.ts'
import { LIGHT_GLSL } from './light.ts'
import { LIT_UNIFORMS, type LitLook, litLook } from './lit-look.ts'
import { HATCH_GLSL } from './soil-hatch.ts'

const UNIFORMS = `
${LIT_UNIFORMS}
uniform float u_below;
uniform float u_underground;
uniform float u_opacity;
uniform vec3 u_accent;
`

const VERTEX = `
in vec3 position3DHigh;
in vec3 position3DLow;
in vec3 normal;
in vec2 st;
in vec4 color;
in float batchId;
out vec3 v_positionEC;
out vec3 v_normalEC;
out vec3 v_upEC;
out vec2 v_st;
out vec4 v_soil;
out float v_water;
out float v_mark;
void main() {
  vec4 p = czm_computePosition();
  vec4 eye = czm_modelViewRelativeToEye * p;
  v_normalEC = czm_normal * normal;
  float far = length(eye.xyz);
  // three pixels at least, while that is no more than nine metres
  float wanted = min(9.0, 1.5 * far * czm_pixelRatio / (czm_projection[1][1] * czm_viewport.w * 0.5));
  float radius = czm_batchTable_radius(batchId);
  eye.xyz += normalize(v_normalEC) * max(0.0, wanted - radius);
  v_positionEC = eye.xyz;
  v_st = st;
  v_soil = color;
  v_water = czm_batchTable_water(batchId);
  v_mark = czm_batchTable_mark(batchId).r;
  vec3 world = (czm_inverseView * eye).xyz;
  v_upEC = normalize(czm_viewRotation * normalize(world / (czm_ellipsoidRadii * czm_ellipsoidRadii)));
  gl_Position = czm_projection * eye;
}
`

const FRAGMENT = `
in vec3 v_positionEC;
in vec3 v_normalEC;
in vec3 v_upEC;
in vec2 v_st;
in vec4 v_soil;
in float v_water;
in float v_mark;
${UNIFORMS}
${LIGHT_GLSL}
${HATCH_GLSL}
void main() {
  if (u_opacity < 0.99 && fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) > u_opacity) discard;
  bool lid = v_st.x < -0.5;
  float deep = v_st.y;
  vec3 normalEC = lid ? v_upEC : normalize(v_normalEC);
  float distanceM = length(v_positionEC);
  vec3 color = v_soil.rgb;
  if (!lid) {
    float blur = fwidth(deep) + 1e-4;
    color = hatched(color, vec2(v_st.x, deep), int(v_soil.a * 255.0 + 0.5), 0.8, blur);
    float metre = abs(fract(deep / 5.0 + 0.5) - 0.5) * 5.0;
    color *= 1.0 - 0.35 * (1.0 - smoothstep(0.03, 0.03 + blur, metre)) * (1.0 - smoothstep(0.3, 1.2, blur));
    float ring = 1.0 - smoothstep(0.14, 0.14 + blur, abs(deep - v_water));
    color = mix(color, vec3(0.16, 0.55, 0.94), ring);
  }
  vec3 normal = czm_inverseViewRotation * normalEC;
  vec3 up = czm_inverseViewRotation * v_upEC;
  vec3 lit = litSurface(color, normal, up, 0.92);
  vec3 lamp = color * (0.48 + 0.52 * max(dot(normalEC, normalize(-v_positionEC)), 0.0));
  lit = mix(lit, lamp, max(u_underground, u_night * 0.8));
  if (v_mark > 0.25) lit = mix(lit, v_mark > 0.75 ? u_accent : vec3(1.0), v_mark > 0.75 ? 0.32 : 0.22);
  lit = inFog(lit, distanceM);
  out_FragColor = vec4(clamp(lit, 0.0, 1.0), u_below > 0.5 ? 0.55 + 0.45 * exp(-deep / 20.0) : 1.0);
}
`

/** The look of all columns of a layer; `light` brings it up to date before each frame. */
export interface ColumnsLook extends Pick<LitLook, 'appearance'> {
  light(light: Light, underground: boolean, opacity: number): void
}

/** Makes the look. */
export function columnsLook(): ColumnsLook {
  const look = litLook({
    vertex: VERTEX,
    fragment: FRAGMENT,
    uniforms: {
      u_below: 0,
      u_underground: 0,
      u_opacity: 1,
      u_accent: new Cartesian3(ACCENT.red, ACCENT.green, ACCENT.blue),
    },
  })
  return {
    appearance: look.appearance,
    light(light, underground, opacity) {
      look.light(light)
      look.uniforms.u_underground = underground ? 1 : 0
      look.uniforms.u_opacity = opacity
    },
  }
}
