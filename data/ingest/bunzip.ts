/** bzip2, block by block: whole files do not fit, and concatenated streams (pbzip2) are usual. */
import { closeSync, openSync, readSync } from 'node:fs'
import Bunzip, { type BunzipInput } from 'seek-bzip'

/** A file's bytes one at a time; reading past the end throws, because the decoder would take -1 for data. */
function byteReader(fd: number, onBytes: (count: number) => void): BunzipInput & { ended(): boolean } {
  const buffer = Buffer.alloc(1 << 20)
  let held = 0
  let at = 0
  const ended = () => {
    if (at < held) return false
    held = readSync(fd, buffer, 0, buffer.length, null)
    at = 0
    onBytes(held)
    return held === 0
  }
  const readByte = () => {
    if (ended()) throw new Error('bzip2: truncated')
    return buffer[at++]
  }
  return {
    ended,
    readByte,
    read(into, offset, length) {
      for (let i = 0; i < length; i++) into[offset + i] = readByte()
      return length
    },
  }
}

/** Gathers one block's bytes; a block may unpack to 46 MB of runs, more is refused. */
function gatherer() {
  let bytes = Buffer.alloc(1 << 20)
  let length = 0
  return {
    writeByte(byte: number) {
      if (length === bytes.length) {
        if (length >= 1 << 26) throw new Error('bzip2: a block of over 64 MB; expected up to 46 MB')
        bytes = Buffer.concat([bytes], length * 2)
      }
      bytes[length++] = byte
    },
    flush() {},
    take(): Uint8Array {
      const out = Uint8Array.prototype.slice.call(bytes, 0, length)
      length = 0
      return out
    },
  }
}

/**
 * Unpacks a `.bz2` file.
 *
 * @param onBytes told the packed bytes as they are read
 * @returns the unpacked bytes, a block (≤ 900 kB usually) at a time
 * @throws {Error} truncated, damaged (checksums are compared), or not bzip2
 */
export async function* bunzip(path: string, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  const fd = openSync(path, 'r')
  try {
    const input = byteReader(fd, onBytes)
    const output = gatherer()
    const bz = new Bunzip(input, output)
    for (;;) {
      if (bz._init_block()) {
        bz._read_bunzip()
        yield output.take()
        continue
      }
      if (bz.reader.read(32) >>> 0 !== bz.streamCRC) throw new Error('bzip2: checksum of the stream is wrong')
      if (input.ended()) return
      bz._start_bunzip(input, output)
    }
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(message.startsWith('bzip2:') ? message : `bzip2: damaged: ${message}`, { cause })
  } finally {
    closeSync(fd)
  }
}
