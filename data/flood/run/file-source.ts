/** Where the files that a run names come from: a folder in Node, memory in the page. */

/** Files by the names the document uses. */
export interface FileSource {
  /** where it is, for messages about what is not there: `beside run.json` */
  readonly place: string
  /**
   * All bytes of a file.
   *
   * @throws {Error} when it cannot be read; the message is short (ENOENT), callers add the name
   */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>
  /** Its first bytes, up to `count`. */
  start(name: string, count: number): Promise<Uint8Array>
  /** Its text in pieces, one byte a character. */
  pieces(name: string): AsyncIterable<string>
}

const PIECE = 1 << 20

/** Files held in memory. */
export function memoryFiles(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): FileSource {
  const find = (name: string) => {
    const found = files.get(name)
    if (!found) throw new Error(`is not among ${[...files.keys()].join(' | ') || 'the files given (none)'}`)
    return found
  }
  return {
    place: 'among the files given',
    bytes: async (name) => find(name),
    start: async (name, count) => find(name).subarray(0, count),
    async *pieces(name) {
      const bytes = find(name)
      const decoder = new TextDecoder('latin1')
      for (let at = 0; at < bytes.length; at += PIECE) yield decoder.decode(bytes.subarray(at, at + PIECE))
    },
  }
}
