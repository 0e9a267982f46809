/** How a pipe looks: round in its utility's colour, iron and concrete at its nodes, streaks that move the way a sewer flows. */

import { LIGHT_GLSL } from './light.ts'
import { FADE_GLSL } from './tile-fade.ts'

/**
 * Takes where along its own axis a tube's vertex lies, from the turn and size of its instance, and keeps a tube some pixels wide
 * however far it is: the wider the main, the wider its line (`classOf` of pipes-colors.ts). Service pipes go before mains do.
 */
export const PIPES_VERTEX = `
const vec4 LEAST_PIXELS = vec4(1.5, 2.0, 2.6, 3.4);
float leastPixels(float distanceM, int size) {
  if (size == 0) return distanceM > 1600.0 ? -1.0 : LEAST_PIXELS.x;
  return LEAST_PIXELS[size] * (1.0 - 0.3 * smoothstep(3000.0, 12000.0, distanceM));
}
void vertexMain(VertexInput vsInput, inout czm_modelVertexOutput vsOutput) {
  v_along = 0.0;
  v_axis = vec3(0.0);
  #ifdef HAS_INSTANCING
  vec3 axis = getInstancingTransform()[1].xyz;
  float reach = length(axis);
  v_axis = axis / max(reach, 1e-6);
  v_along = dot(vsInput.attributes.positionMC, v_axis);
  if (vsInput.attributes.color_0.a > 0.99) {
    vec3 origin = getInstancingTransform()[3].xyz;
    vec3 out_ = vsInput.attributes.positionMC - origin;
    vec3 radial = out_ - v_axis * dot(out_, v_axis);
    float radius = length(radial);
    float distanceM = -(czm_modelView * vec4(vsInput.attributes.positionMC, 1.0)).z;
    int size = 1;
    #ifdef HAS_SELECTED_FEATURE_ID
    ivec3 told = ivec3(texture(model_batchTexture, computeSt(float(vsInput.featureIds.instanceFeatureId_0))).rgb * 255.0 + 0.5);
    size = ((told.b & 4) >> 1) | ((told.r & 4) >> 2);
    #endif
    float pixels = leastPixels(distanceM, size);
    float wanted = pixels * max(distanceM, 0.0) * czm_pixelRatio / (czm_projection[1][1] * czm_viewport.w);
    if (pixels < 0.0) vsOutput.positionMC = origin;
    else if (radius > 1e-5 && radius < wanted) vsOutput.positionMC += radial * (wanted / radius - 1.0);
  }
  #endif
}
`

/**
 * GLSL of the pipes' custom shader. A feature's batch colour is its colour, always set; in the low bits of red, green and blue
 * stand how deep it lies, how wide a main it is and whether it flows (see `packed` of pipes-colors.ts): the engine gives table values to meshes with feature
 * ids but not to instances. A model's own colour says by its alpha how much of the feature's it takes.
 * `u_below`: 1 while the picture of what is buried is drawn, whose alpha is how clearly a thing shows.
 */
export const PIPES_FRAGMENT = `
${LIGHT_GLSL}
${FADE_GLSL}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  vec3 eye = fsInput.attributes.positionEC;
  float distanceM = length(eye);
  vec3 normalEC = normalize(fsInput.attributes.normalEC);
  vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
  if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
  if (dot(normalEC, faceEC) < 0.0) normalEC = -normalEC;
  vec3 normal = czm_inverseViewRotation * normalEC;
  vec3 up = normalize(fsInput.attributes.positionWC / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  vec4 own = fsInput.attributes.color_0;
  ivec3 told = ivec3(152);
  #ifdef HAS_SELECTED_FEATURE_ID
  told = ivec3(texture(model_batchTexture, computeSt(float(fsInput.featureIds.instanceFeatureId_0))).rgb * 255.0 + 0.5);
  #endif
  vec3 paint = vec3((told >> ivec3(3, 2, 3)) << ivec3(3, 2, 3)) / vec3(248.0, 252.0, 248.0);
  float deep = float(((told.r & 3) << 2) | (told.g & 3)) / 1.5;
  int way = told.b & 3;
  bool flows = way == 1 || way == 3;
  bool chosen = distance(paint, u_accent) < 0.03;
  vec3 color = mix(pow(own.rgb, vec3(0.4545)), paint, chosen ? max(own.a, 0.7) : own.a);
  if (flows && u_flow > 0.5 && own.a > 0.9) {
    float wave = fract((way == 3 ? -v_along : v_along) / 3.0 - u_seconds * 0.35);
    float blur = clamp(fwidth(v_along) / 3.0, 0.001, 0.5);
    float streak = smoothstep(0.0, 0.04 + blur, wave) * (1.0 - smoothstep(0.10, 0.34 + blur, wave));
    color = mix(color, color * 0.45 + vec3(0.62), streak * 0.55 * (1.0 - smoothstep(60.0, 260.0, distanceM)));
  }
  // Soil hides the sky: what is buried is lit from above the eye and darkens at its foot.
  float foot = 0.70 + 0.30 * smoothstep(-0.9, 0.7, dot(normal, up));
  vec3 lit = litSurface(color, normal, up, foot);
  vec3 lamp = color * (0.42 + 0.58 * max(dot(normalEC, normalize(-eye)), 0.0));
  // At night the colours of what is buried stay true, as those of all data.
  lit = mix(lit, lamp, max(u_underground, u_night * 0.8));
  float shine = pow(max(dot(normalize(normalize(-eye) + vec3(0.0, 0.0, 0.25)), normalEC), 0.0), 48.0);
  lit += vec3(0.10) * shine * own.a * (1.0 - 0.6 * u_night);
  if (chosen) lit = mix(lit, u_accent, 0.45) + u_accent * 0.12;
  lit = inFog(lit, distanceM);
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  // Six metres down a thing is a shade, twenty metres down nearly gone.
  material.alpha = u_below > 0.5 ? clamp(0.30 + 0.70 * exp(-deep / 5.0), 0.0, 1.0) : 1.0;
}
`
