/** AGS 3 and 4 → drafts: LOCA or HOLE are holes, GEOL layers, WSTG, WSTD and WSTK water. */
import { type AgsFile, agsRecords, agsUnitM } from '../../formats/ags.ts'
import { soilOf } from '../../geology/soils.ts'
import { numberOf, textOf } from '../networks/values.ts'
import type { BoreholeDrafts, DraftHole, Refuse } from './draft.ts'
import { holeClass } from './from-table.ts'

/** The British grid, which most AGS files are in; good to some metres. */
const OSGB =
  '+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m +no_defs'

/** Class by the hundreds of AGS legend codes. */
const LEGEND: [from: number, to: number, soil: string][] = [
  [101, 101, 'topsoil'],
  [102, 104, 'plain-fill'],
  [201, 220, 'clay'],
  [221, 299, 'silty-clay'],
  [301, 399, 'silt'],
  [401, 499, 'medium-sand'],
  [501, 599, 'round-gravel'],
  [601, 699, 'peat'],
  [701, 799, 'cobble'],
  [801, 802, 'mudstone'],
  [803, 803, 'sandstone'],
  [804, 805, 'limestone'],
  [806, 899, 'rock'],
  [999, 999, 'void'],
]

/** Groups that are read; what others hold stays in the file, and is said. */
const READ = new Set([
  'PROJ',
  'TRAN',
  'ABBR',
  'TYPE',
  'UNIT',
  'DICT',
  'CODE',
  'LOCA',
  'HOLE',
  'GEOL',
  'WSTG',
  'WSTD',
  'WSTK',
])

interface Fields {
  id: string
  group: 'LOCA' | 'HOLE'
  east: string
  north: string
  level: string
  depth: string
  type: string
}
const FOUR: Fields = {
  id: 'LOCA_ID',
  group: 'LOCA',
  east: 'LOCA_NATE',
  north: 'LOCA_NATN',
  level: 'LOCA_GL',
  depth: 'LOCA_FDEP',
  type: 'LOCA_TYPE',
}
const THREE: Fields = {
  id: 'HOLE_ID',
  group: 'HOLE',
  east: 'HOLE_NATE',
  north: 'HOLE_NATN',
  level: 'HOLE_GL',
  depth: 'HOLE_FDEP',
  type: 'HOLE_TYPE',
}

/** What coordinates a file has: of a grid it names, in degrees, or local. */
function places(file: AgsFile, fields: Fields): { x: string; y: string; crs: string | null; words: string } {
  const rows = agsRecords(file, fields.group)
  const filled = (name: string) => rows.filter(({ values }) => Number.isFinite(numberOf(values[name]))).length
  if (filled(fields.east) > 0) {
    const named = rows.map(({ values }) => textOf(values.LOCA_GREF ?? '')).find((word) => word !== '') ?? ''
    const epsg = /EPSG:?\s*(\d{4,6})/i.exec(named)
    if (epsg) return { x: fields.east, y: fields.north, crs: `EPSG:${epsg[1]}`, words: named }
    if (/osgb|bng|national grid|^ngr$/i.test(named))
      return { x: fields.east, y: fields.north, crs: OSGB, words: `${named}: the British grid, placed to some metres` }
    return { x: fields.east, y: fields.north, crs: null, words: '' }
  }
  if (filled('LOCA_LON') > 0) return { x: 'LOCA_LON', y: 'LOCA_LAT', crs: 'EPSG:4326', words: '' }
  const [x, y] = fields.group === 'LOCA' ? ['LOCA_LOCX', 'LOCA_LOCY'] : ['HOLE_LOCX', 'HOLE_LOCY']
  return { x: x!, y: y!, crs: null, words: '' }
}

/** Reads a file's holes with their layers and water into a table of drafts that is there already. */
export function draftsFromAgs(file: AgsFile, drafts: BoreholeDrafts, index: number, refuse: Refuse): void {
  const fields = file.groups.has('LOCA') ? FOUR : THREE
  const table = drafts.tables[index]!
  const at = places(file, fields)
  table.crs = at.crs
  if (at.words) table.notes.push(at.words)
  for (const { line, reason } of file.problems) refuse(`line ${line}`, reason)
  const holes = new Map<string, DraftHole>()
  const unit = (group: string, heading: string) => agsUnitM(file, group, heading)
  for (const { line, values } of agsRecords(file, fields.group)) {
    table.records++
    const id = textOf(values[fields.id]).slice(0, 150)
    const place: [number, number] = [numberOf(values[at.x]), numberOf(values[at.y])]
    if (id === '') refuse(`line ${line}`, `no ${fields.id}`)
    else if (holes.has(id)) refuse(id, `duplicate hole (line ${line}): the first one is kept`)
    else if (!place.every(Number.isFinite)) refuse(id, 'no coordinates')
    else {
      const hole: DraftHole = {
        table: index,
        row: line,
        id,
        at: place,
        collar: numberOf(values[fields.level]) * unit(fields.group, fields.level),
        depth: numberOf(values[fields.depth]) * unit(fields.group, fields.depth),
        class: holeClass(textOf(values[fields.type])),
        attributes: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
        layers: [],
        water: [],
      }
      holes.set(id, hole)
      drafts.holes.push(hole)
    }
  }
  layers(file, fields.id, holes, refuse)
  water(file, fields.id, holes)
  const left = [...file.groups].filter(([name, { rows }]) => !READ.has(name) && rows.length > 0)
  if (left.length > 0)
    table.notes.push(
      `not read: ${left
        .map(([name, { rows }]) => `${name} (${rows.length})`)
        .join(', ')
        .slice(0, 300)}`,
    )
}

function layers(file: AgsFile, idHeading: string, holes: ReadonlyMap<string, DraftHole>, refuse: Refuse): void {
  const names = new Map<string, string>()
  for (const { values } of agsRecords(file, 'ABBR'))
    if (values.ABBR_HDNG === 'GEOL_GEOL') names.set(values.ABBR_CODE ?? '', values.ABBR_DESC ?? '')
  const metres = (heading: string) => agsUnitM(file, 'GEOL', heading)
  for (const { line, values } of agsRecords(file, 'GEOL')) {
    const id = textOf(values[idHeading])
    const hole = holes.get(id)
    if (!hole) {
      refuse(id || `line ${line}`, 'a layer of a hole that there is not')
      continue
    }
    const { GEOL_TOP, GEOL_BASE, GEOL_DESC = '', GEOL_LEG = '', GEOL_GEOL = '', ...rest } = values
    const legend = Number(GEOL_LEG)
    const description = GEOL_DESC.slice(0, 2000)
    const told = soilOf(description)
    const principal = /\b[A-Z]{4,}(?: [A-Z]{4,})*\b/.exec(description)?.[0] ?? ''
    hole.layers.push({
      row: line,
      top: numberOf(GEOL_TOP) * metres('GEOL_TOP'),
      bottom: numberOf(GEOL_BASE) * metres('GEOL_BASE'),
      thickness: Number.NaN,
      topZ: Number.NaN,
      bottomZ: Number.NaN,
      code: textOf(GEOL_GEOL).slice(0, 40),
      name: (names.get(GEOL_GEOL) || principal || GEOL_GEOL).slice(0, 200),
      description,
      soil: told !== 'unknown' ? told : (LEGEND.find(([from, to]) => legend >= from && legend <= to)?.[2] ?? ''),
      more: Object.fromEntries(
        Object.entries({ ...rest, GEOL_LEG }).filter(([name, value]) => value !== '' && name !== idHeading),
      ),
    })
  }
}

function water(file: AgsFile, idHeading: string, holes: ReadonlyMap<string, DraftHole>): void {
  const sources = [
    { group: 'WSTG', struck: 'WSTG_DPTH', rose: '', at: 'WSTG_DTIM' },
    { group: 'WSTD', struck: '', rose: 'WSTD_POST', at: '' },
    { group: 'WSTK', struck: 'WSTK_DEP', rose: 'WSTK_POST', at: 'WSTK_DATE' },
  ]
  for (const { group, struck, rose, at } of sources)
    for (const { values } of agsRecords(file, group)) {
      const hole = holes.get(textOf(values[idHeading]))
      if (!hole) continue
      const date = /^\d{4}-\d{2}-\d{2}/.exec(values[at] ?? '')?.[0] ?? ''
      for (const [heading, kind] of [
        [struck, 'strike'],
        [rose, 'level'],
      ] as const) {
        const depth = numberOf(values[heading]) * agsUnitM(file, group, heading)
        if (Number.isFinite(depth)) hole.water.push({ depth, z: Number.NaN, kind, date })
      }
    }
}
