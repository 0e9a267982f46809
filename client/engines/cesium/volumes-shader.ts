/** How rights in space look: clear solids in their own colours with clear edges; floors drawn apart when asked. */
import { LIGHT_GLSL } from './light.ts'
import { FADE_GLSL } from './tile-fade.ts'

/** Lifts each floor over the ground floor: `_LEVEL` is the floor plus 1000, 0 stays. Positions are steps of the tile, z up. */
export const VOLUMES_VERTEX = `
void vertexMain(VertexInput vsInput, inout czm_modelVertexOutput vsOutput) {
  float level = vsInput.attributes.level;
  float stepM = length(czm_model[2].xyz);
  if (level > 0.5) vsOutput.positionMC.z += (level - 1001.0) * u_explode / max(stepM, 1e-6);
}
`

/**
 * Faces are seen through, edges (nearly opaque in the file) are lines. `u_below`: 1 while the picture of what is buried is drawn,
 * in which floors above the ground would stand before what lies under them.
 * A white batch colour is none; the accent's is the chosen thing.
 */
export const VOLUMES_FRAGMENT = `
${LIGHT_GLSL}
${FADE_GLSL}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  if (u_below > 0.5 && fsInput.attributes.level > 1000.5) discard;
  vec3 eye = fsInput.attributes.positionEC;
  bool edge = material.alpha > 0.6;
  vec4 own = fsInput.attributes.color_0;
  vec3 color = pow(clamp(own.rgb, 0.0, 1.0), vec3(0.4545));
  vec4 batch = vec4(1.0);
  #ifdef HAS_SELECTED_FEATURE_ID
  batch = texture(model_batchTexture, computeSt(float(fsInput.featureIds.featureId_0)));
  #endif
  bool data = batch.r < 0.99 || batch.g < 0.99 || batch.b < 0.99;
  bool chosen = distance(batch.rgb, u_accent) < 0.012;
  if (data) color = batch.rgb;
  // dark lines by day, bright ones in the dark of the soil
  vec3 lit = edge ? mix(color * 0.62, min(color * 1.2 + 0.12, 1.0), u_underground) : color;
  if (!edge) {
    vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
    if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
    vec3 normal = czm_inverseViewRotation * faceEC;
    vec3 up = normalize(fsInput.attributes.positionWC / (czm_ellipsoidRadii * czm_ellipsoidRadii));
    // half lit: colours of rights stay readable below ground and at night
    float facing = abs(dot(faceEC, normalize(eye)));
    lit = mix(litSurface(color, normal, up, 0.75 + 0.25 * facing), color, 0.55);
    lit = mix(lit, color * (0.8 + 0.3 * facing), u_underground);
  }
  float alpha = edge ? 0.95 : mix(0.40, 0.50, u_underground);
  if (chosen) {
    lit = edge ? vec3(1.0) : mix(lit, u_accent, 0.7) + u_accent * 0.1;
    alpha = edge ? 1.0 : 0.78;
  }
  // below ground rights are read farther than the lamp reaches
  lit = inFog(lit, length(eye) * mix(1.0, 0.3, u_underground));
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  material.alpha = (u_below > 0.5 ? max(alpha, 0.55) : alpha) * u_opacity;
}
`
