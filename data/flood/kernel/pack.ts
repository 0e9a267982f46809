/** Frames packed by the kernels, through the scratch of the first thread. */
import type { FramePack, PackPart } from '../engine.ts'
import type { Kernel } from './crew.ts'

/**
 * Packs through a kernel's scratch.
 *
 * @param kernel `frameBox` and `frameRows` of kernel/frame.as
 * @param room bytes of the scratch
 */
export function kernelPack(
  kernel: Pick<Kernel, 'frameBox' | 'frameRows'>,
  memory: WebAssembly.Memory,
  engine: { columns: number; inertial: boolean; room: number; stepped: () => boolean },
): FramePack {
  const { columns, inertial, room } = engine
  return {
    box(flows) {
      const place = kernel.frameBox(columns, engine.stepped(), flows, inertial)
      const [left, top, right, bottom] = new Int32Array(memory.buffer, place, 4)
      const [most, fastest] = new Float32Array(memory.buffer, place + 16, 2)
      return { left: left!, top: top!, right: right!, bottom: bottom!, most: most!, fastest: fastest! }
    },
    rows(what, part: PackPart, step, out) {
      const { column, stride } = part
      const most = Math.max(1, Math.floor((room - 64) / (2 * part.columns)))
      for (let row = 0; row < part.rows; row += most) {
        const count = Math.min(most, part.rows - row)
        const first = part.row + row * stride
        const place = kernel.frameRows(what, first, count, column, part.columns, stride, 1 / step, inertial)
        const words = what === 0 ? Uint16Array : Int16Array
        out.set(new words(memory.buffer, place, count * part.columns), row * part.columns)
      }
    },
  }
}
