/** What a tile URL asks for, or why it is refused; pure. */
import { checkTile, GEOGRAPHIC, MERCATOR } from '../../data/geo/tile-grid.ts'

/** A good address. */
export interface TileAddress {
  tileset: string
  /** file in the tile store: `map/12/3429/1684.mvt` */
  path: string
  /** z of a tile addressed by z/x/y, else null */
  z: number | null
  /** the file that makes the tileset exist */
  manifest: boolean
  /** content of `?v=`, '' without */
  version: string
}

/** A refused one. */
export interface Refusal {
  status: 400 | 404
  detail: string
}

const SEGMENT = /^[\w-][\w.@+-]*$/
const MANIFESTS = ['layer.json', 'tile.json', 'tileset.json']

/**
 * @param url path and query as sent, starting with `/tiles/`
 * @returns the file it means; 400 for traversal, encoded characters and z/x/y outside the grid, with the legal range
 */
export function parseTileUrl(url: string): TileAddress | Refusal {
  if (url.length > 1024)
    return { status: 400, detail: `tile: address too long, got ${url.length} characters; expected at most 1024` }
  const mark = url.indexOf('?')
  const pathname = mark < 0 ? url : url.slice(0, mark)
  const version = mark < 0 ? '' : (/(?:^|&)v=([\w.-]{1,64})(?:&|$)/.exec(url.slice(mark + 1))?.[1] ?? '')
  const segments = pathname.slice('/tiles/'.length).split('/')
  if (!segments.every((segment) => SEGMENT.test(segment)))
    return {
      status: 400,
      detail: 'tile: bad address; expected /tiles/<tileset>/<file> of letters, digits, “.”, “_” and “-”',
    }
  const last = segments[segments.length - 1]
  if (/\.(br|gz|tmp)$/.test(last))
    return { status: 404, detail: 'tile: no such file; compressed forms are chosen by Accept-Encoding' }
  if (segments.length === 1) {
    if (!last.endsWith('.json'))
      return { status: 404, detail: `tile: no such tileset file, got ${last.slice(0, 60)}; expected <layer>.json` }
    const tileset = last.slice(0, -5)
    return { tileset, path: `${tileset}/tile.json`, z: null, manifest: true, version }
  }
  const [tileset] = segments
  const grid = last.endsWith('.terrain') ? GEOGRAPHIC : last.endsWith('.mvt') ? MERCATOR : null
  let z: number | null = null
  if (grid) {
    const numbers = [...segments.slice(1, -1), last.slice(0, last.indexOf('.'))]
    if (numbers.length !== 3 || !numbers.every((text) => /^(0|[1-9]\d{0,8})$/.test(text)))
      return {
        status: 400,
        detail: `tile: bad z/x/y, got ${numbers.join('/').slice(0, 60)}; expected three whole numbers`,
      }
    try {
      checkTile(grid, Number(numbers[0]), Number(numbers[1]), Number(numbers[2]))
    } catch (error) {
      return { status: 400, detail: (error as Error).message }
    }
    z = Number(numbers[0])
  }
  return { tileset, path: segments.join('/'), z, manifest: segments.length === 2 && MANIFESTS.includes(last), version }
}
