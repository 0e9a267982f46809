/** How a building looks: fired clay and stone by use, storeys and windows, a dark foot, pale roofs, lit windows at night. */

import { BUILDING_PALETTE } from '../../app/building-palette.ts'
import { FACADE_GLSL } from './facade-shader.ts'
import { LIGHT_GLSL } from './light.ts'
import { FADE_GLSL } from './tile-fade.ts'

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
${FADE_GLSL}
${FACADE_GLSL}
${paletteGlsl()}
// Roofs are slightly lighter than walls; pitched ones are tiled, those of halls are sheet.
vec3 roofOf(Building b, float flatness) {
  if (b.data) return mix(b.wall, vec3(1.0), 0.12);
  vec3 roof = mix(b.wall * 1.07, vec3(0.87, 0.865, 0.85), 0.45) * (0.95 + 0.09 * fract(b.seed * 17.0));
  bool hall = b.use == 4 || b.use == 5;
  if (flatness < 0.985) {
    vec3 tile = mix(vec3(0.66, 0.47, 0.39), vec3(0.45, 0.46, 0.49), step(0.45, b.seed));
    roof = hall ? vec3(0.68, 0.72, 0.755) : mix(roof, tile * (0.92 + 0.16 * fract(b.seed * 29.0)), 0.74);
  }
  return hall && b.seed > 0.5 ? mix(roof, vec3(0.58, 0.67, 0.74), 0.45) : roof;
}
Building buildingOf(FragmentInput fsInput, vec4 batch) {
  Building b;
  b.heightM = max(fsInput.metadata.height, 2.0);
  b.use = int(texelFetch(u_propertyTableTexture_0, ivec2(fsInput.featureIds.featureId_0, 0), 0).r * 255.0 + 0.5);
  b.seed = cityHash(vec3(b.heightM * 7.31, fsInput.metadata.base * 3.17, float(b.use)));
  float levels = float(fsInput.metadata.levels);
  float usualM = b.use == 4 || b.use == 5 ? 6.0 : (b.use == 2 ? 4.2 : 3.1);
  b.storeys = levels > 0.5 ? levels : max(1.0, floor(b.heightM / usualM));
  b.storeyM = clamp(b.heightM / b.storeys, 2.4, 9.0);
  b.data = batch.r + batch.g + batch.b < 2.995;
  // Each building a little warmer, cooler, paler than the next, as if fired apart; towers are cooler.
  float kiln = fract(b.seed * 11.0);
  vec3 hue = kiln < 0.4 ? vec3(1.02, 1.0, 0.97) : kiln < 0.6 ? vec3(1.03, 0.985, 0.95) : kiln < 0.85 ? vec3(0.985, 1.0, 1.02) : vec3(1.06, 1.06, 1.05);
  b.wall = b.data ? batch.rgb : useColor(b.use) * hue * (0.93 + 0.13 * fract(b.seed * 5.0));
  if (!b.data) b.wall = mix(b.wall, b.wall * vec3(0.95, 0.985, 1.03) * 1.05, smoothstep(30.0, 110.0, b.heightM) * 0.7);
  return b;
}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  vec3 eye = fsInput.attributes.positionEC;
  float distanceM = length(eye);
  vec3 faceEC = normalize(cross(dFdx(eye), dFdy(eye)));
  if (dot(faceEC, eye) > 0.0) faceEC = -faceEC;
  vec3 normal = czm_inverseViewRotation * faceEC;
  vec3 world = fsInput.attributes.positionWC;
  vec3 up = normalize(world / (czm_ellipsoidRadii * czm_ellipsoidRadii));
  vec3 local = mat3(czm_model) * fsInput.attributes.positionMC;
  // Height over the ellipsoid from the eye outwards: exact to millimetres near, where an earth-centred float is half a metre off.
  float rise = dot(eye, czm_eyeEllipsoidNormalEC);
  float away = dot(eye, eye) - rise * rise;
  float overBase = czm_eyeHeight + rise + away / 12742000.0 - fsInput.metadata.base;

  vec4 batch = vec4(1.0);
  #ifdef HAS_SELECTED_FEATURE_ID
  batch = texture(model_batchTexture, computeSt(float(fsInput.featureIds.featureId_0)));
  #endif
  Building b = buildingOf(fsInput, batch);
  float flatness = dot(normal, up);
  float afar = smoothstep(5000.0, 22000.0, distanceM);
  vec3 color = roofOf(b, flatness);
  float glow = 0.0;
  vec3 glowColor = vec3(1.0);
  float occlusion = 1.0;
  if (flatness <= 0.25) {
    // The wall's direction in sixteenths of a turn: a normal from derivatives trembles, and over half a kilometre of tile
    // that would move windows by decimetres; a direction up to 11 degrees off only spaces them 2 % wider.
    vec3 east = normalize(vec3(-up.y, up.x, 0.0));
    vec3 north = cross(up, east);
    float turn = floor(atan(dot(normal, east), dot(normal, north)) * 2.5464791 + 0.5) / 2.5464791;
    vec3 along = east * cos(turn) - north * sin(turn);
    vec3 toEye = normalize(czm_inverseViewRotation * -eye);
    float mirror = pow(1.0 - abs(dot(toEye, normal)), 3.0);
    Wall wall = wallAt(b, dot(local, along), overBase, turn, mirror, 1.0 - max(flatness, 0.0));
    glow = wall.glow;
    glowColor = wall.glowColor;
    // A cornice under the eaves, and a foot that the ground darkens.
    float eaves = smoothstep(b.heightM - 0.9, b.heightM - 0.2, overBase) * (1.0 - smoothstep(0.0, 1.2, fwidth(overBase)));
    wall.color *= 1.0 - 0.10 * eaves;
    occlusion = 0.72 + 0.28 * smoothstep(-0.5, 9.0, overBase);
    occlusion *= 0.92 + 0.08 * smoothstep(0.0, 34.0, overBase);
    // From afar a wall is a dark dash a pixel high: it is brought towards the roof, as haze and eye would.
    occlusion = mix(occlusion, 1.0, afar * 0.5);
    color = mix(wall.color, color, afar * 0.35);
    // Street light on the first storeys.
    color += u_night * vec3(0.20, 0.14, 0.075) * (1.0 - smoothstep(0.0, 11.0, overBase));
  }
  vec3 lit = litSurface(color, normalize(mix(normal, up, afar * 0.3)), up, occlusion);
  lit = mix(lit, glowColor, clamp(glow, 0.0, 1.0) * 0.92);
  if (distance(batch.rgb, u_accent) < 0.012) lit = mix(lit, u_accent, 0.45) + u_accent * 0.10;
  lit = inFog(lit, distanceM);
  material.diffuse = pow(clamp(lit, 0.0, 1.0), vec3(2.2));
  material.alpha = u_opacity;
}
`
