/** Cutting pits out of the ground: each piece of ground asks whether it lies over a pit, in metres of a frame beside it. */

import type { Cartesian3 } from '@cesium/engine'
import { Matrix4, PixelDatatype, PixelFormat, Sampler, type Scene, Texture, Transforms } from '@cesium/engine'

/** Pits and edges at most: what the ground asks each pixel. */
export const MOST_PITS = 16
const MOST_TEXELS = 2048

/** Uniforms of the ground's material. */
export const pitsUniforms = {
  u_pits: 'czm_defaultImage',
  u_pitCount: 0,
  u_eyeToPit: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
}

/**
 * A pixel's place is taken from the eye outwards and turned into the pits' frame by one matrix, made in double precision: so an
 * edge is sharp to a millimetre whatever the zoom. Texels 2i, 2i+1: box and (first edge, edges) of pit i; then edges (x, y, x, y).
 */
export const PITS_GLSL = `
bool overPit(vec3 positionEC) {
  if (u_pitCount < 0.5) return false;
  vec2 p = (u_eyeToPit * vec4(positionEC, 1.0)).xy;
  for (int pit = 0; pit < ${MOST_PITS}; pit++) {
    if (float(pit) >= u_pitCount) break;
    vec4 box = texelFetch(u_pits, ivec2(2 * pit, 0), 0);
    if (p.x < box.x || p.y < box.y || p.x > box.z || p.y > box.w) continue;
    vec4 head = texelFetch(u_pits, ivec2(2 * pit + 1, 0), 0);
    bool inside = false;
    int first = int(head.x + 0.5);
    int count = int(head.y + 0.5);
    for (int i = 0; i < ${MOST_TEXELS}; i++) {
      if (i >= count) break;
      vec4 edge = texelFetch(u_pits, ivec2(first + i, 0), 0);
      if ((edge.y > p.y) != (edge.w > p.y) && p.x < (edge.z - edge.x) * (p.y - edge.y) / (edge.w - edge.y) + edge.x) inside = !inside;
    }
    if (inside) return true;
  }
  return false;
}
`

/** Rings as the shader reads them: x, y alternating, metres in one frame. */
export function packPits(rings: readonly (readonly number[])[]): Float32Array {
  const texels = new Float32Array(MOST_TEXELS * 4)
  let next = 2 * MOST_PITS
  for (const [pit, ring] of rings.slice(0, MOST_PITS).entries()) {
    const count = ring.length / 2
    if (next + count > MOST_TEXELS) break
    const box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number]
    const first = next
    for (let i = 0; i < count; i++) {
      const j = (i + 1) % count
      const [x, y] = [ring[2 * i]!, ring[2 * i + 1]!]
      texels.set([x, y, ring[2 * j]!, ring[2 * j + 1]!], 4 * next++)
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
    texels.set([...box, first, count, 0, 0], 8 * pit)
  }
  return texels
}

/** The pits of a scene as the ground's shader is told of them. */
export interface Pits {
  /** Other pits: rings of x, y in metres east and north of a place. */
  set(anchor: Cartesian3 | null, rings: readonly (readonly number[])[]): void
  /** Writes the uniforms for the frame to come. */
  fill(uniforms: Record<string, unknown>): void
}

/** Opens the pits of a scene. */
export function openPits(scene: Scene): Pits {
  let frame: Matrix4 | null = null
  let texture: Texture | null = null
  let count = 0
  const toPit = new Matrix4()
  return {
    set(anchor, rings) {
      count = anchor ? Math.min(rings.length, MOST_PITS) : 0
      if (!anchor || count === 0) return
      frame = Matrix4.inverseTransformation(Transforms.eastNorthUpToFixedFrame(anchor), new Matrix4())
      // the material destroys the texture that it is given a successor for
      texture = new Texture({
        context: (scene as unknown as { context: unknown }).context,
        width: MOST_TEXELS,
        height: 1,
        pixelFormat: PixelFormat.RGBA,
        pixelDatatype: PixelDatatype.FLOAT,
        sampler: Sampler.NEAREST,
        source: { width: MOST_TEXELS, height: 1, arrayBufferView: packPits(rings) },
      })
    },
    fill(uniforms) {
      uniforms.u_pitCount = count
      if (count === 0 || !frame) return
      if (uniforms.u_pits !== texture) uniforms.u_pits = texture
      Matrix4.multiplyTransformation(frame, scene.camera.inverseViewMatrix, toPit)
      Matrix4.toArray(toPit, uniforms.u_eyeToPit as number[])
    },
  }
}
