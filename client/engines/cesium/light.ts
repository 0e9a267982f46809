/** Sun, sky, shade and fog at a moment and a place: one light for ground, buildings and trees. */

import {
  Cartesian3,
  Math as CesiumMath,
  Ellipsoid,
  type JulianDate,
  Matrix3,
  Simon1994PlanetaryPositions,
  Transforms,
} from '@cesium/engine'

/** Colours are sRGB 0…1 as shown on screen, directions are unit vectors in the earth-fixed frame. */
export interface Light {
  /** towards the sun */
  sun: Cartesian3
  /** towards what casts the shade: the sun, or at night the moon of our own that keeps shapes readable */
  direction: Cartesian3
  /** added on a surface that faces `direction` */
  color: Cartesian3
  /** added from the sky above */
  sky: Cartesian3
  /** added from the ground below */
  bounce: Cartesian3
  fog: Cartesian3
  /** one over the distance, in metres, at which 63 % is fog */
  fogDensity: number
  /** 0 by day … 1 at night: windows and streets */
  night: number
  /** local solar hour 0…24, for which windows are lit */
  hour: number
  /** altitude of the sun, radians */
  altitude: number
}

interface Hue {
  color: [number, number, number]
  sky: [number, number, number]
  bounce: [number, number, number]
  fog: [number, number, number]
}

/** Stops by the sun's altitude in degrees; between them everything is mixed. */
const STOPS: [number, Hue][] = [
  [-18, { color: [0.09, 0.11, 0.16], sky: [0.125, 0.155, 0.235], bounce: [0.07, 0.08, 0.12], fog: [0.05, 0.07, 0.12] }],
  [-8, { color: [0.11, 0.12, 0.19], sky: [0.2, 0.235, 0.345], bounce: [0.115, 0.125, 0.175], fog: [0.11, 0.15, 0.25] }],
  [-3, { color: [0.32, 0.22, 0.22], sky: [0.5, 0.49, 0.58], bounce: [0.34, 0.32, 0.37], fog: [0.5, 0.46, 0.54] }],
  [3, { color: [0.74, 0.48, 0.3], sky: [0.63, 0.6, 0.63], bounce: [0.54, 0.49, 0.48], fog: [0.82, 0.72, 0.67] }],
  [12, { color: [0.58, 0.46, 0.33], sky: [0.62, 0.62, 0.64], bounce: [0.58, 0.55, 0.52], fog: [0.8, 0.81, 0.82] }],
  [30, { color: [0.5, 0.44, 0.35], sky: [0.67, 0.7, 0.74], bounce: [0.68, 0.665, 0.645], fog: [0.79, 0.85, 0.89] }],
  [70, { color: [0.45, 0.41, 0.34], sky: [0.66, 0.69, 0.73], bounce: [0.69, 0.675, 0.655], fog: [0.77, 0.85, 0.91] }],
]

/** A light for noon, to be brought up to date by `followSun`. */
export function createLight(): Light {
  return {
    sun: new Cartesian3(1, 0, 0),
    direction: new Cartesian3(1, 0, 0),
    color: new Cartesian3(0.5, 0.48, 0.44),
    sky: new Cartesian3(0.58, 0.6, 0.62),
    bounce: new Cartesian3(0.48, 0.47, 0.45),
    fog: new Cartesian3(0.77, 0.85, 0.91),
    fogDensity: 1 / 60_000,
    night: 0,
    hour: 12,
    altitude: 1,
  }
}

const scratchMatrix = new Matrix3()
const scratchUp = new Cartesian3()
const scratchEast = new Cartesian3()
const scratchNorth = new Cartesian3()

/** Brings the light to a moment as seen from a camera position (earth-fixed, metres). */
export function followSun(light: Light, time: JulianDate, camera: Cartesian3): void {
  const inertial = Simon1994PlanetaryPositions.computeSunPositionInEarthInertialFrame(time, light.sun)
  const toFixed = Transforms.computeTemeToPseudoFixedMatrix(time, scratchMatrix)
  Matrix3.multiplyByVector(toFixed!, inertial, light.sun)
  Cartesian3.normalize(light.sun, light.sun)
  const up = Ellipsoid.WGS84.geodeticSurfaceNormal(camera, scratchUp)
  const east = Cartesian3.normalize(Cartesian3.cross(Cartesian3.UNIT_Z, up, scratchEast), scratchEast)
  const north = Cartesian3.cross(up, east, scratchNorth)
  const altitude = Math.asin(CesiumMath.clamp(Cartesian3.dot(light.sun, up), -1, 1))
  light.altitude = altitude
  const degrees = CesiumMath.toDegrees(altitude)
  const hue = hueAt(degrees)
  Cartesian3.fromArray(hue.color, 0, light.color)
  Cartesian3.fromArray(hue.sky, 0, light.sky)
  Cartesian3.fromArray(hue.bounce, 0, light.bounce)
  Cartesian3.fromArray(hue.fog, 0, light.fog)
  light.night = 1 - smooth(-7, 5, degrees)
  const longitude = Math.atan2(up.y, up.x)
  const sunLongitude = Math.atan2(light.sun.y, light.sun.x)
  light.hour = (((12 + ((longitude - sunLongitude) * 12) / Math.PI) % 24) + 24) % 24
  // The shade never comes from below 8°: a relief lit along the ground is a picture of noise. At night a moon stands in the south-east.
  const toMoon = 1 - smooth(-10, -4, degrees)
  const low = Math.max(altitude, CesiumMath.toRadians(8))
  const azimuth = Math.atan2(Cartesian3.dot(light.sun, east), Cartesian3.dot(light.sun, north))
  const direction = place(east, north, up, azimuth, low, light.direction)
  if (toMoon > 0) {
    const moon = place(east, north, up, CesiumMath.toRadians(140), CesiumMath.toRadians(42), new Cartesian3())
    Cartesian3.normalize(Cartesian3.lerp(direction, moon, toMoon, direction), direction)
  }
  const height = Math.max(0, Ellipsoid.WGS84.cartesianToCartographic(camera)?.height ?? 0)
  // From high above one looks through little haze; near the ground about 30 km of it.
  light.fogDensity = 1 / (26_000 + height * 5)
}

/** How much colour is taken out of the engine's sky: its low sun is as green as it is orange. */
export function skySaturation(altitude: number): number {
  return -0.08 - 0.5 * (1 - smooth(3, 24, CesiumMath.toDegrees(altitude)))
}

function place(
  east: Cartesian3,
  north: Cartesian3,
  up: Cartesian3,
  azimuth: number,
  altitude: number,
  out: Cartesian3,
) {
  const flat = Math.cos(altitude)
  out.x = out.y = out.z = 0
  for (const [axis, amount] of [
    [east, flat * Math.sin(azimuth)],
    [north, flat * Math.cos(azimuth)],
    [up, Math.sin(altitude)],
  ] as const)
    Cartesian3.add(out, Cartesian3.multiplyByScalar(axis, amount, new Cartesian3()), out)
  return Cartesian3.normalize(out, out)
}

function smooth(from: number, to: number, value: number): number {
  const t = CesiumMath.clamp((value - from) / (to - from), 0, 1)
  return t * t * (3 - 2 * t)
}

function hueAt(degrees: number): Hue {
  const next = STOPS.findIndex(([stop]) => stop >= degrees)
  if (next === 0) return STOPS[0]![1]
  if (next < 0) return STOPS.at(-1)![1]
  const [from, a] = STOPS[next - 1]!
  const [to, b] = STOPS[next]!
  const t = smooth(from, to, degrees)
  const mix = (x: number[], y: number[]) => x.map((value, i) => value + (y[i]! - value) * t) as [number, number, number]
  return {
    color: mix(a.color, b.color),
    sky: mix(a.sky, b.sky),
    bounce: mix(a.bounce, b.bounce),
    fog: mix(a.fog, b.fog),
  }
}

/** The same light in GLSL: `litSurface` shades a colour, `inFog` lays the haze over it. Uniforms as in `lightUniforms`. */
export const LIGHT_GLSL = `
vec3 litSurface(vec3 albedo, vec3 normal, vec3 up, float occlusion) {
  float toLight = dot(normal, u_lightDirection);
  float facing = max(toLight, 0.0);
  vec3 ambient = mix(u_lightBounce, u_lightSky, 0.5 + 0.5 * dot(normal, up));
  // Even the shaded side has form: light comes round the corner.
  float round = 0.16 * (toLight + 1.0) * (1.0 - abs(dot(normal, up)));
  return albedo * (ambient * occlusion + u_lightColor * (facing + round) * (0.35 + 0.65 * occlusion));
}
vec3 inFog(vec3 color, float distanceM) {
  float through = exp(-pow(distanceM * u_fogDensity, 1.5));
  return mix(u_fog, color, through);
}
`
