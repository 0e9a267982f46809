/** A feature's attributes in the order people read them: Tidewall's own words first, with units, then the source's. */
import type { Item } from '../server.ts'
import { attributeWord, type Language, textOf, valueWord } from '../text/text.ts'

/** One line of the card. */
export interface AttributeLine {
  /** the key as stored */
  key: string
  name: string
  value: string
  unit: string
}

const ORDER = [
  'class',
  'code',
  'status',
  'owner',
  'floor',
  'room',
  'address',
  'height',
  'levels',
  'year',
  'roof',
  'roofHeight',
  'roofDirectionDeg',
  'minHeight',
  'part',
  'estimated',
  'widthM',
  'lanes',
  'oneway',
  'bridge',
  'tunnel',
  'level',
  'depth',
  'rank',
]

const UNITS: Record<string, string> = {
  height: 'm',
  minHeight: 'm',
  roofHeight: 'm',
  roofDirectionDeg: '°',
  widthM: 'm',
  depth: 'm',
  base: 'm',
  area: 'm²',
  bottom: 'm',
  top: 'm',
  heightLow: 'm',
  heightHigh: 'm',
}

/** The unit an attribute's numbers are in; '' when they have none or it is not known. */
export function attributeUnit(name: string): string {
  return UNITS[name] ?? ''
}

/** Shown in the card's head, not among the lines. */
const IN_HEAD = new Set(['name', 'nameEn'])

/** Attributes that are bookkeeping of the answer, not of the thing. */
const BOOKKEEPING = new Set(['layer', 'collection', 'source', 'cell', 'hash'])

/** What a collection's own drawing on the card says already. */
const DRAWN: Readonly<Record<string, readonly string[]>> = {
  boreholes: ['depth', 'water', 'layers', 'strata', 'groundwater'],
}

/** Lines of the words Tidewall understands; unknown words come last, in their own order. */
export function styleLines(item: Item, collection: string, language: Language): AttributeLine[] {
  const keys = Object.keys(item.style).filter(
    (key) => !IN_HEAD.has(key) && !DRAWN[collection]?.includes(key) && isSaid(item.style[key]),
  )
  const place = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length)
  return keys.toSorted((a, b) => place(a) - place(b)).map((key) => line(key, item.style[key], collection, language))
}

/** Lines of what the source itself said; what the style words repeat unchanged is kept: it is the source's word. */
export function sourceLines(item: Item, collection: string, language: Language): AttributeLine[] {
  return Object.entries(item.attributes)
    .filter(([key, value]) => !BOOKKEEPING.has(key) && !DRAWN[collection]?.includes(key) && isSaid(value))
    .map(([key, value]) => line(key, value, collection, language))
}

/** Lines whose name, key or value holds the text, in any case. */
export function matching(lines: readonly AttributeLine[], text: string): AttributeLine[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return [...lines]
  return lines.filter(({ key, name, value }) => `${key} ${name} ${value}`.toLowerCase().includes(wanted))
}

/** A feature's title: its name in the language, else what kind of thing it is. */
export function itemTitle(item: Item, collection: string, language: Language): string {
  const words = { ...item.attributes, ...item.style }
  const name = language === 'en' ? (words.nameEn ?? words.name) : (words.name ?? words.nameEn)
  if (typeof name === 'string' && name !== '') return name
  const kind = typeof words.class === 'string' ? valueWord(language, 'class', words.class, collection) : ''
  const t = textOf(language)
  return kind === '' ? t('card.untitled') : t('card.unnamed', { kind })
}

function line(key: string, value: unknown, collection: string, language: Language): AttributeLine {
  return {
    key,
    name: attributeWord(language, key),
    value: valueText(key, value, collection, language),
    unit: typeof value === 'number' ? attributeUnit(key) : '',
  }
}

/** A value in words; numbers keep what the source gave, to at most three decimals. */
export function valueText(key: string, value: unknown, collection: string, language: Language): string {
  const t = textOf(language)
  if (value === null || value === '') return t('card.empty')
  if (typeof value === 'boolean') return value ? t('card.yes') : t('card.no')
  if (typeof value === 'number') {
    if (key === 'year' || Number.isInteger(value)) return String(value)
    return String(Math.round(value * 1000) / 1000)
  }
  if (typeof value === 'string') return valueWord(language, key, value, collection)
  return JSON.stringify(value)
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}
