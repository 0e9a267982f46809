/** How elements look in the view of one model: flat faces in their own colours, hidden, as glass or in the accent by element. */
import { type Color, DoubleSide, MeshLambertMaterial, type Plane, ShaderMaterial, type Texture } from 'three'

/** Values that all materials of a view share. */
export interface Shared {
  explode: { value: number }
  accent: { value: Color }
  /** 1 while a section is cut: inner faces are shown as cut ones */
  cut: { value: number }
}

const VERTEX_HEAD = `
attribute float _storey;
attribute float _shown;
uniform float explode;
varying float vShown;
`
/** Positions are steps of the tile, z up. */
const VERTEX_MOVE = `
  vShown = _shown;
  transformed.z += max(0.0, _storey - 1.0) * explode / max(length(modelMatrix[2].xyz), 1e-6);
`
const VERTEX_HIDE = `
  if (_shown < 0.5) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
`
const FRAGMENT_HEAD = `
uniform vec3 accent;
uniform float cut;
varying float vShown;
`
/** Ghosts are a fine pattern: no order of drawing, and what is behind stays sharp. */
const FRAGMENT_STATE = `
  // drawings are darker than things in daylight
  diffuseColor.rgb = mix(diffuseColor.rgb, vec3(1.0), 0.22);
  if (vShown > 1.5 && vShown < 2.5) {
    vec2 cell = mod(floor(gl_FragCoord.xy), 4.0);
    if (mod(cell.x * 3.0 + cell.y * 5.0, 8.0) > 0.5) discard;
    diffuseColor.rgb = mix(diffuseColor.rgb, vec3(0.6), 0.7);
  }
  if (vShown > 2.5) diffuseColor = vec4(mix(diffuseColor.rgb, accent, 0.75), max(diffuseColor.a, 0.6));
`
const FRAGMENT_CUT = `
  if (cut > 0.5 && !gl_FrontFacing && vShown < 1.5) gl_FragColor.rgb = mix(gl_FragColor.rgb, vec3(0.10, 0.20, 0.23), 0.6);
`

/** A material for solid or clear surfaces, with a picture or without. */
export function elementMaterial(
  shared: Shared,
  clear: boolean,
  map: Texture | null,
  planes: Plane[],
): MeshLambertMaterial {
  const material = new MeshLambertMaterial({
    vertexColors: true,
    flatShading: true,
    side: DoubleSide,
    transparent: clear,
    depthWrite: !clear,
    map,
    clippingPlanes: planes,
  })
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, shared)
    shader.vertexShader =
      VERTEX_HEAD +
      shader.vertexShader
        .replace('#include <begin_vertex>', `#include <begin_vertex>\n${VERTEX_MOVE}`)
        .replace('#include <project_vertex>', `#include <project_vertex>\n${VERTEX_HIDE}`)
    shader.fragmentShader =
      FRAGMENT_HEAD +
      shader.fragmentShader
        .replace('#include <color_fragment>', `#include <color_fragment>\n${FRAGMENT_STATE}`)
        .replace('#include <dithering_fragment>', `#include <dithering_fragment>\n${FRAGMENT_CUT}`)
  }
  return material
}

/** Draws each element's number, for picking: number + 1 in red, green and blue. */
export function numberMaterial(shared: Shared, planes: Plane[]): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { ...shared },
    side: DoubleSide,
    clipping: true,
    clippingPlanes: planes,
    vertexShader: `
      attribute float _storey;
      attribute float _shown;
      attribute float _element;
      uniform float explode;
      flat varying float vElement;
      #include <clipping_planes_pars_vertex>
      void main() {
        vec3 transformed = position;
        transformed.z += max(0.0, _storey - 1.0) * explode / max(length(modelMatrix[2].xyz), 1e-6);
        vec4 mvPosition = modelViewMatrix * vec4(transformed, 1.0);
        gl_Position = projectionMatrix * mvPosition;
        if (_shown < 0.5 || (_shown > 1.5 && _shown < 2.5)) gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        vElement = _element + 1.0;
        #include <clipping_planes_vertex>
      }`,
    fragmentShader: `
      flat varying float vElement;
      #include <clipping_planes_pars_fragment>
      void main() {
        #include <clipping_planes_fragment>
        gl_FragColor = vec4(mod(vElement, 256.0), mod(floor(vElement / 256.0), 256.0), floor(vElement / 65536.0), 255.0) / 255.0;
      }`,
  })
}
