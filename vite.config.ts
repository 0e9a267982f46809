/** How the page is built: one bundle, the globe's workers and assets beside it, every text file also brotli and gzip. */

import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { globeFiles } from './client/build/globe-files.ts'
import { noChunkCycles } from './client/build/no-chunk-cycles.ts'
import { precompressed } from './client/build/precompressed.ts'
import { pageFonts } from './client/fonts/page-fonts.ts'

const root = import.meta.dirname

/** The engine, what it is made of, and what draws with it. */
const GLOBE =
  /node_modules\/(@cesium|@spz-loader|@tweenjs|@zip\.js|@protobufjs|autolinker|bitmap-sdf|dompurify|draco3d|earcut|grapheme-splitter|jsep|kdbush|ktx-parse|lerc|mersenne-twister|meshoptimizer|pako|protobufjs|quickselect|rbush|topojson-client|urijs)\/|client\/engines\/cesium\/|client\/layers\.ts|data\/(geo\/geoid-patch|networks\/section-materials)/

export default defineConfig({
  root: join(root, 'client'),
  base: '/',
  publicDir: false,
  cacheDir: join(root, 'node_modules/.vite'),
  define: { CESIUM_BASE_URL: JSON.stringify('/globe/') },
  plugins: [react(), globeFiles(root), pageFonts(root), noChunkCycles(), precompressed()],
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
          includeDependenciesRecursively: false,
          groups: [{ name: 'globe', test: GLOBE }],
        },
      },
    },
  },
  optimizeDeps: { include: ['@cesium/engine', 'antd', 'react-dom/client'] },
})
