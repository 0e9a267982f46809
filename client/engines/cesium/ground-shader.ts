/** How the ground looks: relief, height colours, contour hints, water with waves and sky, street glow; laid into the engine's globe shader. */

import { LIGHT_GLSL } from './light.ts'
import { NOISE_GLSL } from './noise.ts'
import { SURFACE_GLSL, SURFACE_UNIFORMS } from './surface-below.ts'

/** The globe material: its function is not used for its colour, it brings the uniforms and makes the engine pass heights and normals. */
export const GROUND_UNIFORMS = {
  u_lightDirection: { x: 0, y: 0, z: 1 },
  u_lightColor: { x: 0.5, y: 0.5, z: 0.5 },
  u_lightSky: { x: 0.6, y: 0.6, z: 0.6 },
  u_lightBounce: { x: 0.4, y: 0.4, z: 0.4 },
  u_fog: { x: 0.8, y: 0.85, z: 0.9 },
  u_fogDensity: 0.00002,
  u_night: 0,
  u_seaLevel: 0,
  u_contours: 1,
  ...SURFACE_UNIFORMS,
}

/** GLSL of the material. The word normalEC makes the engine ask the terrain for normals. */
export const GROUND_MATERIAL = `
${LIGHT_GLSL}
${SURFACE_GLSL}
czm_material czm_getMaterial(czm_materialInput materialInput) {
  czm_material material = czm_getDefaultMaterial(materialInput);
  material.diffuse = vec3(u_night * 0.0) + materialInput.normalEC * 0.0;
  return material;
}
${NOISE_GLSL}
vec3 heightColor(float heightM, float slope) {
  vec3 plain = vec3(0.765, 0.757, 0.659);
  vec3 foot = vec3(0.675, 0.690, 0.553);
  vec3 hill = vec3(0.553, 0.604, 0.467);
  vec3 top = vec3(0.655, 0.620, 0.514);
  vec3 bare = vec3(0.694, 0.663, 0.604);
  vec3 color = mix(plain, foot, smoothstep(4.0, 40.0, heightM));
  color = mix(color, hill, smoothstep(40.0, 180.0, heightM));
  color = mix(color, top, smoothstep(350.0, 900.0, heightM));
  color = mix(color, bare, smoothstep(1200.0, 2200.0, heightM));
  return mix(color, bare, 0.45 * smoothstep(0.55, 0.95, slope));
}
vec4 shadeGround(vec4 painted, czm_materialInput ground, float waterMask, vec3 positionMC, vec3 positionEC) {
  if (overPit(positionEC)) discard;
  float distanceM = length(positionEC);
  // Streets are the palest thing painted: near by day they are held back, at night they keep a warm glow of their own.
  float pale = smoothstep(0.80, 0.90, min(painted.r, min(painted.g, painted.b + 0.08))) * painted.a;
  if (u_underneath > 0.5) return vec4(inFog(ceiling(painted.rgb, painted.a * pale), distanceM), 1.0);
  vec3 up = normalize(positionMC / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  vec3 normal = normalize(czm_inverseViewRotation * ground.normalEC);
  float heightM = ground.height - u_seaLevel;
  vec3 albedo = heightColor(heightM, ground.slope);
  float unpainted = 1.0 - painted.a;
  float water = smoothstep(0.055, 0.085, painted.b - painted.r);
  water = max(water, unpainted * waterMask);
  albedo = albedo * unpainted + painted.rgb * (1.0 - 0.07 * pale * (1.0 - smoothstep(2500.0, 16000.0, distanceM)));
  albedo = mix(albedo, vec3(0.40, 0.56, 0.62), unpainted * waterMask);
  float lineM = heightM > 200.0 ? 50.0 : 20.0;
  float across = fwidth(heightM / lineM);
  float line = abs(fract(heightM / lineM - 0.5) - 0.5) / max(across, 1e-5);
  float contour = (1.0 - smoothstep(0.4, 1.4, line)) * smoothstep(0.03, 0.12, ground.slope) * (1.0 - smoothstep(0.05, 0.28, across));
  albedo *= 1.0 - 0.13 * contour * u_contours * (1.0 - water);
  // Relief is drawn 1.6 times steeper than it is: a plain lit truly has no shade at all.
  vec3 steep = normalize(normal + up * (dot(normal, up) * -0.375));
  float level = dot(u_lightDirection, up);
  vec3 flatLit = litSurface(vec3(1.0), up, up, 1.0);
  vec3 lit = albedo * flatLit + albedo * u_lightColor * clamp(dot(u_lightDirection, steep) - level, -0.55, 0.5) * 1.15;
  lit = max(lit, albedo * flatLit * 0.42);
  if (water > 0.001) {
    vec3 east = normalize(cross(vec3(0.0, 0.0, 1.0), up));
    vec3 north = cross(up, east);
    vec3 fromEye = normalize(czm_inverseViewRotation * positionEC);
    vec2 q = vec2(atan(positionMC.y, positionMC.x) * 5.6e6, positionMC.z);
    float calm = 1.0 - smoothstep(300.0, 5000.0, distanceM);
    float phase = czm_frameNumber * 0.004;
    vec2 ripple = vec2(valueNoise(mod(q * 0.045, 977.0) + phase) - 0.5, valueNoise(mod(q * 0.045, 977.0) + 57.0 - phase) - 0.5);
    ripple += 0.6 * vec2(valueNoise(mod(q * 0.16, 991.0) - phase) - 0.5, valueNoise(mod(q * 0.16, 991.0) + 91.0 + phase) - 0.5);
    vec3 surface = normalize(up + (east * ripple.x + north * ripple.y) * 0.16 * calm);
    float grazing = pow(1.0 - max(dot(-fromEye, surface), 0.0), 4.0);
    vec3 sky = mix(u_fog * vec3(0.86, 0.95, 1.02), u_fog, grazing);
    vec3 still = albedo * flatLit * 0.96;
    vec3 mirrored = mix(still, sky, 0.08 + 0.5 * grazing);
    float glint = pow(max(dot(reflect(fromEye, surface), u_lightDirection), 0.0), 90.0);
    mirrored += u_lightColor * glint * 0.5 * (1.0 - u_night * 0.6);
    lit = mix(lit, mirrored, water);
  }
  lit = mix(lit, lit * 0.35 + vec3(0.57, 0.43, 0.235), u_night * pale * 0.68 * (1.0 - water));
  lit = seenThrough(lit, painted.a * pale, positionEC);
  return vec4(inFog(lit, distanceM), 1.0);
}
`

const ANCHORS: readonly [string, string][] = [
  [
    'color = alphaBlend(materialColor, color);',
    `#ifdef HAS_WATER_MASK
    float groundWater = mask;
    #else
    float groundWater = 0.0;
    #endif
    color = shadeGround(color, materialInput, groundWater, v_positionMC, v_positionEC);`,
  ],
]

/**
 * The engine's globe fragment shader with our shading in the place of its material blend.
 *
 * @throws {Error} when the engine's shader no longer has the line we hook on: a new engine version needs a look
 */
export function hookGround(source: string): string {
  let out = source
  for (const [anchor, ours] of ANCHORS) {
    if (!out.includes(anchor)) throw new Error(`globe shader: no line to hook on, got none; expected ${anchor}`)
    out = out.replace(anchor, ours)
  }
  return out
}
