/** Lines of a SWMM .inp: sections, comments, quoted words. */

/** A line with words, without its comment. */
export interface SwmmLine {
  /** counted from 1 */
  line: number
  words: string[]
  /** text as it stands, for sections that are kept raw */
  text: string
  /** `;` lines directly above, joined by line feeds; empty when none */
  description: string
}

/** A section as it stands: its name in capitals and its lines. */
export interface SwmmBlock {
  name: string
  line: number
  lines: SwmmLine[]
}

const MOST_LINES = 5_000_000
const MOST_WORDS = 2000

/**
 * Words of a line up to its comment; `"…"` keeps blanks and may be empty.
 *
 * @throws {Error} when a quote is not closed or there are more than 2000 words
 */
export function swmmWords(text: string): string[] {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    const sign = text[at]!
    if (sign === ';') break
    if (/\s/.test(sign)) {
      at++
      continue
    }
    if (words.length >= MOST_WORDS) throw new Error(`more than ${MOST_WORDS} words; expected fewer`)
    if (sign === '"') {
      const end = text.indexOf('"', at + 1)
      if (end < 0) throw new Error('a quote is not closed; expected "…"')
      words.push(text.slice(at + 1, end))
      at = end + 1
      continue
    }
    let end = at
    while (end < text.length && !/[\s;"]/.test(text[end]!)) end++
    words.push(text.slice(at, end))
    at = end
  }
  return words
}

/**
 * Cuts a text into sections, in the order of the file.
 *
 * @param complain told of lines that cannot be read; they are left out
 * @throws {Error} when there are more than 5 million lines
 */
export function swmmBlocks(text: string, complain: (line: number, message: string) => void): SwmmBlock[] {
  const blocks: SwmmBlock[] = []
  let block: SwmmBlock | null = null
  let description: string[] = []
  let line = 0
  for (let at = 0; at <= text.length; ) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const raw = text.slice(at, end).replace(/\r$/, '').replaceAll('\0', ' ')
    at = end + 1
    if (++line > MOST_LINES) throw new Error(`SWMM .inp: more than ${MOST_LINES} lines; expected fewer`)
    const trimmed = (line === 1 ? raw.replace(/^\uFEFF/, '') : raw).trim()
    const head = /^\[([^\]]*)\]?/.exec(trimmed)
    if (head && block?.name !== 'TITLE') description = []
    if (head) {
      if (!trimmed.includes(']')) complain(line, `section head ${JSON.stringify(trimmed.slice(0, 40))} is not closed`)
      block = { name: head[1]!.trim().toUpperCase(), line, lines: [] }
      blocks.push(block)
      description = []
      continue
    }
    if (!block) {
      if (trimmed && !trimmed.startsWith(';')) complain(line, 'words before the first section; expected [SECTION]')
      continue
    }
    if (trimmed === '') {
      description = []
      if (block.name !== 'TITLE') continue
    }
    if (trimmed.startsWith(';') && block.name !== 'TITLE') {
      if (!trimmed.startsWith(';;')) description.push(trimmed.slice(1).trim())
      continue
    }
    if (block.name === 'TITLE' && trimmed.startsWith(';;')) continue
    try {
      // a title is prose: its quotes are not ours to close
      const words = block.name === 'TITLE' ? [] : swmmWords(trimmed)
      block.lines.push({ line, words, text: trimmed, description: description.join('\n') })
    } catch (error) {
      complain(line, `[${block.name}] ${error instanceof Error ? error.message : error}`)
    }
    description = []
  }
  return blocks
}
