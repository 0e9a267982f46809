/** Writes one band of float32 as a cloud-optimized GeoTIFF: tiles of 256, deflate, overviews by mean. */
import { zlibSync } from 'fflate'

const TILE = 256

/** A band to write; pixels are areas, row 0 is the northern one. */
export interface Band {
  columns: number
  rows: number
  /** upper left corner, in the file's system */
  west: number
  north: number
  /** side of a pixel */
  pixel: number
  /** EPSG code of the projected system; null when the plane has no name */
  epsg: number | null
  /** what stands for "no value"; NaN is written as it too */
  nodata: number
  /** row-major, `columns × rows` */
  values: Float32Array
  /** one line about the band, kept in the file */
  description?: string
}

interface Level {
  columns: number
  rows: number
  values: Float32Array
  tiles: Uint8Array[]
}

/** Half the size, the mean of the values there are. */
function halve(level: Level, nodata: number): Level {
  const columns = Math.ceil(level.columns / 2)
  const rows = Math.ceil(level.rows / 2)
  const values = new Float32Array(columns * rows)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0
      let count = 0
      for (let k = 0; k < 4; k++) {
        const column = 2 * c + (k & 1)
        const row = 2 * r + (k >> 1)
        if (column >= level.columns || row >= level.rows) continue
        const value = level.values[row * level.columns + column]!
        if (value === nodata) continue
        sum += value
        count++
      }
      values[r * columns + c] = count > 0 ? sum / count : nodata
    }
  }
  return { columns, rows, values, tiles: [] }
}

function cutTiles(level: Level, nodata: number): void {
  for (let top = 0; top < level.rows; top += TILE) {
    for (let left = 0; left < level.columns; left += TILE) {
      const tile = new Float32Array(TILE * TILE).fill(nodata)
      const wide = Math.min(TILE, level.columns - left)
      for (let r = 0; r < Math.min(TILE, level.rows - top); r++) {
        const from = (top + r) * level.columns + left
        tile.set(level.values.subarray(from, from + wide), r * TILE)
      }
      level.tiles.push(zlibSync(new Uint8Array(tile.buffer), { level: 6 }))
    }
  }
}

type Tag = [tag: number, type: 2 | 3 | 4 | 12, values: readonly number[]]
const SIZES = { 2: 1, 3: 2, 4: 4, 12: 8 } as const

function tagsOf(level: Level, band: Band, reduced: boolean): Tag[] {
  const text = (words: string) => [...new TextEncoder().encode(words), 0]
  const tags: Tag[] = [
    [254, 4, [reduced ? 1 : 0]],
    [256, 4, [level.columns]],
    [257, 4, [level.rows]],
    [258, 3, [32]],
    [259, 3, [8]],
    [262, 3, [1]],
    [277, 3, [1]],
    [284, 3, [1]],
    [322, 3, [TILE]],
    [323, 3, [TILE]],
    [324, 4, level.tiles.map(() => 0)],
    [325, 4, level.tiles.map(({ length }) => length)],
    [339, 3, [3]],
    [42113, 2, text(String(band.nodata))],
  ]
  if (reduced) return tags
  if (band.description) tags.push([270, 2, text(band.description)])
  const system = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, band.epsg ?? 32767]
  tags.push([33550, 12, [band.pixel, band.pixel, 0]], [33922, 12, [0, 0, 0, band.west, band.north, 0]])
  tags.push([34735, 3, system])
  return tags.sort((a, b) => a[0] - b[0])
}

/** Writes a directory at `at`, its long values behind it. */
function writeDirectory(view: DataView, at: number, tags: Tag[], next: number): void {
  view.setUint16(at, tags.length, true)
  let long = at + 2 + tags.length * 12 + 4
  tags.forEach(([tag, type, values], k) => {
    const entry = at + 2 + k * 12
    view.setUint16(entry, tag, true)
    view.setUint16(entry + 2, type, true)
    view.setUint32(entry + 4, values.length, true)
    const bytes = values.length * SIZES[type]
    const place = bytes <= 4 ? entry + 8 : long
    if (bytes > 4) {
      view.setUint32(entry + 8, long, true)
      long += (bytes + 7) & ~7
    }
    values.forEach((value, i) => {
      if (type === 2) view.setUint8(place + i, value)
      else if (type === 3) view.setUint16(place + 2 * i, value, true)
      else if (type === 4) view.setUint32(place + 4 * i, value, true)
      else view.setFloat64(place + 8 * i, value, true)
    })
  })
  view.setUint32(at + 2 + tags.length * 12, next, true)
}

function directoryBytes(tags: Tag[]): number {
  let bytes = 2 + tags.length * 12 + 4
  for (const [, type, values] of tags) {
    const size = values.length * SIZES[type]
    if (size > 4) bytes += (size + 7) & ~7
  }
  return (bytes + 7) & ~7
}

/**
 * A GeoTIFF of one float32 band: directories first, then the smallest overview … the full size.
 *
 * @throws {RangeError} when the values do not fit the size, or the file would pass 4 GB
 * @see OGC GeoTIFF 1.1; OGC Cloud Optimized GeoTIFF 1.0
 */
export function writeGeotiff(band: Band): Uint8Array<ArrayBuffer> {
  const { columns, rows, nodata } = band
  if (band.values.length !== columns * rows) {
    throw new RangeError(`geotiff: ${band.values.length} values; expected ${columns} × ${rows}`)
  }
  const values = Float32Array.from(band.values, (value) => (Number.isNaN(value) ? nodata : value))
  const levels: Level[] = [{ columns, rows, values, tiles: [] }]
  while (levels.at(-1)!.columns > TILE || levels.at(-1)!.rows > TILE) levels.push(halve(levels.at(-1)!, nodata))
  for (const level of levels) cutTiles(level, nodata)
  const directories = levels.map((level, k) => tagsOf(level, band, k > 0))
  let at = 8
  const places = directories.map((tags) => {
    const place = at
    at += directoryBytes(tags)
    return place
  })
  const data: { offset: number; bytes: Uint8Array }[] = []
  for (let k = levels.length - 1; k >= 0; k--) {
    const offsets = levels[k]!.tiles.map((bytes) => {
      const offset = at
      data.push({ offset, bytes })
      at += bytes.length
      return offset
    })
    directories[k] = directories[k]!.map((tag) => (tag[0] === 324 ? [324, 4, offsets] : tag))
  }
  if (at > 0xffff_fff0) throw new RangeError(`geotiff: ${at} bytes; expected less than 4 GB`)
  const file = new Uint8Array(at)
  const view = new DataView(file.buffer)
  view.setUint16(0, 0x4949, true)
  view.setUint16(2, 42, true)
  view.setUint32(4, 8, true)
  directories.forEach((tags, k) => {
    writeDirectory(view, places[k]!, tags, places[k + 1] ?? 0)
  })
  for (const { offset, bytes } of data) file.set(bytes, offset)
  return file
}
