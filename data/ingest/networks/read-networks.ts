/** Network files into the intake: opened, mapped, drafted, placed, joined, given heights, checked for defects. */
import { readCitygmlNetwork } from '../../formats/citygml-network.ts'
import { readCsv } from '../../formats/csv.ts'
import { readEpanetInp } from '../../formats/epanet-inp.ts'
import type { RecordTable } from '../../formats/record-table.ts'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { decodeText } from '../../formats/text-encoding.ts'
import { readXlsx } from '../../formats/xlsx.ts'
import { xmlText } from '../../formats/xml-text.ts'
import type { CityFeature, LayerName } from '../../geo/city-feature.ts'
import type { HeightDatum } from '../../geo/height-source.ts'
import type { Defect } from '../../networks/defect.ts'
import { addCodeWords } from '../code-lists.ts'
import { type InputFile, wholeFile } from '../input-file.ts'
import type { Intake } from '../intake.ts'
import { checkNetwork } from './check.ts'
import { guessMapping, inDegrees, type TableMapping } from './columns.ts'
import { type Confirmed, confirmed } from './confirm.ts'
import type { DraftPipe, Drafts, DraftTable } from './draft.ts'
import { cityIds, networkFeatures } from './features.ts'
import { nodesInFeet } from './feet.ts'
import { draftsFromCitygml } from './from-citygml.ts'
import { draftsFromEpanet } from './from-epanet.ts'
import { draftsFromSwmm } from './from-swmm.ts'
import { draftsFromTable } from './from-table.ts'
import { HeightsOf } from './heights.ts'
import { openGeojson } from './open-geojson.ts'
import { openGeopackage } from './open-geopackage.ts'
import { openShapefile } from './open-shapefile.ts'
import { type Anchor, placeDrafts } from './place.ts'
import { joinDrafts } from './topology.ts'

/** What a person may say about networks. */
export interface NetworkOptions {
  crs?: string
  datum?: HeightDatum
  anchor?: Anchor
  /** confirmed meanings of columns */
  map?: Confirmed
}

/** One table of the report. */
export interface NetworkTableReport {
  file: string
  table: string
  format: string
  records: number
  rejected: number
  pipes: number
  nodes: number
  /** null for files that need none */
  mapping: TableMapping | null
}

/** What came of the network files. */
export interface NetworksRead {
  tables: NetworkTableReport[]
  /** files that gave nothing because they are damaged */
  damaged: { name: string; reason: string }[]
  defects: Defect[]
  /** texts of EPANET and SWMM files, which a solver needs whole */
  models: { file: string; format: 'epanet' | 'swmm'; text: string }[]
  datum: string | null
}

/** Sections that only SWMM has. */
const SWMM_MARK =
  /^\s*\[\s*(CONDUITS?|OUTFALLS?|SUBCATCHMENTS?|RAINGAGES?|XSECTIONS?|STORAGE|DIVIDERS?|EVAPORATION)\s*\]/im
const MOST_BYTES = 2 ** 31 - 1
const NETWORK_KINDS = new Set(['shapefile', 'inp', 'geopackage', 'citygml', 'csv', 'xlsx'])
/** Kinds that --as can put into a layer of the city instead. */
export const CITY_TABLES: ReadonlySet<string> = new Set(['shapefile', 'geopackage'])
/** Names of GeoJSON files that hold networks. */
const NETWORK_NAME =
  /(^|[^a-z])(pipes?|pipelines?|pipe-?nodes?|(water|gas|gravity|force)?mains?|sewers?|manholes?|conduits?|culverts?|hydrants?|catch ?basins?|storm ?drains?|laterals?)([^a-z]|$)|管线|管网|管点|管段|管道|检查井|窨井/i
/** `ssGravityMain` is three words. */
const wordsOf = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1 $2')

/** Whether a file goes the way of networks. */
export function isNetwork(file: InputFile, as: LayerName | undefined): boolean {
  const elsewhere = as !== undefined && as !== 'pipes' && as !== 'pipe-nodes'
  if (elsewhere && CITY_TABLES.has(file.kind)) return false
  if (NETWORK_KINDS.has(file.kind)) return true
  if (file.kind !== 'geojson') return false
  return as ? as === 'pipes' || as === 'pipe-nodes' : NETWORK_NAME.test(wordsOf(file.name.split('/').pop() ?? ''))
}

function groupOf(file: string, name: string): string {
  const bare = (text: string) => text.replace(/管?[点线段]|表|nodes?|points?|pipes?|lines?|links?|[\s_\-.]+/gi, '')
  return `${bare(file.replace(/\.[^.]+$/, ''))}|${bare(name)}`.toLowerCase()
}

function draftTable(file: InputFile, name: string, format: string, more: Partial<DraftTable>): DraftTable {
  return {
    file: file.name,
    name,
    group: groupOf(file.name, name),
    format,
    crs: null,
    datum: null,
    schematic: false,
    model: null,
    records: 0,
    rejected: 0,
    notes: [],
    ...more,
  }
}

/** What a table holds that is no network, in words. */
function contentOf(table: RecordTable): string {
  const counts = new Map<string, number>()
  let problem = ''
  for (const { geometry, problem: wrong } of table.records()) {
    const what = wrong === undefined ? (geometry?.type ?? 'without geometry') : 'damaged'
    counts.set(what, (counts.get(what) ?? 0) + 1)
    problem ||= wrong ?? ''
  }
  const words = [...counts].map(([what, count]) => `${count} ${what}`).join(', ') || 'no rows'
  return problem ? `${words} (${problem})` : words
}

/** One run over all network files. */
class NetworkReading {
  readonly drafts: Drafts = { tables: [], pipes: [], nodes: [], defects: [] }
  readonly mappings: (TableMapping | null)[] = []
  readonly models: NetworksRead['models'] = []
  private kept = [0, 0, 0, 0, 0]
  private readonly took: Intake
  private readonly options: NetworkOptions

  constructor(took: Intake, options: NetworkOptions) {
    this.took = took
    this.options = options
  }

  /** Takes back what a damaged file has given: half of it is worse than nothing. */
  undo(): void {
    const { tables, pipes, nodes, defects } = this.drafts
    for (const [i, list] of [tables, pipes, nodes, defects, this.models].entries()) list.length = this.kept[i]
    this.mappings.length = tables.length
  }

  /** What is there now stays. */
  keep(): void {
    const { tables, pipes, nodes, defects } = this.drafts
    this.kept = [tables, pipes, nodes, defects, this.models].map((list) => list.length)
  }

  refuse(table: number, layer: 'pipes' | 'pipe-nodes', id: string, reason: string): void {
    const of = this.drafts.tables[table]
    of.rejected++
    this.took.file = of.file
    this.took.layer(layer).read++
    this.took.rejected(layer, `${of.name ? `${of.name}:` : ''}${id}`.slice(0, 200), reason)
  }

  table(file: InputFile, table: RecordTable, format: string): void {
    const key = `${file.name}/${table.name}`
    const mapping = confirmed(guessMapping(table, file.name), this.options.map, file.name, table.name, table.columns)
    if (mapping.rows === 'none') {
      this.took.refused.push({
        name: key,
        reason: `${contentOf(table)}: no pipes and no nodes by its columns; expected lines, points or named ends | --map | --as for a layer of the city`,
      })
      return
    }
    const degrees = table.crs === null && inDegrees(table, mapping)
    const notes = degrees
      ? [...table.notes, 'longitude and latitude by their columns: EPSG:4326 taken']
      : [...table.notes]
    const crs = degrees ? 'EPSG:4326' : table.crs
    const index = this.drafts.tables.push(draftTable(file, table.name, format, { crs, notes })) - 1
    this.mappings[index] = mapping
    const layer = mapping.rows === 'pipes' ? 'pipes' : 'pipe-nodes'
    draftsFromTable(table, mapping, this.drafts, index, (id, reason) => this.refuse(index, layer, id, reason))
  }

  /** An .inp: EPANET's and SWMM's are told apart by their sections. */
  private model(file: InputFile, text: string): void {
    const swmm = !/^\s*\[\s*(PIPES?|RESERVOIRS?|TANKS?)\s*\]/im.test(text) && SWMM_MARK.test(text)
    const add = (model: 'swmm' | 'epanet', crs: string | null): number => {
      const index = this.drafts.tables.push(draftTable(file, '', model, { schematic: true, model, crs })) - 1
      this.mappings[index] = null
      return index
    }
    const refuse =
      (index: number) =>
      (id: string, reason: string, layer: 'pipes' | 'pipe-nodes' = 'pipes') =>
        this.refuse(index, layer, id, reason)
    if (swmm) {
      const inp = readSwmmInp(text, file.name)
      const degrees = inp.other.some(
        ({ name, lines }) => name === 'MAP' && lines.some((line) => /^\s*units\s+degrees/i.test(line)),
      )
      const index = add('swmm', degrees ? 'EPSG:4326' : null)
      draftsFromSwmm(inp, this.drafts, index, refuse(index))
      this.models.push({ file: file.name, format: 'swmm', text })
    } else {
      const network = readEpanetInp(text)
      const index = add('epanet', null)
      draftsFromEpanet(network, this.drafts, index, refuse(index))
      this.models.push({ file: file.name, format: 'epanet', text })
    }
  }

  private async citygml(file: InputFile, signal: AbortSignal): Promise<void> {
    const found = await readCitygmlNetwork(xmlText(file.open()), signal)
    // city objects that are no network become models
    if (found.objects.length === 0) return
    const missing = await addCodeWords(file, found.objects)
    const notes = missing.size > 0 ? [`code lists not found: ${[...missing].slice(0, 5).join(', ')}`] : []
    const index = this.drafts.tables.push(draftTable(file, '', 'citygml', { crs: found.srs, notes })) - 1
    this.mappings[index] = null
    draftsFromCitygml(found, this.drafts, index, (id, reason, layer = 'pipes') => this.refuse(index, layer, id, reason))
  }

  async file(file: InputFile, signal: AbortSignal): Promise<void> {
    const stem = (file.name.split('/').pop() ?? file.name).replace(/\.[^.]+$/, '')
    if (file.kind === 'inp') this.model(file, decodeText(await wholeFile(file, MOST_BYTES)))
    else if (file.kind === 'citygml') await this.citygml(file, signal)
    else if (file.kind === 'geopackage') {
      const opened = await openGeopackage(file)
      try {
        for (const table of opened.tables) this.table(file, table, file.kind)
      } finally {
        await opened.close()
      }
    } else {
      const tables =
        file.kind === 'shapefile'
          ? await openShapefile(file)
          : file.kind === 'csv'
            ? [readCsv(await wholeFile(file, MOST_BYTES), stem)]
            : file.kind === 'xlsx'
              ? readXlsx(await wholeFile(file, MOST_BYTES))
              : await openGeojson(file, signal)
      for (const table of tables) this.table(file, table, file.kind)
    }
  }

  report(): NetworkTableReport[] {
    const pipes = new Map<number, number>()
    const nodes = new Map<number, number>()
    const add = (counts: Map<number, number>, table: number) => counts.set(table, (counts.get(table) ?? 0) + 1)
    for (const { table } of this.drafts.pipes) add(pipes, table)
    for (const { table } of this.drafts.nodes) add(nodes, table)
    return this.drafts.tables.map(({ file, name, format, records, rejected }, i) => ({
      file,
      table: name,
      format,
      records,
      rejected,
      pipes: pipes.get(i) ?? 0,
      nodes: nodes.get(i) ?? 0,
      mapping: this.mappings[i],
    }))
  }
}

/**
 * Reads all network files of a run into the intake.
 *
 * @param sample stored ground, metres above the ellipsoid, NaN unknown
 * @throws {Error} when coordinates name no system and no anchor is given
 */
export async function readNetworks(
  files: readonly InputFile[],
  took: Intake,
  options: NetworkOptions,
  sample: (lng: number, lat: number) => number,
  signal: AbortSignal,
  onProgress: ((progress: { stage: string; done: number; total: number }) => void) | undefined,
): Promise<NetworksRead> {
  const reading = new NetworkReading(took, options)
  const { drafts } = reading
  const damaged: NetworksRead['damaged'] = []
  for (const [i, file] of files.entries()) {
    signal.throwIfAborted()
    took.file = file.name
    onProgress?.({ stage: 'read networks', done: i, total: files.length })
    try {
      await reading.file(file, signal)
    } catch (error) {
      signal.throwIfAborted()
      reading.undo()
      damaged.push({ name: file.name, reason: error instanceof Error ? error.message : String(error) })
    }
    reading.keep()
  }
  took.refused.push(...damaged)
  if (drafts.tables.length === 0) return { tables: [], damaged, defects: [], models: [], datum: null }
  nodesInFeet(drafts, reading.mappings)
  for (const name of placeDrafts(drafts, options.crs, options.anchor ?? null)) took.crs.add(name)
  const joined = joinDrafts(drafts, (pipe: DraftPipe, reason) => reading.refuse(pipe.table, 'pipes', pipe.id, reason))
  const tables = reading.report()
  const heights = new HeightsOf(drafts, joined, { sample, datum: options.datum })
  const ids = cityIds(drafts, took.source)
  const features: CityFeature[] = []
  for (const feature of networkFeatures(drafts, joined, heights, ids)) {
    signal.throwIfAborted()
    features.push(feature)
    const wait = took.take(feature)
    if (wait) await wait
  }
  const defects = checkNetwork(drafts, ids, features, sample, signal)
  for (const { file, name, notes } of drafts.tables) {
    took.file = name && !file.startsWith(name) ? `${file}/${name}` : file
    for (const note of notes) took.note(note)
  }
  took.file = ''
  if (heights.groundless > 0)
    took.note(`ground unknown at ${heights.groundless} places: bring terrain in and run again`)
  const datums = new Set(drafts.tables.map(({ datum }) => options.datum ?? datum ?? 'egm96 (assumed)'))
  return { tables, damaged, defects, models: reading.models, datum: [...datums].join(', ') }
}
