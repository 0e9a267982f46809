/** Many files of points written at once, each through a small buffer: no more memory than that, no file kept open. */
import { appendFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { POINT_BYTES } from '../../../tiles-server/db/point-store.ts'

const BUFFER_POINTS = 1365
const READ_POINTS = 1 << 16

/** A file that grows by points. */
export interface PointFile {
  readonly path: string
  points: number
  /** adds the point at a byte of `from` */
  add(from: Uint8Array, at: number): void
  flush(): void
}

/** A file of points; nothing is on disk before the first flush. */
export function pointFile(path: string): PointFile {
  let buffer: Uint8Array | null = null
  let filled = 0
  const file: PointFile = {
    path,
    points: 0,
    add(from, at) {
      buffer ??= new Uint8Array(BUFFER_POINTS * POINT_BYTES)
      for (let i = 0; i < POINT_BYTES; i++) buffer[filled + i] = from[at + i]
      filled += POINT_BYTES
      file.points++
      if (filled === buffer.length) file.flush()
    },
    flush() {
      if (buffer && filled > 0) appendFileSync(path, buffer.subarray(0, filled))
      filled = 0
    },
  }
  return file
}

/** Whole points of a file, some at a time; the bytes are used again. */
export async function* pointsIn(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r')
  const buffer = new Uint8Array(READ_POINTS * POINT_BYTES)
  try {
    for (let at = 0; ; ) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
      const whole = bytesRead - (bytesRead % POINT_BYTES)
      if (whole === 0) return
      yield buffer.subarray(0, whole)
      at += whole
    }
  } finally {
    await file.close()
  }
}
