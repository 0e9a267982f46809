/** Publishes photogrammetric meshes: their files under `mesh/c/`, one tileset.json over all of them. */
import { createHash } from 'node:crypto'
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listMeshes, meshFiles, type StoredMesh } from '../db/mesh-store.ts'
import type { CutContext, CutResult } from './cut-context.ts'

const TILESET = 'mesh'

/** Folder of a mesh among the tiles: another one for each import. */
const nameOf = ({ id, revision }: StoredMesh): string =>
  createHash('sha1').update(`${id} ${revision}`).digest('hex').slice(0, 20)

/** Puts files of new meshes where the server finds them; those of meshes that went are removed. */
export async function cutMeshes({ store, heightsDir, signal, report }: CutContext): Promise<CutResult> {
  const started = performance.now()
  const dir = join(dirname(heightsDir), 'meshes')
  const meshes = listMeshes(dir)
  const target = join(store.root, TILESET, 'c')
  const there = new Set(await readdir(target).catch(() => []))
  const result: CutResult = { tileset: TILESET, tiles: 0, written: 0, removed: 0, bytes: 0, seconds: 0 }
  for (const [done, mesh] of meshes.entries()) {
    signal.throwIfAborted()
    const name = nameOf(mesh)
    if (!there.has(name)) {
      // a copy that was interrupted has another name and goes with the old ones
      await rm(join(target, `${name}.part`), { recursive: true, force: true })
      result.written += await copyFiles(meshFiles(dir, mesh), join(target, `${name}.part`), join(target, name))
    }
    result.tiles += mesh.files
    result.bytes += mesh.bytes
    report({ tileset: TILESET, done: done + 1, total: meshes.length })
  }
  const text = JSON.stringify(tilesetOf(meshes))
  const old = await store.get(`${TILESET}/tileset.json`)
  if (!old || new TextDecoder().decode(old) !== text)
    await store.put(`${TILESET}/tileset.json`, new TextEncoder().encode(text))
  const keep = new Set(meshes.map(nameOf))
  for (const name of there) {
    if (keep.has(name)) continue
    await rm(join(target, name), { recursive: true, force: true })
    result.removed++
  }
  result.seconds = (performance.now() - started) / 1000
  return result
}

/** Links files where the disk allows it, else copies them. @returns how many */
async function copyFiles(from: string, part: string, to: string): Promise<number> {
  let count = 0
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const place = join(part, path.slice(from.length))
    await mkdir(dirname(place), { recursive: true })
    await link(path, place).catch(() => copyFile(path, place))
    count++
  }
  await rename(part, to)
  return count
}

function tilesetOf(meshes: readonly StoredMesh[]): object {
  const children = meshes.map((mesh) => ({
    ...(mesh.transform ? { transform: mesh.transform } : {}),
    boundingVolume: mesh.boundingVolume,
    geometricError: mesh.geometricError,
    refine: 'ADD',
    content: { uri: `c/${nameOf(mesh)}/tileset.json` },
    extras: { mesh: mesh.id },
  }))
  const error = Math.max(1000, ...children.map(({ geometricError }) => geometricError * 2))
  // the meshes' own volumes say how high they reach; here it only matters that they lie inside
  const side = (i: 0 | 1 | 2 | 3): number =>
    ((i < 2 ? Math.min : Math.max)(...meshes.map(({ extent }) => extent[i])) * Math.PI) / 180
  const around = meshes.length ? [side(0), side(1), side(2), side(3), -1000, 10_000] : [0, 0, 0, 0, 0, 0]
  return {
    asset: { version: '1.1', generator: 'Tidewall' },
    geometricError: error,
    root: {
      boundingVolume: { region: around },
      geometricError: error,
      refine: 'ADD',
      ...(children.length ? { children } : {}),
    },
  }
}
