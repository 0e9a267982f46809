/** Colours of rights in space by use, and of what is registered of them. */
import type { CLASSES, RIGHT_STATUS } from './city-feature.ts'

/** Units by use, #rrggbb, in the order of `CLASSES.units`. */
export const UNIT_COLORS: Readonly<Record<(typeof CLASSES.units)[number], string>> = {
  residential: '#e0b26f',
  commercial: '#d9785f',
  office: '#6f9fd0',
  industrial: '#9b86b8',
  parking: '#8794a3',
  storage: '#a89a86',
  public: '#7fb38a',
  common: '#c3c8ce',
  other: '#aab2bb',
}

/** Legal volumes by use, #rrggbb, in the order of `CLASSES.volumes`. */
export const VOLUME_COLORS: Readonly<Record<(typeof CLASSES.volumes)[number], string>> = {
  metro: '#5b8fd6',
  parking: '#8fa0b3',
  'civil-defence': '#6fae7d',
  commercial: '#e08a5e',
  passage: '#d9c15c',
  utility: '#a783c9',
  building: '#d8b48a',
  air: '#9fd0dd',
  land: '#b9bf8a',
  other: '#aab2bb',
}

/** What is registered, #rrggbb: calm = in order, strong = somebody must look. */
export const STATUS_COLORS: Readonly<Record<(typeof RIGHT_STATUS)[number], string>> = {
  registered: '#58a67c',
  pending: '#7fb6dd',
  notice: '#c9b458',
  mortgaged: '#d9904a',
  seized: '#cf4f45',
  disputed: '#b765b8',
  planned: '#9aa7b5',
}
