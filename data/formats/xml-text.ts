/** Bytes of an XML file as text, by its mark or by the encoding that its first line declares. */

/** Longest first line that is searched for the declaration. */
const HEAD = 1024

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  // without a mark, a zero beside the first < tells the order
  if (head[0] === 0x3c && head[1] === 0) return 'utf-16le'
  if (head[0] === 0 && head[1] === 0x3c) return 'utf-16be'
  const first = new TextDecoder('latin1').decode(head.subarray(0, HEAD))
  const said = /^\s*(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(first)?.[1] ?? 'utf-8'
  // single bytes that speak of UTF-16 were written by somebody who changed the bytes and not the words
  return /^(utf|ucs)-?(16|2|4)/i.test(said) ? 'utf-8' : said
}

/**
 * Decodes an XML file as it streams.
 *
 * @param chunks the file's bytes
 * @throws {Error} when the declared encoding is none that is known
 */
export async function* xmlText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null
  for await (const chunk of chunks) {
    if (!decoder) {
      const encoding = encodingOf(chunk)
      try {
        decoder = new TextDecoder(encoding)
      } catch (cause) {
        throw new Error(`xml: unknown encoding, got ${encoding}; expected UTF-8 | UTF-16 | GB18030 | Shift_JIS …`, {
          cause,
        })
      }
    }
    yield decoder.decode(chunk, { stream: true })
  }
  if (decoder) yield decoder.decode()
}
