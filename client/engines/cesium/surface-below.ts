/** What the ground lets through: pits cut out of it, buried things seen through it, and the whole of it as glass. */

import { type Material, type Scene, Texture } from '@cesium/engine'
import { PITS_GLSL, pitsUniforms } from './excavation-shader.ts'
import { buried } from './underground.ts'

/** Uniforms of the ground's material for this part. */
export const SURFACE_UNIFORMS = {
  u_buried: 'czm_defaultImage',
  u_buriedDepth: 'czm_defaultImage',
  u_xray: 0,
  u_glass: 0,
  u_underneath: 0,
  u_deep: { x: 0.07, y: 0.095, z: 0.125 },
  ...pitsUniforms,
}

/**
 * `cutPits` leaves out ground where something was dug. `seenThrough` lays what is buried into a colour of the ground: where a
 * thing lies behind, by how deep it lies and how much ground the look goes through; as glass, dark soil everywhere else.
 * `ceiling` is the ground from below: soil on which the streets above can be made out.
 */
export const SURFACE_GLSL = `
${PITS_GLSL}
vec3 ceiling(vec3 painted, float paint) {
  return mix(vec3(0.235, 0.22, 0.2), painted * 0.5, 0.5 * paint);
}
vec3 seenThrough(vec3 ground, float paint, vec3 positionEC) {
  if (u_xray <= 0.0 && u_glass <= 0.0) return ground;
  vec2 at = gl_FragCoord.xy / czm_viewport.zw;
  vec4 thing = texture(u_buried, at);
  float hidden = 0.0;
  if (thing.a > 0.0) {
    vec4 behind = czm_windowToEyeCoordinates(gl_FragCoord.xy, texture(u_buriedDepth, at).r);
    float soilM = length(behind.xyz / behind.w) - length(positionEC);
    // Through a hill, or along a kilometre of street, nothing is seen; half a metre in front counts as touching.
    hidden = thing.a * exp(-max(soilM, 0.0) / 160.0) * step(-0.5, soilM);
  }
  vec3 glass = mix(u_deep * (0.55 + 0.45 * dot(ground, vec3(0.333))) + ground * 0.10, ground, 1.0 - u_glass);
  // Streets and shores keep their lines in the glass.
  glass = mix(glass, ground, u_glass * 0.16 * paint);
  float shown = hidden * max(u_xray, u_glass);
  return mix(glass, thing.rgb / max(thing.a, 0.004), clamp(shown, 0.0, 0.96));
}
`

/** Keeps the material's uniforms up to date before each frame; `opacity` = the ground layer's own. Call the answer to stop. */
export function followSurface(scene: Scene, material: Material, opacity: () => number): () => void {
  const under = buried(scene)
  const uniforms = (material as unknown as { uniforms: Record<string, unknown> }).uniforms
  return scene.preRender.addEventListener(() => {
    const above = !under.underground
    under.glass = above ? 1 - opacity() : 0
    uniforms.u_glass = under.glass
    uniforms.u_underneath = above ? 0 : 1
    uniforms.u_xray = above ? under.xray : 0
    const [color, depth] = [under.picture.color(), under.picture.depth()]
    if (color instanceof Texture && uniforms.u_buried !== color) {
      uniforms.u_buried = color
      uniforms.u_buriedDepth = depth
    }
    under.pits.fill(uniforms)
  })
}
