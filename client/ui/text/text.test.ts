import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'
import { expect, test } from 'vitest'
import { CLASSES, ROOFS } from '../../../data/geo/city-feature.ts'
import { LAYERS } from '../../../scenes/schema/layer.ts'
import { RAMPS } from '../../../scenes/schema/ramps.ts'
import { en } from './en.ts'
import { attributeWord, inLanguage, textOf, valueWord } from './text.ts'
import { zh } from './zh.ts'

const folder = dirname(dirname(fileURLToPath(import.meta.url)))

/** Every key with its words: `layers.status.ready` → `就绪`. */
function flat(words: object, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (typeof value === 'string') found.set(path, value)
    else for (const [inner, word] of flat(value, path)) found.set(inner, word)
  }
  return found
}

function sources(ending: RegExp): { file: string; code: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => ({ file: relative(folder, join(folder, file)), code: readFileSync(join(folder, file), 'utf8') }))
}

interface Node {
  type: string
  [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const inner of node) visit(inner, see)
  else if (isNode(node)) {
    see(node)
    for (const value of Object.values(node)) visit(value, see)
  }
}

const SPOKEN = new Set([
  'aria-label',
  'aria-valuetext',
  'aria-description',
  'alt',
  'label',
  'placeholder',
  'title',
  'text',
])
const CHINESE = /\p{Script=Han}/u
/** Symbols of quantities and systems are the same in every language. */
const SYMBOLS = new Set(['X', 'Y', 'm', 'L₀', 'CGCS2000', '°'])

test('every word exists in Chinese and in English', () => {
  const [chinese, english] = [flat(zh), flat(en)]
  expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted())
})

test('Chinese words are Chinese and English words are English', () => {
  // the name of the other language on its switch, and an empty about
  const exempt = new Set(['top.otherLanguage', 'problem.other.about', 'time.seconds', 'clock.zone'])
  const same = /^[\s{}\w/%·–]*$/
  const wrong = [...flat(zh)].filter(([key, word]) => !exempt.has(key) && !CHINESE.test(word) && !same.test(word))
  const foreign = [...flat(en)].filter(([key, word]) => !exempt.has(key) && CHINESE.test(word))
  expect([...wrong, ...foreign]).toEqual([])
})

test('both languages fill in the same values', () => {
  const holes = (word: string) => [...word.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted()
  const english = flat(en)
  for (const [key, word] of flat(zh)) expect([key, holes(english.get(key) ?? '')]).toEqual([key, holes(word)])
})

test('no component has words of its own', () => {
  const found: string[] = []
  for (const { file, code } of sources(/\.tsx$/)) {
    visit(parseAst(code, { lang: 'tsx' }), (node) => {
      const words: unknown[] = []
      if (node.type === 'JSXText') words.push(node.value)
      if (node.type === 'JSXExpressionContainer' && isNode(node.expression)) {
        if (node.expression.type === 'Literal' && node.expression.value !== ' ') words.push(node.expression.value)
      }
      if (node.type === 'JSXAttribute' && isNode(node.name) && isNode(node.value)) {
        if (SPOKEN.has(String(node.name.name)) && node.value.type === 'Literal') words.push(node.value.value)
      }
      if (node.type === 'Literal' && CHINESE.test(String(node.value))) words.push(node.value)
      for (const word of words) {
        const spoken = String(word)
          .split(/\s+/)
          .filter((part) => /\p{L}/u.test(part) && !SYMBOLS.has(part))
        if (typeof word === 'string' && spoken.length > 0) found.push(`${file}: ${word.trim()}`)
      }
    })
  }
  // 、 joins names in Chinese; it is punctuation, not a word
  expect(found).toEqual([])
})

test('every key that a component asks for exists, and every key is asked for', () => {
  const asked = new Set<string>()
  const prefixes: string[] = []
  for (const { code } of sources(/\.tsx?$/)) {
    for (const [, key] of code.matchAll(/\bt\(\s*'([\w.-]+)'/g)) asked.add(key)
    for (const [, prefix] of code.matchAll(/\bt\(\s*`([\w.-]+)\.\$\{/g)) prefixes.push(prefix)
    for (const [, prefix] of code.matchAll(/\)\(`([\w.-]+)\.\$\{/g)) prefixes.push(prefix)
    for (const [, prefix] of code.matchAll(/\('([\w.-]+)', \{ returnObjects: true \}\)/g)) prefixes.push(prefix)
    for (const [, key] of code.matchAll(/\? '([a-z]+\.\w+)' :/g)) asked.add(key)
    for (const [, key] of code.matchAll(/\bt\([^()'`]+ \? '[\w.-]+' : '([\w.-]+)'/g)) asked.add(key)
  }
  const keys = flat(zh)
  expect([...asked].filter((key) => !keys.has(key))).toEqual([])
  const data = /^(attribute|class|classOf|roof)\./
  const idle = [...keys.keys()].filter(
    (key) => !asked.has(key) && !data.test(key) && !prefixes.some((prefix) => key.startsWith(`${prefix}.`)),
  )
  expect(idle).toEqual([])
})

test('every class, roof, kind of layer and ramp has its word in both languages', () => {
  for (const language of ['zh', 'en'] as const) {
    for (const [layer, classes] of Object.entries(CLASSES)) {
      for (const word of classes) expect(valueWord(language, 'class', word, layer)).not.toBe(word)
    }
    for (const roof of ROOFS) expect(valueWord(language, 'roof', roof)).not.toBe(roof)
    const words = flat(language === 'zh' ? zh : en)
    for (const kind of Object.keys(LAYERS)) expect(words.get(`kind.${kind}`)).toBeTruthy()
    for (const ramp of RAMPS) expect(words.get(`color.palettes.${ramp}`)).toBeTruthy()
  }
})

test('a word depends on the layer where it must', () => {
  expect(valueWord('zh', 'class', 'residential', 'buildings')).toBe('住宅')
  expect(valueWord('zh', 'class', 'residential', 'roads')).toBe('居住区道路')
  expect(valueWord('en', 'name', 'residential', 'roads')).toBe('residential')
})

test('unknown attributes and values stay as the source wrote them', () => {
  expect(attributeWord('zh', 'gml:id')).toBe('gml:id')
  expect(valueWord('zh', 'class', 'castle', 'buildings')).toBe('castle')
  expect(attributeWord('zh', 'constructor')).toBe('constructor')
  expect(valueWord('zh', 'class', 'toString', 'buildings')).toBe('toString')
})

test('titles of a document are read in the chosen language, Chinese when it lacks it', () => {
  expect(inLanguage('en', { zh: '椒江', en: 'Jiaojiang' })).toBe('Jiaojiang')
  expect(inLanguage('en', { zh: '椒江' })).toBe('椒江')
  expect(inLanguage('zh', undefined)).toBe('')
})

test('values are filled in as they are, without escaping', () => {
  expect(textOf('en')('search.none', { query: '<b>&' })).toBe('Nothing found for “<b>&”')
})
