/** Textured photogrammetry: tiles of somebody else's making, in the city's light, raised to fit, open where pits are dug. */
import {
  Cartesian3,
  type Cesium3DTileset,
  CustomShader,
  type CustomShaderTranslucencyMode,
  LightingModel,
  Matrix4,
} from '@cesium/engine'
import type { LayerOf } from '../../../scenes/schema/scene.ts'
import { clipByPits } from './mesh-clip.ts'
import { pickMesh } from './mesh-pick.ts'
import type { Draw } from './stage.ts'
import { FADE_GLSL } from './tile-fade.ts'
import { lightUniforms, tilesetLayer } from './tileset-layer.ts'

type Spec = LayerOf<'mesh'>

/** The picture brings its own shadows: it only grows darker with the evening and fades into the haze. */
const MESH_FRAGMENT = `
${FADE_GLSL}
void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  fadeTile();
  vec3 color = pow(clamp(material.diffuse, 0.0, 1.0), vec3(0.4545));
  color *= mix(1.0, 0.34, u_night);
  float fog = 1.0 - exp(-length(fsInput.attributes.positionEC) * u_fogDensity);
  color = mix(color, u_fog, fog);
  material.diffuse = pow(clamp(color, 0.0, 1.0), vec3(2.2));
  material.alpha *= u_opacity;
}
`

const ERROR = 12

/** Draws a mesh. */
export const drawMesh: Draw<'mesh'> = (first, stage) => {
  let spec: Spec = first
  const settle = (tileset: Cesium3DTileset) => {
    tileset.maximumScreenSpaceError = spec.error ?? ERROR
    const { center } = tileset.boundingSphere
    // a tileset around the whole Earth has no up
    const far = Cartesian3.magnitude(center)
    const by = far > 1 ? (spec.lift ?? 0) / far : 0
    tileset.modelMatrix = Matrix4.fromTranslation(Cartesian3.multiplyByScalar(center, by, new Cartesian3()))
    lifted = spec.lift ?? 0
  }
  let lifted = 0
  const layer = tilesetLayer(first, stage, 'mesh', { shader: meshShader, error: spec.error ?? ERROR, loaded: settle })
  const stopClipping = clipByPits(stage, () => layer.tileset())
  return {
    update(next) {
      spec = next
      layer.update(next)
      const tileset = layer.tileset()
      if (tileset && ((next.lift ?? 0) !== lifted || tileset.maximumScreenSpaceError !== (next.error ?? ERROR)))
        settle(tileset)
      stage.redraw()
    },
    pick: (picked, at) => pickMesh(picked, layer.tileset(), spec.id, at),
    dispose() {
      stopClipping()
      layer.dispose()
    },
  }
}

function meshShader(translucencyMode: CustomShaderTranslucencyMode): CustomShader {
  return new CustomShader({
    lightingModel: LightingModel.UNLIT,
    translucencyMode,
    uniforms: lightUniforms(),
    fragmentShaderText: MESH_FRAGMENT,
  })
}
