/** How the elements of a building model look: their own colours in the city's light, storeys drawn apart when asked. */
import { LIGHT_GLSL } from './light.ts'

/** Lifts each storey over the one below: `_STOREY` counts from 1, 0 stays where it is. Positions are steps of the tile, z up. */
export const MODELS_VERTEX = `
void vertexMain(VertexInput vsInput, inout czm_modelVertexOutput vsOutput) {
  float stepM = length(czm_model[2].xyz);
  vsOutput.positionMC.z += max(0.0, vsInput.attributes.storey - 1.0) * u_explode / max(stepM, 1e-6);
}
`

/** Flat faces in their own colours or the data's; the chosen element in the accent. A white batch colour is none. */
export const MODELS_FRAGMENT = `
${LIGHT_GLSL}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  vec3 eye = fsInput.attributes.positionEC;
  vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
  if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
  vec3 normal = czm_inverseViewRotation * faceEC;
  vec3 up = normalize(fsInput.attributes.positionWC / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  vec4 own = fsInput.attributes.color_0;
  #ifdef HAS_BASE_COLOR_TEXTURE
  own.rgb = material.diffuse;
  #endif
  // drawings are darker than buildings in daylight
  vec3 color = mix(pow(clamp(own.rgb, 0.0, 1.0), vec3(0.4545)), vec3(1.0), 0.24);
  vec4 batch = vec4(1.0);
  #ifdef HAS_SELECTED_FEATURE_ID
  batch = texture(model_batchTexture, computeSt(float(fsInput.featureIds.featureId_0)));
  #endif
  bool data = batch.r < 0.99 || batch.g < 0.99 || batch.b < 0.99;
  bool chosen = distance(batch.rgb, u_accent) < 0.012;
  if (data) color = chosen ? mix(color, u_accent, 0.55) : batch.rgb;
  // Rooms have no sky: what faces the eye is a little brighter, so that walls, floors and stairs come apart.
  float facing = 0.70 + 0.30 * abs(dot(faceEC, normalize(eye)));
  vec3 lit = litSurface(color, normal, up, facing);
  if (chosen) lit += u_accent * 0.12;
  lit = inFog(lit, length(eye));
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  material.alpha = (chosen ? max(own.a, 0.6) : own.a) * u_opacity;
}
`
