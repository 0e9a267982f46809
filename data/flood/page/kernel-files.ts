/** The compiled kernels among the page's files: a Vite plugin that serves and emits them. */
import type { Plugin } from 'vite'
import { kernelBytes } from '../kernel/build.ts'

/** Their addresses below the page's base; content changes with the version of the page. */
export const KERNEL_FILES = { plain: 'flood/kernel.wasm', shared: 'flood/kernel-shared.wasm' } as const

/** Emits `flood/kernel.wasm` and `flood/kernel-shared.wasm`. */
export function floodKernels(): Plugin {
  const found = (url: string | undefined) => {
    const path = url?.split('?')[0]
    if (path?.endsWith(KERNEL_FILES.plain)) return kernelBytes(false)
    if (path?.endsWith(KERNEL_FILES.shared)) return kernelBytes(true)
    return null
  }
  return {
    name: 'flood-kernels',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const bytes = found(request.url)
        if (!bytes) return next()
        bytes.then((body) => response.setHeader('content-type', 'application/wasm').end(body), next)
      })
    },
    async generateBundle() {
      // threads and workers are bundles of their own
      if (this.environment?.config.isWorker) return
      this.emitFile({ type: 'asset', fileName: KERNEL_FILES.plain, source: await kernelBytes(false) })
      this.emitFile({ type: 'asset', fileName: KERNEL_FILES.shared, source: await kernelBytes(true) })
    },
  }
}
