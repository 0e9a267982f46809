/** Cuts Noto Sans SC down to the characters of the page, of the made city's names, and the commonest Chinese ones, within a budget. */

import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import subsetFont from 'subset-font'

/** The most the first font file may weigh, in bytes. */
export const BUDGET = 250_000

/** Folders whose texts must never wait for a second font file. */
const READ = ['client/ui', 'client/app', 'scenes', 'data/city', 'tiles-server/making']

/**
 * The page's font as WOFF2 and the characters in it (sorted by code point).
 * Characters come by rank: Latin-1, those in our own texts, then common ones until the budget is full.
 */
export async function subset(root: string): Promise<{ bytes: Buffer; characters: string }> {
  const font = join(
    root,
    'node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2',
  )
  const whole = await readFile(font)
  const own = await ownCharacters(root)
  const more = (await commonCharacters(root)).filter((character) => !own.has(character))
  // About 128 bytes a character: one try is enough unless our own texts grow; each costs two seconds.
  let count = Math.max(0, Math.floor((BUDGET - 20_000) / 128) - own.size)
  for (;;) {
    const characters = [...new Set([...own, ...more.slice(0, count)])].sort().join('')
    const bytes = await subsetFont(whole, characters, { targetFormat: 'woff2' })
    if (bytes.length <= BUDGET || count === 0) return { bytes, characters }
    count = Math.max(0, Math.floor(count * Math.min(0.95, BUDGET / bytes.length)) - 10)
  }
}

async function ownCharacters(root: string): Promise<Set<string>> {
  const found = new Set<string>()
  for (let code = 0x20; code < 0x7f; code++) found.add(String.fromCharCode(code))
  for (let code = 0xa0; code < 0x100; code++) found.add(String.fromCharCode(code))
  for (const character of '–—‘’“”…·′″→←↑↓⇧⌘−×≤≥≈°²³‰㎡、。〈〉《》「」『』【】〔〕！（），．：；？～￥')
    found.add(character)
  for (const folder of READ)
    for (const file of await readdir(join(root, folder), { recursive: true }).catch(() => [] as string[])) {
      if (!/^\.(tsx?|json)$/.test(extname(file)) || file.includes('.test.')) continue
      for (const character of await readFile(join(root, folder, file), 'utf8'))
        if (character >= '\u3400' && character <= '\u9fff') found.add(character)
    }
  return found
}

/** Chinese characters, commonest first: the package's slices are cut by how often pages use them, the last slice most. */
async function commonCharacters(root: string): Promise<string[]> {
  const index = await readFile(join(root, 'node_modules/@fontsource-variable/noto-sans-sc/index.css'), 'utf8')
  const faces = [...index.matchAll(/\[(\d+)\]-wght-normal \*\/[^}]*?unicode-range: ([^;]+);/g)]
  faces.sort((a, b) => Number(b[1]) - Number(a[1]))
  return faces.slice(0, 24).flatMap(([, , list]) =>
    list!.split(',').flatMap((range) => {
      const [from, to] = range.trim().slice(2).split('-')
      const [first, last] = [Number.parseInt(from!, 16), Number.parseInt(to ?? from!, 16)]
      return first < 0x3400 ? [] : Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))
    }),
  )
}
