/** TrueType fonts: which glyph a character has, how wide it is, and a small font of some glyphs only. */

/** A font, ready for questions. */
export interface TrueType {
  tables: ReadonlyMap<string, Uint8Array>
  /** units of the square that letters are drawn in */
  unitsPerEm: number
  /** of the whole font, in those units */
  ascent: number
  descent: number
  box: [xMin: number, yMin: number, xMax: number, yMax: number]
  /** number of a character's glyph, 0 = it has none */
  glyphOf(codePoint: number): number
  /** advance in units */
  widthOf(glyph: number): number
}

/** A few glyphs of a font as a font. */
export interface FontSubset {
  /** an sfnt with glyf, loca, head, hhea, hmtx, maxp and the hinting tables */
  bytes: Uint8Array
  /** number in the subset of each glyph of the whole font that is in it */
  glyphs: ReadonlyMap<number, number>
}

const bad = (what: string): never => {
  throw new RangeError(`true type: ${what}`)
}
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function table(tables: ReadonlyMap<string, Uint8Array>, name: string, least: number): DataView {
  const found = tables.get(name)
  if (!found || found.length < least) return bad(`table ${name} is missing or cut short`)
  return viewOf(found)
}

/** Lookup of characters: format 12 where there is one, else format 4. */
function characterMap(tables: ReadonlyMap<string, Uint8Array>): (codePoint: number) => number {
  const cmap = table(tables, 'cmap', 4)
  let [four, twelve] = [0, 0]
  for (let i = 0; i < cmap.getUint16(2) && 12 + 8 * i <= cmap.byteLength; i++) {
    const offset = cmap.getUint32(8 + 8 * i)
    if (offset + 16 > cmap.byteLength) continue
    const format = cmap.getUint16(offset)
    if (format === 4) four = offset
    else if (format === 12) twelve = offset
  }
  const found = new Map<number, number>()
  if (twelve > 0) {
    const groups = Math.min(cmap.getUint32(twelve + 12), Math.floor((cmap.byteLength - twelve - 16) / 12))
    for (let i = 0; i < groups; i++) {
      const at = twelve + 16 + 12 * i
      const [first, last, glyph] = [cmap.getUint32(at), cmap.getUint32(at + 4), cmap.getUint32(at + 8)]
      for (let code = first; code <= last && code - first < 0x10000; code++) found.set(code, glyph + code - first)
    }
  } else if (four > 0) readSegments(cmap, four, found)
  else bad('no Unicode map; expected cmap format 4 | 12')
  return (codePoint) => found.get(codePoint) ?? 0
}

function readSegments(cmap: DataView, at: number, found: Map<number, number>): void {
  const count = cmap.getUint16(at + 6) / 2
  const [ends, starts] = [at + 14, at + 16 + 2 * count]
  const [deltas, ranges] = [starts + 2 * count, starts + 4 * count]
  if (ranges + 2 * count > cmap.byteLength) bad('cmap is cut short')
  for (let i = 0; i < count; i++) {
    const [last, first] = [cmap.getUint16(ends + 2 * i), cmap.getUint16(starts + 2 * i)]
    const [delta, range] = [cmap.getUint16(deltas + 2 * i), cmap.getUint16(ranges + 2 * i)]
    for (let code = first; code <= last && code !== 0xffff; code++) {
      const place = ranges + 2 * i + range + 2 * (code - first)
      const glyph = range === 0 ? code : place + 2 <= cmap.byteLength ? cmap.getUint16(place) : 0
      if (range === 0 || glyph !== 0) found.set(code, (glyph + delta) & 0xffff)
    }
  }
}

/**
 * Opens a font by its tables.
 * @throws {RangeError} when a table is missing or cut short, or its outlines are not TrueType's
 * @see OpenType 1.9
 */
export function openTrueType(tables: ReadonlyMap<string, Uint8Array>): TrueType {
  const head = table(tables, 'head', 54)
  const hhea = table(tables, 'hhea', 36)
  const hmtx = table(tables, 'hmtx', 4)
  table(tables, 'glyf', 0)
  const long = hhea.getUint16(34)
  if (long < 1 || hmtx.byteLength < 4 * long) bad('hmtx is cut short')
  return {
    tables,
    unitsPerEm: head.getUint16(18),
    ascent: hhea.getInt16(4),
    descent: hhea.getInt16(6),
    box: [head.getInt16(36), head.getInt16(38), head.getInt16(40), head.getInt16(42)],
    glyphOf: characterMap(tables),
    widthOf: (glyph) => hmtx.getUint16(4 * Math.min(glyph, long - 1)),
  }
}

/** Bytes of one glyph; none for a space. */
function outline({ tables }: TrueType, glyph: number): Uint8Array {
  const loca = table(tables, 'loca', 4)
  const glyf = tables.get('glyf') ?? new Uint8Array()
  const wide = table(tables, 'head', 54).getInt16(50) === 1
  const at = (i: number): number => (wide ? loca.getUint32(4 * i) : loca.getUint16(2 * i) * 2)
  if ((wide ? 4 : 2) * (glyph + 2) > loca.byteLength) return new Uint8Array()
  const [from, to] = [at(glyph), at(glyph + 1)]
  return to > from && to <= glyf.length ? glyf.slice(from, to) : new Uint8Array()
}

/** Calls `part` with the place of each component's number in a glyph made of others. */
function components(bytes: Uint8Array, part: (at: number) => void): void {
  const view = viewOf(bytes)
  if (bytes.length < 14 || view.getInt16(0) >= 0) return
  for (let at = 10; at + 4 <= bytes.length; ) {
    const flags = view.getUint16(at)
    part(at + 2)
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0)
    if (!(flags & 0x20)) return
  }
}

/** A font file of tables, in their order of names. */
function sfnt(tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...tables.keys()].sort()
  const power = 2 ** Math.floor(Math.log2(names.length))
  let size = 12 + 16 * names.length
  for (const bytes of tables.values()) size += (bytes.length + 3) & ~3
  const out = new Uint8Array(size)
  const view = viewOf(out)
  view.setUint32(0, 0x00010000)
  view.setUint16(4, names.length)
  view.setUint16(6, power * 16)
  view.setUint16(8, Math.log2(power))
  view.setUint16(10, names.length * 16 - power * 16)
  let at = 12 + 16 * names.length
  for (const [i, name] of names.entries()) {
    const bytes = tables.get(name) ?? new Uint8Array()
    out.set(bytes, at)
    let sum = 0
    for (let k = at; k < at + bytes.length; k += 4) sum = (sum + view.getUint32(k)) >>> 0
    const row = 12 + 16 * i
    for (let k = 0; k < 4; k++) out[row + k] = name.charCodeAt(k)
    view.setUint32(row + 4, sum)
    view.setUint32(row + 8, at)
    view.setUint32(row + 12, bytes.length)
    at += (bytes.length + 3) & ~3
  }
  return out
}

/** A font of some glyphs and what they are made of; glyph 0 is always in it. */
export function subsetTrueType(font: TrueType, wanted: Iterable<number>): FontSubset {
  const glyphs = new Map<number, number>([[0, 0]])
  const outlines: Uint8Array[] = []
  for (const glyph of wanted) if (!glyphs.has(glyph)) glyphs.set(glyph, glyphs.size)
  const order = [...glyphs.keys()]
  for (let i = 0; i < order.length; i++) {
    const bytes = outline(font, order[i])
    components(bytes, (at) => {
      const part = viewOf(bytes).getUint16(at)
      if (!glyphs.has(part)) {
        glyphs.set(part, glyphs.size)
        order.push(part)
      }
      viewOf(bytes).setUint16(at, glyphs.get(part) ?? 0)
    })
    outlines.push(bytes)
  }
  const total = outlines.reduce((sum, bytes) => sum + ((bytes.length + 3) & ~3), 0)
  const glyf = new Uint8Array(total)
  const loca = new DataView(new ArrayBuffer(4 * (order.length + 1)))
  const hmtx = new DataView(new ArrayBuffer(4 * order.length))
  let at = 0
  for (const [i, bytes] of outlines.entries()) {
    glyf.set(bytes, at)
    at += (bytes.length + 3) & ~3
    loca.setUint32(4 * (i + 1), at)
    hmtx.setUint16(4 * i, font.widthOf(order[i]))
    if (bytes.length > 4) hmtx.setInt16(4 * i + 2, viewOf(bytes).getInt16(2))
  }
  const copy = (name: string): Uint8Array => (font.tables.get(name) ?? new Uint8Array()).slice()
  const [head, hhea, maxp] = [copy('head'), copy('hhea'), copy('maxp')]
  viewOf(head).setInt16(50, 1)
  viewOf(hhea).setUint16(34, order.length)
  viewOf(maxp).setUint16(4, order.length)
  const tables = new Map<string, Uint8Array>([
    ['glyf', glyf],
    ['head', head],
    ['hhea', hhea],
    ['hmtx', new Uint8Array(hmtx.buffer)],
    ['loca', new Uint8Array(loca.buffer)],
    ['maxp', maxp],
  ])
  for (const name of ['cvt ', 'fpgm', 'prep']) if (font.tables.has(name)) tables.set(name, copy(name))
  return { bytes: sfnt(tables), glyphs }
}
