/** Sends a drawing in the format that was asked for, named by its title. */
import type { Request, Response } from 'express'
import { svgDrawing } from '../../data/formats/svg-drawing.ts'
import type { Drawing } from '../../data/geo/drawing.ts'
import { sendJson } from './send-json.ts'

/** Formats of drawings. */
export type DrawingFormat = 'svg'

const MEDIA: Readonly<Record<DrawingFormat, string>> = { svg: 'image/svg+xml; charset=utf-8' }

/** Writes and sends it. */
export async function sendDrawing(req: Request, res: Response, drawing: Drawing, format: DrawingFormat): Promise<void> {
  const name = encodeURIComponent(`${drawing.title}.${format}`).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  )
  res.set('Content-Disposition', `inline; filename="section.${format}"; filename*=UTF-8''${name}`)
  await sendJson(req, res, svgDrawing(drawing), MEDIA[format])
}
