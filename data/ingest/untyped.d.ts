/** Packages that ship no types; only what is used here. */
declare module 'seek-bzip' {
  export default class Bunzip {
    constructor(input: BunzipInput, output: { writeByte(byte: number): void; flush?(): void })
    reader: { read(bits: number): number }
    streamCRC: number
    _init_block(): boolean
    _read_bunzip(): number
    _start_bunzip(input: BunzipInput, output: { writeByte(byte: number): void }): void
  }
  export interface BunzipInput {
    readByte(): number
    read(buffer: Uint8Array, offset: number, length: number): number
  }
}

declare module 'yauzl' {
  import type { Readable } from 'node:stream'
  export interface Entry {
    fileName: string
    compressedSize: number
    uncompressedSize: number
    compressionMethod: number
    isEncrypted(): boolean
  }
  export interface ZipFile {
    entryCount: number
    fileSize: number
    readEntry(): void
    on(event: 'entry', heard: (entry: Entry) => void): void
    on(event: 'end', heard: () => void): void
    on(event: 'error', heard: (error: Error) => void): void
    openReadStream(entry: Entry, done: (error: Error | null, stream: Readable) => void): void
    openReadStream(
      entry: Entry,
      options: { decodeFileData: boolean },
      done: (error: Error | null, stream: Readable) => void,
    ): void
    close(): void
  }
  const yauzl: {
    open(
      path: string,
      options: { lazyEntries: boolean; autoClose: boolean },
      done: (error: Error | null, zip: ZipFile) => void,
    ): void
  }
  export default yauzl
}
