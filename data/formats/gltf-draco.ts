/** Primitives packed with Draco → their numbers. Needs `draco3d`. */
import draco from 'draco3d'

/** What a packed primitive holds. */
export interface DracoMesh {
  vertices: number
  indices: Uint32Array
  /** numbers of an attribute by its id in the packed bytes. @throws {RangeError} when there is none */
  attribute(id: number, width: number): Float32Array
  close(): void
}

/** More vertices than this are refused: sixteen bytes each, several attributes. */
const MOST_VERTICES = 50e6

type Module = Awaited<ReturnType<typeof draco.createDecoderModule>>
let loading: Promise<Module> | null = null

/** Resolves when `readDraco` can be called. */
export async function dracoReady(): Promise<Module> {
  loading ??= draco.createDecoderModule({})
  return loading
}

/**
 * Unpacks one primitive.
 * @throws {RangeError} when the bytes are no Draco triangles or are damaged
 * @see KHR_draco_mesh_compression
 */
export function readDraco(module: Module, bytes: Uint8Array): DracoMesh {
  const decoder = new module.Decoder()
  const mesh = new module.Mesh()
  const buffer = new module.DecoderBuffer()
  const close = (): void => {
    module.destroy(mesh)
    module.destroy(decoder)
  }
  try {
    buffer.Init(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length)
    const status = decoder.DecodeBufferToMesh(buffer, mesh)
    const vertices = mesh.num_points()
    if (!status.ok() || vertices > MOST_VERTICES)
      throw new RangeError(
        `gltf: Draco bytes cannot be unpacked: ${status.ok() ? `${vertices} vertices` : status.error_msg()}`,
      )
    return {
      vertices,
      indices: new Uint32Array(
        copied(module, mesh.num_faces() * 12, (at, size) => decoder.GetTrianglesUInt32Array(mesh, size, at)),
      ),
      attribute(id, width) {
        const attribute = decoder.GetAttributeByUniqueId(mesh, id)
        if ((attribute as { ptr?: number }).ptr === 0 || attribute.num_components() !== width)
          throw new RangeError(`gltf: Draco bytes have no attribute ${id} of ${width} numbers`)
        return new Float32Array(
          copied(module, vertices * width * 4, (at, size) =>
            decoder.GetAttributeDataArrayForAllPoints(mesh, attribute, module.DT_FLOAT32, size, at),
          ),
        )
      },
      close,
    }
  } catch (error) {
    close()
    if (error instanceof RangeError && error.message.startsWith('gltf')) throw error
    // a trap leaves the module's memory in no known state: the next file gets a new one
    loading = null
    throw new RangeError(`gltf: Draco bytes cannot be unpacked: ${(error as Error).message}`, { cause: error })
  } finally {
    module.destroy(buffer)
  }
}

function copied(module: Module, size: number, fill: (at: number, size: number) => unknown): ArrayBuffer {
  const at = module._malloc(Math.max(4, size))
  try {
    fill(at, size)
    return module.HEAPU8.slice(at, at + size).buffer as ArrayBuffer
  } finally {
    module._free(at)
  }
}
