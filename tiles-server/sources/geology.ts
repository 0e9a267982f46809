/** Boreholes of the database as a model of the ground, made once per change, and what sections and pits ask of it. */
import type { CityFeature } from '../../data/geo/city-feature.ts'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import { type Borehole, boreholeOf, restingWater } from '../../data/geology/borehole.ts'
import { leaveOneOut, type StrataErrors } from '../../data/geology/leave-one-out.ts'
import { type Hatch, SOIL_BASIS, soil } from '../../data/geology/soils.ts'
import { type Column, REACH_M, type StrataModel, strataAlong, strataModel } from '../../data/geology/strata.ts'
import { unitsIn } from '../../data/geology/surfaces.ts'
import type {
  SectionBorehole,
  SoilPattern,
  Strata,
  StrataProvider,
  Stratum,
} from '../../data/networks/section-strata.ts'
import type { Database } from '../db/database.ts'

/** A place, degrees. */
export type At = readonly [lng: number, lat: number]
/** Height of the ground, metres above the ellipsoid, NaN unknown. */
export type GroundAt = (lng: number, lat: number) => number

/** The ground of a city, or of the part of it that was asked for. */
export interface LoadedStrata {
  model: StrataModel
  /** made up, all or some */
  synthetic: boolean
  titles: { zh: string; en: string }
  /** date of the data, of several the first and the last: `2024 – 2026-07-01`; null unknown */
  date: string | null
}

/** So many holes are kept as one model; of more, only those around the question are read. */
const MOST_KEPT = 20_000
/** More holes around one question are a mistake of the data. */
const MOST_NEAR = 5_000

interface Row {
  id: string
  source: string
  geometry: string
  style: CityFeature['style']
  attributes: CityFeature['attributes']
}

async function read(db: Database, box: readonly number[] | null): Promise<LoadedStrata> {
  const holes: Borehole[] = []
  for (let after = ''; ; ) {
    const rows = await db.query<Row>(
      `select id, source, st_asgeojson(geom, 9) as geometry, style,
         jsonb_build_object('strata', attributes -> 'strata', 'groundwater', attributes -> 'groundwater') as attributes
       from feature where layer = 'boreholes' and id > $1
       ${box ? 'and geom && st_makeenvelope($2::float8, $3::float8, $4::float8, $5::float8, 4326)' : ''} order by id limit 5000`,
      [after, ...(box ?? [])],
    )
    for (const { id, source, geometry, style, attributes } of rows) {
      const hole = boreholeOf({ id, layer: 'boreholes', geometry: JSON.parse(geometry), style, attributes }, source)
      if (hole) holes.push(hole)
    }
    if (rows.length < 5000 || holes.length >= (box ? MOST_NEAR : MOST_KEPT)) break
    after = rows[rows.length - 1].id
  }
  const sources = await db.query<{ title: string; titleEn: string | null; date: string | null; synthetic: boolean }>(
    'select title, title_en as "titleEn", data_date as date, synthetic from source where id = any($1) order by id',
    [[...new Set(holes.map(({ source }) => source))]],
  )
  const dates = [...new Set(sources.flatMap(({ date }) => date ?? []))].sort()
  return {
    model: strataModel(holes),
    synthetic: sources.some(({ synthetic }) => synthetic),
    titles: {
      zh: sources.map(({ title }) => title).join('、'),
      en: sources.map(({ title, titleEn }) => titleEn ?? title).join(', '),
    },
    date: dates.length > 1 ? `${dates[0]} – ${dates.at(-1)}` : (dates[0] ?? null),
  }
}

const kept = new WeakMap<Database, { revision: number; loaded: Promise<LoadedStrata> }>()

/** The ground around some places; null when there are no boreholes. */
export async function loadStrata(db: Database, places: readonly At[]): Promise<LoadedStrata | null> {
  const [layer] = await db.query<{ revision: number; features: number }>(
    "select revision, features from layer where id = 'boreholes'",
  )
  if (!layer || Number(layer.features) === 0) return null
  if (Number(layer.features) > MOST_KEPT) return read(db, boxAround(places))
  const revision = Number(layer.revision)
  let known = kept.get(db)
  if (known?.revision !== revision) {
    known = { revision, loaded: read(db, null) }
    kept.set(db, known)
    known.loaded.catch(() => kept.delete(db))
  }
  return known.loaded
}

/** West, south, east, north around places, twice as far as holes count. */
function boxAround(places: readonly At[]): [number, number, number, number] {
  const [lngs, lats] = [places.map(([lng]) => lng), places.map(([, lat]) => lat)]
  const [perLng, perLat] = metresPerDegree(lats[0] ?? 0)
  const [dx, dy] = [(2 * REACH_M) / perLng, (2 * REACH_M) / perLat]
  return [Math.min(...lngs) - dx, Math.min(...lats) - dy, Math.max(...lngs) + dx, Math.max(...lats) + dy]
}

/** A number for JSON: null where it is none. */
export const rounded = (value: number, digits = 2): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** How the layers were found, with the error of the holes around. */
export function methodOf({ holes, surfaces, meanM, rightShare }: StrataErrors): { zh: string; en: string } {
  const basis = {
    zh: `按层号与土类对比相邻钻孔，自然邻点法内插各层厚度，自孔口面逐层下叠；缺失层约在两孔中间尖灭；距钻孔 ${REACH_M} m 以外及孔底以下不作推断。土名与图例依据 GB 50021 摘要，未核对原文。`,
    en: `Layers correlated by number and kind of soil, thicknesses by natural neighbours, laid from the plane of the collars down; a missing layer ends about half way; nothing is said beyond ${REACH_M} m of a hole or below the deepest.`,
  }
  if (surfaces === 0) return basis
  const share = Math.round(rightShare * 100)
  return {
    zh: `${basis.zh}留一法：附近 ${holes} 孔 ${surfaces} 个层面平均误差 ${meanM.toFixed(2)} m，土类相符 ${share}%。`,
    en: `${basis.en} Leaving one out: ${surfaces} surfaces of ${holes} holes nearby are off by ${meanM.toFixed(2)} m on average, ${share} % of the soil is told right.`,
  }
}

/** Holes left out for the error of one answer: each costs a millisecond. */
export const MOST_LEFT_OUT = 24

/** Holes within a distance of a box around places. */
export function holesNear(model: StrataModel, places: readonly At[], metres: number): number[] {
  const [lngs, lats] = [places.map(([lng]) => lng), places.map(([, lat]) => lat)]
  const [perLng, perLat] = metresPerDegree(lats[0] ?? 0)
  const [dx, dy] = [metres / perLng, metres / perLat]
  const [w, s, e, n] = [Math.min(...lngs) - dx, Math.min(...lats) - dy, Math.max(...lngs) + dx, Math.max(...lats) + dy]
  const found: number[] = []
  for (const [i, { lng, lat }] of model.holes.entries()) if (lng >= w && lng <= e && lat >= s && lat <= n) found.push(i)
  return found
}

/**
 * Layers at places, as the page reads them.
 *
 * @param lines whether the places are a line: then they say how far along they are
 * @returns heights in metres above the ellipsoid; `layers` are `[unit, top, bottom, inferred]`, unit −1: soil that no hole has met
 */
export function answerStrata(loaded: LoadedStrata | null, places: readonly At[], ground: GroundAt): object {
  if (!loaded) return { units: [], places: [], holes: 0, synthetic: false, reachM: REACH_M, method: null }
  const { model, synthetic, titles } = loaded
  const columns = strataAlong(
    model,
    places.map(([lng, lat]) => [lng, lat, ground(lng, lat)] as const),
  )
  const used = unitsIn(columns)
  const index = new Map(used.map((unit, i) => [unit, i]))
  const near = holesNear(model, places, REACH_M)
  return {
    units: used.map((unit) => unitWords(model, unit)),
    places: columns.map(({ lng, lat, ground: surface, water, nearestM, layers }) => ({
      lng,
      lat,
      ground: rounded(surface),
      water: rounded(water),
      nearestM: rounded(nearestM, 0),
      layers: layers.map((one) => [
        index.get(one.unit) ?? -1,
        rounded(one.top),
        rounded(one.bottom),
        one.inferred ? 1 : 0,
      ]),
    })),
    holes: near.length,
    synthetic,
    source: titles,
    reachM: REACH_M,
    basis: SOIL_BASIS,
    method: methodOf(leaveOneOut(model, near, MOST_LEFT_OUT)),
  }
}

/** How a unit is called and drawn. */
export function unitWords({ units }: StrataModel, unit: number): object {
  const { code, name, soil: id } = units[unit]!
  const { zh, en, family, color, hatch } = soil(id)
  return { code, name: name || zh, nameEn: en, soil: id, family, color, hatch }
}

/** The signs of section drawings for our hatches. */
const PATTERNS: Record<Hatch, SoilPattern> = {
  none: 'plain',
  cross: 'fill',
  wave: 'mud',
  slant: 'clay',
  'slant-dash': 'clay',
  dash: 'silt',
  dots: 'sand',
  'dots-circles': 'sand',
  circles: 'gravel',
  triangles: 'gravel',
  'slant-circles': 'gravel',
  'slant-cross': 'rock',
  vee: 'rock',
  plus: 'rock',
  brick: 'rock',
  'brick-dots': 'rock',
  'brick-dash': 'rock',
}

/** Tops and bottoms of one unit; where others are known and it is not there, it is a line without thickness, so that it ends in a wedge. */
function stratumOf({ units }: StrataModel, columns: readonly Column[], unit: number): Stratum {
  const { code, name, soil: id } = units[unit]!
  const { zh, en, color, hatch } = soil(id)
  const top = new Float64Array(columns.length).fill(Number.NaN)
  const bottom = new Float64Array(columns.length).fill(Number.NaN)
  for (const [i, { layers }] of columns.entries()) {
    const own = layers.find((layer) => layer.unit === unit)
    const below = layers.find((layer) => layer.unit > unit)
    if (own) [top[i], bottom[i]] = [own.top, own.bottom]
    else if (below) top[i] = bottom[i] = below.top
  }
  return {
    name: `${code} ${name || zh}`.trim(),
    nameEn: `${code} ${en}`.trim(),
    color,
    pattern: PATTERNS[hatch],
    top,
    bottom,
  }
}

/** Holes so near a section that they are drawn, metres. */
const DRAWN_M = 30

/** Holes along a line, projected on it. */
function holesAlong(model: StrataModel, places: readonly At[], along: readonly number[]): SectionBorehole[] {
  const [perLng, perLat] = metresPerDegree(places[0]![1])
  const found: SectionBorehole[] = []
  for (const h of holesNear(model, places, DRAWN_M)) {
    const { id, lng, lat, collar, depth, water } = model.holes[h]!
    let [best, x] = [DRAWN_M, Number.NaN]
    for (let i = 0; i + 1 < places.length; i++) {
      const [ax, ay] = [(places[i]![0] - lng) * perLng, (places[i]![1] - lat) * perLat]
      const [bx, by] = [(places[i + 1]![0] - lng) * perLng, (places[i + 1]![1] - lat) * perLat]
      const length2 = (bx - ax) ** 2 + (by - ay) ** 2
      const t = length2 > 0 ? Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length2)) : 0
      const away = Math.hypot(ax + (bx - ax) * t, ay + (by - ay) * t)
      if (away >= best) continue
      best = away
      x = along[i]! + (along[i + 1]! - along[i]!) * t
    }
    if (!Number.isFinite(x)) continue
    const level = restingWater(water)
    found.push({
      id,
      x,
      offset: best,
      top: collar,
      bottom: collar - depth,
      water: level ? collar - level.depth : Number.NaN,
    })
  }
  return found.sort((a, b) => a.x - b.x)
}

/** Soil for section drawings, out of the boreholes. */
export function strataProvider(db: Database, ground: GroundAt): StrataProvider {
  return async (places, along, signal): Promise<Strata | null> => {
    if (places.length < 2) return null
    const loaded = await loadStrata(db, places)
    signal?.throwIfAborted()
    if (!loaded) return null
    const { model, synthetic, titles } = loaded
    const columns = strataAlong(
      model,
      places.map(([lng, lat]) => [lng, lat, ground(lng, lat)] as const),
    )
    const used = unitsIn(columns)
    if (used.length === 0) return null
    const water = Float64Array.from(columns, (column) => column.water)
    return {
      along: Float64Array.from(along),
      layers: used.map((unit) => stratumOf(model, columns, unit)),
      groundwater: water.some(Number.isFinite) ? water : null,
      boreholes: holesAlong(model, places, along),
      synthetic,
      source: {
        zh: `地层：${titles.zh}，钻孔间自然邻点内插`,
        en: `Soil: ${titles.en}, natural neighbours between boreholes`,
      },
    }
  }
}
