/** Writes a drawing as SVG in millimetres, to scale when printed. */
import { type Drawing, type DrawingItem, type DrawingLook, type DrawingText, toPaper } from '../geo/drawing.ts'

const LINE = 0.18

/** Text for XML; control characters that XML has no place for are left out. */
function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, '')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  )
}

/** Thousandths of a millimetre, without the tail of zeros. */
const mm = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 1e4) / 1e4) : '0')

function look({ stroke, fill, lineMm, dash, feature }: DrawingLook, id?: string): string {
  const words = [
    `fill="${fill ?? 'none'}"`,
    stroke ? `stroke="${stroke}" stroke-width="${mm(lineMm ?? LINE)}"` : '',
    dash?.length ? `stroke-dasharray="${dash.map(mm).join(' ')}"` : '',
    feature ? `data-collection="${xml(feature.collection)}" data-id="${xml(feature.id)}"` : '',
    id ?? '',
  ]
  return words.filter(Boolean).join(' ')
}

function textOf(item: DrawingText, height: number): string {
  const { x, y, text, sizeMm, anchor, rotationDeg, bold, stroke, halo, feature } = item
  const words = [
    `x="${mm(x)}" y="${mm(height - y)}" font-size="${mm(sizeMm)}" fill="${stroke ?? '#000000'}"`,
    anchor === 'start' ? '' : `text-anchor="${anchor}"`,
    bold ? 'font-weight="700"' : '',
    halo ? `stroke="${halo}" stroke-width="${mm(sizeMm * 0.22)}" paint-order="stroke" stroke-linejoin="round"` : '',
    rotationDeg ? `transform="rotate(${mm(-rotationDeg)} ${mm(x)} ${mm(height - y)})"` : '',
    feature ? `data-collection="${xml(feature.collection)}" data-id="${xml(feature.id)}"` : '',
  ]
  return `<text ${words.filter(Boolean).join(' ')}>${xml(text)}</text>`
}

/** Hatches by their word: 4 mm squares repeated. */
const PATTERNS: Readonly<Record<string, string>> = {
  fill: '<path d="M0 4L4 0M0 0L4 4" stroke="#7d6a4a" stroke-width=".12"/>',
  clay: '<path d="M0 4L4 0" stroke="#7d6a4a" stroke-width=".15"/>',
  silt: '<path d="M0 4L4 0" stroke="#7d6a4a" stroke-width=".12"/><circle cx="1" cy="1" r=".18" fill="#7d6a4a"/>',
  sand: '<circle cx="1" cy="1" r=".2" fill="#7d6a4a"/><circle cx="3" cy="3" r=".2" fill="#7d6a4a"/>',
  gravel:
    '<circle cx="1.2" cy="1.2" r=".6" fill="none" stroke="#7d6a4a" stroke-width=".13"/><circle cx="3.2" cy="3.2" r=".4" fill="none" stroke="#7d6a4a" stroke-width=".13"/>',
  mud: '<path d="M0 1h2.4M1.6 3H4" stroke="#5d6570" stroke-width=".15"/>',
  peat: '<path d="M0 1h2M2 3h2M1 1v-.8M3 3v-.8" stroke="#54432b" stroke-width=".15"/>',
  rock: '<path d="M0 2L1 0M2 4L3 2M2 2l1-2" stroke="#6a6a6a" stroke-width=".15"/>',
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
  if (!item.pattern || !Object.hasOwn(PATTERNS, item.pattern)) return drawn
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
  const patterns = [...used]
    .filter((word) => Object.hasOwn(PATTERNS, word))
    .map(
      (word) =>
        `<pattern id="soil-${word}" width="4" height="4" patternUnits="userSpaceOnUse">${PATTERNS[word]}</pattern>`,
    )
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
