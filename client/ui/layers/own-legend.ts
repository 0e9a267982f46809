/** The legends of layers that no expression colours: the same tables the painter and the shader draw from. */
import { UNIT_COLORS, VOLUME_COLORS } from '../../../data/geo/right-colors.ts'
import { UTILITY_COLORS } from '../../../data/networks/utility-colors.ts'
import { type Color, parseColor } from '../../../scenes/schema/color.ts'
import type { Legend, LegendEntry } from '../../../scenes/schema/legend.ts'
import type { Layer } from '../../../scenes/schema/scene.ts'
import { BUILDING_PALETTE } from '../../app/building-palette.ts'
import { LAND, RAIL, ROADS, WATER } from '../../app/map-style.ts'

const TABLES: Partial<Record<Layer['type'], Record<string, string | Color>>> = {
  buildings: BUILDING_PALETTE as unknown as Record<string, Color>,
  land: LAND,
  water: WATER,
  roads: Object.fromEntries(
    Object.entries(ROADS)
      .sort(([, a], [, b]) => b.rank - a.rank)
      .map(([kind, { color }]) => [kind, color]),
  ),
  rail: { rail: RAIL.color },
  pipes: UTILITY_COLORS,
  units: UNIT_COLORS,
  volumes: VOLUME_COLORS,
}

/**
 * The legend of a kind of layer in its own colours, or null when it has none.
 *
 * @param present classes that occur in the data; null = not known, all are listed
 */
export function ownLegend(type: Layer['type'], present: ReadonlySet<string> | null): Legend | null {
  const table = TABLES[type]
  if (!table) return null
  const entries = Object.entries(table).flatMap(([kind, color]): LegendEntry[] => {
    if (present && kind !== 'other' && !present.has(kind)) return []
    return [{ color: typeof color === 'string' ? parseColor(color) : color, ...labelled(kind) }]
  })
  return entries.length === 0 ? null : { kind: 'categories', input: 'class', entries }
}

/** Whether a kind's own legend is a long list that the data's classes should shorten. */
export function isLong(type: Layer['type']): boolean {
  return type !== 'buildings' && Object.keys(TABLES[type] ?? {}).length > 3
}

function labelled(kind: string): Pick<LegendEntry, 'labels' | 'other'> {
  return kind === 'other' ? { other: true } : { labels: [kind] }
}
