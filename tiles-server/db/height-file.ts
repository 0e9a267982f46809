/** One height grid's file: blocks read on demand and kept in a cache that all grids share. */
import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

const BLOCK_ROWS = 64
/** a grid up to so wide is read in stretches of whole rows, one call each: its rows lie one after the other in the file */
const WIDEST = 8192
const NARROW = 2048
/** files opened so far: tells their blocks apart in a shared cache */
let files = 0
const BIG_ENDIAN = endianness() === 'BE'

/** A cache of blocks, oldest thrown out first. */
export interface BlockCache {
  find(key: number): Float32Array<ArrayBuffer> | undefined
  keep(key: number, block: Float32Array<ArrayBuffer>): void
  clear(): void
}

/** @returns a cache that holds at most `limit` bytes (and always the newest block) */
export function blockCache(limit: number): BlockCache {
  const blocks = new Map<number, Float32Array<ArrayBuffer>>()
  let bytes = 0
  return {
    find(key) {
      const block = blocks.get(key)
      if (block) {
        blocks.delete(key)
        blocks.set(key, block)
      }
      return block
    },
    keep(key, block) {
      blocks.set(key, block)
      bytes += block.byteLength
      for (const [oldest, old] of blocks) {
        if (bytes <= limit || oldest === key) break
        blocks.delete(oldest)
        bytes -= old.byteLength
      }
    },
    clear() {
      blocks.clear()
      bytes = 0
    },
  }
}

/** Nodes of a row that lie side by side. */
export interface Stretch {
  data: Float32Array
  from: number
  count: number
}

/** Nodes of one grid by row and column. */
export interface HeightFile {
  /** Copies nodes `column … column + out.length − 1` of a row. */
  row(row: number, column: number, out: Float32Array): void
  /**
   * Where a row's nodes from `column` on lie in memory, without a copy: `count` of them in `data` from `from` on. The same
   * object is returned each time.
   */
  stretch(row: number, column: number): Stretch
  /** One node. */
  node(row: number, column: number): number
  close(): void
}

/**
 * Opens a grid's little-endian float32 file.
 * @throws {Error} ENOENT; a RangeError from `row` when the file is shorter than its header says
 */
export function openHeightFile(path: string, columns: number, rows: number, cache: BlockCache): HeightFile {
  const file = openSync(path, 'r')
  const serial = files++
  const blockColumns = columns <= WIDEST ? columns : NARROW
  let lastKey = -1
  let lastBlock = new Float32Array(0)
  const found: Stretch = { data: lastBlock, from: 0, count: 0 }
  const load = (blockRow: number, blockColumn: number): Float32Array<ArrayBuffer> => {
    const key = (serial * 2 ** 24 + blockColumn) * 2 ** 20 + blockRow
    if (key === lastKey) return lastBlock
    const kept = cache.find(key)
    if (kept) {
      lastKey = key
      lastBlock = kept
      return kept
    }
    const first = blockColumn * blockColumns
    const width = Math.min(blockColumns, columns - first)
    const top = blockRow * BLOCK_ROWS
    const height = Math.min(BLOCK_ROWS, rows - top)
    const block = new Float32Array(width * height)
    const bytes = new Uint8Array(block.buffer)
    // a block as wide as the grid is one stretch of the file
    const stretches = width === columns ? 1 : height
    const length = bytes.length / stretches
    for (let i = 0; i < stretches; i++) {
      const got = readSync(file, bytes, i * length, length, ((top + i) * columns + first) * 4)
      if (got !== length)
        throw new RangeError(`heights: ${path} is cut short at row ${top + i}, got ${got} bytes; expected ${length}`)
    }
    if (BIG_ENDIAN) Buffer.from(block.buffer).swap32()
    cache.keep(key, block)
    lastKey = key
    lastBlock = block
    return block
  }
  return {
    stretch(row, column) {
      const blockRow = Math.floor(row / BLOCK_ROWS)
      const blockColumn = Math.floor(column / blockColumns)
      const first = blockColumn * blockColumns
      const width = Math.min(blockColumns, columns - first)
      found.data = load(blockRow, blockColumn)
      found.from = (row - blockRow * BLOCK_ROWS) * width + column - first
      found.count = first + width - column
      return found
    },
    row(row, column, out) {
      const blockRow = Math.floor(row / BLOCK_ROWS)
      for (let done = 0; done < out.length; ) {
        const at = column + done
        const blockColumn = Math.floor(at / blockColumns)
        const block = load(blockRow, blockColumn)
        const first = blockColumn * blockColumns
        const width = Math.min(blockColumns, columns - first)
        const take = Math.min(out.length - done, first + width - at)
        const from = (row - blockRow * BLOCK_ROWS) * width + at - first
        out.set(block.subarray(from, from + take), done)
        done += take
      }
    },
    node(row, column) {
      const blockRow = Math.floor(row / BLOCK_ROWS)
      const blockColumn = Math.floor(column / blockColumns)
      const block = load(blockRow, blockColumn)
      const first = blockColumn * blockColumns
      const width = Math.min(blockColumns, columns - first)
      return block[(row - blockRow * BLOCK_ROWS) * width + column - first]
    },
    close: () => closeSync(file),
  }
}
