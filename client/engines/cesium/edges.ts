/** Thin darker lines along the edges of buildings near by, found in the depth of the finished picture. */

import { PostProcessStage, type Scene } from '@cesium/engine'
import { buried } from './underground.ts'

/**
 * One over the distance is linear over a flat face, whichever way it is turned: where its second difference is not zero there is
 * an edge. Measured in the angle of a pixel it does not depend on distance. Negative = the edge stands out (a corner, a
 * roof's rim against what is behind), positive = it lies in a hollow.
 */
const EDGES_GLSL = `
uniform sampler2D colorTexture;
uniform sampler2D depthTexture;
uniform float u_step;
uniform float u_pixelAngle;
uniform float u_strength;
uniform float u_reach;
in vec2 v_textureCoordinates;
float nearness(vec2 at) {
  float fromNear = exp2(texture(depthTexture, at).r * czm_log2FarDepthFromNearPlusOne) - 1.0;
  return 1.0 / (fromNear + czm_currentFrustum.x);
}
void main() {
  vec4 color = texture(colorTexture, v_textureCoordinates);
  float here = nearness(v_textureCoordinates);
  float distanceM = 1.0 / here;
  float fade = 1.0 - smoothstep(0.15 * u_reach, u_reach, distanceM);
  if (fade > 0.0) {
    vec2 pixel = u_step / czm_viewport.zw;
    vec2 across = vec2(pixel.x, 0.0);
    vec2 along = vec2(0.0, pixel.y);
    float x = nearness(v_textureCoordinates - across) + nearness(v_textureCoordinates + across) - 2.0 * here;
    float y = nearness(v_textureCoordinates - along) + nearness(v_textureCoordinates + along) - 2.0 * here;
    float bend = distanceM / (u_pixelAngle * u_step);
    float out_ = max(-x, -y) * bend;
    float in_ = max(x, y) * bend;
    float line = 0.85 * smoothstep(0.55, 2.2, out_) + 0.35 * smoothstep(0.8, 4.0, in_) * (1.0 - smoothstep(8.0, 30.0, in_));
    color.rgb *= 1.0 - u_strength * fade * min(1.0, line);
  }
  out_FragColor = color;
}
`

/** Draws edge lines on a scene; call the answer to stop. */
export function drawEdges(scene: Scene): () => void {
  const stage = new PostProcessStage({
    name: 'tidewall_edges',
    fragmentShader: EDGES_GLSL,
    uniforms: {
      u_step: () => Math.max(1, scene.canvas.width / Math.max(1, scene.canvas.clientWidth)),
      u_pixelAngle: () => {
        const { fovy } = scene.camera.frustum as unknown as { fovy: number }
        return (2 * Math.tan(fovy / 2)) / Math.max(1, scene.canvas.height)
      },
      u_strength: 0.34,
      // lines end where the soil has swallowed what they belong to
      u_reach: () => (buried(scene).underground ? 130 : 3200),
    },
  })
  scene.postProcessStages.add(stage)
  return () => scene.postProcessStages.remove(stage)
}
