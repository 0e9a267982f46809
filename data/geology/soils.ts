/** Soil and rock classes: what a layer's name in a borehole log means, and how it is drawn; the table is `soils.json`. */
import table from './soils.json' with { type: 'json' }

/** Kinds of soil that behave alike: correlation between holes looks at these. */
export const FAMILIES = ['fill', 'soft', 'clay', 'silt', 'sand', 'gravel', 'rock', 'void'] as const
/** See `FAMILIES`. */
export type Family = (typeof FAMILIES)[number]

/** How a soil's section is hatched; drawn by the client in SVG and in shaders, in this order. */
export const HATCHES = [
  'none',
  'cross',
  'wave',
  'slant',
  'slant-dash',
  'dash',
  'dots',
  'dots-circles',
  'circles',
  'triangles',
  'slant-circles',
  'slant-cross',
  'vee',
  'plus',
  'brick',
  'brick-dots',
  'brick-dash',
] as const
/** See `HATCHES`. */
export type Hatch = (typeof HATCHES)[number]

/** One class of soil or rock. */
export interface Soil {
  /** word in data and addresses: `silty-clay` */
  id: string
  zh: string
  en: string
  family: Family
  /** CSS colour `#rrggbb` */
  color: string
  hatch: Hatch
}

/** Where names and colours come from; `checked` false: from summaries of the standard, not from its text. */
export const SOIL_BASIS: { names: string; colors: string; checked: boolean } = table.about

/** All classes in the table's order, which is from the surface to the rock. */
export const SOILS: readonly Soil[] = table.soils.map(({ words: _, ...soil }) => soil as Soil)

const BY_ID = new Map(SOILS.map((soil) => [soil.id, soil]))
const UNKNOWN = BY_ID.get('unknown')!

/** The class of an id; `unknown` for a word that is none. */
export function soil(id: string): Soil {
  return BY_ID.get(id) ?? UNKNOWN
}

const PATTERNS = table.soils.map(({ id, words }) => ({ id, pattern: new RegExp(words, 'i') }))
/** Rock is named before its weathering and before what it is made of: `强风化凝灰岩` is tuff, `含砾粉质黏土` no gravel. */
const FIRST = [
  'mixed-fill',
  'dredged-fill',
  'topsoil',
  'mixed-soil',
  'tuff',
  'granite',
  'mudstone',
  'sandstone',
  'limestone',
  'residual-soil',
  'weathered-rock',
]
const ORDERED = [
  ...FIRST.map((id) => PATTERNS.find((one) => one.id === id)!),
  ...PATTERNS.filter(({ id }) => !FIRST.includes(id)),
]
const LONGEST = 2000

/** The patterns for what English logs print in capitals: the principal soil of BS 5930. */
const PRINCIPAL =
  /\b(MADE GROUND|TOPSOIL|PEAT|CLAY|SILT|SAND|GRAVEL|COBBLES|BOULDERS|CHALK|LIMESTONE|SANDSTONE|MUDSTONE|SHALE|GRANITE|TUFF|CONCRETE)\b/

/**
 * The class that a name or a description means, Chinese or English; a word in capitals (BS 5930) wins over the rest.
 *
 * @returns `unknown` when no word is known
 */
export function soilOf(text: string): string {
  const plain = text.slice(0, LONGEST).normalize('NFKC').trim()
  if (plain === '') return 'unknown'
  const mixed = /[a-z]/.test(plain) ? PRINCIPAL.exec(plain)?.[1] : undefined
  if (mixed !== undefined && /(silty|sandy) (CLAY)/.test(plain)) return 'silty-clay'
  for (const candidate of mixed === undefined ? [plain] : [mixed, plain])
    for (const { id, pattern } of ORDERED) if (id !== 'unknown' && pattern.test(candidate)) return id
  return 'unknown'
}
