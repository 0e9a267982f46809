/** A tileset.json of somebody else's making: checked, its addresses found and kept inside of its folder. */

/** A tile as far as it matters here; everything else in it stays as it is. */
export interface AnyTile {
  boundingVolume: { region?: number[]; box?: number[]; sphere?: number[] }
  geometricError: number
  transform?: number[]
  content?: { uri?: string; url?: string }
  contents?: { uri?: string; url?: string }[]
  children?: AnyTile[]
  implicitTiling?: { subtrees?: { uri?: string } }
}

/** A tileset. */
export interface AnyTileset {
  asset: { version: string }
  geometricError?: number
  root: AnyTile
}

const MOST_TILES = 2_000_000
const SAFE = /^[\w-][\w.@+-]*$/

/** A folder or file name that servers and links have no trouble with; equal names become equal ones. */
export function safeSegment(segment: string, hashOf: (text: string) => string): string {
  if (SAFE.test(segment) || segment === '..' || segment === '.' || segment.includes('{')) return segment
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(segment)?.[0] ?? ''
  return `n${hashOf(segment).slice(0, 16)}${extension}`
}

/**
 * Where an address leads, as a path from the tileset's folder.
 * @param from folder of the file that has it, '' for the top
 * @throws {RangeError} for another machine's address, an absolute path, or one that leaves the folder
 */
export function insidePath(from: string, uri: string): string {
  const bare = uri.replace(/[?#].*$/, '').replaceAll('\\', '/')
  if (/^[a-z][a-z0-9+.-]*:/i.test(bare) || bare.startsWith('//'))
    throw new RangeError(
      `3d tiles: address of another place, got ${uri.slice(0, 80)}; expected a file beside tileset.json`,
    )
  let decoded = bare
  try {
    decoded = decodeURIComponent(bare)
  } catch {
    // a name with a bare % is taken as it stands
  }
  if (decoded.startsWith('/') || decoded.includes('\0'))
    throw new RangeError(`3d tiles: absolute address, got ${uri.slice(0, 80)}; expected a relative one`)
  const parts: string[] = from === '' ? [] : from.split('/')
  for (const part of decoded.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined)
      throw new RangeError(`3d tiles: address leaves the folder, got ${uri.slice(0, 80)}`)
  }
  return parts.join('/')
}

function checkVolume(tile: AnyTile, at: string): void {
  const { region, box, sphere } = tile.boundingVolume ?? {}
  const numbers = region ?? box ?? sphere
  const length = region ? 6 : box ? 12 : 4
  if (!Array.isArray(numbers) || numbers.length !== length || !numbers.every(Number.isFinite))
    throw new RangeError(`3d tiles: ${at}: bad boundingVolume; expected region | box | sphere of finite numbers`)
}

/** All tiles with where they stand, parents first. @throws {RangeError} for a tile that cannot be */
export function* tilesOf({ root }: AnyTileset): Generator<AnyTile> {
  const waiting: { tile: AnyTile; at: string }[] = [{ tile: root, at: 'root' }]
  for (let count = 0; waiting.length > 0; count++) {
    const { tile, at } = waiting.pop() as (typeof waiting)[number]
    if (count > MOST_TILES) throw new RangeError(`3d tiles: over ${MOST_TILES} tiles in one file`)
    if (typeof tile !== 'object' || tile === null) throw new RangeError(`3d tiles: ${at}: no tile`)
    checkVolume(tile, at)
    if (!(Number.isFinite(tile.geometricError) && tile.geometricError >= 0))
      throw new RangeError(`3d tiles: ${at}: bad geometricError, got ${String(tile.geometricError)}; expected ≥ 0`)
    if (tile.transform && !(tile.transform.length === 16 && tile.transform.every(Number.isFinite)))
      throw new RangeError(`3d tiles: ${at}: bad transform; expected 16 finite numbers`)
    yield tile
    for (const [i, child] of (Array.isArray(tile.children) ? tile.children : []).entries())
      waiting.push({ tile: child, at: `${at}.children[${i}]`.slice(-200) })
  }
}

/** Reads a tileset. @throws {RangeError} when it is none */
export function readTileset(bytes: Uint8Array): AnyTileset {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes).replace(/^\ufeff/, ''))
  } catch (cause) {
    throw new RangeError('3d tiles: tileset.json is no JSON', { cause })
  }
  const { asset, root } = (json ?? {}) as Partial<AnyTileset>
  if (typeof root !== 'object' || root === null) throw new RangeError('3d tiles: no root in tileset.json')
  if (!/^(0\.0|1\.[01])$/.test(String(asset?.version)))
    throw new RangeError(`3d tiles: unknown version, got ${String(asset?.version).slice(0, 20)}; expected 1.0 | 1.1`)
  return json as AnyTileset
}

/** What a content file is, by its first bytes; null for what no client draws. */
export function contentKind(head: Uint8Array): 'b3dm' | 'i3dm' | 'pnts' | 'cmpt' | 'glTF' | 'json' | 'subt' | null {
  const mark = new TextDecoder('latin1').decode(head.subarray(0, 4))
  if (mark === 'b3dm' || mark === 'i3dm' || mark === 'pnts' || mark === 'cmpt' || mark === 'glTF' || mark === 'subt')
    return mark
  return /^(\ufeff|ï»¿)?\s*\{/.test(new TextDecoder('latin1').decode(head.subarray(0, 64))) ? 'json' : null
}
