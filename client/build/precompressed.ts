/** Writes `.br` and `.gz` beside every text file of the build, so that the server sends bytes and compresses nothing. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
const TEXT = /\.(js|css|html|json|svg|wasm)$/

/** The plug-in; runs last, when all files are on disk. */
export function precompressed(): Plugin {
  let outDir = ''
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const files = (await readdir(outDir, { recursive: true })).filter((file) => TEXT.test(file))
        // Quality 11 is for what the first paint waits for: 12 % smaller, but 4 s instead of 0.4 s for the bundle.
        await Promise.all(files.map((file) => pack(join(outDir, file), file.startsWith('assets') ? 10 : 5)))
      },
    },
  }
}

async function pack(file: string, quality: number): Promise<void> {
  const bytes = await readFile(file)
  if (bytes.length < 400) return
  const [br, gz] = await Promise.all([
    brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    gzipped(bytes, { level: 7 }),
  ])
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
}
