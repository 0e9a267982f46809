/** Which reader takes which file. */
import { boreholeFiles } from './geology/read-boreholes.ts'
import type { IngestOptions } from './ingest.ts'
import type { InputFile } from './input-file.ts'
import { isNetwork } from './networks/read-networks.ts'
import { findRights } from './units/read-rights.ts'

/** Files by reader; a file is with one of them only. */
export interface SortedFiles {
  /** OpenStreetMap and GeoJSON */
  vectors: InputFile[]
  networks: InputFile[]
  boreholes: InputFile[]
  /** registers of units and legal volumes */
  registers: Awaited<ReturnType<typeof findRights>>
  /** IFC and glTF */
  models: InputFile[]
  clouds: InputFile[]
  meshes: InputFile[]
  /** what nothing else takes */
  terrain: InputFile[]
}

const VECTORS = new Set(['osm-pbf', 'osm-xml', 'geojson'])

/** Sorts files by what their content is, or by the layer they are said to be. */
export async function sortFiles(
  files: readonly InputFile[],
  { as, map }: Pick<IngestOptions, 'as' | 'map'>,
  signal: AbortSignal,
): Promise<SortedFiles> {
  const left = new Set(files)
  /** gives files to a reader */
  const take = (wanted: (file: InputFile) => boolean): InputFile[] => {
    const taken = [...left].filter(wanted)
    for (const file of taken) left.delete(file)
    return taken
  }
  const registers = await findRights(files, as, signal)
  for (const { file } of registers) left.delete(file)
  const drilled = new Set(await boreholeFiles([...left], as, map))
  return {
    registers,
    boreholes: take((file) => drilled.has(file)),
    networks: take((file) => isNetwork(file, as)),
    vectors: take(({ kind }) => VECTORS.has(kind)),
    clouds: take(({ kind }) => kind === 'las'),
    meshes: take(({ kind }) => kind === '3d-tiles'),
    models: take(({ kind }) => kind === 'ifc' || kind === 'gltf'),
    terrain: take(() => true),
  }
}
