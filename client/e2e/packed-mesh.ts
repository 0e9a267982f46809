/** A tileset as photogrammetry comes out of other programs: one tile, its triangles packed with Draco, its picture as KTX2 (UASTC). */
import draco from 'draco3d'
import { createDefaultContainer, write } from 'ktx-parse'
import { assembleGlb, BufferLayout } from '../../data/formats/glb-layout.ts'
import { enuMatrix } from '../../data/geo/ellipsoid.ts'

const SIDE_M = 40
const BLOCKS = 16

/** A block of 4 × 4 texels of one colour: mode 8 of UASTC, its five bits first, then RGBA and hints for ETC1. */
function block([r, g, b]: readonly [number, number, number]): Uint8Array {
  const bytes = new Uint8Array(16)
  const bits = [
    [0x17, 5],
    [r, 8],
    [g, 8],
    [b, 8],
    [255, 8],
    [1, 1],
    [3, 3],
    [1, 2],
    [r >> 3, 5],
    [g >> 3, 5],
    [b >> 3, 5],
  ] as const
  let at = 0
  for (const [value, width] of bits)
    for (let i = 0; i < width; i++, at++) bytes[at >> 3]! |= ((value >> i) & 1) << (at & 7)
  return bytes
}

/** A picture whose west half is red and whose east half is green. */
function picture(): Uint8Array {
  const data = new Uint8Array(BLOCKS * BLOCKS * 16)
  for (let i = 0; i < BLOCKS * BLOCKS; i++)
    data.set(block(i % BLOCKS < BLOCKS / 2 ? [230, 30, 30] : [30, 230, 30]), i * 16)
  const container = createDefaultContainer()
  container.pixelWidth = container.pixelHeight = BLOCKS * 4
  container.levelCount = 1
  container.levels = [{ levelData: data, uncompressedByteLength: data.length }]
  const [format] = container.dataFormatDescriptor
  Object.assign(format!, { colorModel: 166, colorPrimaries: 1, transferFunction: 2, texelBlockDimension: [3, 3, 0, 0] })
  format!.bytesPlane = [16, 0, 0, 0, 0, 0, 0, 0]
  format!.samples = [
    {
      ...{ bitOffset: 0, bitLength: 127, channelType: 0, channelID: 0 },
      ...{ samplePosition: [0, 0, 0, 0], sampleLower: 0, sampleUpper: 0xffffffff },
    },
  ]
  return write(container)
}

/** A square lying flat, packed; where its positions and its places in the picture are among the packed attributes. */
async function square(): Promise<{ bytes: Uint8Array; attributes: { POSITION: number; TEXCOORD_0: number } }> {
  const module = await draco.createEncoderModule({})
  const [encoder, builder, mesh] = [new module.Encoder(), new module.MeshBuilder(), new module.Mesh()]
  const half = SIDE_M / 2
  const corners = new Float32Array([-half, 0, half, half, 0, half, half, 0, -half, -half, 0, -half])
  builder.AddFacesToMesh(mesh, 2, new Uint32Array([0, 1, 2, 0, 2, 3]))
  const POSITION = builder.AddFloatAttribute(mesh, module.POSITION, 4, 3, corners)
  const places = new Float32Array([0, 1, 1, 1, 1, 0, 0, 0])
  const TEXCOORD_0 = builder.AddFloatAttribute(mesh, module.TEX_COORD, 4, 2, places)
  const packed = new module.DracoInt8Array()
  const length = encoder.EncodeMeshToDracoBuffer(mesh, packed)
  const bytes = Uint8Array.from({ length }, (_, i) => packed.GetValue(i))
  for (const made of [packed, mesh, builder, encoder]) module.destroy(made)
  return { bytes, attributes: { POSITION, TEXCOORD_0 } }
}

/** The files of the tileset by name: a square of 40 m, red in the west and green in the east, lying `height` metres above the ellipsoid. */
export async function packedTileset(lng: number, lat: number, height: number): Promise<Record<string, Uint8Array>> {
  const [{ bytes, attributes }, image] = [await square(), picture()]
  const layout = new BufferLayout()
  const half = SIDE_M / 2
  const draco = { bufferView: layout.plain(bytes), attributes }
  const primitive = {
    attributes: { POSITION: 0, TEXCOORD_0: 1 },
    indices: 2,
    material: 0,
    extensions: { KHR_draco_mesh_compression: draco },
  }
  const needs = ['KHR_draco_mesh_compression', 'KHR_texture_basisu']
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: [...needs, 'KHR_materials_unlit'],
    extensionsRequired: needs,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [primitive] }],
    materials: [
      {
        doubleSided: true,
        extensions: { KHR_materials_unlit: {} },
        pbrMetallicRoughness: { baseColorTexture: { index: 0 } },
      },
    ],
    textures: [{ extensions: { KHR_texture_basisu: { source: 0 } } }],
    images: [{ mimeType: 'image/ktx2', bufferView: layout.plain(image) }],
    accessors: [
      { componentType: 5126, count: 4, type: 'VEC3', min: [-half, 0, -half], max: [half, 0, half] },
      { componentType: 5126, count: 4, type: 'VEC2' },
      { componentType: 5123, count: 6, type: 'SCALAR' },
    ],
    bufferViews: layout.views,
    buffers: layout.buffers(),
  }
  const boundingVolume = { box: [0, 0, 0, half, 0, 0, 0, half, 0, 0, 0, 1] }
  const root = { transform: Array.from(enuMatrix(lng, lat, height)), boundingVolume, geometricError: 0 }
  const tileset = {
    asset: { version: '1.1' },
    geometricError: 100,
    root: { ...root, content: { uri: 'tile.glb' } },
  }
  return { 'tileset.json': Buffer.from(JSON.stringify(tileset)), 'tile.glb': assembleGlb(json, layout) }
}
