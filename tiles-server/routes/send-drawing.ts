/** Sends a drawing in the format that was asked for, named by its title. */
import type { Request, Response } from 'express'
import { dxfDrawing } from '../../data/formats/dxf-write.ts'
import { pdfDrawing } from '../../data/formats/pdf-drawing.ts'
import { svgDrawing } from '../../data/formats/svg-drawing.ts'
import type { Drawing } from '../../data/geo/drawing.ts'
import { drawingFonts } from '../sources/drawing-font.ts'
import { sendJson } from './send-json.ts'

/** Formats of drawings. */
export const DRAWING_FORMATS = ['svg', 'pdf', 'dxf'] as const
/** A word of `DRAWING_FORMATS`. */
export type DrawingFormat = (typeof DRAWING_FORMATS)[number]

/** Writes and sends it. */
export async function sendDrawing(req: Request, res: Response, drawing: Drawing, format: DrawingFormat): Promise<void> {
  const name = encodeURIComponent(`${drawing.title}.${format}`).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  const as = format === 'dxf' ? 'attachment' : 'inline'
  res.set('Content-Disposition', `${as}; filename="section.${format}"; filename*=UTF-8''${name}`)
  if (format === 'svg') return sendJson(req, res, svgDrawing(drawing), 'image/svg+xml; charset=utf-8')
  if (format === 'dxf') return sendJson(req, res, dxfDrawing(drawing), 'image/vnd.dxf')
  const texts = drawing.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  const bytes = pdfDrawing(drawing, await drawingFonts(texts))
  res.set({ 'Content-Type': 'application/pdf', 'Cache-Control': 'no-cache', 'Content-Length': String(bytes.length) })
  res.end(req.method === 'HEAD' ? undefined : bytes)
}
