/** The tiles of one model as meshes: its finest ones, so that every element is there once and whole. */
import {
  BufferAttribute,
  type BufferGeometry,
  type Material,
  type Mesh,
  type MeshStandardMaterial,
  type Object3D,
  type Texture,
} from 'three'
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js'
import { type GLTF, GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js'

/** A mesh of a tile with what the view needs per vertex. */
export interface ElementMesh {
  mesh: Mesh<BufferGeometry>
  /** number in the model's list, per vertex */
  elements: Float32Array
  shown: BufferAttribute
  clear: boolean
  map: Texture | null
}

interface Tile {
  content?: { uri?: string }
  children?: Tile[]
}

/** Addresses of the tiles without children. */
export function leafAddresses({ content, children }: Tile): string[] {
  if (children?.length) return children.flatMap(leafAddresses)
  return content?.uri ? [content.uri] : []
}

const ATOMS = 6

/**
 * Loads a tileset.
 * @param numbers of the elements by their id
 * @throws {Error} when the tileset or a tile cannot be had
 */
export async function loadTiles(
  address: string,
  numbers: ReadonlyMap<string, number>,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<{ root: Object3D; meshes: ElementMesh[] }[]> {
  const answer = await fetch(address, { signal })
  if (!answer.ok) throw new Error(`tileset: got HTTP ${answer.status}; expected 200`)
  const { root } = (await answer.json()) as { root: Tile }
  const waiting = leafAddresses(root)
  const total = waiting.length
  const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder)
  const found: { root: Object3D; meshes: ElementMesh[] }[] = []
  let done = 0
  const work = async (): Promise<void> => {
    for (let uri = waiting.shift(); uri !== undefined; uri = waiting.shift()) {
      signal.throwIfAborted()
      const gltf = await loader.loadAsync(new URL(uri, new URL(address, location.href)).href)
      found.push({ root: gltf.scene, meshes: await meshesOf(gltf, numbers) })
      progress(++done / Math.max(1, total))
    }
  }
  await Promise.all(Array.from({ length: ATOMS }, work))
  signal.throwIfAborted()
  return found
}

interface Metadata {
  propertyTables?: {
    count: number
    properties: { id: { values: number; stringOffsets: number; stringOffsetType?: string } }
  }[]
}

/** Ids of a tile's features, from its property table. @see EXT_structural_metadata */
async function idsOf({ parser }: GLTF): Promise<string[]> {
  const metadata = (parser.json.extensions as { EXT_structural_metadata?: Metadata } | undefined)
    ?.EXT_structural_metadata
  const table = metadata?.propertyTables?.[0]
  if (!table) return []
  const { values, stringOffsets, stringOffsetType } = table.properties.id
  const bytes = new Uint8Array((await parser.getDependency('bufferView', values)) as ArrayBuffer)
  const raw = (await parser.getDependency('bufferView', stringOffsets)) as ArrayBuffer
  const offsets = stringOffsetType === 'UINT16' ? new Uint16Array(raw) : new Uint32Array(raw)
  const text = new TextDecoder()
  return Array.from({ length: table.count }, (_, i) => text.decode(bytes.subarray(offsets[i], offsets[i + 1])))
}

async function meshesOf(gltf: GLTF, numbers: ReadonlyMap<string, number>): Promise<ElementMesh[]> {
  const ids = await idsOf(gltf)
  const meshes: ElementMesh[] = []
  gltf.scene.updateMatrixWorld(true)
  gltf.scene.traverse((one) => {
    const mesh = one as Mesh<BufferGeometry>
    if (!mesh.isMesh) return
    const { geometry } = mesh
    const features = geometry.getAttribute('_feature_id_0')
    const count = geometry.getAttribute('position').count
    const elements = new Float32Array(count)
    for (let i = 0; i < count; i++) elements[i] = numbers.get(ids[features?.getX(i) ?? -1] ?? '') ?? -1
    const shown = new BufferAttribute(new Uint8Array(count).fill(1), 1)
    geometry.setAttribute('_element', new BufferAttribute(elements, 1))
    geometry.setAttribute('_shown', shown)
    const material = mesh.material as Material & Partial<MeshStandardMaterial>
    meshes.push({ mesh, elements, shown, clear: material.transparent === true, map: material.map ?? null })
    material.dispose()
  })
  return meshes
}
