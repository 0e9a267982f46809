/** Trees: soft green volumes, present but quiet. */

import { CustomShader, LightingModel } from '@cesium/engine'
import { LIGHT_GLSL } from './light.ts'
import type { Draw } from './stage.ts'
import { FADE_GLSL } from './tile-fade.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

const TREES_GLSL = `
${LIGHT_GLSL}
${FADE_GLSL}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  vec3 eye = fsInput.attributes.positionEC;
  vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
  if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
  vec3 normal = czm_inverseViewRotation * faceEC;
  vec3 up = normalize(fsInput.attributes.positionWC / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  // Leaves scatter: the facets are softened towards the sky.
  normal = normalize(mix(normal, up, 0.35));
  vec3 cell = floor(fsInput.attributes.positionWC / 9.0);
  float tint = fract(sin(dot(cell, vec3(12.9898, 78.233, 37.719))) * 43758.5453);
  vec3 green = mix(vec3(0.47, 0.56, 0.38), vec3(0.56, 0.62, 0.41), tint);
  vec3 lit = litSurface(green, normal, up, 0.72 + 0.28 * smoothstep(-0.2, 0.9, dot(normal, up)));
  lit = inFog(lit, length(eye));
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  material.alpha = u_opacity;
}
`

/** Draws trees. */
export const drawTrees: Draw<'trees'> = (first, stage) => {
  const layer = tilesetLayer(first, stage, 'trees', {
    error: 16,
    shader: (translucencyMode) =>
      new CustomShader({
        lightingModel: LightingModel.UNLIT,
        translucencyMode,
        uniforms: lightUniforms(),
        fragmentShaderText: TREES_GLSL,
      }),
  })
  return { update: layer.update, pick: layer.pick, dispose: layer.dispose }
}
