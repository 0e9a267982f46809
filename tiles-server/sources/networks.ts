/** Pipe networks of the database, built once per change, and the answers to questions about them as GeoJSON. */
import { readFile } from 'node:fs/promises'
import type { Feature, LineString, Point } from 'geojson'
import { type CityFeature, CLASSES, type Style } from '../../data/geo/city-feature.ts'
import { type ClearanceRules, readClearanceRules } from '../../data/networks/clearance-rules.ts'
import { type DigRules, readDigRules } from '../../data/networks/dig-rules.ts'
import { type Network, networkFromFeatures } from '../../data/networks/network.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'

/** A utility's network, ready for questions. */
export interface LoadedNetwork {
  utility: string
  network: Network
  pipeIndex: Map<string, number>
  nodeIndex: Map<string, number>
  /** litres per second drawn at each node, 0 where nothing is known */
  demandLps: Float64Array
  /** pressure class of each pipe, where known */
  pressure: (string | undefined)[]
  /** who owns each pipe, '' where not known */
  owner: string[]
}

type Row = [id: string, geometry: CityFeature['geometry'], style: Style, demand: number | null]

const UTILITIES: readonly string[] = CLASSES.pipes
/** Pipes, and nodes, of the networks in memory at most: about 1 kB each while one is built. */
const MOST_READ = 1_500_000
/** Milliseconds that a question waits for a network that is being built. */
const PATIENCE_MS = 60_000

/** Rows of one query. */
const PAGE = 20_000

interface Kept {
  revision: string
  loaded: Promise<LoadedNetwork>
  /** pipes and nodes, 0 while it is built */
  size: number
}

const kept = new WeakMap<Database, Map<string, Kept>>()
/** networks are built one after the other: each needs several times its size while it is built */
const building = new WeakMap<Database, Promise<unknown>>()

/** @throws {HttpError} 404 naming the utilities there are */
export function checkUtility(utility: string): void {
  if (utility !== 'all' && !UTILITIES.includes(utility))
    throw new HttpError(
      404,
      `networks: unknown utility, got ${utility.slice(0, 40)}; expected all | ${UTILITIES.join(' | ')}`,
    )
}

/**
 * The network of a utility, or of `all`; built anew when pipes or nodes have changed.
 * @throws {HttpError} 404 for an unknown utility, or when the city has no pipes of it
 */
export async function loadNetwork(db: Database, utility: string): Promise<LoadedNetwork> {
  checkUtility(utility)
  const rows = await db.query<{ id: string; revision: number }>(
    "select id, revision from layer where id in ('pipes', 'pipe-nodes') order by id",
  )
  const revision = rows.map((row) => `${row.id} ${row.revision}`).join(', ')
  let networks = kept.get(db)
  if (!networks) kept.set(db, (networks = new Map()))
  let known = networks.get(utility)
  if (known?.revision !== revision) {
    known = build(db, networks, utility, revision)
    networks.delete(utility)
    networks.set(utility, known)
  }
  return soon(known.loaded, utility)
}

function build(db: Database, networks: Map<string, Kept>, utility: string, revision: string): Kept {
  const before = building.get(db) ?? Promise.resolve()
  const loaded = before.then(() => load(db, utility))
  building.set(
    db,
    loaded.catch(() => {}),
  )
  const made: Kept = { revision, loaded, size: 0 }
  loaded.then(
    ({ network }) => {
      made.size = network.pipes.count + network.nodes.count
      // the oldest go when all together are too many
      let sum = 0
      for (const [name, one] of [...networks].reverse()) if ((sum += one.size) > 2 * MOST_READ) networks.delete(name)
    },
    () => {
      if (networks.get(utility) === made) networks.delete(utility)
    },
  )
  return made
}

/** @throws {HttpError} 503 when it takes longer than a question should wait; it is built all the same */
async function soon(loaded: Promise<LoadedNetwork>, utility: string): Promise<LoadedNetwork> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new HttpError(503, `networks: the network of ${utility} is being built; ask again in a minute`, {
            headers: { 'Retry-After': '60' },
          }),
        ),
      PATIENCE_MS,
    )
  })
  try {
    return await Promise.race([loaded, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Pipes or nodes of the database; @param source only those of one source */
export async function readNetworkLayer(
  db: Database,
  layer: 'pipes' | 'pipe-nodes',
  utility: string,
  source: string | null = null,
): Promise<CityFeature[]> {
  const key = layer === 'pipes' ? 'class' : 'utility'
  const found: CityFeature[] = []
  for (let after = ''; ; ) {
    // one text for a page of rows: a value for each column of each row takes twice the time
    const [{ page, last }] = await db.query<{ page: string | null; last: string | null }>(
      `select string_agg(json_build_array(id, st_asgeojson(geom, 9)::json, style, demand)::text, ',' order by id) as page, max(id) as last
       from (select id, geom, style, (attributes ->> 'demandLps')::float8 as demand from feature
         where layer = $1 and ($2 = 'all' or style ->> '${key}' = $2) and id > $3 and ($4::text is null or source = $4)
         order by id limit ${PAGE}) as rows`,
      [layer, utility, after, source],
    )
    const rows = JSON.parse(`[${page ?? ''}]`) as Row[]
    for (const [id, geometry, style, demand] of rows)
      found.push({ id, layer, geometry, style, attributes: demand === null ? {} : { demandLps: demand } })
    if (found.length > MOST_READ)
      throw new HttpError(
        413,
        `networks: too many ${layer} of ${utility} to be held in memory, got more than ${MOST_READ}${utility === 'all' ? '; ask for one utility' : ''}`,
      )
    if (rows.length < PAGE || last === null) return found
    after = last
  }
}

async function load(db: Database, utility: string): Promise<LoadedNetwork> {
  const pipes = await readNetworkLayer(db, 'pipes', utility)
  if (!pipes.length)
    throw new HttpError(404, `networks: the city has no pipes of ${utility}; see /collections/pipes/attributes`)
  const nodes = await readNetworkLayer(db, 'pipe-nodes', utility)
  const network = networkFromFeatures(pipes, nodes)
  const nodeIndex = new Map(network.nodes.ids.map((id, n) => [id, n]))
  const demandLps = new Float64Array(network.nodes.count)
  for (const { id, attributes } of nodes) {
    const at = nodeIndex.get(id)
    if (at !== undefined && Number.isFinite(attributes.demandLps)) demandLps[at] = Number(attributes.demandLps)
  }
  const styles = new Map(pipes.map(({ id, style }) => [id, style]))
  const words = (key: string) =>
    network.pipes.ids.map((id) => {
      const word = styles.get(id)?.[key]
      return typeof word === 'string' && word !== '' ? word : undefined
    })
  return {
    utility,
    network,
    pipeIndex: new Map(network.pipes.ids.map((id, k) => [id, k])),
    nodeIndex,
    demandLps,
    pressure: words('pressure'),
    owner: words('owner').map((word) => word ?? ''),
  }
}

/** The number of a pipe by its id. @throws {HttpError} 404 */
export function pipeNumber({ pipeIndex, utility }: LoadedNetwork, id: string): number {
  const found = pipeIndex.get(id)
  if (found === undefined) throw new HttpError(404, `networks: no such pipe of ${utility}, got ${id.slice(0, 80)}`)
  return found
}

/** The number of a node by its id. @throws {HttpError} 404 */
export function nodeNumber({ nodeIndex, utility }: LoadedNetwork, id: string): number {
  const found = nodeIndex.get(id)
  if (found === undefined) throw new HttpError(404, `networks: no such node of ${utility}, got ${id.slice(0, 80)}`)
  return found
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Local metres of a network as longitude, latitude, height. */
export function toDegrees({ origin, perDegree }: Network, x: number, y: number, z: number): number[] {
  const at = [round(origin[0] + x / perDegree[0], 7), round(origin[1] + y / perDegree[1], 7)]
  return Number.isFinite(z) ? [...at, round(z, 2)] : at
}

/** A pipe as a line for the map. */
export function pipeFeature(network: Network, k: number, properties: Record<string, unknown>): Feature<LineString> {
  const { pipes } = network
  const coordinates: number[][] = []
  for (let i = pipes.vertexStart[k]; i < pipes.vertexStart[k + 1]; i++)
    coordinates.push(toDegrees(network, pipes.vertices[i * 3], pipes.vertices[i * 3 + 1], pipes.vertices[i * 3 + 2]))
  return { type: 'Feature', id: pipes.ids[k], geometry: { type: 'LineString', coordinates }, properties }
}

/** A node as a point for the map. */
export function nodeFeature(network: Network, n: number, properties: Record<string, unknown>): Feature<Point> {
  const { nodes } = network
  return {
    type: 'Feature',
    id: nodes.ids[n],
    geometry: { type: 'Point', coordinates: toDegrees(network, nodes.x[n], nodes.y[n], nodes.top[n]) },
    properties: { kind: CLASSES['pipe-nodes'][nodes.kind[n]], ...properties },
  }
}

const tables = new Map<string, Promise<unknown>>()

/** A table of rules beside the code that reads it; read once. */
function table<Rules>(name: string, read: (json: unknown) => Rules): Promise<Rules> {
  let known = tables.get(name) as Promise<Rules> | undefined
  if (!known) {
    known = readFile(new URL(`../../data/networks/${name}.json`, import.meta.url), 'utf8').then((text) =>
      read(JSON.parse(text)),
    )
    tables.set(name, known)
  }
  return known
}

/** The table of least distances. */
export const clearanceRules = (): Promise<ClearanceRules> => table('clearance-rules', readClearanceRules)

/** The table of what must be kept where the ground is opened. */
export const digRules = (): Promise<DigRules> => table('dig-rules', readDigRules)
