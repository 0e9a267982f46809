/** Writes a drawing as DXF R12 (ASCII): a layer for each utility, coordinates in true metres. */
import type { Drawing, DrawingEllipse, DrawingItem, DrawingPath, DrawingText } from '../geo/drawing.ts'

/** Height of capitals of a CAD font in the square of its letters. */
const CAPITALS = 0.72
/** The block with the window's things, where heights are stretched. */
const BLOCK = 'SECTION'
const STEPS = 72

/** One group: a code and its value on lines of their own. */
type Groups = (string | number)[]

const n = (value: number): string => (Number.isFinite(value) ? String(Number(value.toFixed(6))) : '0')

/** Text for DXF: one line, Chinese and the like as \U+XXXX, which CAD programs of all languages read. */
export function dxfText(text: string): string {
  let out = ''
  for (const unit of text.split('')) {
    const code = unit.charCodeAt(0)
    if (code < 0x20 || code === 0x7f) out += ' '
    else if (unit === '%') out += '%%%'
    else if (unit === '^') out += '^ '
    else if (unit === '\\') out += '\\U+005C'
    else if (code < 0x7f) out += unit
    else out += `\\U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  }
  return out.slice(0, 250)
}

/** Numbers of the CAD palette with their colours: the six hues and the greys first, then the wheel. */
function palette(): [index: number, r: number, g: number, b: number][] {
  const out: [number, number, number, number][] = [
    [250, 51, 51, 51],
    [251, 80, 80, 80],
    [8, 105, 105, 105],
    [253, 130, 130, 130],
    [254, 190, 190, 190],
    [7, 0, 0, 0],
  ]
  const values = [1, 0.65, 0.5, 0.3, 0.15]
  for (let index = 10; index < 250; index++) {
    const hue = Math.floor(index / 10 - 1) * 15
    const value = values[Math.floor((index % 10) / 2)]
    const low = index % 2 === 0 ? 0 : value / 2
    const part = (shift: number): number => {
      const turn = (((hue + shift) % 360) + 360) % 360
      const share = turn < 60 ? turn / 60 : turn < 180 ? 1 : turn < 240 ? (240 - turn) / 60 : 0
      return Math.round((low + (value - low) * share) * 255)
    }
    out.push([index, part(120), part(0), part(-120)])
  }
  return out
}

const PALETTE = palette()

/** The number of the palette that is nearest to #rrggbb. */
export function dxfColor(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) || 0)
  let [best, least] = [7, Number.POSITIVE_INFINITY]
  for (const [index, pr, pg, pb] of PALETTE) {
    const distance = 3 * (r - pr) ** 2 + 4 * (g - pg) ** 2 + 2 * (b - pb) ** 2
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

/** A name of a layer or block: capitals, digits, - and _ of at most 31 letters. */
const nameOf = (name: string): string =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9_-]/g, '_')
    .slice(0, 31) || '0'

interface Frame {
  drawing: Drawing
  /** metres of a millimetre on the sheet */
  metre: number
  /** how often heights are stretched */
  stretch: number
}

const look = ({ layer, stroke, fill, dash }: DrawingItem): Groups => {
  const color = stroke ?? fill
  return [8, nameOf(layer), ...(color ? [62, dxfColor(color)] : []), ...(dash?.length ? [6, 'DASHED'] : [])]
}

/** A place on the sheet as coordinates of the model: as metres, so that 1 mm is the same along and upright. */
const sheetX = ({ drawing: { window }, metre }: Frame, x: number): number => window.x0 + (x - window.left) * metre
const sheetY = ({ drawing: { window }, metre }: Frame, y: number): number => window.z0 + (y - window.bottom) * metre

function polyline(frame: Frame, item: DrawingItem, points: readonly number[], closed: boolean, paper: boolean): Groups {
  const groups: Groups = [0, 'POLYLINE', ...look(item), 66, 1, 10, '0', 20, '0', 30, '0', 70, closed ? 1 : 0]
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = paper ? [sheetX(frame, points[i]), sheetY(frame, points[i + 1])] : [points[i], points[i + 1]]
    groups.push(0, 'VERTEX', 8, nameOf(item.layer), 10, n(x), 20, n(y), 30, '0')
  }
  groups.push(0, 'SEQEND', 8, nameOf(item.layer))
  return groups
}

function path(frame: Frame, item: DrawingPath): Groups {
  // areas without a rim are colour only: R12 has none
  if (!item.stroke || item.points.length < 4) return []
  const paper = item.space === 'paper'
  if (item.points.length > 4 || item.closed) return polyline(frame, item, item.points, item.closed, paper)
  const [ax, ay, bx, by] = item.points
  const [x1, y1, x2, y2] = paper
    ? [sheetX(frame, ax), sheetY(frame, ay), sheetX(frame, bx), sheetY(frame, by)]
    : [ax, ay, bx, by]
  return [0, 'LINE', ...look(item), 10, n(x1), 20, n(y1), 30, '0', 11, n(x2), 21, n(y2), 31, '0']
}

function ellipse(frame: Frame, item: DrawingEllipse): Groups {
  if (!item.stroke && !item.fill) return []
  const paper = item.space === 'paper'
  const { rx, rz } = item
  const [x, y] = paper ? [sheetX(frame, item.x), sheetY(frame, item.z)] : [item.x, item.z]
  const size = paper ? frame.metre : 1
  if (Math.abs(rx - rz) < 1e-9) return [0, 'CIRCLE', ...look(item), 10, n(x), 20, n(y), 30, '0', 40, n(rx * size)]
  const points = Array.from({ length: STEPS }, (_, i) => {
    const angle = (i / STEPS) * 2 * Math.PI
    return [x + Math.cos(angle) * rx * size, y + Math.sin(angle) * rz * size]
  }).flat()
  return polyline(frame, item, points, true, false)
}

function text(frame: Frame, item: DrawingText): Groups {
  const { x, y, sizeMm, anchor, rotationDeg = 0 } = item
  const words = dxfText(item.text)
  if (words.trim() === '') return []
  const [px, py] = [n(sheetX(frame, x)), n(sheetY(frame, y))]
  const groups: Groups = [0, 'TEXT', ...look({ ...item, dash: undefined } as DrawingText), 10, px, 20, py, 30, '0']
  groups.push(40, n(sizeMm * CAPITALS * frame.metre), 1, words)
  if (rotationDeg !== 0) groups.push(50, n(rotationDeg))
  groups.push(7, 'CHINESE')
  if (anchor !== 'start') groups.push(72, anchor === 'middle' ? 1 : 2, 11, px, 21, py, 31, '0')
  return groups
}

function tables({ drawing, metre }: Frame): Groups {
  const [dash, gap] = [3 * metre, 1.5 * metre]
  const out: Groups = [0, 'SECTION', 2, 'TABLES', 0, 'TABLE', 2, 'LTYPE', 70, 2]
  out.push(0, 'LTYPE', 2, 'CONTINUOUS', 70, 0, 3, 'Solid line', 72, 65, 73, 0, 40, '0')
  out.push(0, 'LTYPE', 2, 'DASHED', 70, 0, 3, '__ __ __', 72, 65, 73, 2, 40, n(dash + gap), 49, n(dash), 49, n(-gap))
  out.push(0, 'ENDTAB', 0, 'TABLE', 2, 'LAYER', 70, drawing.layers.length + 1)
  out.push(0, 'LAYER', 2, '0', 70, 0, 62, 7, 6, 'CONTINUOUS')
  for (const { name, color } of drawing.layers)
    out.push(0, 'LAYER', 2, nameOf(name), 70, 0, 62, dxfColor(color), 6, 'CONTINUOUS')
  out.push(0, 'ENDTAB', 0, 'TABLE', 2, 'STYLE', 70, 1)
  out.push(
    0,
    'STYLE',
    2,
    'CHINESE',
    70,
    0,
    40,
    '0',
    41,
    '1',
    50,
    '0',
    71,
    0,
    42,
    n(2.5 * metre),
    3,
    'simhei.ttf',
    4,
    '',
  )
  out.push(0, 'ENDTAB', 0, 'ENDSEC')
  return out
}

/**
 * The drawing as DXF R12 text. X = metres along the section, Y = metres above the drawing's datum. Where the sheet stretches the
 * heights, what is drawn to scale lies in the block `SECTION` in unstretched metres, inserted with that factor in Y; words, frame
 * and table are in the model at the stretched places, 1 mm of the sheet = `horizontal` / 1000 m.
 * @see Autodesk, DXF Reference, release 12
 */
export function dxfDrawing(drawing: Drawing): string {
  const { window, page, items } = drawing
  const frame: Frame = { drawing, metre: window.horizontal / 1000, stretch: window.horizontal / window.vertical }
  const inBlock = Math.abs(frame.stretch - 1) > 1e-9
  const [model, block]: [Groups, Groups] = [[], []]
  for (const item of items) {
    const groups =
      item.kind === 'text' ? text(frame, item) : item.kind === 'path' ? path(frame, item) : ellipse(frame, item)
    if (inBlock && item.kind !== 'text' && item.space === 'true') for (const group of groups) block.push(group)
    else for (const group of groups) model.push(group)
  }
  const corner = (x: number, y: number): Groups => [10, n(sheetX(frame, x)), 20, n(sheetY(frame, y))]
  const [low, high] = [corner(0, 0), corner(page.width, page.height)]
  const out: Groups = [999, dxfText(drawing.title), 0, 'SECTION', 2, 'HEADER', 9, '$ACADVER', 1, 'AC1009']
  out.push(9, '$DWGCODEPAGE', 3, 'ANSI_936', 9, '$EXTMIN', ...low, 30, '0', 9, '$EXTMAX', ...high, 30, '0')
  out.push(9, '$LTSCALE', 40, '1', 0, 'ENDSEC')
  for (const group of tables(frame)) out.push(group)
  out.push(0, 'SECTION', 2, 'BLOCKS')
  if (inBlock) {
    out.push(0, 'BLOCK', 8, '0', 2, BLOCK, 70, 0, 10, '0', 20, n(window.z0), 30, '0', 3, BLOCK, 1, '')
    for (const group of block) out.push(group)
    out.push(0, 'ENDBLK', 8, '0')
  }
  out.push(0, 'ENDSEC', 0, 'SECTION', 2, 'ENTITIES')
  if (inBlock)
    out.push(0, 'INSERT', 8, '0', 2, BLOCK, 10, '0', 20, n(window.z0), 30, '0', 41, '1', 42, n(frame.stretch), 43, '1')
  for (const group of model) out.push(group)
  out.push(0, 'ENDSEC', 0, 'EOF')
  const lines: string[] = []
  for (let i = 0; i + 1 < out.length; i += 2) lines.push(String(out[i]).padStart(3), String(out[i + 1]))
  return `${lines.join('\r\n')}\r\n`
}
