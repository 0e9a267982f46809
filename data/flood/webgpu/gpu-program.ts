/** Buffers and kernels on a graphics processor, how kernels are run in order and how what they did is read. */
import { SHADERS } from './shaders.ts'

/** Bits of `GPUBufferUsage`. */
const USAGE = { read: 1, copyFrom: 4, copyTo: 8, storage: 128 } as const

const KERNELS = [
  'prepare',
  'advance',
  'settle',
  'activate',
  'rain',
  'flow',
  'share',
  'update',
  'godunov',
  'measure',
  'look',
  'total',
] as const

/** A kernel of the shaders. */
export type GpuKernel = (typeof KERNELS)[number]

/** Kernels bound to their buffers. */
export interface GpuProgram {
  /** in the order of their bindings */
  readonly buffers: readonly GPUBuffer[]
  /** Kernels in order, again and again; submit what it gives. */
  encode(kernels: readonly GpuKernel[], repeat?: number): GPUCommandEncoder
  submit(encoder: GPUCommandEncoder): void
  /** Bytes of a buffer after the commands, a copy. @throws {Error} when the device was lost */
  read(buffer: GPUBuffer, offset: number, bytes: number, after?: GPUCommandEncoder): Promise<ArrayBuffer>
  dispose(): void
}

/** A device for a solver: limits as large as the adapter has. */
export async function gpuDevice(gpu: GPU): Promise<{ device: GPUDevice; software: boolean; name: string } | null> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) return null
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } })
  const { vendor, architecture, isFallbackAdapter } = adapter.info
  const software = isFallbackAdapter || architecture === 'swiftshader'
  return { device, software, name: [vendor, architecture].filter(Boolean).join(' ') || 'unnamed' }
}

/**
 * Compiles the kernels and makes their buffers.
 *
 * @param words 32-bit words of each buffer, in the order of the bindings; the fifth is read only
 * @throws {Error} when the shaders do not compile
 */
export async function gpuProgram(
  device: GPUDevice,
  words: readonly number[],
  tileColumns: number,
  tileRows: number,
): Promise<GpuProgram> {
  const module = device.createShaderModule({ code: SHADERS })
  const { messages } = await module.getCompilationInfo()
  const wrong = messages.find(({ type }) => type === 'error')
  if (wrong)
    throw new Error(`webgpu: the shaders do not compile: ${wrong.message} at ${wrong.lineNum}:${wrong.linePos}`)
  const usage = USAGE.storage | USAGE.copyFrom | USAGE.copyTo
  const buffers = words.map((count) => device.createBuffer({ size: Math.max(64, count * 4), usage }))
  const bindings = device.createBindGroupLayout({
    entries: buffers.map((_, binding) => ({
      binding,
      visibility: 4,
      buffer: { type: binding === 4 ? ('read-only-storage' as const) : ('storage' as const) },
    })),
  })
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  const group = device.createBindGroup({ layout: bindings, entries })
  const layout = device.createPipelineLayout({ bindGroupLayouts: [bindings] })
  const made = await Promise.all(
    KERNELS.map((entryPoint) => device.createComputePipelineAsync({ layout, compute: { module, entryPoint } })),
  )
  const pipelines = new Map(KERNELS.map((name, k) => [name, made[k]!]))
  let lost: string | null = null
  void device.lost.then(({ message }) => {
    lost = message || 'no reason given'
  })
  return {
    buffers,
    encode(kernels, repeat = 1) {
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      pass.setBindGroup(0, group)
      for (let k = 0; k < repeat; k++) {
        for (const name of kernels) {
          pass.setPipeline(pipelines.get(name)!)
          if (name === 'prepare' || name === 'advance' || name === 'settle') pass.dispatchWorkgroups(1)
          else if (name === 'activate') pass.dispatchWorkgroups(Math.ceil((tileColumns * tileRows) / 256))
          else pass.dispatchWorkgroups(tileColumns, tileRows)
        }
      }
      pass.end()
      return encoder
    },
    submit: (encoder) => device.queue.submit([encoder.finish()]),
    async read(buffer, offset, bytes, after = device.createCommandEncoder()) {
      if (lost !== null) throw new Error(`webgpu: the device was lost: ${lost}`)
      const target = device.createBuffer({ size: bytes, usage: USAGE.read | USAGE.copyTo })
      after.copyBufferToBuffer(buffer, offset, target, 0, bytes)
      device.queue.submit([after.finish()])
      await target.mapAsync(1)
      const copy = target.getMappedRange().slice(0)
      target.destroy()
      return copy
    },
    dispose() {
      for (const buffer of buffers) buffer.destroy()
    },
  }
}
