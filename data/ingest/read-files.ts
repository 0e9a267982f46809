/** Reads all files of a run, each by its reader, in the order in which one needs the other. */
import { dirname, join, resolve } from 'node:path'
import { openHeights } from '../../tiles-server/db/height-store.ts'
import { type BoreholesRead, readBoreholes } from './geology/read-boreholes.ts'
import type { IngestContext, IngestOptions } from './ingest.ts'
import type { InputFile } from './input-file.ts'
import type { Intake } from './intake.ts'
import { readCitygmlModels } from './models/read-citygml.ts'
import { readModels } from './models/read-models.ts'
import { type NetworksRead, readNetworks } from './networks/read-networks.ts'
import { readPoints } from './points/read-points.ts'
import { readVectors } from './read-vectors.ts'
import type { SortedFiles } from './sort-files.ts'
import { type StoredTerrain, storeTerrain } from './store-terrain.ts'
import { readTilesets } from './tilesets/read-tilesets.ts'
import { readRights } from './units/read-rights.ts'

/** What reading gave beside the features in the spool. */
export interface FilesRead {
  terrain: StoredTerrain
  networks: NetworksRead
  boreholes: BoreholesRead
  /** what heights stand on, by the first reader that knows */
  datum: string | null
}

/**
 * Reads files into the spool; terrain and models are stored at once.
 *
 * @param files all of the run, in its order
 * @throws {Error} the signal's reason; what is wrong with a file is in the intake's report
 */
export async function readFiles(
  files: readonly InputFile[],
  sorted: SortedFiles,
  took: Intake,
  options: IngestOptions,
  context: IngestContext & { signal: AbortSignal; source: string; attribution: string },
): Promise<FilesRead> {
  const { db, heightsDir, signal, onProgress } = context
  await readVectors(sorted.vectors, took, options, signal, onProgress)
  const terrain = await storeTerrain(sorted.terrain, took, options, context)
  // depths hang below the ground: terrain of the same run comes first
  const heights = openHeights(heightsDir)
  let networks: NetworksRead
  let boreholes: BoreholesRead
  try {
    networks = await readNetworks(sorted.networks, took, options, heights.sample, signal, onProgress)
    boreholes = await readBoreholes(sorted.boreholes, took, options, heights.sample, signal)
  } finally {
    heights.close()
  }
  const modelsDir = join(dirname(resolve(heightsDir)), 'models')
  await readModels(sorted.models, took, options, { modelsDir, heightsDir }, signal)
  const run = { heightsDir, signal, onProgress }
  const clouds = await readPoints(sorted.clouds, took, options, run)
  await readTilesets(sorted.meshes, took, options, run)
  await readRights(sorted.registers, took, options, { db, heightsDir, signal })
  const known = new Set(networks.tables.map(({ file }) => file))
  await readCitygmlModels(files, known, took, options, modelsDir, signal)
  const datum = terrain.datum ?? options.datum ?? networks.datum ?? boreholes.datum ?? clouds
  return { terrain, networks, boreholes, datum }
}
