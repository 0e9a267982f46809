/** A PDF file under way: numbered objects, streams packed, and the table that says where they are. */
import { zlibSync } from 'fflate'

const encoder = new TextEncoder()

/** Takes objects in order; each gets the next number, the first 1. */
export interface PdfFile {
  /** @returns the object's number */
  add(body: string): number
  /** @param words entries of the stream's dictionary @returns the object's number */
  stream(words: string, content: Uint8Array | string): number
  /** The whole file. @param root number of the catalog @param info number of the information */
  end(root: number, info: number): Uint8Array
}

/** An empty file. @see ISO 32000-1:2008, §7.5 */
export function pdfFile(): PdfFile {
  const parts: Uint8Array[] = [encoder.encode('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n')]
  const places: number[] = []
  let size = parts[0].length
  const push = (bytes: Uint8Array | string): void => {
    const all = typeof bytes === 'string' ? encoder.encode(bytes) : bytes
    parts.push(all)
    size += all.length
  }
  return {
    add(body) {
      places.push(size)
      push(`${places.length} 0 obj\n${body}\nendobj\n`)
      return places.length
    },
    stream(words, content) {
      const packed = zlibSync(typeof content === 'string' ? encoder.encode(content) : content, { level: 6 })
      places.push(size)
      push(`${places.length} 0 obj\n<< ${words} /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`)
      push(packed)
      push('\nendstream\nendobj\n')
      return places.length
    },
    end(root, info) {
      const start = size
      const rows = places.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`)
      push(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows.join('')}`)
      push(
        `trailer\n<< /Size ${places.length + 1} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${start}\n%%EOF\n`,
      )
      const out = new Uint8Array(size)
      let at = 0
      for (const part of parts) {
        out.set(part, at)
        at += part.length
      }
      return out
    },
  }
}
