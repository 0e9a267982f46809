/** A network between its file and the city: pipes and nodes in the file's own order, lengths in metres, not yet placed or joined. */
import type { Position } from 'geojson'
import type { Attributes, CLASSES, SECTIONS } from '../../geo/city-feature.ts'
import type { HeightDatum } from '../../geo/height-source.ts'

/** A class word of `pipes`. */
export type Utility = (typeof CLASSES)['pipes'][number]
/** A class word of `pipe-nodes`. */
export type NodeKind = (typeof CLASSES)['pipe-nodes'][number]
/** Shape of a section. */
export type Section = (typeof SECTIONS)[number]

/** What a height or depth is measured to; heights stand on the table's datum, depths hang below the ground. */
export type Basis = 'centre' | 'invert' | 'crown' | 'depth-centre' | 'depth-invert' | 'depth-crown'

/** Where drafts come from: one file, layer or sheet. */
export interface DraftTable {
  /** file name as reported */
  file: string
  /** layer, sheet or file name */
  name: string
  /** tables of one network: node ids are looked up here first */
  group: string
  format: string
  /** system of the coordinates: what `crs()` understands; null when the file names none (an anchor or --crs is needed) */
  crs: string | null
  /** what the heights stand on; null when the file does not say */
  datum: HeightDatum | null
  /** unit of schematic coordinates is unknown and may be found from declared lengths */
  schematic: boolean
  /** elevations are a model's, perhaps of another place than the anchor */
  model: 'epanet' | 'swmm' | null
  records: number
  rejected: number
  notes: string[]
}

/** A pipe as the file says it. NaN = unknown. */
export interface DraftPipe {
  table: number
  /** as in the file, or `#<row>` */
  id: string
  row: number
  from: string | null
  to: string | null
  /** drawing units, then lng, lat; a third ordinate is a height on the datum measured to `vertexBasis`; empty = straight between its nodes */
  line: Position[]
  vertexBasis: 'centre' | 'invert' | 'crown' | 'ground'
  utility: Utility
  section: Section
  /** metres; of other sections `width` and `height` */
  diameter: number
  width: number
  height: number
  material: string
  year: number
  flow: 'gravity' | 'pressure'
  owner: string
  status: '' | 'used' | 'abandoned' | 'planned'
  pressure: string
  name: string
  basis: Basis
  zFrom: number
  zTo: number
  /** heights of the ground at the ends, on the datum */
  groundFrom: number
  groundTo: number
  /** metres, as declared */
  length: number
  /** a link of a model that is no pipe */
  fitting: '' | 'joint' | 'valve' | 'pump' | 'orifice' | 'weir' | 'outlet'
  closed: boolean
  /** laid above the ground on purpose */
  aerial: boolean
  attributes: Attributes
}

/** A node as the file says it. NaN = unknown; heights on the table's datum. */
export interface DraftNode {
  table: number
  id: string
  row: number
  /** drawing units, then lng, lat */
  at: [number, number]
  kind: NodeKind
  utility: Utility | null
  ground: number
  top: number
  bottom: number
  /** depth of the shaft below the ground, metres */
  shaftDepth: number
  /** height of the axis of what meets here */
  axis: number
  diameter: number
  closed: boolean
  name: string
  attributes: Attributes
}

/** Everything of one run. */
export interface Drafts {
  tables: DraftTable[]
  pipes: DraftPipe[]
  nodes: DraftNode[]
  /** what was found wrong before there was a network */
  defects: DraftDefect[]
}

/** A defect known by the file's own ids; turned into a `Defect` when the ids of the city are known. */
export interface DraftDefect {
  rule: string
  table: number
  /** indices into `pipes` and `nodes` of the drafts */
  pipes: number[]
  nodes: number[]
  found: string
  expected: string
}

/** A pipe of which nothing is known. */
export function emptyPipe(table: number, row: number, id: string): DraftPipe {
  const unknown = Number.NaN
  return {
    table,
    id,
    row,
    from: null,
    to: null,
    line: [],
    vertexBasis: 'centre',
    utility: 'other',
    section: 'circular',
    diameter: unknown,
    width: unknown,
    height: unknown,
    material: '',
    year: unknown,
    flow: 'pressure',
    owner: '',
    status: '',
    pressure: '',
    name: '',
    basis: 'centre',
    zFrom: unknown,
    zTo: unknown,
    groundFrom: unknown,
    groundTo: unknown,
    length: unknown,
    fitting: '',
    closed: false,
    aerial: false,
    attributes: {},
  }
}

/** A node of which only the place is known. */
export function emptyNode(table: number, row: number, id: string, at: [number, number]): DraftNode {
  const unknown = Number.NaN
  return {
    table,
    id,
    row,
    at,
    kind: 'junction',
    utility: null,
    ground: unknown,
    top: unknown,
    bottom: unknown,
    shaftDepth: unknown,
    axis: unknown,
    diameter: unknown,
    closed: false,
    name: '',
    attributes: {},
  }
}
