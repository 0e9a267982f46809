/** Code lists of PLATEAU's CityGML: what `<uro:material codeSpace="../../codelists/…">2</…>` means, read from the folder beside the file. */
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { SaxesParser } from 'saxes'
import type { InputFile } from './input-file.ts'

const MOST_BYTES = 8 * 2 ** 20
const MOST_LISTS = 500

/** Words of one list by code. */
function readCodeList(text: string): Map<string, string> {
  const words = new Map<string, string>()
  const parser = new SaxesParser({ xmlns: false })
  let [name, description, heard] = ['', '', '']
  parser.on('error', (error) => {
    throw new Error(`code list: damaged XML: ${error.message}`)
  })
  parser.on('opentag', () => {
    heard = ''
  })
  parser.on('text', (part) => {
    heard += part
  })
  parser.on('closetag', (tag) => {
    const local = tag.name.slice(tag.name.indexOf(':') + 1)
    if (local === 'name') name = heard.trim()
    if (local === 'description') description = heard.trim()
    if (local === 'Definition' && name !== '') words.set(name, description)
  })
  parser.write(text).close()
  return words
}

/** A list's path: a `.xml` in a folder `codelists` near the file, nothing else on the disk. */
function pathOf(file: InputFile, codeSpace: string): string | null {
  const name = basename(codeSpace)
  if (/^[a-z]+:/i.test(codeSpace) || !/^[\w.-]+\.xml$/.test(name) || !/(^|\/)codelists\/[^/]+$/.test(codeSpace))
    return null
  const ups = codeSpace.split('/').filter((part) => part === '..').length
  if (ups > 4 || file.path.endsWith('.zip')) return null
  return join(resolve(dirname(file.path), '../'.repeat(ups)), 'codelists', name)
}

/**
 * Adds, beside each coded value, its word: `material text` for `material`. Lists that are not there change nothing.
 *
 * @param objects attributes with `<key> codeSpace` beside `<key>`
 * @returns names of lists that were asked for and not found
 */
export async function addCodeWords(
  file: InputFile,
  objects: Iterable<{ attributes: Record<string, string> }>,
): Promise<Set<string>> {
  const lists = new Map<string, Map<string, string> | null>()
  const missing = new Set<string>()
  for (const { attributes } of objects) {
    for (const [key, codeSpace] of Object.entries(attributes)) {
      if (!key.endsWith(' codeSpace')) continue
      const bare = key.slice(0, -' codeSpace'.length)
      const code = attributes[bare]
      if (code === undefined) continue
      let list = lists.get(codeSpace)
      if (list === undefined && lists.size < MOST_LISTS) {
        list = await load(pathOf(file, codeSpace))
        lists.set(codeSpace, list)
        if (!list) missing.add(basename(codeSpace))
      }
      const word = list?.get(code)
      if (word) attributes[`${bare} text`] = word
    }
  }
  return missing
}

async function load(path: string | null): Promise<Map<string, string> | null> {
  if (path === null) return null
  try {
    const info = await stat(path)
    return info.isFile() && info.size <= MOST_BYTES ? readCodeList(await readFile(path, 'utf8')) : null
  } catch {
    return null
  }
}
