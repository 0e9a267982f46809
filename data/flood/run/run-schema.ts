/** What a run is: `run.json`, checked key by key. Plane coordinates in the terrain's metres, x east, y north. */
import { z } from 'zod'
import { readDate } from './times.ts'

const seconds = z.number().finite().min(0)
const point = z.tuple([z.number().finite(), z.number().finite()])
const line = z.array(point).min(2)
const positive = z.number().finite().positive()
const name = z.string().min(1).max(100)

/** A number, points [time_s, value], or a CSV file with a head and times in its first column. */
const inTime = z.union([
  z.number().finite(),
  z.array(z.tuple([z.number().finite(), z.number().finite()])).min(1),
  z.strictObject({
    file: z.string().describe('CSV: a head, then time and values'),
    column: z.string().optional().describe('name of the column; the second by default'),
    timeUnit: z.enum(['s', 'min', 'h', 'd']).optional().describe('of numbers; what the head says by default, else s'),
    factor: z.number().finite().default(1),
  }),
])

/** A number or a grid file over the terrain. */
const overGrid = z.union([z.number().finite(), z.strictObject({ file: z.string() })])

const side = z.enum(['north', 'east', 'south', 'west'])
const stretch = {
  name: name.optional(),
  side,
  from: z.number().finite().optional().describe('start along the side: x (north, south) or y (east, west), metres'),
  to: z.number().finite().optional(),
}

const boundary = z.discriminatedUnion('type', [
  z.strictObject({ ...stretch, type: z.literal('wall') }),
  z.strictObject({
    ...stretch,
    type: z.literal('free'),
    slope: z.number().finite().min(0).optional().describe('fall of the bed beyond the side (inertial only)'),
  }),
  z.strictObject({
    ...stretch,
    type: z.literal('level'),
    level: inTime,
    tide: z
      .array(
        z.strictObject({
          amplitudeM: z.number().finite(),
          periodS: positive,
          phaseRad: z.number().finite().default(0),
        }),
      )
      .optional()
      .describe('harmonics added to the level: amplitude cos(2π t / period - phase)'),
  }),
  z.strictObject({ ...stretch, type: z.literal('discharge'), discharge: inTime.describe('m³/s into the grid') }),
])

const inflow = z.strictObject({
  name,
  discharge: inTime.describe('m³/s'),
  line: line.optional().describe('cells it passes'),
  cells: z.array(point).min(1).optional().describe('points in the cells'),
  direction: z.number().finite().optional().describe('where the stream heads, degrees clockwise from north'),
})

const chicago = z.strictObject({
  a: positive.describe('intensity in mm/min = a (1 + c lg P) / (t + b)^n, t in minutes'),
  c: z.number().finite().min(0),
  b: z.number().finite().min(0),
  n: positive,
  returnPeriodYears: positive,
  durationMin: positive,
  peak: z.number().min(0.05).max(0.95).default(0.4).describe('where the peak is, share of the duration'),
  stepMin: positive.default(1),
})

const rain = z.strictObject({
  mmPerHour: inTime.optional(),
  chicago: chicago.optional(),
  grids: z
    .array(z.strictObject({ time: seconds, file: z.string() }))
    .min(1)
    .optional()
    .describe('mm/h, each held until the next'),
  start: seconds.default(0).describe('shift of the hyetograph, seconds'),
  every: positive.default(5).describe('seconds between applications'),
})

const infiltration = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('green-ampt'),
    conductivityMmPerHour: z.number().finite().min(0),
    suctionMm: z.number().finite().min(0),
    deficit: z.number().min(0).max(1),
  }),
  z.strictObject({
    method: z.literal('scs-cn'),
    curveNumber: z.number().min(1).max(100),
    initialRatio: z.number().min(0).max(1).default(0.2),
  }),
  z.strictObject({ method: z.literal('constant'), mmPerHour: z.number().finite().min(0) }),
])

const breach = z.strictObject({
  name,
  line: line.describe('crest of the levee or dam; it opens from its middle'),
  start: seconds,
  duration: positive.describe('seconds until it is as wide and deep as it gets'),
  width: positive.describe('final width, metres'),
  bottom: z.number().finite().describe('final level of its floor'),
  thickness: z.number().min(0).default(0).describe('how far across the line the body reaches, metres'),
})

const levee = z.strictObject({
  name,
  line,
  top: z
    .union([z.number().finite(), z.array(z.number().finite()).min(2)])
    .describe('level of the crest, or one for each point of the line'),
  start: seconds.default(0).describe('stands from then on'),
  breach: z
    .strictObject({ start: seconds, duration: positive, width: positive, bottom: z.number().finite() })
    .optional()
    .describe('opens from the middle of the line'),
})

const link = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('pump'),
    name,
    from: point,
    to: point.nullable().describe('null: out of the grid'),
    rate: inTime.describe('m³/s'),
    startDepth: z.number().min(0).default(0.1),
  }),
  z.strictObject({
    type: z.literal('gate'),
    name,
    from: point,
    to: point,
    width: positive,
    sill: z.number().finite(),
    opening: inTime.describe('metres'),
    coefficient: positive.default(0.6),
  }),
  z.strictObject({
    type: z.literal('culvert'),
    name,
    from: point,
    to: point,
    area: positive.describe('m²'),
    invert: z.number().finite(),
    coefficient: positive.default(0.6),
  }),
])

const typhoon = z.strictObject({
  track: z
    .array(
      z.strictObject({
        time: z.number().finite(),
        x: z.number().finite(),
        y: z.number().finite(),
        pressureHpa: z.number().min(800).max(1013),
        radiusM: positive.describe('radius of the strongest wind'),
      }),
    )
    .min(2),
  ambientHpa: z.number().default(1010),
  shape: z.number().min(0.5).max(3).default(1.2).describe("Holland's B"),
  latitudeDeg: z.number().min(-60).max(60),
  every: positive.default(60),
})

const inlet = z.strictObject({
  node: z.string().min(1),
  x: z.number().finite(),
  y: z.number().finite(),
  area: positive.describe('open area, m²'),
  perimeter: positive.describe('length of the edge water falls over, m'),
})

const sewer = z.strictObject({
  file: z.string().describe('SWMM 5 .inp'),
  anchor: z
    .strictObject({
      x: z.number().finite().default(0).describe("plane x = this + scale × the file's x"),
      y: z.number().finite().default(0),
      scale: positive.default(1).describe('metres of a unit of its coordinates'),
      levels: z.number().finite().default(0).describe('added to its elevations, m'),
    })
    .prefault({}),
  manholes: z
    .strictObject({
      diameter: positive.max(20).default(0.7).describe('of the opening, m'),
      orifice: positive.max(1).default(0.6),
      weir: positive.max(3).default(1.7).describe('m^½/s'),
      sealed: z.array(z.string()).default([]).describe('nodes with bolted lids'),
    })
    .prefault({}),
  inlets: z.union([z.array(inlet), z.strictObject({ file: z.string() })]).default([]),
  outfalls: z.enum(['file', 'surface']).default('file').describe('surface: they pour onto the ground they stand on'),
  runoff: z.boolean().optional().describe('its subcatchments; by default only without rain on the ground'),
  reach: positive.min(1).default(40).describe('longest reach of a conduit, m'),
  every: positive.max(60).optional().describe('seconds of a portion of exchange; about 0.25 × cell in metres, 0.1 … 1'),
  record: z.array(z.string()).optional().describe('names in sewer.csv; all by default'),
})

/** The whole document. */
export const runSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  title: z.string().max(200).optional(),
  terrain: z.strictObject({
    file: z.string().describe('.asc or .tif, metres'),
    voids: z.array(z.number()).default([]).describe('more values that mean "none" (0, -99 …)'),
    coarsen: z.number().int().min(1).max(64).default(1).describe('mean of n × n cells'),
    datum: z.string().max(100).optional().describe('what the heights stand on, in words'),
    crs: z.string().max(100).optional().describe('EPSG:… written into the products'),
  }),
  solver: z.enum(['inertial', 'fv', 'muscl']).default('muscl'),
  subgrid: z
    .strictObject({
      factor: z
        .number()
        .int()
        .min(2)
        .max(64)
        .optional()
        .describe('cells of the terrain along a side of a computed one'),
      cellM: positive.optional().describe('or the side of a computed cell, metres'),
    })
    .optional()
    .describe('inertial only: computes on coarse cells over tables of the terrain'),
  time: z.strictObject({
    start: z
      .string()
      .refine((text) => readDate(text) !== null, 'expected a date like 2019-08-09T08:00 or 2019-08-09T08:00+08:00')
      .optional()
      .describe('moment of second 0: dates in tables count from it'),
    end: positive,
    maxStep: positive.default(60),
    courant: z.number().min(0.05).max(0.9).optional(),
  }),
  manning: z.union([
    z.number().min(0).max(2),
    z.strictObject({ file: z.string() }),
    z.strictObject({ default: z.number().min(0).max(2), areas: z.string(), property: z.string().default('manning') }),
  ]),
  initial: z.strictObject({ depth: overGrid.optional(), level: overGrid.optional() }).default({}),
  boundaries: z.array(boundary).default([]),
  inflows: z.array(inflow).default([]),
  rain: rain.optional(),
  infiltration: infiltration.optional(),
  buildings: z
    .strictObject({
      file: z.string().describe('GeoJSON polygons in the plane'),
      mode: z.enum(['blocked', 'raised', 'rough', 'porous']).default('blocked'),
      porosity: z
        .number()
        .min(0)
        .max(1)
        .default(0)
        .describe('porous: share of a house that holds water; a feature may have its own'),
      conveyance: z.number().min(0).max(1).optional().describe('porous: share of its width; as porosity by default'),
      height: positive.default(5),
      manning: positive.default(0.3),
    })
    .optional(),
  walls: z
    .array(
      z.strictObject({
        name,
        line,
        top: z.number().finite().describe('level of the crest'),
        start: seconds.default(0),
      }),
    )
    .default([]),
  openings: z.array(z.strictObject({ name, line, bed: z.number().finite() })).default([]),
  breaches: z.array(breach).default([]),
  levees: z.array(levee).default([]).describe('crests on faces, thinner than a cell; overtopped as weirs'),
  links: z.array(link).default([]),
  typhoon: typhoon.optional(),
  sewer: sewer.optional(),
  gauges: z
    .union([z.array(z.strictObject({ name, x: z.number(), y: z.number() })), z.strictObject({ file: z.string() })])
    .default([]),
  sections: z.union([z.array(z.strictObject({ name, line })), z.strictObject({ file: z.string() })]).default([]),
  output: z
    .strictObject({
      gaugesEvery: positive.default(60),
      depthAt: z.array(seconds).default([]),
      depthEvery: positive.optional(),
      velocity: z.boolean().default(false),
      threshold: z.number().min(0.001).max(10).default(0.05).describe('depth that counts as flooded, m'),
      hazard: z.union([z.enum(['aidr']), z.strictObject({ file: z.string() })]).default('aidr'),
      bands: z
        .array(z.union([z.enum(['sl483', 'defra']), z.strictObject({ file: z.string() })]))
        .max(20)
        .default(['sl483', 'defra'])
        .describe('maps of classes'),
    })
    .prefault({}),
  checkpointEvery: z.number().min(1).default(30).describe('seconds of the clock on the wall'),
})

/** A run as it is after checking. */
export type Run = z.infer<typeof runSchema>
/** A value in time as the document says it. */
export type InTime = z.infer<typeof inTime>

/**
 * Checks a document.
 *
 * @throws {Error} with the path, what was got and what is allowed
 */
export function checkRun(document: unknown): Run {
  const checked = runSchema.safeParse(document)
  if (checked.success) return checked.data
  const lines = checked.error.issues.slice(0, 12).map((issue) => {
    const where = issue.path.join('.') || 'the document'
    if (issue.code === 'unrecognized_keys') {
      return `${where}: unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; expected ${allowedKeys(issue.path)}`
    }
    return `${where}: ${issue.message}`
  })
  throw new Error(`run.json: ${lines.join('\n  ')}`)
}

/** Names of the keys allowed at the top; deeper down the reference says them. */
function allowedKeys(path: readonly PropertyKey[]): string {
  let schema: unknown = runSchema
  for (const step of path) {
    while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
      schema = schema.unwrap()
    if (schema instanceof z.ZodObject) schema = (schema.shape as Record<string, unknown>)[String(step)]
    else if (schema instanceof z.ZodArray) schema = schema.element
    else return 'the keys in data/flood/README.md'
  }
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    schema = schema.unwrap()
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).join(' | ') : 'the keys in data/flood/README.md'
}

/** The JSON Schema of `run.json`. */
export function runJsonSchema(): unknown {
  return z.toJSONSchema(runSchema, { io: 'input' })
}
