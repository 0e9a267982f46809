/** What a wall shows: storeys, windows, balconies and shop fronts by use, and which of its windows are lit at an hour. */

/**
 * GLSL. `wallAt` answers the unlit colour of a point on a wall and the light that comes out of it. Lengths in metres; `u` runs along
 * the wall, `overBase` up from the ground. Detail finer than a pixel gives way to its average before it could shimmer.
 */
export const FACADE_GLSL = `
struct Building {
  int use;
  float seed;
  float heightM;
  float storeys;
  float storeyM;
  vec3 wall;
  bool data;
};
struct Wall {
  vec3 color;
  float glow;
  vec3 glowColor;
};
float cityHash(vec3 p) {
  p = fract(p * vec3(0.1031, 0.1030, 0.0973));
  p += dot(p, p.yxz + 33.33);
  return fract((p.x + p.y) * p.z);
}
float box(float x, float from, float to, float blur) {
  return smoothstep(from - blur, from + blur, x) - smoothstep(to - blur, to + blur, x);
}
// x: width of a bay, y: share of it that is window, z: sill, w: lintel (shares of the storey)
vec4 bayOf(int use) {
  if (use == 2) return vec4(4.2, 0.80, 0.20, 0.84);
  if (use == 3) return vec4(1.8, 0.90, 0.16, 0.96);
  if (use == 4 || use == 5) return vec4(6.0, 0.74, 0.62, 0.84);
  if (use == 6 || use == 7 || use == 8) return vec4(3.4, 0.64, 0.28, 0.82);
  if (use == 9) return vec4(3.0, 0.34, 0.22, 0.80);
  if (use == 10 || use == 11) return vec4(5.0, 0.22, 0.45, 0.78);
  return vec4(3.1, 0.52, 0.30, 0.80);
}
// Share of windows lit by use at an hour of the day.
float litShare(int use, float hour) {
  float evening = smoothstep(16.5, 19.5, hour) * (1.0 - smoothstep(21.5, 24.0, hour)) + (1.0 - smoothstep(0.0, 1.0, hour)) * 0.12;
  float morning = smoothstep(5.0, 6.5, hour) * (1.0 - smoothstep(7.0, 8.5, hour));
  if (use <= 1) return 0.05 + 0.36 * evening + 0.26 * morning;
  if (use == 2) return 0.10 + 0.62 * smoothstep(16.5, 18.5, hour) * (1.0 - smoothstep(21.5, 23.0, hour));
  if (use == 3 || use == 6) return 0.08 + 0.42 * smoothstep(16.0, 17.5, hour) * (1.0 - smoothstep(19.0, 22.5, hour));
  if (use == 7) return 0.03 + 0.28 * smoothstep(16.5, 18.0, hour) * (1.0 - smoothstep(20.0, 21.5, hour));
  if (use == 8) return 0.38 + 0.22 * evening;
  return 0.05 + 0.12 * evening;
}
// x: light out of the cell of 2^level bays and storeys that a point lies in, y: its lot in 0…1.
vec2 cellLight(Building b, vec2 at, float turn, float level, float share) {
  float size = exp2(level);
  vec2 cell = floor(at / size);
  float lot = cityHash(vec3(cell.x * 1.7 + b.seed * 91.0, cell.y * 2.3 + b.seed * 57.0, turn * 5.0 + level * 3.0));
  // Offices light whole zones of a storey.
  float zone = cityHash(vec3(floor(at.x / 5.0) + b.seed * 19.0, cell.y + b.seed * 83.0, turn * 7.0));
  float chosen = b.use == 3 || b.use == 2 || b.use == 8 ? 0.35 * lot + 0.65 * zone : lot;
  float bright = 0.55 + 0.45 * fract(lot * 13.0);
  return vec2(step(chosen, share * mix(1.0, 0.62, min(1.0, level))) * bright / (1.0 + 0.16 * level), lot);
}
// Glass by day: dark where one looks in, sky where one looks along.
vec3 paneOf(Building b, float mirror, float tint) {
  vec3 deep = b.use == 3 ? vec3(0.46, 0.54, 0.59) : mix(b.wall * 0.62, vec3(0.42, 0.47, 0.51), 0.6);
  vec3 pane = mix(deep, u_fog * vec3(0.92, 0.98, 1.02), 0.10 + 0.55 * mirror);
  pane *= b.use == 3 ? 0.92 + 0.16 * tint : 1.0;
  return b.use == 3 ? pane : mix(pane, b.wall * 0.98, 0.5 * step(0.74, tint));
}
Wall wallAt(Building b, float u, float overBase, float turn, float mirror, float slant) {
  vec4 bay = bayOf(b.use);
  float bays = u / bay.x + b.seed * 7.0;
  float s = overBase / b.storeyM;
  float n = floor(bays);
  float storey = floor(s);
  float fu = fract(bays);
  float fs = fract(s);
  float blurU = clamp(fwidth(bays), 0.001, 1.0);
  float blurS = clamp(fwidth(s), 0.001, 1.0);
  float blur = max(blurU, blurS);
  float sharp = 1.0 - smoothstep(0.18, 0.55, blur);
  float fine = 1.0 - smoothstep(0.03, 0.09, blur);
  float inside = step(0.0, s) * (1.0 - smoothstep(b.storeys - 0.12, b.storeys - 0.02, s));
  bool foot = storey < 0.5;
  bool shop = foot && (b.use == 2 || b.use == 3 || (b.use == 0 && b.seed > 0.55));
  // Flats have a balcony on every third bay, stacked over the whole height.
  bool flats = b.use == 0 && b.storeys > 3.5;
  bool balcony = flats && !foot && mod(n + floor(b.seed * 3.0), 3.0) < 0.5;
  float share = shop ? 0.90 : balcony ? 0.86 : bay.y * (b.use <= 1 ? 0.86 + 0.3 * cityHash(vec3(mod(n, 3.0), b.seed * 40.0, 2.0)) : 1.0);
  float sill = shop ? 0.06 : balcony ? 0.36 : bay.z;
  float lintel = shop ? 0.74 : balcony ? 0.93 : bay.w;
  float tint = cityHash(vec3(n * 1.3 + b.seed * 71.0, storey * 1.9 + b.seed * 33.0, turn * 3.0));
  float across = box(fu, 0.5 - share * 0.5, 0.5 + share * 0.5, blurU * 0.5);
  float window = across * box(fs, sill, lintel, blurS * 0.5);
  float pane = box(fu, 0.5 - share * 0.5 + 0.10 / bay.x, 0.5 + share * 0.5 - 0.10 / bay.x, blurU * 0.5)
    * box(fs, sill + 0.10 / b.storeyM, lintel - 0.08 / b.storeyM, blurS * 0.5)
    * (1.0 - box(fu, 0.5 - 0.04 / bay.x, 0.5 + 0.04 / bay.x, blurU * 0.5));
  float usual = bay.y * (bay.w - bay.z) + (flats ? 0.10 : 0.0);
  float glass = mix(usual, window, sharp) * inside;

  vec3 wall = b.wall * 1.11;
  // A stone foot, a pale parapet under each balcony, the recess over it in its own shade.
  if (foot && !b.data) wall *= shop ? vec3(0.84, 0.83, 0.82) : vec3(0.90);
  if (balcony) {
    float parapet = across * box(fs, 0.0, 0.35, blurS * 0.5);
    wall = mix(wall, b.wall * 1.13, parapet * sharp * inside);
  }
  float strength = (b.data ? 0.5 : 0.84) * slant;
  vec3 look = paneOf(b, mirror, mix(0.5, tint, sharp));
  vec3 frame = mix(b.wall * 1.16, vec3(0.93), 0.3);
  look = mix(look, mix(frame, look, clamp(pane + (b.use == 3 ? 0.55 : 0.0), 0.0, 1.0)), fine);
  if (balcony) look *= 1.0 - 0.22 * smoothstep(0.66, 0.96, fs) * sharp;
  vec3 color = mix(wall, look, glass * strength);
  float slab = 1.0 - box(fs, 0.04, 0.975, blurS * 0.5);
  color *= 1.0 - (b.use == 3 ? 0.16 : 0.09) * slab * (1.0 - smoothstep(0.2, 0.6, blurS)) * inside;

  // At night: single windows near; farther off cells of twice, four times … their size, so that a light stays a point of light.
  float share2 = litShare(b.use, u_hour);
  float coarse = max(0.0, log2(blur / 0.7));
  vec2 cell = vec2(bays, s);
  vec2 near = cellLight(b, cell, turn, floor(coarse), share2);
  vec2 next = cellLight(b, cell, turn, floor(coarse) + 1.0, share2);
  float room = near.y;
  if (coarse < 1.0) near.x *= mix(window, 0.8, smoothstep(0.3, 0.7, blur));
  float glow = mix(near.x, next.x, fract(coarse)) * inside;
  if (shop) glow = max(glow, window * 0.8 * step(0.3, fract(room * 7.0)) * smoothstep(0.02, 0.3, share2));
  vec3 warm = mix(vec3(1.0, 0.74, 0.42), vec3(1.0, 0.86, 0.66), fract(room * 37.0));
  vec3 glowColor = mix(warm, vec3(0.86, 0.90, 0.92), b.use == 3 || b.use == 8 ? 0.55 : 0.6 * step(0.84, fract(room * 61.0)));
  return Wall(color, u_night * glow * (b.data ? 0.5 : 1.0), glowColor);
}
`
