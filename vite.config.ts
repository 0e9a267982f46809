/** How the page is built: one bundle, the globe's workers and assets beside it, every text file also brotli and gzip. */

import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { globeFiles } from './client/build/globe-files.ts'
import { precompressed } from './client/build/precompressed.ts'
import { pageFonts } from './client/fonts/page-fonts.ts'

const root = import.meta.dirname

export default defineConfig({
  root: join(root, 'client'),
  base: '/',
  publicDir: false,
  cacheDir: join(root, 'node_modules/.vite'),
  define: { CESIUM_BASE_URL: JSON.stringify('/globe/') },
  plugins: [react(), globeFiles(root), pageFonts(root), precompressed()],
  worker: { format: 'es' },
  build: {
    outDir: join(root, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 6000,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The engine and what draws with it are one file, fetched while the panels already stand.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'globe', test: /node_modules\/@cesium\/|client\/engines\/cesium\/|client\/layers\.ts/ }],
        },
      },
    },
  },
  optimizeDeps: { include: ['@cesium/engine', 'antd', '@ant-design/icons', 'react-dom/client'] },
})
