/** Compiles the kernels (AssemblyScript, `*.as`) to WebAssembly; kept in node_modules/.cache by the hash of the sources. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'

const FOLDER = new URL('./', import.meta.url)
const CACHE = new URL('../../../node_modules/.cache/tidewall-flood/', import.meta.url)

async function sources(): Promise<Map<string, string>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.as')).sort()
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, FOLDER), 'utf8')))
  return new Map(names.map((name, i) => [name.replace(/\.as$/, '.ts'), texts[i]!]))
}

async function compile(files: Map<string, string>, shared: boolean): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc')
  let wasm: Uint8Array | null = null
  const flags = ['kernel.ts', '-o', 'kernel.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory']
  flags.push('--enable', 'simd', '--enable', 'bulk-memory')
  if (shared) flags.push('--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536')
  const { error, stderr } = await asc.main(flags, {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm') && typeof contents !== 'string') wasm = contents
    },
    listFiles: () => [],
  })
  if (error || !wasm) throw new Error(`flood kernel: does not compile: ${stderr.toString()}`, { cause: error })
  return wasm
}

/**
 * The kernel's bytes.
 *
 * @param shared for shared memory and threads
 * @throws {Error} when it is neither in the cache nor can be compiled
 */
export async function kernelBytes(shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const files = await sources()
  const hash = createHash('sha256')
  for (const [name, text] of files) hash.update(name).update(text)
  const place = new URL(`kernel-${hash.digest('hex').slice(0, 16)}${shared ? '-shared' : ''}.wasm`, CACHE)
  const kept = await readFile(place).catch(() => null)
  if (kept) return new Uint8Array(kept)
  const bytes = new Uint8Array(await compile(files, shared))
  await mkdir(CACHE, { recursive: true })
  const part = new URL(`${place.href}.${process.pid}.part`)
  await writeFile(part, bytes)
  await rename(part, place)
  return bytes
}

if (import.meta.main) {
  for (const shared of [false, true]) {
    const bytes = await kernelBytes(shared)
    console.log(`flood kernel${shared ? ', shared memory' : ''}: ${bytes.length} bytes`)
  }
}
