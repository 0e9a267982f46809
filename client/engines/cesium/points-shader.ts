/** How points look: their own colour, or by class, height or intensity; unlit, as a scan brings its light along. */
import { rampColor } from '../../../scenes/schema/ramps.ts'
import { FADE_GLSL } from './tile-fade.ts'

/** Ways of colouring as the shader knows them. */
export const COLORING = { color: 0, class: 1, height: 2, intensity: 3 } as const

const STOPS = 9
const ramp = Array.from({ length: STOPS }, (_, i) => rampColor('viridis', i / (STOPS - 1)))
  .map(([red, green, blue]) => `vec3(${red.toFixed(4)}, ${green.toFixed(4)}, ${blue.toFixed(4)})`)
  .join(', ')

/** `_HEIGHT` counts decimetres from -1000 m of the ellipsoid, `_INTENSITY` 0 … 65535; batch colours are those of classes. */
export const POINTS_FRAGMENT = `
${FADE_GLSL}
vec3 pointRamp(float share) {
  vec3 stops[${STOPS}] = vec3[${STOPS}](${ramp});
  float at = clamp(share, 0.0, 1.0) * ${(STOPS - 1).toFixed(1)};
  int i = min(int(at), ${STOPS - 2});
  return mix(stops[i], stops[i + 1], at - float(i));
}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  vec4 batch = vec4(1.0);
  #ifdef HAS_SELECTED_FEATURE_ID
  batch = texture(model_batchTexture, computeSt(float(fsInput.featureIds.featureId_0)));
  #endif
  vec3 color = pow(clamp(fsInput.attributes.color_0.rgb, 0.0, 1.0), vec3(0.4545));
  if (u_coloring > 2.5) color = vec3(0.12 + 0.83 * pow(fsInput.attributes.intensity / 65535.0, 0.8));
  else if (u_coloring > 1.5) {
    float heightM = fsInput.attributes.height * 0.1 - 1000.0;
    color = pointRamp((heightM - u_heights.x) / max(0.1, u_heights.y - u_heights.x));
  } else if (u_coloring > 0.5) color = batch.rgb;
  // a scan is darker at night too, but never unreadable
  float day = mix(1.0, 0.62, u_night);
  float fog = 1.0 - exp(-length(fsInput.attributes.positionEC) * u_fogDensity);
  color = mix(color * day, u_fog, fog * 0.8);
  material.diffuse = pow(clamp(color, 0.0, 1.0), vec3(2.2));
  material.alpha = u_opacity;
}
`
