/** Vector files into the intake, one after the other; a damaged file gives nothing rather than half of itself. */
import { readOsm } from '../formats/osm.ts'
import type { IngestOptions, IngestProgress } from './ingest.ts'
import type { InputFile } from './input-file.ts'
import type { Intake } from './intake.ts'
import { readGeojsonFile } from './read-geojson.ts'

async function readOsmFile(
  file: InputFile,
  took: Intake,
  options: IngestOptions,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const report = {
    rejected: (id: string, reason: string) => took.rejected('records', id, reason),
    noted: (words: string) => took.note(words),
    facts: ({ bounds, date }: { bounds?: [number, number, number, number]; date?: string }) => {
      if (bounds) took.declare(bounds)
      if (date) took.date(date)
    },
  }
  const input = {
    format: file.kind === 'osm-pbf' ? ('pbf' as const) : ('xml' as const),
    open: () => file.open(onBytes),
  }
  for await (const feature of readOsm(input, report, signal)) {
    if (options.as && feature.layer !== options.as) continue
    // the sea of two extracts is not one thing, though all else keeps its OpenStreetMap id
    const named = feature.id.startsWith('sea-') ? { ...feature, id: `${took.source}-${feature.id}` } : feature
    const wait = took.take(named)
    if (wait) await wait
  }
  took.crs.add('EPSG:4326')
}

/**
 * Reads all vector files.
 *
 * @throws {Error} of the first file that is truncated or damaged, naming it: nothing has been stored then
 */
export async function readVectors(
  files: readonly InputFile[],
  took: Intake,
  options: IngestOptions,
  signal: AbortSignal,
  onProgress: ((progress: IngestProgress) => void) | undefined,
): Promise<void> {
  // every file is read twice: for what refers to what, then for the features
  const total = files.reduce((sum, { bytes }) => sum + 2 * bytes, 0)
  let done = 0
  const onBytes = (count: number) => {
    done += count
    onProgress?.({ stage: 'read', done: Math.min(done, total), total })
  }
  for (const file of files) {
    took.file = file.name
    try {
      await (file.kind === 'geojson' ? readGeojsonFile : readOsmFile)(file, took, options, signal, onBytes)
    } catch (cause) {
      signal.throwIfAborted()
      throw new Error(`${file.name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  }
  took.file = ''
}
