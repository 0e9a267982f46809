/** Tests of the glTF reader: what it draws, what it keeps, what it refuses. */
import draco from 'draco3d'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { beforeAll, expect, test } from 'vitest'
import { readGltf } from './gltf.ts'
import { namedFiles } from './gltf-file.ts'
import type { ModelElement } from './model-element.ts'

type Json = Record<string, unknown>

/** A GLB of a document and its binary chunk. */
function glb(json: Json, body: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ asset: { version: '2.0' }, ...json }))
  const [head, rest] = [(text.length + 3) & ~3, (body.length + 3) & ~3]
  const bytes = new Uint8Array(28 + head + rest).fill(0x20, 20, 20 + head)
  const view = new DataView(bytes.buffer)
  const words = [0x46546c67, 2, bytes.length, head, 0x4e4f534a]
  words.forEach((word, i) => void view.setUint32(i * 4, word, true))
  bytes.set(text, 20)
  view.setUint32(20 + head, rest, true)
  view.setUint32(24 + head, 0x004e4942, true)
  bytes.set(body, 28 + head)
  return bytes
}

/** A square in the plane of x and y, 2 wide, 1 high: positions, then six indices. */
const POSITIONS = Float32Array.of(0, 0, 0, 2, 0, 0, 2, 1, 0, 0, 1, 0)
const CORNERS = Uint16Array.of(0, 1, 2, 0, 2, 3)
const bytesOf = (...arrays: ArrayBufferView[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(arrays.flatMap((one) => [...new Uint8Array(one.buffer, one.byteOffset, one.byteLength)]))

function square(change: Json = {}, primitive: Json = {}, body: Uint8Array = bytesOf(POSITIONS, CORNERS)): Uint8Array {
  return glb(
    {
      scene: 0,
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0, name: '墙 1', extras: { 防火: 'F90', size: { h: 3 }, list: [1, 2] } }],
      meshes: [{ name: 'wall', primitives: [{ attributes: { POSITION: 0 }, indices: 1, ...primitive }] }],
      accessors: [
        { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3' },
        { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
      ],
      bufferViews: [
        { buffer: 0, byteOffset: 0, byteLength: 48 },
        { buffer: 0, byteOffset: 48, byteLength: 12 },
      ],
      buffers: [{ byteLength: body.length }],
      ...change,
    },
    body,
  )
}

async function elementsOf(bytes: Uint8Array): Promise<ModelElement[]> {
  const model = await readGltf(bytes)
  return [...model.elements()]
}
const refusal = async (bytes: Uint8Array): Promise<string> =>
  elementsOf(bytes).then(
    () => 'read',
    (error: Error) => (error instanceof RangeError ? error.message : `not a RangeError: ${error.stack}`),
  )

beforeAll(() => MeshoptEncoder.ready)

test('a node is an element: name, extras and mesh kept, y up made z up, corners in order', async () => {
  const [wall, ...rest] = await elementsOf(square())
  expect(rest).toEqual([])
  expect(wall).toMatchObject({ id: '墙 1', kind: 'glTF', name: '墙 1', storey: null })
  expect(wall.attributes).toEqual({ mesh: 'wall', 防火: 'F90', 'size.h': 3, list: '[1,2]' })
  expect([...wall.parts[0].positions]).toEqual([0, 0, 0, 2, 0, 0, 2, 0, 1, 0, 0, 1])
  expect([...wall.parts[0].indices]).toEqual([0, 1, 2, 0, 2, 3])
  expect(wall.parts[0].colour).toEqual([1, 1, 1, 1])
})

test('nodes stand where their parents put them; a mirror turns the corners round; instances are elements each', async () => {
  const nodes = [
    { name: '一层', children: [1, 2], translation: [10, 0, 0] },
    { mesh: 0, scale: [-1, 1, 1] },
    {
      mesh: 0,
      name: 'two',
      extensions: { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 2 } } },
    },
  ]
  const body = bytesOf(POSITIONS, CORNERS, Float32Array.of(0, 0, 0, 0, 5, 0))
  const model = await readGltf(
    square(
      {
        nodes,
        accessors: [
          { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3' },
          { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
          { bufferView: 2, componentType: 5126, count: 2, type: 'VEC3' },
        ],
        bufferViews: [
          { buffer: 0, byteOffset: 0, byteLength: 48 },
          { buffer: 0, byteOffset: 48, byteLength: 12 },
          { buffer: 0, byteOffset: 60, byteLength: 24 },
        ],
      },
      {},
      body,
    ),
  )
  expect(model.systems).toEqual([{ name: '一层' }])
  const found = [...model.elements()]
  expect(found.map(({ id, attributes }) => [id, attributes.parent])).toEqual([
    ['wall', '一层'],
    ['two', '一层'],
    ['two #2.1', '一层'],
  ])
  expect([...found[0].parts[0].positions.subarray(0, 6)]).toEqual([10, 0, 0, 8, 0, 0])
  expect([...found[0].parts[0].indices.subarray(0, 3)]).toEqual([0, 2, 1])
  expect([...found[2].parts[0].positions.subarray(0, 3)]).toEqual([10, 0, 5])
})

test('colours, opacity, colours per vertex and pictures are kept', async () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)
  const body = bytesOf(POSITIONS, CORNERS, new Uint8Array(16).fill(128), Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1), png)
  const views = [
    [0, 48],
    [48, 12],
    [60, 16],
    [76, 32],
    [108, 8],
  ]
  const model = await readGltf(
    square(
      {
        accessors: [
          { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3' },
          { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
          { bufferView: 2, componentType: 5121, count: 4, type: 'VEC4', normalized: true },
          { bufferView: 3, componentType: 5126, count: 4, type: 'VEC2' },
        ],
        bufferViews: views.map(([byteOffset, byteLength]) => ({ buffer: 0, byteOffset, byteLength })),
        images: [{ bufferView: 4, mimeType: 'image/png' }],
        textures: [{ source: 0 }],
        materials: [
          {
            name: '玻璃',
            alphaMode: 'BLEND',
            pbrMetallicRoughness: {
              baseColorFactor: [0.2, 0.4, 0.6, 0.5],
              baseColorTexture: {
                index: 0,
                extensions: { KHR_texture_transform: { scale: [2, 2], offset: [0.5, 0] } },
              },
            },
          },
        ],
      },
      { material: 0, attributes: { POSITION: 0, COLOR_0: 2, TEXCOORD_0: 3 } },
      body,
    ),
  )
  expect(model.textures).toEqual([{ mime: 'image/png', bytes: png }])
  const [wall] = [...model.elements()]
  expect(wall.attributes.material).toBe('玻璃')
  expect(wall.parts[0]).toMatchObject({ colour: [0.2, 0.4, 0.6, 0.5], texture: 0 })
  expect([...wall.parts[0].uvs!]).toEqual([0.5, 0, 2.5, 0, 2.5, 2, 0.5, 2])
  expect([...wall.parts[0].tints!.subarray(0, 3)]).toEqual([128, 128, 128])
})

test('meshopt, Draco, quantized and sparse positions, strips and fans give the same square', async () => {
  const packed = MeshoptEncoder.encodeGltfBuffer(new Uint8Array(POSITIONS.buffer), 4, 12, 'ATTRIBUTES')
  const body = new Uint8Array(packed.length + 12)
  body.set(bytesOf(CORNERS))
  body.set(packed, 12)
  const meshopt = square(
    {
      extensionsRequired: ['EXT_meshopt_compression'],
      bufferViews: [
        {
          buffer: 1,
          byteLength: 48,
          extensions: {
            EXT_meshopt_compression: {
              buffer: 0,
              byteOffset: 12,
              byteLength: packed.length,
              byteStride: 12,
              count: 4,
              mode: 'ATTRIBUTES',
            },
          },
        },
        { buffer: 0, byteLength: 12 },
      ],
      buffers: [{ byteLength: body.length }, { byteLength: 48 }],
    },
    {},
    body,
  )
  const steps = Uint16Array.of(0, 0, 0, 65535, 0, 0, 65535, 32768, 0, 0, 32768, 0)
  const quantized = square(
    {
      nodes: [{ mesh: 0, scale: [2, 2, 2] }],
      accessors: [
        { bufferView: 0, componentType: 5123, normalized: true, count: 4, type: 'VEC3' },
        { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
      ],
      bufferViews: [
        { buffer: 0, byteOffset: 0, byteLength: 24 },
        { buffer: 0, byteOffset: 24, byteLength: 12 },
      ],
    },
    {},
    bytesOf(steps, CORNERS),
  )
  const sparse = square(
    {
      accessors: [
        {
          componentType: 5126,
          count: 4,
          type: 'VEC3',
          sparse: { count: 4, indices: { bufferView: 2, componentType: 5121 }, values: { bufferView: 0 } },
        },
        { bufferView: 1, componentType: 5123, count: 6, type: 'SCALAR' },
      ],
      bufferViews: [
        { buffer: 0, byteOffset: 0, byteLength: 48 },
        { buffer: 0, byteOffset: 48, byteLength: 12 },
        { buffer: 0, byteOffset: 60, byteLength: 4 },
      ],
    },
    {},
    bytesOf(POSITIONS, CORNERS, Uint8Array.of(0, 1, 2, 3)),
  )
  const fan = square({}, { mode: 6, indices: undefined })
  const strip = square({}, { mode: 5 }, bytesOf(POSITIONS, Uint16Array.of(0, 1, 3, 2, 2, 2)))
  for (const bytes of [meshopt, quantized, sparse, fan, strip, await dracoSquare()]) {
    const [{ parts }] = await elementsOf(bytes)
    const area = areaOf(parts[0].positions, parts[0].indices)
    expect(area[0]).toBeCloseTo(2, 2)
    // all of it faces the same way: -y, where glTF's front (z) goes
    expect(area[1]).toBeCloseTo(-2, 2)
  }
})

/** The area of all triangles, and of them as seen along y. */
function areaOf(positions: Float32Array, indices: Uint32Array): [number, number] {
  let [area, seen] = [0, 0]
  const at = (i: number, k: number): number => positions[indices[i] * 3 + k]
  for (let i = 0; i < indices.length; i += 3) {
    const [u, v] = [1, 2].map((j) => [0, 1, 2].map((k) => at(i + j, k) - at(i, k)))
    const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    area += Math.hypot(...cross) / 2
    seen += cross[1] / 2
  }
  return [area, seen]
}

async function dracoSquare(): Promise<Uint8Array> {
  const module = await draco.createEncoderModule({})
  const [encoder, builder, mesh] = [new module.Encoder(), new module.MeshBuilder(), new module.Mesh()]
  builder.AddFacesToMesh(mesh, 2, new Uint32Array(CORNERS))
  const id = builder.AddFloatAttribute(mesh, module.POSITION, 4, 3, POSITIONS)
  const out = new module.DracoInt8Array()
  const length = encoder.EncodeMeshToDracoBuffer(mesh, out)
  const packed = Uint8Array.from({ length }, (_, i) => out.GetValue(i))
  return square(
    {
      extensionsRequired: ['KHR_draco_mesh_compression'],
      accessors: [
        { componentType: 5126, count: 4, type: 'VEC3' },
        { componentType: 5123, count: 6, type: 'SCALAR' },
      ],
      bufferViews: [{ buffer: 0, byteLength: length }],
      buffers: [{ byteLength: length }],
    },
    { extensions: { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: id } } } },
    packed,
  )
}

test('coordinates far from zero get an origin of their own', async () => {
  const model = await readGltf(square({ nodes: [{ mesh: 0, translation: [543_210, 12, -3_171_234] }] }))
  expect(model.origin).toEqual([543_000, 3_171_000, 0])
  const [{ parts }] = [...model.elements()]
  expect(parts[0].positions[0]).toBeCloseTo(210, 3)
  expect(parts[0].positions[1]).toBeCloseTo(234, 3)
})

test('corners that are nowhere (NaN) cost their triangles, not the file', async () => {
  const broken = POSITIONS.slice()
  broken[9] = Number.NaN
  const model = await readGltf(square({}, {}, bytesOf(broken, CORNERS)))
  const [{ parts }] = [...model.elements()]
  expect(parts[0].indices).toHaveLength(3)
  expect(model.notes).toEqual(['1 triangles with corners in one place or nowhere (NaN) are left out'])
})

test('buffers and pictures beside a scene are read; a picture that is not there is a note, its material plain', async () => {
  const body = bytesOf(POSITIONS, CORNERS)
  const scene = square({
    buffers: [{ byteLength: 60, uri: 'parts/a%20b.bin' }],
    images: [{ uri: '../../etc/passwd' }],
    textures: [{ source: 0 }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, baseColorFactor: [1, 0, 0, 1] } }],
  })
  expect(namedFiles(scene)).toEqual(['parts/a%20b.bin', '../../etc/passwd'])
  const model = await readGltf(scene, new Map([['parts/a%20b.bin', body]]))
  const [{ parts }] = [...model.elements()]
  expect([...parts[0].indices]).toEqual([...CORNERS])
  expect(model.notes).toEqual([
    expect.stringMatching(/^gltf: image 0 lies outside of the file, got "..\/..\/etc\/passwd"/),
  ])
})

test('what is damaged, absent, elsewhere or endless is refused by name', async () => {
  const whole = square()
  expect(await refusal(whole.subarray(0, whole.length - 8))).toMatch('glb: cut short')
  expect(await refusal(new TextEncoder().encode('{"asset":{"version":"2.0"'))).toMatch('its JSON cannot be read')
  expect(await refusal(glb({ asset: { version: '1.0' } }))).toMatch('asset version "1.0"; expected 2.0')
  expect(await refusal(glb({}))).toMatch('draws nothing')
  expect(await refusal(square({ buffers: [{ byteLength: 60, uri: 'house.bin' }] }))).toMatch(
    'buffer 0 lies outside of the file, got "house.bin", which is not beside it; expected it in the same folder or zip | all in one .glb',
  )
  expect(await refusal(square({ buffers: [{ byteLength: 60, uri: 'https://example.org/a.bin' }] }))).toMatch(
    'lies outside',
  )
  expect(await refusal(square({ buffers: [] }))).toMatch('byteLength of buffer 0')
  expect(await refusal(square({ buffers: [{ byteLength: 9999 }] }))).toMatch('buffer 0 is cut short')
  expect(
    await refusal(
      square({
        bufferViews: [
          { buffer: 0, byteLength: 20 },
          { buffer: 0, byteLength: 12 },
        ],
      }),
    ),
  ).toMatch('accessor 0 reaches past its buffer view')
  expect(
    await refusal(square({ accessors: [{ componentType: 5126, count: 4e9, type: 'VEC3' }] }, { indices: undefined })),
  ).toMatch('bad accessor 0')
  expect(await refusal(square({ extensionsRequired: ['VENDOR_magic'] }))).toMatch('requires VENDOR_magic')
  expect(await refusal(square({ nodes: [{ children: [0], mesh: 0 }] }))).toMatch('node 0 stands under')
  expect(await refusal(square({ nodes: [{ mesh: 7 }] }))).toMatch('no mesh 7 for node 0')
  expect(await refusal(square({}, { material: 3 }))).toMatch('no material 3')
  expect(
    await refusal(
      square(
        {
          bufferViews: [
            {
              buffer: 0,
              byteLength: 48,
              extensions: {
                EXT_meshopt_compression: {
                  buffer: 0,
                  byteLength: 48,
                  byteStride: 256,
                  count: 2 ** 30,
                  mode: 'ATTRIBUTES',
                },
              },
            },
          ],
        },
        { indices: undefined },
      ),
    ),
  ).toMatch('buffer view 0 is too large')
  const junk = square(
    { bufferViews: [{ buffer: 0, byteLength: 48 }] },
    { extensions: { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: 0 } } } },
  )
  expect(await refusal(junk)).toMatch('Draco bytes cannot be unpacked')
  const nested = Array.from({ length: 600 }, (_, i) => ({ children: [i + 1] }))
  expect(await refusal(square({ nodes: [...nested, { mesh: 0 }] }))).toMatch('stands under two parents or under itself')
})

test('a file cut at any place, or with any byte changed, is read or refused, never more', async () => {
  const whole = square()
  for (let at = 0; at < whole.length; at += 7) {
    expect(await refusal(whole.slice(0, at))).not.toMatch('not a RangeError')
    const changed = whole.slice()
    changed[at] ^= 0x5a
    expect(await refusal(changed)).not.toMatch('not a RangeError')
  }
})
