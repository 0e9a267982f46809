/** The map of a report as SVG, north up and to scale: buildings and roads in grey, pipes in the colours of their utilities, what was found on top. */
import type { Feature, Geometry, Position } from 'geojson'
import { CLASSES } from '../../data/geo/city-feature.ts'
import { metresPerDegree } from '../../data/geo/ellipsoid.ts'
import { pipesNear } from '../../data/networks/plan-index.ts'
import { UTILITY_COLORS, type Utility } from '../../data/networks/utility-colors.ts'
import type { Database } from '../db/database.ts'
import type { LoadedNetwork } from './networks.ts'
import { escaped } from './report-page.ts'

const [WIDE, HIGH] = [1000, 620]
/** Roads and buildings, and pipes, in one picture at most. */
const [MOST_CITY, MOST_PIPES] = [3000, 6000]

/** Colours of the roles on paper. */
const ROLES: Readonly<Record<string, string>> = {
  hit: '#d62718',
  below: '#e07b00',
  beside: '#e07b00',
  hole: '#111111',
  area: '#111111',
  burst: '#d62718',
  shut: '#e07b00',
  dry: '#7b5bd6',
  traced: '#0f8f86',
  valve: '#c99700',
  hydrant: '#d62718',
  customer: '#7b5bd6',
  start: '#0f8f86',
  horizontal: '#d62718',
  vertical: '#e07b00',
  cover: '#7b5bd6',
  error: '#d62718',
  warning: '#e07b00',
  polluted: '#d62718',
  candidate: '#0f8f86',
  suspect: '#0f8f86',
  'past-life': '#d62718',
  'late-life': '#e07b00',
}

interface Frame {
  /** degrees */
  box: [west: number, south: number, east: number, north: number]
  x(lng: number): number
  y(lat: number): number
  /** pixels of one metre */
  scale: number
}

function* placesOf(features: readonly Feature[]): Generator<Position> {
  for (const { geometry } of features) {
    if (geometry.type === 'Point') yield geometry.coordinates
    else if (geometry.type === 'LineString') yield* geometry.coordinates
  }
}

function frameOf(features: readonly Feature[]): Frame {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  // the first feature is what was asked about; without it all of them count
  const hole = features.filter(({ properties }) => properties?.role === 'hole' || properties?.role === 'area')
  for (const [lng, lat] of placesOf(hole.length ? hole : features)) {
    w = Math.min(w, lng)
    e = Math.max(e, lng)
    s = Math.min(s, lat)
    n = Math.max(n, lat)
  }
  if (w > e) [w, s, e, n] = [0, 0, 0, 0]
  const [east, north] = metresPerDegree((s + n) / 2)
  const margin = 15
  const metres = Math.max(40, (e - w) * east + 2 * margin, (((n - s) * north + 2 * margin) * WIDE) / HIGH)
  const scale = WIDE / metres
  const [cx, cy] = [(w + e) / 2, (s + n) / 2]
  const [halfW, halfH] = [metres / 2 / east, (metres * HIGH) / WIDE / 2 / north]
  return {
    box: [cx - halfW, cy - halfH, cx + halfW, cy + halfH],
    x: (lng) => WIDE / 2 + (lng - cx) * east * scale,
    y: (lat) => HIGH / 2 - (lat - cy) * north * scale,
    scale,
  }
}

const path = (frame: Frame, line: readonly Position[], close = false): string =>
  `M${line.map(([lng, lat]) => `${frame.x(lng).toFixed(1)} ${frame.y(lat).toFixed(1)}`).join('L')}${close ? 'Z' : ''}`

function ringsOf(geometry: Geometry): { lines: Position[][]; area: boolean } {
  if (geometry.type === 'LineString') return { lines: [geometry.coordinates], area: false }
  if (geometry.type === 'MultiLineString') return { lines: geometry.coordinates, area: false }
  if (geometry.type === 'Polygon') return { lines: geometry.coordinates, area: true }
  if (geometry.type === 'MultiPolygon') return { lines: geometry.coordinates.flat(), area: true }
  return { lines: [], area: false }
}

interface CityRow {
  layer: string
  geometry: string
  name: string | null
  width: number | null
}

/** Roads with their names and buildings in a frame. */
async function cityPart(db: Database, frame: Frame): Promise<string> {
  const rows = await db.query<CityRow>(
    `select layer, st_asgeojson(geom, 7) as geometry, style ->> 'name' as name, (style ->> 'widthM')::float8 as width
     from feature where layer in ('water', 'roads', 'buildings') and geom && st_makeenvelope($1, $2, $3, $4, 4326)
     order by case layer when 'water' then 0 when 'roads' then 1 else 2 end limit ${MOST_CITY}`,
    [...frame.box],
  )
  const shapes: string[] = []
  const names = new Map<string, string>()
  for (const { layer, geometry, name, width } of rows) {
    const { lines, area } = ringsOf(JSON.parse(geometry) as Geometry)
    const d = lines.map((line) => path(frame, line, area)).join('')
    if (layer === 'roads') {
      shapes.push(
        `<path d="${d}" fill="none" stroke="#e4e7ea" stroke-width="${Math.max(2, (width ?? 6) * frame.scale).toFixed(1)}"/>`,
      )
      if (name && !names.has(name)) names.set(name, labelOn(frame, lines[0] ?? [], name))
    } else shapes.push(`<path d="${d}" fill="${layer === 'water' ? '#d5e8f2' : '#d3cdc4'}" fill-rule="evenodd"/>`)
  }
  return shapes.join('') + [...names.values()].join('')
}

/** A road's name at the first of its vertices that lies well inside of the picture. */
function labelOn(frame: Frame, line: readonly Position[], name: string): string {
  for (let i = 0; i + 1 < line.length; i++) {
    const [x0, y0, x1, y1] = [
      frame.x(line[i][0]),
      frame.y(line[i][1]),
      frame.x(line[i + 1][0]),
      frame.y(line[i + 1][1]),
    ]
    for (const share of [0.5, 0.25, 0.75]) {
      const [x, y] = [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share]
      if (x < 60 || x > WIDE - 60 || y < 30 || y > HIGH - 30) continue
      const turn = (Math.atan((y1 - y0) / (x1 - x0 || 1e-9)) * 180) / Math.PI
      return `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" transform="rotate(${turn.toFixed(0)} ${x.toFixed(0)} ${y.toFixed(0)})" class="road">${escaped(name)}</text>`
    }
  }
  return ''
}

/** The pipes of a network in a frame, thin, in the colours of their utilities; and which utilities there are. */
function pipesPart({ network }: LoadedNetwork, frame: Frame): { shapes: string; utilities: Utility[] } {
  const { origin, perDegree, pipes } = network
  const local = frame.box.map((side, i) => (side - origin[i % 2]) * perDegree[i % 2]) as [
    number,
    number,
    number,
    number,
  ]
  const shapes: string[] = []
  const utilities = new Set<Utility>()
  for (const k of pipesNear(network, local).slice(0, MOST_PIPES)) {
    const line: Position[] = []
    for (let i = pipes.vertexStart[k] * 3; i < pipes.vertexStart[k + 1] * 3; i += 3)
      line.push([origin[0] + pipes.vertices[i] / perDegree[0], origin[1] + pipes.vertices[i + 1] / perDegree[1]])
    const utility = CLASSES.pipes[pipes.utility[k]]
    utilities.add(utility)
    const wide = Math.max(1.4, (pipes.width[k] || 0) * frame.scale)
    shapes.push(
      `<path d="${path(frame, line)}" fill="none" stroke="${UTILITY_COLORS[utility]}" stroke-opacity=".7" stroke-width="${wide.toFixed(1)}"/>`,
    )
  }
  return { shapes: shapes.join(''), utilities: [...utilities] }
}

/** What was found, numbered where the table numbers it. */
function foundPart(features: readonly Feature[], frame: Frame, numbered: readonly string[]): string {
  const shapes: string[] = []
  for (const { id, geometry, properties } of features.toReversed()) {
    const role = String(properties?.role ?? '')
    const color = ROLES[role] ?? '#0f8f86'
    if (geometry.type === 'LineString') {
      if (role === 'hole') {
        const wide = Number(properties?.widthM ?? 0) * frame.scale
        if (wide > 0)
          shapes.push(
            `<path d="${path(frame, geometry.coordinates)}" fill="none" stroke="#111" stroke-opacity=".18" stroke-width="${wide.toFixed(1)}"/>`,
          )
        shapes.push(
          `<path d="${path(frame, geometry.coordinates)}" fill="${wide > 0 ? 'none' : '#1113'}" stroke="#111" stroke-width="2.5" stroke-dasharray="9 5"/>`,
        )
      } else
        shapes.push(
          `<path d="${path(frame, geometry.coordinates)}" fill="none" stroke="${color}" stroke-width="4"${role === 'area' ? ' stroke-dasharray="9 5"' : ''}/>`,
        )
    }
    const at = (properties?.at as Position | undefined) ?? (geometry.type === 'Point' ? geometry.coordinates : null)
    if (!at) continue
    const [x, y] = [frame.x(at[0]), frame.y(at[1])]
    if (x < 0 || x > WIDE || y < 0 || y > HIGH) continue
    const size = role === 'hole' ? Math.max(5, (Number(properties?.widthM ?? 0) / 2) * frame.scale) : 6
    shapes.push(
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size.toFixed(1)}" fill="${role === 'hole' ? '#1113' : color}" stroke="#111" stroke-width="1"/>`,
    )
    const number = numbered.indexOf(String(id))
    if (number >= 0)
      shapes.push(`<text x="${(x + 9).toFixed(0)}" y="${(y - 7).toFixed(0)}" class="number">${number + 1}</text>`)
  }
  return shapes.join('')
}

function scaleBar(frame: Frame): string {
  const most = 180 / frame.scale
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2, 1].find((times) => times * power <= most) ?? 1)
  const end = WIDE - 24
  const begin = end - metres * frame.scale
  return `<path d="M${begin} ${HIGH - 28}v8H${end}v-8" fill="none" stroke="#111" stroke-width="2"/><text x="${(begin + end) / 2}" y="${HIGH - 34}" text-anchor="middle">${metres} m</text>
<path d="M${WIDE - 34} 62l10-40 10 40-10-8z" fill="#111"/><text x="${WIDE - 24}" y="80" text-anchor="middle">N</text>`
}

/**
 * Draws the map.
 * @param numbered ids in the order of the table: they get their number
 * @param words of the utilities, for the legend
 */
export async function reportMap(
  db: Database,
  loaded: LoadedNetwork,
  features: readonly Feature[],
  numbered: readonly string[],
  words: (utility: string) => string,
): Promise<string> {
  const frame = frameOf(features)
  const city = await cityPart(db, frame)
  const { shapes, utilities } = pipesPart(loaded, frame)
  const legend = utilities
    .map(
      (utility, i) =>
        `<g transform="translate(16 ${24 + i * 22})"><path d="M0 0h26" stroke="${UTILITY_COLORS[utility]}" stroke-width="4"/><text x="34" y="5">${escaped(words(utility))}</text></g>`,
    )
    .join('')
  return `<svg viewBox="0 0 ${WIDE} ${HIGH}" role="img"><style>text{font:15px "Noto Sans SC","Microsoft YaHei",sans-serif;fill:#111;paint-order:stroke;stroke:#fff;stroke-width:4px}.road{fill:#667380;text-anchor:middle}.number{font-weight:700;font-size:17px}</style>
<rect width="${WIDE}" height="${HIGH}" fill="#f6f4ef"/>${city}${shapes}${foundPart(features, frame, numbered)}${legend}${scaleBar(frame)}</svg>`
}
