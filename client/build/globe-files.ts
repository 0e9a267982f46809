/** Puts the globe engine's workers and pictures where the page finds them: `/globe/` in the build, from the package in development. */

import { createReadStream } from 'node:fs'
import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import { rolldown } from 'rolldown'
import type { Plugin } from 'vite'

/** Workers that a tile of ground needs: bundled to one file each, because the package's own fetch up to eight chunks. */
const WORKERS = [
  'createVerticesFromQuantizedTerrainMesh',
  'upsampleQuantizedTerrainMesh',
  'incrementallyBuildTerrainPicker',
  'createVerticesFromHeightmap',
  'transferTypedArrayTest',
]

/** What the page may ask for; the world pictures stay away. */
const FOLDERS = ['Assets/Images']
/** What tiles of others are packed with: Draco and, for pictures, KTX2. */
const UNPACKERS = ['ThirdParty/draco_decoder.wasm', 'ThirdParty/basis_transcoder.wasm']

const TYPES: Record<string, string> = {
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  wasm: 'application/wasm',
}

/** The plug-in; `root` is the folder with node_modules. */
export function globeFiles(root: string): Plugin {
  const engine = join(root, 'node_modules/@cesium/engine')
  let outDir = ''
  return {
    name: 'globe-files',
    configResolved(config) {
      outDir = config.build.outDir
    },
    configureServer(server) {
      server.middlewares.use('/globe', async (request, response, next) => {
        const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0]!))
        const base = join(engine, path.startsWith(`${sep}Workers`) ? 'Build' : 'Source')
        const file = join(base, path)
        const found = file.startsWith(base) ? await stat(file).catch(() => null) : null
        if (!found?.isFile()) return next()
        response.setHeader('Content-Type', TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream')
        createReadStream(file).pipe(response)
      })
    },
    async writeBundle() {
      const target = join(outDir, 'globe')
      await mkdir(join(target, 'Workers'), { recursive: true })
      for (const path of [...FOLDERS, ...UNPACKERS])
        await cp(join(engine, 'Source', path), join(target, path), { recursive: true })
      await Promise.all(WORKERS.map((name) => bundleWorker(engine, name, join(target, 'Workers'))))
      const others = (await readdir(join(engine, 'Build/Workers'))).filter(
        (file) => !WORKERS.includes(file.slice(0, -3)),
      )
      for (const file of others) await cp(join(engine, 'Build/Workers', file), join(target, 'Workers', file))
    },
  }
}

async function bundleWorker(engine: string, name: string, folder: string): Promise<void> {
  const bundle = await rolldown({ input: join(engine, 'Source/Workers', `${name}.js`), logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'es', minify: true, codeSplitting: false })
  await bundle.close()
  await writeFile(join(folder, `${name}.js`), output[0].code)
}
