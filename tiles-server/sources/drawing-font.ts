/** The fonts of drawings: Noto Sans SC, read when a PDF is first asked for. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { openTrueType, type TrueType } from '../../data/formats/true-type.ts'
import { readWoff } from '../../data/formats/woff.ts'

const PACKAGE = '@fontsource/noto-sans-sc'
const resolve = createRequire(import.meta.url).resolve

interface Slices {
  /** words of the slices' files, with the characters of each: `U+4e00-4eff,U+4f10` */
  ranges: { word: string; from: number; to: number }[]
}

const opened = new Map<string, Promise<TrueType>>()
let slices: Promise<Slices> | null = null

/** A file of the package by its word, kept once opened. */
function open(word: string): Promise<TrueType> {
  let font = opened.get(word)
  if (!font) {
    font = readFile(resolve(`${PACKAGE}/files/noto-sans-sc-${word}-400-normal.woff`)).then((bytes) =>
      openTrueType(readWoff(bytes)),
    )
    opened.set(word, font)
    font.catch(() => opened.delete(word))
  }
  return font
}

function readSlices(): Promise<Slices> {
  slices ??= readFile(resolve(`${PACKAGE}/unicode.json`), 'utf8').then((text) => {
    const ranges = Object.entries(JSON.parse(text) as Record<string, string>).flatMap(([key, list]) =>
      list.split(',').map((range) => {
        const [from, to] = range.trim().slice(2).split('-')
        const first = Number.parseInt(from, 16)
        return { word: key.replace(/[[\]]/g, ''), from: first, to: to ? Number.parseInt(to, 16) : first }
      }),
    )
    return { ranges }
  })
  return slices
}

/**
 * Fonts that have the characters of some texts between them: the one with the common characters first (4 MB, kept), then slices of
 * rarer ones, at most 20.
 */
export async function drawingFonts(texts: Iterable<string>): Promise<TrueType[]> {
  const main = await open('chinese-simplified')
  const missing = new Set<number>()
  for (const text of texts)
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0
      if (main.glyphOf(code) === 0) missing.add(code)
    }
  if (missing.size === 0) return [main]
  const { ranges } = await readSlices()
  const words = new Set<string>()
  for (const code of missing) {
    const slice = ranges.find(({ from, to }) => code >= from && code <= to)
    if (slice && words.size < 20) words.add(slice.word)
  }
  return [main, ...(await Promise.all([...words].map(open)))]
}
