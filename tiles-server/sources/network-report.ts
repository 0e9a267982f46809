/** Answers about networks on paper: the road-opening permit, the burst plan, and a plain report of the others. */
import type { Feature } from 'geojson'
import { utilityWord } from '../../data/networks/network-words.ts'
import type { Database } from '../db/database.ts'
import { readLayer } from './collections.ts'
import type { Hole } from './dig-answer.ts'
import type { NetworkAnswer } from './network-answer.ts'
import type { LoadedNetwork } from './networks.ts'
import { reportMap } from './report-map.ts'
import { type Language, type Report, type ReportTable, reportPage } from './report-page.ts'
import { REPORT_WORDS } from './report-words.ts'

/** Rows of one table at most; the numbers count all. */
const MOST_ROWS = 300

/** What was asked, for the title. */
export type Asked =
  | { kind: 'dig'; hole: Hole }
  | { kind: 'burst' | 'trace' | 'clearance' | 'defects' | 'risk' | 'pollution'; subject: string }

const text = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '—' : Array.isArray(value) ? value.join('、') : String(value)
const number = (value: unknown, digits = 2): string =>
  typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : '—'

function sizeOf({ diameter, width }: Record<string, unknown>): string {
  if (typeof diameter !== 'number') return '—'
  return typeof width === 'number'
    ? `${Math.round(width * 1000)}×${Math.round(diameter * 1000)}`
    : `DN${Math.round(diameter * 1000)}`
}

/** Length of a trench or outline in metres, or area of a pit: what the permit states. */
function extent({ kind, places, widthM }: Hole, language: Language): string {
  const [east, north] = [111_320 * Math.cos(((places[0]?.[1] ?? 0) * Math.PI) / 180), 110_900]
  if (kind === 'pile') return `Ø ${widthM.toFixed(2)} m`
  let [length, twice] = [0, 0]
  for (let i = 0; i < places.length; i++) {
    const [a, b] = [places[i], places[(i + 1) % places.length]]
    if (i + 1 < places.length) length += Math.hypot((b[0] - a[0]) * east, (b[1] - a[1]) * north)
    twice +=
      ((a[0] - places[0][0]) * (b[1] - places[0][1]) - (b[0] - places[0][0]) * (a[1] - places[0][1])) * east * north
  }
  if (kind === 'trench') return `${length.toFixed(1)} m × ${widthM.toFixed(2)} m`
  return `${Math.abs(twice / 2).toFixed(1)} m²${language === 'zh' ? '（平面）' : ''}`
}

async function roadsNear(db: Database, places: readonly (readonly [number, number])[]): Promise<string[]> {
  const [lng, lat] = [0, 1].map((axis) => places.reduce((sum, at) => sum + at[axis], 0) / Math.max(1, places.length))
  const rows = await db.query<{ name: string }>(
    `select name from (select style ->> 'name' as name, min(st_distance(geom, st_setsrid(st_makepoint($1, $2), 4326))) as far
       from feature where layer = 'roads' and geom && st_makeenvelope($1 - 0.001, $2 - 0.001, $1 + 0.001, $2 + 0.001, 4326)
         and style ->> 'name' <> '' group by 1) as near order by far limit 2`,
    [lng, lat],
  )
  return rows.map(({ name }) => name)
}

const withRole = (features: readonly Feature[], ...roles: string[]) =>
  features.filter(({ properties }) => roles.includes(String(properties?.role)))

function digTable(answer: NetworkAnswer, language: Language): { table: ReportTable; ids: string[] } {
  const words = REPORT_WORDS[language]
  const hits = withRole(answer.features, 'hit', 'below', 'beside')
  const rows = hits.slice(0, MOST_ROWS).map(({ id, properties: p }, i) => {
    const facts = p as Record<string, unknown>
    const rule = facts.rule as { zh: string; en: string } | null
    return [
      String(i + 1),
      utilityWord(String(facts.class), language),
      text(id),
      text(facts.owner),
      `${sizeOf(facts)} ${text(facts.material)}`,
      text(facts.year),
      `${number(facts.coverM)}${facts.estimated === true ? words.guessed : ''}`,
      words.how[facts.role as 'hit' | 'below' | 'beside'],
      number(facts.distanceM),
      rule ? `${rule[language]}（${number(facts.protectM)} m）` : '—',
    ]
  })
  const more = hits.length > rows.length ? `${words.more} ${hits.length - rows.length}` : undefined
  return {
    table: { title: words.dig.table, columns: words.dig.columns, rows, ...(more !== undefined && { note: more }) },
    ids: hits.map(({ id }) => String(id)),
  }
}

async function digReport(db: Database, hole: Hole, answer: NetworkAnswer, language: Language) {
  const words = REPORT_WORDS[language]
  const { hit, below, beside, estimated } = answer.summary
  const roads = await roadsNear(db, hole.places)
  const { table, ids } = digTable(answer, language)
  const [lng, lat] = hole.places[0] ?? [0, 0]
  const level = Number(hit) > 0 ? 'stop' : Number(below) + Number(beside) > 0 ? 'care' : 'free'
  const facts: Report['facts'] = [
    [words.dig.kind, words.dig.kinds[hole.kind]],
    [words.dig.road, roads.join(language === 'zh' ? '、' : ', ') || '—'],
    [words.dig.place, `${lng.toFixed(6)}, ${lat.toFixed(6)} (WGS 84)`],
    [words.dig.extent, extent(hole, language)],
    [words.dig.depth, `${hole.depthM.toFixed(2)} m`],
    [words.dig.found, words.dig.counts(Number(hit), Number(below), Number(beside))],
    [words.dig.estimated, String(estimated)],
    [words.dig.owners, (answer.groups ?? []).map((one) => `${one[language]} ×${one.count}`).join('、') || '—'],
  ]
  const verdict = { text: words.dig.verdict[level], level } as const
  const signatures = [...words.dig.signs, ...(answer.groups ?? []).map((one) => one[language])]
  return { title: words.dig.title, subject: words.dig.subject, facts, verdict, tables: [table], ids, signatures }
}

/** Groups and the features of an answer as tables, by what its features have. */
function plainTables(answer: NetworkAnswer, kind: keyof typeof REPORT_WORDS.zh.plain, language: Language) {
  const words = REPORT_WORDS[language]
  const { roles, columns, row, table: title } = words.plain[kind]
  // a valve that nobody need go to is no row
  const listed = withRole(answer.features, ...roles).filter(
    ({ properties: p }) => p?.role !== 'valve' || (p.needed === true && p.closed !== true),
  )
  const tables: ReportTable[] = []
  if (answer.groups?.length)
    tables.push({
      title: words.groups,
      columns: words.groupColumns,
      rows: answer.groups.map((one) => [one[language], String(one.count)]),
    })
  tables.push({
    title,
    columns: ['#', ...columns],
    rows: listed.slice(0, MOST_ROWS).map((feature, i) => [
      String(i + 1),
      ...row.map((key) => {
        const { properties, id } = feature
        const value = key === 'id' ? id : (properties as Record<string, unknown>)[key]
        if (key === 'class') return utilityWord(String(value), language)
        if (key === 'words' || key === 'said')
          return text((value as { zh: string; en: string } | undefined)?.[language])
        if (key === 'size') return sizeOf(properties as Record<string, unknown>)
        if (key === 'role' || key === 'kind' || key === 'use') return words.role[String(value)] ?? text(value)
        return text(value)
      }),
    ]),
    ...(listed.length > MOST_ROWS && { note: `${words.more} ${listed.length - MOST_ROWS}` }),
  })
  return { tables, ids: listed.slice(0, 60).map(({ id }) => String(id)) }
}

/** The answer as a page to print. @param at milliseconds since 1970 */
export async function networkReport(
  db: Database,
  loaded: LoadedNetwork,
  answer: NetworkAnswer,
  asked: Asked,
  language: Language,
  at: number,
): Promise<string> {
  const { sources } = await readLayer(db, 'pipes')
  const words = REPORT_WORDS[language]
  const part =
    asked.kind === 'dig'
      ? await digReport(db, asked.hole, answer, language)
      : {
          title: words.plain[asked.kind].title,
          subject: asked.subject,
          facts: Object.entries(answer.summary)
            .filter(([key, value]) => words.figure[key] !== undefined && value !== null)
            .map(([key, value]): [string, string] => [words.figure[key], text(value)]),
          verdict: undefined,
          ...plainTables(answer, asked.kind, language),
          signatures: [],
        }
  const { ids, ...rest } = part
  return reportPage({
    ...rest,
    language,
    synthetic: sources.some(({ synthetic }) => synthetic),
    map: await reportMap(db, loaded, answer.features, ids, (utility) => utilityWord(utility, language)),
    method: answer.method,
    limits: answer.limits,
    sources: sources.map(({ title, titleEn, attribution, dataDate }) => ({
      title: language === 'en' ? (titleEn ?? title) : title,
      attribution,
      dataDate,
    })),
    at: new Date(at).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC'),
  })
}
