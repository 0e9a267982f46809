/** Cross-sections of the city: what lies near a line, out of the database, cut by data/networks. */
import type { Feature } from 'geojson'
import type { CityFeature, LayerName, Style } from '../../data/geo/city-feature.ts'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import { undulation } from '../../data/geo/geoid.ts'
import type { ClearanceRules } from '../../data/networks/clearance-rules.ts'
import { type CrossSection, crossSection, groundStations } from '../../data/networks/section-cross.ts'
import { type Place, type SectionLine, sectionLine } from '../../data/networks/section-line.ts'
import type { SectionSource } from '../../data/networks/section-sheet.ts'
import type { StrataProvider } from '../../data/networks/section-strata.ts'
import type { DrawingLanguage } from '../../data/networks/section-words.ts'
import type { Database } from '../db/database.ts'
import { HttpError } from '../errors.ts'

/** Layers that a cross-section shows. */
const SHOWN: readonly LayerName[] = ['pipes', 'pipe-nodes', 'buildings', 'roads', 'water']
/** More features than these near a line are a mistake of the data, or of the line. */
const MOST_FEATURES = 20_000

interface Row {
  layer: LayerName
  id: string
  source: string
  geometry: string
  style: Style
  attributes: CityFeature['attributes']
}

/** What is asked of the ground and of the soil. */
export interface SectionGround {
  /** metres above the ellipsoid, NaN unknown */
  sample(lng: number, lat: number): number
  strata: StrataProvider | null
}

/**
 * Features within some metres of a line; with their sources.
 * @throws {HttpError} 400 when there are too many
 */
export async function featuresNear(
  db: Database,
  line: SectionLine,
  reach: number,
  layers: readonly LayerName[] = SHOWN,
): Promise<{ features: CityFeature[]; sources: string[] }> {
  const lat = line.places[0][1]
  const degrees = reach / metresPerDegree(lat)[0]
  const path = `LINESTRING(${line.places.map(([x, y]) => `${x} ${y}`).join(',')})`
  const rows = await db.query<Row>(
    `select layer, id, source, st_asgeojson(geom, 9) as geometry, style, attributes from feature
     where layer = any($1) and geom && st_expand(st_geomfromtext($2, 4326), $3::float8)
       and st_dwithin(geom, st_geomfromtext($2, 4326), $3::float8) order by layer, id limit ${MOST_FEATURES + 1}`,
    [layers, path, Math.min(1, degrees)],
  )
  if (rows.length > MOST_FEATURES)
    throw new HttpError(400, `section: more than ${MOST_FEATURES} features near the line; expected a shorter line`)
  return {
    features: rows.map(({ layer, id, geometry, style, attributes }) => {
      return { layer, id, geometry: JSON.parse(geometry) as CityFeature['geometry'], style, attributes }
    }),
    sources: [...new Set(rows.filter(({ layer }) => layer.startsWith('pipe')).map(({ source }) => source))],
  }
}

const DATUM = {
  zh: 'EGM96 正高（平均海平面；与 1985 国家高程基准相差数分米内，施工须以当地水准点为准）',
  en: 'EGM96 orthometric (mean sea level)',
}

/** What the title block says of some data sets. */
export async function describeSources(
  db: Database,
  ids: readonly string[],
  language: DrawingLanguage,
): Promise<SectionSource> {
  const rows = await db.query<{
    title: string
    titleEn: string | null
    attribution: string
    dataDate: string | null
    crs: string
    synthetic: boolean
  }>(
    `select title, title_en as "titleEn", attribution, data_date::text as "dataDate", crs, synthetic from source
     where id = any($1) order by id`,
    [ids],
  )
  const all = (values: (string | null)[]): string => [...new Set(values.filter(Boolean))].join('；')
  const crs = all(rows.map((row) => row.crs))
  return {
    subject: '',
    title: all(rows.map((row) => (language === 'en' ? (row.titleEn ?? row.title) : row.title))),
    attribution: all(rows.map((row) => row.attribution)),
    dataDate: all(rows.map((row) => row.dataDate)),
    datum: DATUM[language],
    crs: crs && crs !== 'EPSG:4326' ? `WGS 84（${crs}）` : 'WGS 84',
    synthetic: rows.some((row) => row.synthetic),
  }
}

/** A cut, with what the title block says. */
export interface CutAnswer {
  section: CrossSection
  source: SectionSource
}

/**
 * Cuts the city along a line.
 * @param reach metres from the line within which shafts are shown
 * @throws {RangeError} for a line that is none, or one that cuts too much
 */
export async function cutCity(
  db: Database,
  places: readonly Place[],
  reach: number,
  language: DrawingLanguage,
  ground: SectionGround,
  rules: ClearanceRules,
  signal?: AbortSignal,
): Promise<CutAnswer> {
  const line = sectionLine(places)
  const { features, sources } = await featuresNear(db, line, Math.max(reach, 0.01))
  signal?.throwIfAborted()
  const stations = soilStations(line)
  const strata = ground.strata
    ? await ground.strata(
        stations.map((at) => line.placeAt(at)),
        stations,
        signal,
      )
    : null
  const section = crossSection({
    line,
    features,
    ground: ground.sample,
    datumAt: undulation,
    rules,
    strata,
    reach,
    ...(signal && { signal }),
  })
  const source = await describeSources(db, sources, language)
  const road = section.surfaces
    .filter(({ kind, name }) => kind === 'road' && name !== '')
    .sort((a, b) => b.to - b.from - (a.to - a.from))[0]
  return {
    section,
    source: {
      ...source,
      subject: (language === 'en' && road?.nameEn) || (road?.name ?? ''),
      synthetic: source.synthetic || strata?.synthetic === true,
    },
  }
}

/** Places for the soil: 200 at most. */
function soilStations(line: SectionLine): number[] {
  const all = groundStations(line)
  const every = Math.max(1, Math.ceil(all.length / 200))
  return all.filter((_, i) => i % every === 0 || i === all.length - 1)
}

/** A number of an answer: millimetres, null where nothing is known. */
export const round = (value: number, digits = 3): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null

/** A cut for programs and for the globe: pipes as points with a role, all numbers, how it was found. */
export function cutAsJson({ section, source }: CutAnswer): object {
  const { line, pipes, ground, buildings, surfaces, nodes, gaps } = section
  const short = gaps.filter(
    ({ counts, horizontal, vertical, least }) =>
      least > 0 && (counts === 'horizontal' ? horizontal : vertical) < least - 1e-6,
  )
  const features: Feature[] = pipes.map((pipe) => {
    const at = [pipe.lng, pipe.lat]
    const z = pipe.z + undulation(pipe.lng, pipe.lat)
    return {
      type: 'Feature',
      id: pipe.id,
      geometry: { type: 'Point', coordinates: Number.isFinite(z) ? [...at, z] : at },
      properties: { role: 'cut', class: pipe.utility },
    }
  })
  return {
    type: 'FeatureCollection',
    features,
    summary: {
      lengthM: round(line.length, 2),
      pipes: pipes.length,
      estimated: pipes.filter(({ estimated, z }) => estimated || !Number.isFinite(z)).length,
      tooClose: short.length,
      buildings: buildings.length,
    },
    method: {
      zh: '按剖面线与管线的平面交点取中心高程；净距为相邻管线外壁间的水平（上下重叠时为垂直）距离；地面取自地形。',
      en: 'Heights where pipes cross the line in plan; clearances between the outer walls of neighbours, upright where one lies over the other; ground from the terrain.',
    },
    section: {
      datum: source.datum,
      source,
      ground: ground.x.map((x, i) => [round(x), round(ground.z[i])]),
      pipes: pipes.map((pipe) => ({
        ...pipe,
        x: round(pipe.x, 4),
        z: round(pipe.z, 4),
        width: round(pipe.width, 4),
        height: round(pipe.height, 4),
        wall: round(pipe.wall, 4),
        angleDeg: round(pipe.angleDeg, 1),
        ground: round(pipe.ground),
      })),
      gaps: gaps.map((gap) => ({ ...gap, horizontal: round(gap.horizontal), vertical: round(gap.vertical) })),
      buildings: buildings.map((one) => ({ ...one, base: round(one.base) })),
      surfaces,
      nodes: nodes.map((one) => ({
        ...one,
        top: round(one.top),
        bottom: round(one.bottom),
        diameter: round(one.diameter),
      })),
      strata: section.strata,
    },
  }
}
