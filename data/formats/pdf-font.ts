/** Words of a PDF: each character by the first of some fonts that has it, and only what is used of each font in the file. */
import type { PdfFile } from './pdf-file.ts'
import { subsetTrueType, type TrueType } from './true-type.ts'

/** A character's place in a font of the file. */
export interface Letter {
  /** number of the font */
  font: number
  /** its glyph in the part of the font that is in the file, as four hexadecimal digits */
  code: string
  /** advance, as a share of the letters' size */
  width: number
}

/** The letters of a file. */
export interface PdfLetters {
  of(character: string): Letter
  /** numbers of the font objects: `/F0`, `/F1` … in their order */
  fonts: readonly number[]
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0')

/** What readers need to copy and search: numbers of glyphs back to characters. */
function toUnicode(characters: ReadonlyMap<number, string>): string {
  const rows = [...characters].map(([number, character]) => {
    const units = Array.from({ length: character.length }, (_, i) => hex(character.charCodeAt(i))).join('')
    return `<${hex(number)}> <${units}>`
  })
  const blocks: string[] = []
  for (let i = 0; i < rows.length; i += 100) {
    const part = rows.slice(i, i + 100)
    blocks.push(`${part.length} beginbfchar\n${part.join('\n')}\nendbfchar`)
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
${blocks.join('\n')}
endcmap CMapName currentdict /CMap defineresource pop end end`
}

function addFont(file: PdfFile, font: TrueType, used: ReadonlyMap<number, string>, index: number) {
  const { bytes, glyphs } = subsetTrueType(font, used.keys())
  const per1000 = (units: number): number => Math.round((units * 1000) / font.unitsPerEm)
  const program = file.stream(`/Length1 ${bytes.length}`, bytes)
  const name = `/TWSUB${String.fromCharCode(65 + (index % 26))}+NotoSansSC-Regular`
  const descriptor = file.add(
    `<< /Type /FontDescriptor /FontName ${name} /Flags 4 /FontBBox [${font.box.map(per1000).join(' ')}] /ItalicAngle 0 /Ascent ${per1000(font.ascent)} /Descent ${per1000(font.descent)} /CapHeight 733 /StemV 80 /FontFile2 ${program} 0 R >>`,
  )
  const widths = [...glyphs].sort((a, b) => a[1] - b[1]).map(([glyph]) => per1000(font.widthOf(glyph)))
  const cid = file.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont ${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${descriptor} 0 R /DW 1000 /W [0 [${widths.join(' ')}]] /CIDToGIDMap /Identity >>`,
  )
  const characters = new Map([...used].map(([glyph, character]) => [glyphs.get(glyph) ?? 0, character]))
  const unicode = file.stream('', toUnicode(characters))
  const number = file.add(
    `<< /Type /Font /Subtype /Type0 /BaseFont ${name} /Encoding /Identity-H /DescendantFonts [${cid} 0 R] /ToUnicode ${unicode} 0 R >>`,
  )
  return { number, glyphs }
}

/**
 * Puts into a file what it needs of some fonts.
 * @param fonts the first one also shows, as a box, what none has
 * @see ISO 32000-1:2008, §9.7 composite fonts
 */
export function addLetters(file: PdfFile, fonts: readonly TrueType[], texts: Iterable<string>): PdfLetters {
  const used = fonts.map(() => new Map<number, string>())
  const places = new Map<string, { font: number; glyph: number }>()
  for (const text of texts)
    for (const character of text) {
      if (places.has(character)) continue
      const code = character.codePointAt(0) ?? 0
      const font = Math.max(
        0,
        fonts.findIndex((one) => one.glyphOf(code) !== 0),
      )
      const glyph = fonts[font].glyphOf(code)
      places.set(character, { font, glyph })
      if (glyph !== 0) used[font].set(glyph, character)
    }
  const added = fonts.map((font, i) => (i === 0 || used[i].size > 0 ? addFont(file, font, used[i], i) : null))
  const numbers = added.flatMap((font) => (font ? [font.number] : []))
  const order = added.map((font) => (font ? numbers.indexOf(font.number) : 0))
  return {
    fonts: numbers,
    of(character) {
      const { font, glyph } = places.get(character) ?? { font: 0, glyph: 0 }
      return {
        font: order[font],
        code: hex(added[font]?.glyphs.get(glyph) ?? 0),
        width: fonts[font].widthOf(glyph) / fonts[font].unitsPerEm,
      }
    },
  }
}
