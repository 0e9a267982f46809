/** What a tile says of a thing under the pointer, in a few words: kind, height, storeys. */
import type { Hovered } from '../app/state.ts'
import type { Item } from './server.ts'
import { type Language, textOf, valueWord } from './text/text.ts'

/** The words, the kind first; what is unknown (0 in a tile) is left out. */
export function factWords({ collection, facts }: Pick<Hovered, 'collection' | 'facts'>, language: Language): string[] {
  const t = textOf(language)
  const words: string[] = []
  const { class: kind, height, levels, pointHeight } = facts ?? {}
  if (typeof kind === 'string' && kind !== '') words.push(valueWord(language, 'class', kind, collection))
  if (typeof height === 'number' && height > 0) words.push(`${height < 10 ? height.toFixed(1) : Math.round(height)} m`)
  if (typeof pointHeight === 'number') words.push(t('space.pointHeight', { n: pointHeight.toFixed(1) }))
  if (typeof levels === 'number' && levels > 0) words.push(t('hover.levels', { n: levels }))
  return words
}

/** Its name, else where it stands, else nothing: a kind alone is said anyway. */
export function nameOf({ style, attributes }: Pick<Item, 'style' | 'attributes'>, language: Language): string {
  const words = { ...attributes, ...style }
  const names = language === 'en' ? [words.nameEn, words.name] : [words.name, words.nameEn]
  const name = [...names, words.address].find((word) => typeof word === 'string' && word.trim() !== '')
  return typeof name === 'string' ? name : ''
}
