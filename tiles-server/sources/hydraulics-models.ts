/** Water networks that can be solved: EPANET files as they were brought in, and the city's own pipes written as one. */
import { type CityFeature, CLASSES, type Style } from '../../data/geo/city-feature.ts'
import { networkToInp } from '../../data/networks/epanet-inp-write.ts'
import type { SolvedModel } from '../../data/networks/hydraulics-answer.ts'
import { networkFromFeatures } from '../../data/networks/network.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import type { WaterModel } from './hydraulics-worker.ts'

/** A model ready to be solved; ids of EPANET ↔ ids in the city. */
export interface SolvableModel extends SolvedModel, WaterModel {
  revision: string
  /** how heights and demands came about: from the file, or written from the city's pipes */
  written: boolean
  /** id in the city of a pipe, valve or pump → EPANET links */
  linksOf: Map<string, string[]>
  /** id in the city of a node → EPANET node */
  nodeOf: Map<string, string>
}

const OWN = 'network'
const WATER = 'water'
const kept = new WeakMap<Database, Map<string, { revision: string; loaded: Promise<SolvableModel> }>>()

interface FileRow {
  key: string
  title: string | null
  date: string | null
  synthetic: boolean | null
}

/** Sources that brought an EPANET file: their pipes are solved by it. */
async function filed(db: Database): Promise<string[]> {
  const rows = await db.query<{ source: string }>(
    `select distinct split_part(key, ':', 2) as source from meta
     where starts_with(key, 'network-model:') and value ->> 'format' = 'epanet'`,
  )
  return rows.map(({ source }) => source)
}

const owned = new WeakMap<Database, { key: string; row: Promise<Omit<FileRow, 'key'> | null> }>()

/** Where the city's own water pipes come from, null when it has none but those of files; looked for once per change. */
function ownPipes(db: Database, revision: string, sources: readonly string[]): Promise<Omit<FileRow, 'key'> | null> {
  const key = `${revision} ${sources.join(' ')}`
  let known = owned.get(db)
  if (known?.key !== key) {
    const found = db.query<Omit<FileRow, 'key'>>(
      `select s.title, s.data_date as date, s.synthetic from feature f left join source s on s.id = f.source
       where f.layer = 'pipes' and f.style ->> 'class' = $1 and not (f.source = any($2::text[])) limit 1`,
      [WATER, sources],
    )
    known = { key, row: found.then(([row]) => row ?? null) }
    owned.set(db, known)
    known.row.catch(() => owned.delete(db))
  }
  return known.row
}

/** The choices a city has: its own pipes first, when any of them came without a file. */
async function modelChoices(db: Database, revision: string): Promise<SolvedModel[]> {
  const files = await db.query<FileRow>(
    `select m.key, s.title, s.data_date as date, s.synthetic from meta m
     left join source s on s.id = split_part(m.key, ':', 2)
     where starts_with(m.key, 'network-model:') and m.value ->> 'format' = 'epanet' order by m.key`,
  )
  const choices = files.map(({ key, title, date, synthetic }): SolvedModel => {
    const id = key.slice('network-model:'.length)
    return {
      id,
      title: title ? `${title} · ${id.slice(id.indexOf(':') + 1)}` : id,
      dataDate: date ?? '',
      synthetic: synthetic ?? false,
    }
  })
  const sources = [...new Set(choices.map(({ id }) => id.slice(0, id.indexOf(':'))))].sort()
  const own = await ownPipes(db, revision, sources)
  if (own)
    choices.unshift({
      id: OWN,
      title: own.title ?? OWN,
      dataDate: own.date ?? '',
      synthetic: own.synthetic ?? false,
    })
  return choices
}

/**
 * A model by its id, the first choice when none is named, and the other choices; built anew when pipes or nodes have changed.
 * @throws {HttpError} 404 when there is none
 */
export async function loadModel(
  db: Database,
  id: string | undefined,
): Promise<{ model: SolvableModel; choices: SolvedModel[] }> {
  const rows = await db.query<{ id: string; revision: number }>(
    "select id, revision from layer where id in ('pipes', 'pipe-nodes') order by id",
  )
  const revision = rows.map((row) => `${row.id} ${row.revision}`).join(', ')
  const choices = await modelChoices(db, revision)
  const choice = id === undefined ? choices[0] : choices.find((one) => one.id === id)
  if (!choice) {
    const all = choices.map((one) => one.id)
    throw new HttpError(
      404,
      id === undefined
        ? 'hydraulics: the city has no water pipes and no EPANET file'
        : `hydraulics: no such model, got ${id.slice(0, 80)}; expected ${all.join(' | ') || 'none, the city has no water network'}`,
    )
  }
  let models = kept.get(db)
  if (!models) kept.set(db, (models = new Map()))
  let known = models.get(choice.id)
  if (known?.revision !== revision) {
    const loaded = choice.id === OWN ? ownModel(db, choice, revision) : fileModel(db, choice, revision)
    known = { revision, loaded }
    models.set(choice.id, known)
    loaded.catch(() => models.delete(choice.id))
  }
  return { model: await known.loaded, choices }
}

interface FeatureRow {
  id: string
  geometry: string
  style: Style
  attributes: CityFeature['attributes']
}

/** Pipes or nodes, of a utility or of a source, in pages. */
async function readFeatures(
  db: Database,
  layer: 'pipes' | 'pipe-nodes',
  where: string,
  value: string,
  without: readonly string[] = [],
) {
  const found: CityFeature[] = []
  for (let after = ''; ; ) {
    const rows = await db.query<FeatureRow>(
      `select id, st_asgeojson(geom, 9) as geometry, style,
       ${layer === 'pipes' ? "'{}'::jsonb" : 'attributes'} as attributes
       from feature where layer = $1 and ${where} = $2 and id > $3 and not (source = any($4::text[])) order by id limit 10000`,
      [layer, value, after, without],
    )
    for (const { id, geometry, style, attributes } of rows)
      found.push({ id, layer, geometry: JSON.parse(geometry) as CityFeature['geometry'], style, attributes })
    if (rows.length < 10000) return found
    after = rows[rows.length - 1]!.id
  }
}

function placesOf(nodes: readonly CityFeature[]): SolvableModel['places'] {
  const places: SolvableModel['places'] = new Map()
  for (const { id, geometry, style } of nodes) {
    if (geometry.type !== 'Point') continue
    const [lng = 0, lat = 0, z = 0] = geometry.coordinates
    places.set(id, [lng, lat, typeof style.top === 'number' ? style.top : z])
  }
  return places
}

async function ownModel(db: Database, choice: SolvedModel, revision: string): Promise<SolvableModel> {
  const others = await filed(db)
  const pipes = await readFeatures(db, 'pipes', "style ->> 'class'", WATER, others)
  const nodes = await readFeatures(db, 'pipe-nodes', "style ->> 'utility'", WATER, others)
  const network = networkFromFeatures(pipes, nodes)
  const { text } = networkToInp(network, new Map(nodes.map((one) => [one.id, one])), { hours: 24, title: choice.title })
  const model: SolvableModel = {
    ...choice,
    revision,
    text,
    written: true,
    nodes: new Map(),
    links: new Map(),
    places: placesOf(nodes),
    linksOf: new Map(),
    nodeOf: new Map(),
    apart: new Set(),
  }
  const add = (id: string, link: string): void => {
    const list = model.linksOf.get(id)
    if (list) list.push(link)
    else model.linksOf.set(id, [link])
  }
  const kind = (n: number): string => CLASSES['pipe-nodes'][network.nodes.kind[n]!]!
  const starts = new Set(network.pipes.from)
  network.pipes.ids.forEach((id, k) => {
    model.links.set(`p${k}`, id)
    add(id, `p${k}`)
    // a shut valve shuts the pipes that begin in it, or end in it where none begins
    const [from, to] = [network.pipes.from[k]!, network.pipes.to[k]!]
    if (kind(from) === 'valve') add(network.nodes.ids[from]!, `p${k}`)
    if (kind(to) === 'valve' && !starts.has(to)) add(network.nodes.ids[to]!, `p${k}`)
  })
  network.nodes.ids.forEach((id, n) => {
    model.nodes.set(`n${n}`, id)
    model.nodeOf.set(id, `n${n}`)
    if (kind(n) !== 'pump') return
    add(id, `u${n}`)
    model.apart.add(id)
  })
  return model
}

async function fileModel(db: Database, choice: SolvedModel, revision: string): Promise<SolvableModel> {
  const [row] = await db.query<{ value: { text: string } }>('select value from meta where key = $1', [
    `network-model:${choice.id}`,
  ])
  if (!row) throw new HttpError(404, `hydraulics: the file of ${choice.id} is gone`)
  const source = choice.id.slice(0, choice.id.indexOf(':'))
  const stem = choice.id.slice(source.length + 1).replace(/\.[^./]+$/, '')
  const pipes = await readFeatures(db, 'pipes', 'source', source)
  const nodes = await readFeatures(db, 'pipe-nodes', 'source', source)
  // ids are `<source>:<id>`, with the file's name between when several files came together
  const several = (list: readonly CityFeature[]) => list.some(({ id }) => id.startsWith(`${source}:${stem}:`))
  const ids = (list: readonly CityFeature[]): Map<string, string> => {
    const prefix = several(list) ? `${source}:${stem}:` : `${source}:`
    return new Map(list.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => [id.slice(prefix.length), id]))
  }
  const [nodeIds, linkIds] = [ids(nodes), ids(pipes)]
  return {
    ...choice,
    revision,
    text: row.value.text,
    written: false,
    nodes: nodeIds,
    links: linkIds,
    places: placesOf(nodes),
    linksOf: new Map([...linkIds].map(([link, id]) => [id, [link]])),
    nodeOf: new Map([...nodeIds].map(([node, id]) => [id, node])),
    apart: new Set(),
  }
}
