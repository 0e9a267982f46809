/** The files of a folder, in Node. */
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { FileSource } from './file-source.ts'
import { cellLimit, type Model, readModel } from './model.ts'
import type { Run } from './run-schema.ts'

/** Files of a folder, by names relative to it. */
export function folderFiles(folder: string): FileSource {
  const path = (name: string) => resolve(folder, name)
  return {
    place: 'beside run.json',
    bytes: async (name) => new Uint8Array(await readFile(path(name))),
    async start(name, count) {
      const file = await open(path(name))
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    pieces: (name) => createReadStream(path(name), 'latin1'),
  }
}

/**
 * Reads all a run names from a folder.
 *
 * @throws {Error} naming the file or key that is wrong
 */
export function readModelIn(folder: string, run: Run): Promise<Model> {
  return readModel(run, folderFiles(folder), cellLimit(totalmem()))
}
