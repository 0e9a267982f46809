/** What is drawn, in drawing order: one shape per kind of layer. A new kind starts with one entry here. */
import { z } from 'zod'
import { closed, idSchema, textSchema, wrongKind } from './closed.ts'
import { colorSchema } from './expression.ts'
import type { SourceType } from './source.ts'
import { meshKeys, pointsKeys, unitsKeys, volumesKeys } from './space-layers.ts'

/** What a kind of layer draws, from which kind of source, and what its colour may read; null when its colour is its own. */
interface Kind {
  source: SourceType
  about: string
  reads: string | null
}

const KINDS = {
  ground: { source: 'terrain', about: 'The ground, shaded by its relief', reads: null },
  land: { source: 'vector', about: 'Land use, draped on the ground', reads: '`class`, `name`' },
  water: {
    source: 'vector',
    about: 'Sea, rivers and lakes',
    reads: '`class`, `name`, `depth` (metres below mean sea level)',
  },
  roads: {
    source: 'vector',
    about: 'Roads as ribbons by class, draped on the ground',
    reads: '`class`, `name`, `bridge`, `tunnel`, `widthM`',
  },
  rail: { source: 'vector', about: 'Railways, draped on the ground', reads: '`class`, `name`, `bridge`, `tunnel`' },
  boundaries: { source: 'vector', about: 'Administrative boundaries', reads: '`class`, `name`' },
  labels: { source: 'vector', about: 'Names of places and roads', reads: null },
  buildings: {
    source: '3d-tiles',
    about: 'Buildings with façades, roofs and lit windows',
    reads: '`class`, `height`, `levels`, `year`, and any attribute the server stores',
  },
  trees: { source: '3d-tiles', about: 'Trees', reads: null },
  pipes: {
    source: '3d-tiles',
    about: 'Pipes, cables and tunnels below ground with their shafts and fittings, in the colours of CJJ 61',
    reads: '`class`, `diameter`, `depth` (metres of cover), `year`, and any attribute the server stores',
  },
  models: {
    source: '3d-tiles',
    about: 'Building models (BIM) with storeys, systems and every element',
    reads: '`class`, `kind`, `storey`, `system`, and any property the server stores',
  },
  points: {
    source: '3d-tiles',
    about: 'Point clouds (LAS, LAZ, COPC) in true colour, by class, height or intensity',
    reads: null,
  },
  mesh: { source: '3d-tiles', about: 'Textured photogrammetry', reads: null },
  units: {
    source: '3d-tiles',
    about: 'Buildings by floor and unit, each a clear solid; the shell of their building gives way to them',
    reads: '`class`, `height`, and any attribute the server stores: `status`, `floor`, `area`',
  },
  volumes: {
    source: '3d-tiles',
    about: 'Legal volumes above and below ground (3D cadastre) as clear solids',
    reads: '`class`, `height`, and any attribute the server stores: `status`, `owner`',
  },
  boreholes: {
    source: 'features',
    about: 'Boreholes as columns of their layers in soil colours, true to depth, with the water in them',
    reads: null,
  },
} as const satisfies Record<string, Kind>

/** The word of a kind of layer; also the vector layer or collection that it draws. */
export type LayerType = keyof typeof KINDS

/** The kind of source each kind of layer is drawn from. */
export const LAYER_SOURCES: Readonly<Record<LayerType, SourceType>> = Object.fromEntries(
  Object.entries(KINDS).map(([type, kind]) => [type, kind.source]),
) as Record<LayerType, SourceType>

/** The kinds of layer whose colour a document may set. */
export const COLORED: readonly LayerType[] = (Object.keys(KINDS) as LayerType[]).filter(
  (type) => KINDS[type].reads !== null,
)

function keysOf<Type extends LayerType>(type: Type) {
  return {
    id: idSchema.meta({ description: 'unique in the scene; used by links, tests and the panel' }),
    type: z.literal(type),
    source: idSchema.meta({ description: `id of a source of type \`${KINDS[type].source}\`` }),
    title: textSchema.optional().meta({ description: 'the name in the layer panel; without it the kind is shown' }),
    group: idSchema
      .optional()
      .meta({ description: 'the group of the layer panel it stands in: one flat word, titled in `groups`' }),
    visible: z.boolean().optional().meta({ description: 'drawn when the scene opens; true when absent' }),
    opacity: z.number().min(0).max(1).optional().meta({ description: '0 (clear) … 1 (solid); 1 when absent' }),
  }
}

function described(type: LayerType) {
  return { id: `${type}-layer`, description: `${KINDS[type].about}; source \`${KINDS[type].source}\`.` }
}

/** Its type has a colour that is never there, so that one can ask any layer for its colour. */
function plainLayer<Type extends LayerType>(type: Type): ReturnType<typeof coloredLayer<Type>> {
  return closed(keysOf(type)).meta(described(type)) as unknown as ReturnType<typeof coloredLayer<Type>>
}

function coloredLayer<Type extends LayerType>(type: Type) {
  const color = colorSchema.optional().meta({
    description: `colour of each thing; may read ${KINDS[type].reads}; without it, or where it gives null, the kind's own colour`,
  })
  return closed({ ...keysOf(type), color }).meta(described(type))
}

/** The utilities a `pipes` layer can be limited to. */
export const UTILITIES = [
  'water',
  'storm',
  'foul',
  'combined',
  'gas',
  'heat',
  'power',
  'telecom',
  'tunnel',
  'industrial',
  'other',
] as const

const pipesLayer = closed({
  ...coloredLayer('pipes').shape,
  class: z
    .array(z.enum(UTILITIES))
    .min(1)
    .max(UTILITIES.length)
    .optional()
    .meta({ description: 'only these utilities; all when absent' }),
}).meta(described('pipes'))

const name = z.string().min(1).max(300)
const span = z.tuple([z.number(), z.number()]).meta({ description: 'from, to: metres along an axis of the model' })

const modelsLayer = closed({
  ...coloredLayer('models').shape,
  only: closed({
    model: name.optional().meta({ description: 'id of a model, see `/models`' }),
    storey: name.optional().meta({ description: 'name of a storey' }),
    kind: name.optional().meta({ description: 'kind of element: `IfcWall`' }),
    system: name.optional().meta({ description: 'name of a system' }),
    elements: z
      .array(name)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'ids of single elements, `<model>:<GlobalId>`' }),
  })
    .optional()
    .meta({ description: 'shows only what fits all of these; all when absent, rooms (IfcSpace) only when asked for' }),
  explode: z.number().min(0).max(50).optional().meta({ description: 'metres put between storeys; 0 when absent' }),
  section: closed({ model: name, x: span.optional(), y: span.optional(), z: span.optional() })
    .optional()
    .meta({ description: 'a box along the axes of one model; what is outside is cut away' }),
}).meta(described('models'))

const boreholesLayer = closed({
  ...keysOf('boreholes'),
  diameter: z.number().min(0.1).max(20).optional().meta({
    description: 'metres: how thick columns are drawn; 2 when absent, where a real hole is a tenth of a metre',
  }),
}).meta(described('boreholes')) as unknown as ReturnType<typeof boreholesShape>

/** Its type has a colour that is never there, as that of `plainLayer`. */
function boreholesShape() {
  return closed({ ...coloredLayer('boreholes').shape, diameter: z.number().optional() })
}

/** A kind without a colour of its own to set, typed as `plainLayer`. */
function withoutColor<Type extends LayerType, Keys extends z.ZodRawShape>(type: Type, keys: Keys) {
  const whole = () => closed({ ...coloredLayer(type).shape, ...keys })
  return closed({ ...keysOf(type), ...keys }).meta(described(type)) as unknown as ReturnType<typeof whole>
}

const pointsLayer = withoutColor('points', pointsKeys)
const meshLayer = withoutColor('mesh', meshKeys)
const unitsLayer = closed({ ...coloredLayer('units').shape, ...unitsKeys }).meta(described('units'))
const volumesLayer = closed({ ...coloredLayer('volumes').shape, ...volumesKeys }).meta(described('volumes'))

/** The kinds of layer by their word. */
export const LAYERS = {
  ground: plainLayer('ground'),
  land: coloredLayer('land'),
  water: coloredLayer('water'),
  roads: coloredLayer('roads'),
  rail: coloredLayer('rail'),
  boundaries: coloredLayer('boundaries'),
  labels: plainLayer('labels'),
  buildings: coloredLayer('buildings'),
  trees: plainLayer('trees'),
  pipes: pipesLayer,
  models: modelsLayer,
  points: pointsLayer,
  mesh: meshLayer,
  units: unitsLayer,
  volumes: volumesLayer,
  boreholes: boreholesLayer,
} as const satisfies { [Type in LayerType]: unknown }

/** A layer of any kind. */
export const layerSchema = z
  .discriminatedUnion(
    'type',
    [
      LAYERS.ground,
      LAYERS.land,
      LAYERS.water,
      LAYERS.roads,
      LAYERS.rail,
      LAYERS.boundaries,
      LAYERS.labels,
      LAYERS.buildings,
      LAYERS.trees,
      LAYERS.pipes,
      LAYERS.models,
      LAYERS.points,
      LAYERS.mesh,
      LAYERS.units,
      LAYERS.volumes,
      LAYERS.boreholes,
    ],
    { error: wrongKind(Object.keys(LAYERS)) },
  )
  .meta({ id: 'layer', description: 'One thing drawn; later layers are drawn over earlier ones.' })

/** A layer of any kind; only those of `COLORED` kinds have a colour. */
export type Layer = z.infer<typeof layerSchema>

/** The layer of one kind: `LayerOf<'roads'>`. */
export type LayerOf<Type extends LayerType> = Layer & { type: Type }
