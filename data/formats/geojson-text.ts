/** Bytes of a text file as characters: UTF-8, UTF-16 by its mark, or GB18030 (GBK), told by the bytes themselves. */

/** An encoding that is read. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'

function valid(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * Encoding of a file.
 *
 * @param open opens its bytes anew; all are looked at, because the first Chinese name may come late
 * @throws {Error} when the bytes are neither UTF-8 nor GB18030
 */
export async function encodingOf(open: () => AsyncIterable<Uint8Array>): Promise<Encoding> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const chinese = new TextDecoder('gb18030', { fatal: true })
  let utf8Holds = true
  let chineseHolds = true
  let at = 0
  for await (const bytes of open()) {
    if (at === 0 && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
    if (at === 0 && bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
    if (utf8Holds) utf8Holds = decodes(utf8, bytes)
    // ASCII tells nothing; only bytes from the first bad UTF-8 on have to hold as Chinese, but the decoder needs them in order
    if (chineseHolds) chineseHolds = decodes(chinese, bytes)
    if (!utf8Holds && !chineseHolds) break
    at += bytes.length
  }
  if (utf8Holds && valid(new Uint8Array(0), 'utf-8') && ends(utf8)) return 'utf-8'
  if (chineseHolds && ends(chinese)) return 'gb18030'
  throw new Error(`text: neither UTF-8 nor GB18030 near byte ${at}; expected one of them (iconv converts)`)
}

function decodes(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function ends(decoder: TextDecoder): boolean {
  try {
    decoder.decode()
    return true
  } catch {
    return false
  }
}

/** Characters of a file in a known encoding; a byte order mark is dropped. @throws {Error} on bytes that do not fit it */
export async function* textOf(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (cause) {
    if (cause instanceof TypeError) throw new Error(`text: bytes that are no ${encoding}`, { cause })
    throw cause
  }
}
