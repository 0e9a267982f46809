/** Writes a drawing as SVG in millimetres, to scale when printed. */
import { type Drawing, type DrawingItem, type DrawingLook, type DrawingText, toPaper } from '../geo/drawing.ts'
import { PATTERN_MM, SOIL_HATCHES } from './soil-patterns.ts'

const LINE = 0.18

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for XML; control characters and halves of pairs, which XML has no place for, are left out. */
function xml(text: string): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const legal = code >= 0x20 ? !(code >= 0xd800 && code <= 0xdfff) && code < 0xfffe : code === 9 || code === 10
    if (legal || code > 0xffff) out += ENTITIES[character] ?? character
  }
  return out
}

/** A colour, black for what is none. */
const paint = (color: string): string => (/^#[\da-f]{6}$/i.test(color) ? color : '#000000')

/** Thousandths of a millimetre, without the tail of zeros. */
const mm = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 1e4) / 1e4) : '0')

function look({ stroke, fill, lineMm, dash, feature }: DrawingLook, id?: string): string {
  const words = [
    `fill="${fill ? paint(fill) : 'none'}"`,
    stroke ? `stroke="${paint(stroke)}" stroke-width="${mm(lineMm ?? LINE)}"` : '',
    dash?.length ? `stroke-dasharray="${dash.map(mm).join(' ')}"` : '',
    feature ? `data-collection="${xml(feature.collection)}" data-id="${xml(feature.id)}"` : '',
    id ?? '',
  ]
  return words.filter(Boolean).join(' ')
}

function textOf(item: DrawingText, height: number): string {
  const { x, y, text, sizeMm, anchor, rotationDeg, bold, stroke, halo, feature } = item
  const words = [
    `x="${mm(x)}" y="${mm(height - y)}" font-size="${mm(sizeMm)}" fill="${paint(stroke ?? '')}"`,
    anchor === 'start' ? '' : `text-anchor="${anchor}"`,
    bold ? 'font-weight="700"' : '',
    halo
      ? `stroke="${paint(halo)}" stroke-width="${mm(sizeMm * 0.18)}" paint-order="stroke" stroke-linejoin="round"`
      : '',
    rotationDeg ? `transform="rotate(${mm(-rotationDeg)} ${mm(x)} ${mm(height - y)})"` : '',
    feature ? `data-collection="${xml(feature.collection)}" data-id="${xml(feature.id)}"` : '',
  ]
  return `<text ${words.filter(Boolean).join(' ')}>${xml(text)}</text>`
}

/** A hatch as SVG. */
function patternOf(word: string): string {
  const { color, lineMm, strokes, dots } = SOIL_HATCHES[word]
  const path = strokes.map(([x1, y1, x2, y2]) => `M${x1} ${PATTERN_MM - y1}L${x2} ${PATTERN_MM - y2}`).join('')
  const lines = path && `<path d="${path}" stroke="${color}" stroke-width="${lineMm}"/>`
  const rings = dots.map(([x, y, r]) => `<circle cx="${x}" cy="${PATTERN_MM - y}" r="${r}" fill="${color}"/>`).join('')
  const side = PATTERN_MM
  return `<pattern id="soil-${word}" width="${side}" height="${side}" patternUnits="userSpaceOnUse">${lines}${rings}</pattern>`
}

function shapeOf(item: Exclude<DrawingItem, DrawingText>, drawing: Drawing): string {
  const { height } = drawing.page
  const put = (x: number, z: number): [number, number] => {
    const [px, py] = item.space === 'true' ? toPaper(drawing.window, x, z) : [x, z]
    return [px, height - py]
  }
  if (item.kind === 'ellipse') {
    const [cx, cy] = put(item.x, item.z)
    const [rx, ry] =
      item.space === 'true'
        ? [(item.rx * 1000) / drawing.window.horizontal, (item.rz * 1000) / drawing.window.vertical]
        : [item.rx, item.rz]
    const size = rx === ry ? `r="${mm(rx)}"` : `rx="${mm(rx)}" ry="${mm(ry)}"`
    return `<${rx === ry ? 'circle' : 'ellipse'} cx="${mm(cx)}" cy="${mm(cy)}" ${size} ${look(item)}/>`
  }
  const points: string[] = []
  for (let i = 0; i + 1 < item.points.length; i += 2)
    points.push(
      put(item.points[i], item.points[i + 1])
        .map(mm)
        .join(','),
    )
  const name = item.closed ? 'polygon' : 'polyline'
  const drawn = `<${name} points="${points.join(' ')}" ${look(item)}/>`
  if (!item.pattern || !Object.hasOwn(SOIL_HATCHES, item.pattern)) return drawn
  return `${drawn}<${name} points="${points.join(' ')}" fill="url(#soil-${item.pattern})" stroke="none"/>`
}

/**
 * The drawing as an SVG document: width and height in mm, one user unit = 1 mm, one group per layer change, things of the city
 * with `data-collection` and `data-id`. The scales stand in `data-horizontal` and `data-vertical`, the window's true corner in
 * `data-window` (left, bottom in mm from the lower left of the sheet, then x0, z0 in metres).
 */
export function svgDrawing(drawing: Drawing): string {
  const { page, window, title, language, items } = drawing
  const used = new Set(items.map((item) => item.pattern).filter((word): word is string => word !== undefined))
  const patterns = [...used].filter((word) => Object.hasOwn(SOIL_HATCHES, word)).map(patternOf)
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(page.width)}mm" height="${mm(page.height)}mm" viewBox="0 0 ${mm(page.width)} ${mm(page.height)}" lang="${language === 'zh' ? 'zh-CN' : 'en'}" font-family="'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif" stroke-linejoin="round" stroke-linecap="butt" data-horizontal="${window.horizontal}" data-vertical="${window.vertical}" data-window="${[window.left, window.bottom, window.x0, window.z0].join(' ')}">`,
    `<title>${xml(title)}</title>`,
    patterns.length ? `<defs>${patterns.join('')}</defs>` : '',
    `<rect width="${mm(page.width)}" height="${mm(page.height)}" fill="#ffffff"/>`,
  ]
  let layer = ''
  for (const item of items) {
    if (item.layer !== layer) {
      out.push(layer === '' ? '' : '</g>', `<g data-layer="${xml(item.layer)}">`)
      layer = item.layer
    }
    out.push(item.kind === 'text' ? textOf(item, page.height) : shapeOf(item, drawing))
  }
  if (layer !== '') out.push('</g>')
  return `${out.filter(Boolean).join('\n')}\n</svg>\n`
}
