/** What a section among the marks is called. */
import type { Mark } from '../../../scenes/schema/scene.ts'
import { inLanguage, type Language, textOf, valueWord } from '../text/text.ts'

/** A mark that is a section. */
export type SectionMark = Extract<Mark, { type: 'section' | 'long-section' }>

export const isSection = (mark: Mark | undefined): mark is SectionMark =>
  mark?.type === 'section' || mark?.type === 'long-section'

export function sectionName(language: Language, id: string, mark: SectionMark): string {
  const own = inLanguage(language, mark.title)
  if (own) return own
  const t = textOf(language)
  const number = id.replace(/^\D+/, '')
  if (mark.type === 'section') return `${t('section.cross')} ${number}`
  return `${valueWord(language, 'class', mark.utility, 'pipes')} ${t('section.long')} ${number}`
}
