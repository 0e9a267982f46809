/** How a building looks: fired clay and stone by use, storeys and windows, a dark foot, pale roofs, lit windows at night. */

import { BUILDING_PALETTE } from '../../app/building-palette.ts'
import { LIGHT_GLSL } from './light.ts'

/** The palette as a GLSL function of the class's number. */
function paletteGlsl(): string {
  const colors = Object.values(BUILDING_PALETTE).map(
    (color) => `vec3(${color.slice(0, 3).map((part) => part.toFixed(3))})`,
  )
  const lines = colors.map((color, use) => `  if (use == ${use}) return ${color};`)
  return `vec3 useColor(int use) {\n${lines.join('\n')}\n  return ${colors.at(-1)};\n}`
}

/**
 * GLSL of the buildings' custom shader. Reads from the tile's property table: `height` (m), `base` (ellipsoidal ground, m),
 * `levels` (0 = unknown); the class is read from the first numeric row of the table by hand, because `class` is a reserved word in GLSL.
 * The tile has no normals: faces are flat, their normal comes from screen-space derivatives.
 * A feature's batch colour is its data colour; white = none.
 */
export const BUILDINGS_GLSL = `
${LIGHT_GLSL}
float cityHash(vec3 p) {
  p = fract(p * vec3(0.1031, 0.1030, 0.0973));
  p += dot(p, p.yxz + 33.33);
  return fract((p.x + p.y) * p.z);
}
${paletteGlsl()}
// x: width of a bay, y: share of it that is window, z: sill, w: lintel (shares of the storey)
vec4 bayOf(int use) {
  if (use == 2) return vec4(4.2, 0.78, 0.18, 0.86);
  if (use == 3) return vec4(1.7, 0.80, 0.14, 0.90);
  if (use == 4 || use == 5) return vec4(6.0, 0.74, 0.62, 0.86);
  if (use == 6 || use == 7 || use == 8) return vec4(3.4, 0.66, 0.28, 0.82);
  if (use == 9) return vec4(3.0, 0.34, 0.22, 0.80);
  if (use == 10 || use == 11) return vec4(5.0, 0.22, 0.45, 0.78);
  return vec4(3.3, 0.50, 0.30, 0.80);
}
// Share of windows lit by use at an hour of the day.
float litShare(int use, float hour) {
  float evening = smoothstep(16.5, 19.5, hour) * (1.0 - smoothstep(21.5, 24.0, hour)) + (1.0 - smoothstep(0.0, 1.0, hour)) * 0.12;
  float morning = smoothstep(5.0, 6.5, hour) * (1.0 - smoothstep(7.0, 8.5, hour));
  if (use <= 1) return 0.06 + 0.52 * evening + 0.3 * morning;
  if (use == 2) return 0.10 + 0.62 * smoothstep(16.5, 18.5, hour) * (1.0 - smoothstep(21.5, 23.0, hour));
  if (use == 3 || use == 6) return 0.07 + 0.40 * smoothstep(16.0, 17.5, hour) * (1.0 - smoothstep(18.5, 22.0, hour));
  if (use == 7) return 0.03 + 0.28 * smoothstep(16.5, 18.0, hour) * (1.0 - smoothstep(20.0, 21.5, hour));
  if (use == 8) return 0.38 + 0.22 * evening;
  return 0.05 + 0.12 * evening;
}
// Roofs are slightly lighter than walls.
vec3 roofOf(vec3 wall, bool data) {
  return data ? mix(wall, vec3(1.0), 0.12) : mix(wall * 1.09, vec3(0.86, 0.85, 0.83), 0.35);
}
float box(float x, float from, float to, float blur) {
  return smoothstep(from - blur, from + blur, x) - smoothstep(to - blur, to + blur, x);
}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  vec3 eye = fsInput.attributes.positionEC;
  float distanceM = length(eye);
  vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
  if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
  vec3 normal = czm_inverseViewRotation * faceEC;
  vec3 world = fsInput.attributes.positionWC;
  vec3 up = normalize(world / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  vec3 local = mat3(czm_model) * fsInput.attributes.positionMC;

  float heightM = max(fsInput.metadata.height, 2.0);
  float levels = float(fsInput.metadata.levels);
  int use = int(texelFetch(u_propertyTableTexture_0, ivec2(fsInput.featureIds.featureId_0, 0), 0).r * 255.0 + 0.5);
  // Height over the ellipsoid from the eye outwards: exact to millimetres near, where an earth-centred float is half a metre off.
  float rise = dot(eye, czm_eyeEllipsoidNormalEC);
  float away = dot(eye, eye) - rise * rise;
  float overBase = czm_eyeHeight + rise + away / 12742000.0 - fsInput.metadata.base;

  float seed = cityHash(vec3(heightM * 7.31, fsInput.metadata.base * 3.17, float(use)));
  float fallback = use == 4 || use == 5 ? 6.0 : (use == 2 ? 4.2 : 3.1);
  float storeys = levels > 0.5 ? levels : max(1.0, floor(heightM / fallback));
  float storeyM = clamp(heightM / storeys, 2.4, 9.0);

  vec4 batch = vec4(1.0);
  #ifdef HAS_SELECTED_FEATURE_ID
  batch = texture(model_batchTexture, computeSt(float(fsInput.featureIds.featureId_0)));
  #endif
  bool data = batch.r + batch.g + batch.b < 2.995;
  vec3 wall = data ? batch.rgb : useColor(use) * (0.94 + 0.10 * seed);
  if (!data) wall = mix(wall, wall * vec3(0.93, 0.97, 1.02) * 1.04, smoothstep(30.0, 110.0, heightM) * 0.7);

  float flatness = dot(normal, up);
  float afar = smoothstep(5000.0, 22000.0, distanceM);
  vec3 color;
  float glow = 0.0;
  vec3 glowColor = vec3(1.0, 0.78, 0.46);
  float occlusion = 1.0;
  if (flatness > 0.25) {
    vec3 roof = roofOf(wall, data);
    if (!data && flatness < 0.985) {
      vec3 tile = mix(vec3(0.64, 0.44, 0.36), vec3(0.42, 0.43, 0.46), step(0.45, seed));
      roof = use == 4 || use == 5 ? vec3(0.66, 0.70, 0.74) : mix(roof, tile, 0.72);
    }
    if (!data && (use == 4 || use == 5) && seed > 0.5) roof = mix(roof, vec3(0.56, 0.66, 0.74), 0.5);
    color = roof;
  } else {
    // The wall's direction in sixteenths of a turn: a normal from derivatives trembles, and over half a kilometre of tile
    // that would move windows by decimetres; a direction up to 11 degrees off only spaces them 2 % wider.
    vec3 east = normalize(vec3(-up.y, up.x, 0.0));
    vec3 north = cross(up, east);
    float turn = floor(atan(dot(normal, east), dot(normal, north)) * 2.5464791 + 0.5) / 2.5464791;
    vec3 along = east * cos(turn) - north * sin(turn);
    float u = dot(local, along);
    vec4 bay = bayOf(use);
    float bays = u / bay.x;
    float s = overBase / storeyM;
    float storey = floor(s);
    float fs = fract(s);
    float fu = fract(bays);
    float blurU = clamp(fwidth(bays), 0.001, 1.0);
    float blurS = clamp(fwidth(s), 0.001, 1.0);
    // Windows give way to their average before they could shimmer; lit ones are few and stay points of light for longer.
    float sharp = 1.0 - smoothstep(0.16, 0.50, max(blurU, blurS));
    float keen = 1.0 - smoothstep(0.30, 0.85, max(blurU, blurS));
    bool ground = storey < 0.5;
    float sill = ground && use == 2 ? 0.06 : bay.z;
    float share = ground && use == 2 ? 0.88 : bay.y;
    float window = box(fu, 0.5 - share * 0.5, 0.5 + share * 0.5, blurU * 0.5) * box(fs, sill, bay.w, blurS * 0.5);
    float average = share * (bay.w - sill);
    float inside = step(0.0, s) * (1.0 - smoothstep(storeys - 0.12, storeys - 0.02, s));
    float glass = mix(average, window, sharp) * inside;
    float down = 1.0 - max(flatness, 0.0);
    float bandLine = 1.0 - box(fs, 0.035, 0.965, blurS * 0.5);
    vec3 toEye = normalize(czm_inverseViewRotation * -eye);
    float mirror = pow(1.0 - abs(dot(toEye, normal)), 3.0);
    vec3 pane = mix(wall * 0.74 * vec3(0.94, 1.0, 1.05), u_fog * 0.82, 0.14 + 0.4 * mirror);
    if (use == 3) pane = mix(pane, vec3(0.60, 0.68, 0.71), 0.45);
    float strength = (data ? 0.5 : 0.84) * down;
    color = mix(wall * 1.07, pane, glass * strength);
    color *= 1.0 - 0.10 * bandLine * (1.0 - smoothstep(0.2, 0.6, blurS)) * inside;
    if (ground) color *= mix(1.0, 0.90, inside);
    // A cornice under the eaves, and a foot that the ground darkens.
    float eaves = smoothstep(heightM - 0.9, heightM - 0.2, overBase) * (1.0 - smoothstep(0.0, 1.2, fwidth(overBase)));
    color *= 1.0 - 0.10 * eaves;
    occlusion = 0.78 + 0.22 * smoothstep(-0.5, 8.0, overBase);
    occlusion *= 0.93 + 0.07 * smoothstep(0.0, 30.0, overBase);
    // From afar a wall is a dark dash a pixel high: it is brought towards the roof, as haze and eye would.
    occlusion = mix(occlusion, 1.0, afar * 0.5);
    color = mix(color, roofOf(wall, data), afar * 0.35);
    float room = cityHash(vec3(floor(bays) * 1.7 + seed * 91.0, storey * 2.3 + seed * 57.0, turn * 5.0));
    float share2 = litShare(use, u_hour);
    float lit = step(room, share2);
    glow = u_night * mix(average * share2 * 2.2, window * lit, keen) * inside * (data ? 0.5 : 1.0);
    glowColor = mix(vec3(1.0, 0.73, 0.40), vec3(0.95, 0.93, 0.86), step(0.72, fract(room * 37.0)) * 0.8 + (use == 3 || use == 8 ? 0.45 : 0.0));
    glow *= 0.55 + 0.45 * fract(room * 13.0);
    // Street light on the first storeys.
    color += u_night * vec3(0.17, 0.12, 0.065) * (1.0 - smoothstep(0.0, 11.0, overBase));
  }
  vec3 lit = litSurface(color, normalize(mix(normal, up, afar * 0.3)), up, occlusion);
  lit = mix(lit, glowColor, clamp(glow, 0.0, 1.0) * 0.92);
  if (distance(batch.rgb, u_accent) < 0.012) lit = mix(lit, u_accent, 0.45) + u_accent * 0.10;
  lit = inFog(lit, distanceM);
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  material.alpha = u_opacity;
}
`
