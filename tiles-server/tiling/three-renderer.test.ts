/** An independent client walks the tileset over HTTP: three's 3d-tiles-renderer, with a camera above the town. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PerspectiveCamera, Sphere } from 'three'
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutBuildingRows } from './buildings.ts'
import { memoryRows, sampleTown } from './buildings-sample.ts'
import { cutPipeRows } from './pipes.ts'
import { memoryPipes, samplePipes } from './pipes-sample.ts'
import { openTileStore } from './tile-store.ts'

const COUNT = 2400
const folder = mkdtempSync(join(tmpdir(), 'tidewall-three-'))
const server = createServer((req, res) => {
  try {
    res.end(readFileSync(join(folder, new URL(req.url ?? '/', 'http://x').pathname)))
  } catch {
    res.writeHead(404).end()
  }
})
let origin: string

beforeAll(async () => {
  const context = { store: openTileStore(folder), heightsDir: join(folder, 'heights'), threads: 1, report: () => {} }
  await cutBuildingRows({ ...context, signal: new AbortController().signal }, memoryRows(sampleTown(COUNT)))
  await cutPipeRows({ ...context, signal: new AbortController().signal }, memoryPipes(samplePipes(COUNT * 3)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // The library expects these of a browser; it draws nothing here.
  Object.assign(globalThis, {
    location: new URL(origin),
    self: globalThis,
    window: globalThis,
    requestAnimationFrame: (work: () => void) => setTimeout(work, 0),
    cancelAnimationFrame: clearTimeout,
  })
}, 60_000)
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

test.each(['buildings', 'pipes'])(
  '3d-tiles-renderer loads the %s and refines them without a failure',
  async (tileset) => {
    const { TilesRenderer } = await import('3d-tiles-renderer/three')
    const tiles = new TilesRenderer(`${origin}/${tileset}/tileset.json`)
    const loader = new GLTFLoader(tiles.manager)
    loader.setMeshoptDecoder(MeshoptDecoder)
    tiles.manager.addHandler(/\.glb$/, loader)
    const failures: unknown[] = []
    let models = 0
    tiles.addEventListener('load-error', (event) => failures.push(event))
    tiles.addEventListener('load-model', () => models++)
    tiles.errorTarget = 1
    const camera = new PerspectiveCamera(60, 16 / 9, 1, 1e8)
    const sphere = new Sphere()
    let placed = false
    for (let frame = 0; frame < 300; frame++) {
      if (!placed && tiles.getBoundingSphere(sphere) && sphere.radius > 0) {
        camera.position.copy(sphere.center).setLength(sphere.center.length() + sphere.radius * 2.5)
        camera.up.set(0, 0, 1)
        camera.lookAt(sphere.center)
        camera.updateProjectionMatrix()
        tiles.setCamera(camera)
        tiles.setResolution(camera, 1920, 1080)
        placed = true
      }
      camera.updateMatrixWorld(true)
      tiles.group.updateMatrixWorld(true)
      tiles.update()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(failures).toEqual([])
    expect(models).toBeGreaterThan(3)
    expect(tiles.visibleTiles.size).toBeGreaterThan(0)
    tiles.dispose()
  },
)
