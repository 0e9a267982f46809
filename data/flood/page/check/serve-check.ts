/** Builds the checking page in memory and serves it on loopback, isolated or not. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'vite'
import { floodKernels } from '../kernel-files.ts'

const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' }

/** Files of the built page by their paths. */
export async function buildCheck(): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    base: './',
    logLevel: 'silent',
    publicDir: false,
    plugins: [floodKernels()],
    worker: { format: 'es' },
    build: { write: false, target: 'es2023', minify: false },
  })
  const files = new Map<string, string | Uint8Array>()
  for (const { output } of [built].flat() as {
    output: { fileName: string; code?: string; source?: string | Uint8Array }[]
  }[])
    for (const file of output) files.set(`/${file.fileName}`, file.code ?? file.source ?? '')
  return files
}

/** Serves files; `isolated` sends the headers that allow shared memory. */
export async function serveCheck(
  files: ReadonlyMap<string, string | Uint8Array>,
  isolated: boolean,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const body = files.get(path)
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin')
      response.setHeader('cross-origin-embedder-policy', 'require-corp')
      response.setHeader('cross-origin-resource-policy', 'same-origin')
    }
    if (body === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)!] ?? 'application/octet-stream' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
