/** The page's words: Chinese first, English complete, one key for both. */
import i18next, { type TFunction } from 'i18next'
import { en } from './en.ts'
import { zh } from './zh.ts'

/** The shape of the words; a key missing in one language does not compile. */
export type Text = Widen<typeof zh>
type Widen<T> = { [K in keyof T]: T[K] extends string ? string : Widen<T[K]> }

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page'
    resources: { page: Text }
  }
}

export type Language = 'zh' | 'en'

const instance = i18next.createInstance()
void instance.init({
  lng: 'zh',
  fallbackLng: false,
  defaultNS: 'page',
  ns: ['page'],
  resources: { zh: { page: zh }, en: { page: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
})

const fixed: Record<Language, TFunction<'page'>> = {
  zh: instance.getFixedT('zh', 'page'),
  en: instance.getFixedT('en', 'page'),
}

/** Looks words up in one language, independent of any global state. */
export function textOf(language: Language): TFunction<'page'> {
  return fixed[language]
}

const dictionary: Record<Language, Text> = { zh, en }

/** The word for an attribute's name as the source gives it; unknown names stay as they are. */
export function attributeWord(language: Language, name: string): string {
  // points of a cloud by class: `class:ground`
  if (name.startsWith('class:')) return valueWord(language, 'class', name.slice(6), 'points')
  return wordIn(dictionary[language].attribute, name) ?? name
}

/** The word for a value of `class`, `roof` and the like; anything else stays as it is. */
export function valueWord(language: Language, attribute: string, value: string, collection = ''): string {
  const words = dictionary[language]
  if (attribute === 'roof') return wordIn(words.roof, value) ?? value
  if (attribute === 'status') return wordIn(words.space.statuses, value) ?? value
  if (attribute !== 'class') return value
  const own = Object.hasOwn(words.classOf, collection) ? words.classOf[collection as keyof Text['classOf']] : {}
  return wordIn(own, value) ?? wordIn(words.class, value) ?? value
}

/** The dictionary's own word; data may hold any key, also `constructor`. */
export function wordIn(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}

/** Picks the language of a `{ zh, en }` pair from a document. */
export function inLanguage(language: Language, words: { zh: string; en?: string } | string | undefined): string {
  if (words === undefined) return ''
  if (typeof words === 'string') return words
  return words[language] ?? words.zh
}
