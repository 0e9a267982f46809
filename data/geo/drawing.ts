/** A drawing to scale: true coordinates in metres seen through a window on a sheet of paper, and what is written around it. */

/** The part of the sheet that shows true coordinates, and its two scales. */
export interface DrawingWindow {
  /** its lower left corner on the sheet: millimetres, y up */
  left: number
  bottom: number
  /** the true coordinates at that corner: metres along the section, metres above the drawing's datum */
  x0: number
  z0: number
  /** metres that it shows */
  width: number
  height: number
  /** 1 : `horizontal` along, 1 : `vertical` upright */
  horizontal: number
  vertical: number
}

/** What all items of a drawing have. */
export interface DrawingLook {
  /** a name of `Drawing.layers` */
  layer: string
  /** #rrggbb of the line, none without */
  stroke?: string
  /** #rrggbb of the area, none without */
  fill?: string
  /** how the area is hatched over its fill */
  pattern?: string
  /** thickness of the line, millimetres; 0.18 when absent */
  lineMm?: number
  /** millimetres of dashes and gaps */
  dash?: readonly number[]
  /** what of the city it is: selected by a click */
  feature?: { collection: string; id: string }
}

/** A line or, closed, an area. */
export interface DrawingPath extends DrawingLook {
  kind: 'path'
  /** metres in the window, or millimetres on the sheet */
  space: 'true' | 'paper'
  /** x, z, x, z … */
  points: readonly number[]
  closed: boolean
}

/** A circle or an ellipse along the axes. */
export interface DrawingEllipse extends DrawingLook {
  kind: 'ellipse'
  space: 'true' | 'paper'
  x: number
  z: number
  /** half of its width and of its height */
  rx: number
  rz: number
}

/** A line of words on the sheet. */
export interface DrawingText extends DrawingLook {
  kind: 'text'
  /** where its baseline begins, is centred, or ends: millimetres on the sheet */
  x: number
  y: number
  text: string
  /** height of the letters' square, millimetres */
  sizeMm: number
  anchor: 'start' | 'middle' | 'end'
  /** counter-clockwise */
  rotationDeg?: number
  bold?: boolean
  /** colour of a rim that keeps it legible over lines */
  halo?: string
}

/** One thing drawn. */
export type DrawingItem = DrawingPath | DrawingEllipse | DrawingText

/** A sheet: items lie over those before them. */
export interface Drawing {
  title: string
  language: 'zh' | 'en'
  /** millimetres */
  page: { width: number; height: number }
  window: DrawingWindow
  /** names as CAD programs want them (A–Z, 0–9, - and _), each with its colour */
  layers: readonly { name: string; color: string }[]
  items: readonly DrawingItem[]
}

/** A place of the window on the sheet: millimetres, y up. */
export function toPaper(window: DrawingWindow, x: number, z: number): [x: number, y: number] {
  return [
    window.left + ((x - window.x0) * 1000) / window.horizontal,
    window.bottom + ((z - window.z0) * 1000) / window.vertical,
  ]
}
