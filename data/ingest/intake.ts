/** Where every feature passes on its way to the spool: ids, geometry, counts, extent; and where rejects are noted. */
import type { Geometry, Position } from 'geojson'
import { createIdSet, type IdSet } from '../../tiles-server/db/id-set.ts'
import type { CityFeature, LayerName } from '../geo/city-feature.ts'
import { checkGeometry, checkPipe, GeometryRefused } from './check-geometry.ts'
import type { LayerReport, rejectWriter, tally } from './report.ts'
import type { Spool } from './spool.ts'

/** What the intake writes to. */
export interface IntakeParts {
  spool: Spool
  source: string
  /** vector files of this run */
  files: number
  reasons: ReturnType<typeof tally>
  repairs: ReturnType<typeof tally>
  rejects: ReturnType<typeof rejectWriter>
}

/** The gate of one run. */
export interface Intake {
  readonly spool: Spool
  readonly source: string
  readonly layers: Partial<Record<LayerName, LayerReport>>
  readonly notes: string[]
  readonly crs: Set<string>
  readonly refused: { name: string; reason: string }[]
  /** file being read, for the rejects */
  file: string
  layer(name: LayerName): LayerReport
  forget(name: LayerName): void
  /** Takes a feature or notes why not. */
  take(feature: CityFeature): Promise<void> | undefined
  rejected(layer: LayerName | 'records', id: string, reason: string): void
  repaired(layer: LayerName, id: string, words: readonly string[]): void
  note(words: string): void
  /** declared by a file's head; wins over the features' own extent */
  declare(bounds: [number, number, number, number]): void
  date(iso: string): void
  extent(): [number, number, number, number] | null
  /** what a picture should show: the buildings' extent, else the roads', else all */
  subject(): [number, number, number, number] | null
  dataDate(): string | null
  /** buildings taken that are parts of others */
  parts(): number
}

function each(geometry: Geometry, visit: (at: Position) => void): void {
  if (geometry.type === 'GeometryCollection') for (const part of geometry.geometries) each(part, visit)
  else {
    const walk = (value: unknown): void => {
      const list = value as unknown[]
      if (typeof list[0] === 'number') visit(list as Position)
      else for (const inner of list) walk(inner)
    }
    walk(geometry.coordinates)
  }
}

/** A checked geometry as a short text that is equal for equal shapes, to tell a repeat from a clash. */
function gist(geometry: Geometry): string {
  let count = 0
  let sum = 0
  each(geometry, ([lng, lat]) => {
    count++
    sum += Math.round(lng * 1e7) * (count % 97) + Math.round(lat * 1e7) * (count % 89)
  })
  return `${geometry.type} ${count} ${sum}`
}

/** An empty intake. */
export function intake({ spool, source, files, reasons, repairs, rejects }: IntakeParts): Intake {
  const layers: Intake['layers'] = {}
  const noted: string[] = []
  const ids = new Map<LayerName, IdSet>()
  const shapes = createIdSet()
  const boxes: Partial<Record<LayerName, [number, number, number, number]>> = {}
  let declared: [number, number, number, number] | null = null
  let newest: string | null = null
  let repeats = 0
  let file = ''
  let here = createIdSet()
  let parts = 0

  const layer = (name: LayerName) => (layers[name] ??= { read: 0, rejected: 0, repaired: 0 })
  const took: Intake = {
    spool,
    source,
    layers,
    get notes() {
      return repeats === 0 ? noted : [...noted, `${repeats} features came again in another file, unchanged`]
    },
    crs: new Set(),
    refused: [],
    file: '',
    layer,
    forget(name) {
      delete layers[name]
    },
    take(feature) {
      const counts = layer(feature.layer)
      const { id } = feature
      let seen = ids.get(feature.layer)
      if (!seen) ids.set(feature.layer, (seen = createIdSet()))
      counts.read++
      try {
        const check = feature.layer === 'pipes' ? checkPipe : checkGeometry
        const { geometry, repairs: mended } = check(feature.geometry)
        // one file needs no memory of shapes: its ids are enough, and a country has tens of millions
        const shape = files > 1 ? `${feature.layer} ${id} ${gist(geometry)}` : ''
        if (files > 1 && took.file !== file) {
          file = took.file
          here = createIdSet()
        }
        const fresh = seen.add(id)
        if (files > 1 ? !here.add(`${feature.layer} ${id}`) || (!fresh && !shapes.has(shape)) : !fresh) {
          throw new GeometryRefused('duplicate id: the first one is kept')
        }
        if (!fresh) {
          // the same thing in two files (pbf and xml of one area) is no fault of the record
          counts.read--
          repeats++
          return undefined
        }
        if (files > 1) shapes.add(shape)
        if (mended.length > 0) took.repaired(feature.layer, id, mended)
        if (feature.style.part === true) parts++
        const own = (boxes[feature.layer] ??= [Infinity, Infinity, -Infinity, -Infinity])
        each(geometry, ([lng, lat]) => {
          if (lng < own[0]) own[0] = lng
          if (lat < own[1]) own[1] = lat
          if (lng > own[2]) own[2] = lng
          if (lat > own[3]) own[3] = lat
        })
        return spool.add({ ...feature, geometry })
      } catch (error) {
        if (!(error instanceof GeometryRefused)) throw error
        took.rejected(feature.layer, id, error.message)
        return undefined
      }
    },
    repaired(name, id, words) {
      layer(name).repaired++
      for (const each of words) repairs.add(each, id)
    },
    rejected(name, id, reason) {
      if (name !== 'records') layer(name).rejected++
      reasons.add(reason, id)
      rejects.add(name, id, reason, took.file)
    },
    note(words) {
      const line = took.file ? `${took.file}: ${words}` : words
      if (noted.length < 200 && !noted.includes(line)) noted.push(line)
    },
    declare(bounds) {
      declared = declared
        ? [
            Math.min(declared[0], bounds[0]),
            Math.min(declared[1], bounds[1]),
            Math.max(declared[2], bounds[2]),
            Math.max(declared[3], bounds[3]),
          ]
        : bounds
    },
    date(iso) {
      const at = new Date(iso)
      if (Number.isNaN(at.getTime())) return
      const day = at.toISOString()
      if (!newest || day > newest) newest = day
    },
    extent() {
      const all = Object.values(boxes)
      if (declared || all.length === 0) return declared
      const side = (i: 0 | 1 | 2 | 3) => (i < 2 ? Math.min : Math.max)(...all.map((box) => box[i]))
      return [side(0), side(1), side(2), side(3)]
    },
    subject: () => boxes.buildings ?? boxes.roads ?? took.extent(),
    dataDate: () => newest,
    parts: () => parts,
  }
  return took
}
