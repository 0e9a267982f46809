/** Questions about a city's sewers: what drains where, which storm, which file. */
import { readFile } from 'node:fs/promises'
import { chicagoStorm } from '../../data/flood/forcing/rain.ts'
import type { Sewer } from '../../data/geo/city-feature.ts'
import type { HydraulicsAnswer, ModelChoice, SewerShown } from '../../data/networks/hydraulics-answer.ts'
import type { Network } from '../../data/networks/network.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'
import type { CapacityTask, SewerModel, WaveTask } from './capacity-work.ts'
import { type LoadedNetwork, loadNetwork } from './networks.ts'

/** A city's formula of rain and how its ground sheds it; `storm-formula.json` of data/networks. */
interface StormFormula {
  place: string
  formula: string
  a: number
  c: number
  b: number
  n: number
  peak: number
  runoff: number
  inletMinutes: number
  checked: boolean
}

/** How the storm is meant when nobody says otherwise: return period in years, duration in minutes. */
export const DESIGN_STORM = { years: 5, minutes: 120 }

/** What is asked. */
export interface CapacityWish {
  utility: Sewer
  years: number
  minutes: number
  show: SewerShown
  model: string | undefined
}

/** The task for the worker and the words that go with its answer. */
export interface CapacityPlan extends Pick<HydraulicsAnswer, 'model' | 'choices' | 'method'> {
  task: CapacityTask | WaveTask
}

/** A city's own sewers as they are asked about, until its pipes change. */
interface OwnSewers {
  key: string
  model: SewerModel
  about: { title: string; dataDate: string; synthetic: boolean }
  /** no catchment is known: a strip along the pipes is taken */
  guessed: boolean
}

const OWN = 'network'
const STEP_S = 60
const SHOWN_S = 300
/** Hours after a storm that are followed. */
const AFTER_S = 7200
/** Noon: where the scene's clock finds the storm. */
const CLOCK_S = 12 * 3600
/** Width of the strip that drains to a sewer where nothing is known of it, m. */
const STRIP_M = 40
/** Share of the water supply that comes back (GB 50318: 0.8 … 0.9), and the flow of a metre of sewer where no supply is known, m³/s. */
const RETURNS = 0.85
const LITTLE = 1e-6
/** Foul flow over the mean by the hour. */
const FOUL_DAY = [
  0.6, 0.5, 0.42, 0.4, 0.42, 0.55, 0.9, 1.35, 1.5, 1.35, 1.2, 1.2, 1.25, 1.15, 1.05, 1, 1.05, 1.15, 1.35, 1.5, 1.45,
  1.25, 1, 0.8,
]

let formula: Promise<StormFormula> | null = null

/** The city's formula of rain. */
function stormFormula(): Promise<StormFormula> {
  formula ??= readFile(new URL('../../data/networks/storm-formula.json', import.meta.url), 'utf8').then(
    (text) => JSON.parse(text) as StormFormula,
  )
  return formula
}

interface NodeRow {
  id: string
  catchment: number | null
  pump: number | null
}

/** SWMM files of a city. */
async function swmmFiles(db: Database): Promise<ModelChoice[]> {
  const rows = await db.query<{ key: string }>(
    "select key from meta where starts_with(key, 'network-model:') and value ->> 'format' = 'swmm' order by key",
  )
  return rows.map(({ key }) => ({ id: key.slice('network-model:'.length), title: key.slice('network-model:'.length) }))
}

/** Rain of a design storm by minutes, mm/h. */
function stormOf(storm: StormFormula, years: number, minutes: number): number[] {
  const points = chicagoStorm({ ...storm, returnPeriodYears: years, durationMin: minutes, stepMin: STEP_S / 60 })
  return points.filter((_, i) => i % 2 === 0 && i + 1 < points.length).map(([, rate]) => rate)
}

/**
 * What the worker is to do.
 * @throws {HttpError} 404 for a city without such sewers or an unknown model
 */
export async function planCapacity(db: Database, wish: CapacityWish): Promise<CapacityPlan> {
  const files = await swmmFiles(db)
  const chosen = wish.model ?? OWN
  if (chosen !== OWN) return planWave(db, wish, files)
  const { key, model, about, guessed } = await ownSewers(db, wish.utility)
  const storm = await stormFormula()
  const rainy = wish.utility !== 'foul'
  const seconds = rainy ? wish.minutes * 60 + AFTER_S : 86_400
  const stepS = rainy ? STEP_S : SHOWN_S
  const steps = Math.floor(seconds / stepS) + 1
  return {
    task: {
      kind: 'capacity',
      key,
      model,
      utility: wish.utility,
      storm: {
        rainMmPerHour: rainy ? stormOf(storm, wish.years, wish.minutes) : [],
        stepS,
        steps,
        every: (rainy ? SHOWN_S : 3600) / stepS,
        runoff: storm.runoff,
        inletS: storm.inletMinutes * 60,
        dryDay: rainy
          ? undefined
          : Array.from({ length: steps }, (_, s) => FOUL_DAY[Math.floor((s * stepS) / 3600) % 24]!),
      },
      clockS: rainy ? CLOCK_S : 0,
      show: wish.show,
    },
    model: { id: OWN, ...about },
    choices: [{ id: OWN, title: about.title }, ...files],
    method: methodOf(wish, storm, guessed),
  }
}

const prepared = new WeakMap<LoadedNetwork, Promise<OwnSewers>>()
let times = 0

/** The city's own sewers; asked of the database once per change of its pipes. */
async function ownSewers(db: Database, utility: Sewer): Promise<OwnSewers> {
  const loaded = await loadNetwork(db, utility)
  let known = prepared.get(loaded)
  if (!known) {
    known = readSewers(db, loaded.network, utility)
    prepared.set(loaded, known)
    known.catch(() => prepared.delete(loaded))
  }
  return known
}

async function readSewers(db: Database, network: Network, utility: Sewer): Promise<OwnSewers> {
  const [row] = await db.query<{ title: string; date: string | null; synthetic: boolean }>(
    `select s.title, s.data_date as date, s.synthetic from feature f join source s on s.id = f.source
     where f.layer = 'pipes' and f.style ->> 'class' = $1 limit 1`,
    [utility],
  )
  const { area, pump, guessed } = await readCatchments(db, network, utility)
  const none = new Float64Array(network.nodes.count)
  return {
    key: `${utility} ${++times}`,
    model: {
      network,
      catchmentM2: utility === 'foul' ? none : area,
      dryM3s: utility === 'storm' ? none : await foulLoads(db, network),
      pumpM3s: pump,
    },
    about: { title: row?.title ?? OWN, dataDate: row?.date ?? '', synthetic: row?.synthetic ?? false },
    guessed,
  }
}

/** Areas that drain to the nodes and what their pumps lift; a strip along the pipes where no area is known at all. */
async function readCatchments(db: Database, network: Network, utility: Sewer) {
  const rows = await db.query<NodeRow>(
    `select id, (attributes ->> 'catchmentM2')::float8 as catchment, (attributes ->> '设计流量Lps')::float8 as pump
     from feature where layer = 'pipe-nodes' and style ->> 'utility' = $1
     and (attributes ? 'catchmentM2' or attributes ? '设计流量Lps')`,
    [utility],
  )
  const index = new Map(network.nodes.ids.map((id, n) => [id, n]))
  const area = new Float64Array(network.nodes.count)
  const pump = new Float64Array(network.nodes.count).fill(Number.NaN)
  let known = 0
  for (const { id, catchment, pump: lps } of rows) {
    const n = index.get(id)
    if (n === undefined) continue
    if (catchment !== null && catchment > 0) {
      area[n] = catchment
      known++
    }
    if (lps !== null && lps > 0) pump[n] = lps / 1000
  }
  const { pipes } = network
  if (known === 0)
    for (let k = 0; k < pipes.count; k++) area[pipes.from[k]!]! += Math.max(0, pipes.length[k]!) * STRIP_M
  return { area, pump, guessed: known === 0 }
}

/** Foul flow into each node: what the city is supplied with, shared out by the length of the sewers. */
async function foulLoads(db: Database, { pipes, nodes }: Network): Promise<Float64Array> {
  const [row] = await db.query<{ lps: number | null }>(
    "select sum((attributes ->> 'demandLps')::float8) as lps from feature where layer = 'pipe-nodes' and attributes ? 'demandLps'",
  )
  let length = 0
  for (let k = 0; k < pipes.count; k++) if (pipes.flow[k] !== 2) length += Math.max(0, pipes.length[k]!)
  const supplied = row?.lps ?? 0
  const perMetre = supplied > 0 ? (supplied * RETURNS) / 1000 / Math.max(1, length) : LITTLE
  const loads = new Float64Array(nodes.count)
  for (let k = 0; k < pipes.count; k++)
    if (pipes.flow[k] !== 2) loads[pipes.from[k]!]! += perMetre * Math.max(0, pipes.length[k]!)
  return loads
}

function methodOf(wish: CapacityWish, storm: StormFormula, guessed: boolean): { zh: string; en: string } {
  const limits = {
    zh: '沿管道按均匀流速推移，不计坦化与回水；超过上游井盖高程所能压送的流量计为冒溢。峰值偏安全，受下游顶托的管段应另作动力波计算。',
    en: 'Waves travel at uniform speed, neither flattened nor held back from below; what the head up to the upper cover cannot drive through overflows. Peaks are on the safe side; where water stands from below use the dynamic wave.',
  }
  if (wish.utility === 'foul')
    return {
      zh: `曼宁公式（n = 0.011 塑料，0.013 混凝土）；污水量按供水量 ${RETURNS} 折算、按管长（比流量法）分配并乘时变化系数。${limits.zh}`,
      en: `Manning (n = 0.011 plastic, 0.013 concrete); foul flow is ${RETURNS} of the supply, shared out by the length of the sewers, with a day's course. ${limits.en}`,
    }
  return {
    zh: `推理公式法：${storm.formula}，P = ${wish.years} 年，历时 ${wish.minutes} 分钟，芝加哥雨型（r = ${storm.peak}），综合径流系数 ${storm.runoff}，地面集流 ${storm.inletMinutes} 分钟${storm.checked ? '' : '；暴雨公式为示例数据，须替换为本地公式'}${guessed ? `；汇水面积未知，按沿管 ${STRIP_M} 米宽估算` : ''}；管道能力用曼宁公式。${limits.zh}`,
    en: `Rational method: ${storm.formula}, P = ${wish.years} years, ${wish.minutes} min, Chicago storm (r = ${storm.peak}), runoff ${storm.runoff}, inlet time ${storm.inletMinutes} min${storm.checked ? '' : '; the rain formula is an example, put the local one in its place'}${guessed ? `; catchments unknown, a strip ${STRIP_M} m wide is taken` : ''}; capacity by Manning. ${limits.en}`,
  }
}

/** A SWMM file by the dynamic wave. */
async function planWave(db: Database, wish: CapacityWish, files: readonly ModelChoice[]): Promise<CapacityPlan> {
  const id = wish.model ?? ''
  if (!files.some((one) => one.id === id))
    throw new HttpError(
      404,
      `capacity: no such model, got ${id.slice(0, 80)}; expected ${[OWN, ...files.map((one) => one.id)].join(' | ')}`,
    )
  const [row] = await db.query<{ value: { text: string } }>('select value from meta where key = $1', [
    `network-model:${id}`,
  ])
  const source = id.slice(0, id.indexOf(':'))
  const stem = id.slice(source.length + 1).replace(/\.[^./]+$/, '')
  const rows = await db.query<{ id: string; layer: string; lng: number; lat: number; top: number | null }>(
    `select id, layer, st_x(st_startpoint(geom)) as lng, st_y(st_startpoint(geom)) as lat, null::float8 as top
     from feature where source = $1 and layer = 'pipes'
     union all select id, layer, st_x(geom), st_y(geom), (style ->> 'top')::float8 from feature where source = $1 and layer = 'pipe-nodes'`,
    [source],
  )
  const names = (layer: string): Map<string, string> => {
    const list = rows.filter((one) => one.layer === layer)
    const prefix = list.some((one) => one.id.startsWith(`${source}:${stem}:`)) ? `${source}:${stem}:` : `${source}:`
    return new Map(list.filter((one) => one.id.startsWith(prefix)).map((one) => [one.id.slice(prefix.length), one.id]))
  }
  const [about] = await db.query<{ title: string; date: string | null; synthetic: boolean }>(
    'select title, data_date as date, synthetic from source where id = $1',
    [source],
  )
  return {
    task: {
      kind: 'wave',
      text: row?.value.text ?? '',
      nodes: names('pipe-nodes'),
      links: names('pipes'),
      places: new Map(
        rows.flatMap(({ id: node, layer, lng, lat, top }) =>
          layer === 'pipe-nodes' ? [[node, [lng, lat, top ?? 0] as [number, number, number]]] : [],
        ),
      ),
      show: wish.show,
      most: 60,
    },
    model: { id, title: about?.title ?? id, dataDate: about?.date ?? '', synthetic: about?.synthetic ?? false },
    choices: [{ id: OWN, title: OWN }, ...files],
    method: {
      zh: '一维动力波（圣维南方程），采用文件自带的降雨、汇水区与初始条件；与 SWMM 5 公布结果的差异见 data/flood/README。',
      en: 'Dynamic wave (Saint-Venant) with the rain, catchments and initial state of the file; differences to published SWMM 5 results are in data/flood/README.',
    },
  }
}
