/** The look of what is drawn by shaders of our own: an appearance of the engine, and the light of each frame for it. */
import { Appearance, Cartesian3 } from '@cesium/engine'
import type { Light } from './light.ts'

/** Uniforms that every such shader may read; what `LIGHT_GLSL` asks for. */
export const LIT_UNIFORMS = `
uniform vec3 u_lightDirection;
uniform vec3 u_lightColor;
uniform vec3 u_lightSky;
uniform vec3 u_lightBounce;
uniform vec3 u_fog;
uniform float u_fogDensity;
uniform float u_night;
`

/** A look; `light` brings it up to date before each frame. */
export interface LitLook<Own = object> {
  appearance: Appearance
  /** values of the shader's own uniforms, read at each frame */
  uniforms: Own
  light(light: Light): void
}

/** What a look is made of. */
interface Parts<Own> {
  vertex: string
  /** declares `LIT_UNIFORMS` and its own */
  fragment: string
  uniforms?: Own
  /** how it is drawn: solid and from its front when absent */
  renderState?: object
}

const SOLID = { depthTest: { enabled: true }, depthMask: true, cull: { enabled: true } }

/** Makes a look. */
export function litLook<Own extends object = object>({
  vertex,
  fragment,
  uniforms: own,
  renderState = SOLID,
}: Parts<Own>): LitLook<Own> {
  const lit = {
    u_lightDirection: new Cartesian3(0, 0, 1),
    u_lightColor: new Cartesian3(0.5, 0.5, 0.5),
    u_lightSky: new Cartesian3(0.6, 0.6, 0.6),
    u_lightBounce: new Cartesian3(),
    u_fog: new Cartesian3(),
    u_fogDensity: 0.00002,
    u_night: 0,
  }
  const uniforms = Object.assign(lit, own)
  const appearance = new Appearance({
    translucent: false,
    closed: false,
    renderState,
    vertexShaderSource: vertex,
    fragmentShaderSource: fragment,
  })
  // the engine reads an appearance's uniforms beside its material's, but does not describe them; left alone it would have all that is
  // drawn in its solid pass write depth
  Object.assign(appearance, { uniforms, getRenderState: () => ({ ...renderState }) })
  return {
    appearance,
    uniforms,
    light({ direction, color, sky, bounce, fog, fogDensity, night }) {
      Cartesian3.clone(direction, lit.u_lightDirection)
      Cartesian3.clone(color, lit.u_lightColor)
      Cartesian3.clone(sky, lit.u_lightSky)
      Cartesian3.clone(bounce, lit.u_lightBounce)
      Cartesian3.clone(fog, lit.u_fog)
      lit.u_fogDensity = fogDensity
      lit.u_night = night
    },
  }
}
