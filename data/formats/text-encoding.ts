/** Bytes of a text file that does not say its encoding: UTF-8, UTF-16 with its mark, GB 18030 (GBK) or Latin-1. */

/** What a text was written in. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'latin1'

const NAMED: [RegExp, TextEncoding][] = [
  [/^(utf-?8|65001)$/i, 'utf-8'],
  [/^(gbk|gb ?18030|gb2312|(cp|ansi )?936|windows-936|hz-gb.*)$/i, 'gb18030'],
  [/^(iso-?8859-?1|latin-?1|(cp|ansi )?1252|windows-1252|88591)$/i, 'latin1'],
]

/**
 * The encoding a `.cpg` file or a person names.
 *
 * @returns null for a name that is not known
 */
export function namedEncoding(name: string): TextEncoding | null {
  const word = name.replace(/^\uFEFF/, '').trim()
  return NAMED.find(([pattern]) => pattern.test(word))?.[1] ?? null
}

/** Whether bytes are valid in an encoding; a cut-off last character (of a long text's beginning) is forgiven. */
function valid(bytes: Uint8Array, encoding: 'utf-8' | 'gb18030', cut: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut })
    return true
  } catch {
    return false
  }
}

/**
 * Guesses an encoding by its mark, else by validity: UTF-8, then GB 18030, then Latin-1, which is always valid.
 *
 * @param bytes the file, or its beginning
 * @param cut the bytes may end in the middle of a character
 */
export function guessEncoding(bytes: Uint8Array, cut = false): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (valid(bytes, 'utf-8', cut)) return 'utf-8'
  return valid(bytes, 'gb18030', cut) ? 'gb18030' : 'latin1'
}

/** Text of bytes in an encoding; what is not valid becomes U+FFFD, a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding = guessEncoding(bytes)): string {
  return new TextDecoder(encoding).decode(bytes)
}
