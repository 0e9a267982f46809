/** A picture of the scene as PNG, with what one must know of it written below: title, time, scale, sources. */
import type { AppState } from '../../app/state.ts'

const STRIP = 44

/** Draws the canvas as it is now (call right after a render) and the strip below it. */
export function stampedPicture(canvas: HTMLCanvasElement, state: AppState): Promise<Blob> {
  const ratio = Math.max(1, canvas.width / Math.max(1, canvas.clientWidth))
  const strip = Math.round(STRIP * ratio)
  const out = document.createElement('canvas')
  out.width = canvas.width
  out.height = canvas.height + strip
  const context = out.getContext('2d')!
  context.drawImage(canvas, 0, 0)
  context.fillStyle = '#0b1420'
  context.fillRect(0, canvas.height, out.width, strip)
  const { scene, language, metresPerPixel } = state
  const middle = canvas.height + strip / 2
  const pad = 16 * ratio
  context.textBaseline = 'middle'
  context.font = `${14 * ratio}px "Noto Sans SC", sans-serif`
  context.fillStyle = '#e6edf5'
  const title = `${scene?.title[language] ?? 'Tidewall'}　${stamp(state.time)}`
  context.fillText(title, pad, middle)
  let right = out.width - pad
  if (metresPerPixel !== null) right = scaleBar(context, right, middle, metresPerPixel / ratio, ratio)
  context.font = `${11 * ratio}px "Noto Sans SC", sans-serif`
  context.fillStyle = '#9fb0c3'
  context.textAlign = 'right'
  const sources = [
    ...new Set(
      Object.values(scene?.sources ?? {})
        .map((source) => source.attribution)
        .filter((text) => text !== undefined),
    ),
  ]
  const room = right - pad - context.measureText(title).width * 1.35
  context.fillText(fitted(context, sources.join(' · '), room), right, middle)
  return new Promise((resolve, reject) =>
    out.toBlob(
      (blob) =>
        blob ? resolve(blob) : reject(new Error('screenshot: the browser made no PNG, got null; expected a picture')),
      'image/png',
    ),
  )
}

/** Saves a picture as a file named after the scene and its time. */
export function downloadPicture(picture: Blob, { sceneId, time }: AppState): void {
  const url = URL.createObjectURL(picture)
  const link = document.createElement('a')
  link.href = url
  link.download = `tidewall-${sceneId.replaceAll('/', '-') || 'scene'}-${time.slice(0, 16).replace(/[:T]/g, '-')}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** 2026-06-01T09:30:00+08:00 → 2026-06-01 09:30 +08:00 */
function stamp(time: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(.*)$/.exec(time)
  return parts ? `${parts[1]} ${parts[2]} ${parts[3] === 'Z' ? 'UTC' : parts[3]}` : time
}

/** A scale bar that ends at `right`; gives the x left of it. Round lengths: 1, 2 or 5 times a power of ten. */
function scaleBar(
  context: CanvasRenderingContext2D,
  right: number,
  middle: number,
  metresPerPixel: number,
  ratio: number,
): number {
  const most = 120 * ratio * metresPerPixel
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = power * ([5, 2, 1].find((times) => times * power <= most) ?? 1)
  const width = metres / metresPerPixel
  const y = middle + 7 * ratio
  context.strokeStyle = '#e6edf5'
  context.lineWidth = 1.5 * ratio
  context.beginPath()
  context.moveTo(right - width, y - 4 * ratio)
  context.lineTo(right - width, y)
  context.lineTo(right, y)
  context.lineTo(right, y - 4 * ratio)
  context.stroke()
  context.textAlign = 'center'
  context.font = `${11 * ratio}px "Noto Sans SC", sans-serif`
  context.fillText(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, right - width / 2, y - 11 * ratio)
  return right - width - 20 * ratio
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text
  let cut = text
  while (cut.length > 1 && context.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1)
  return cut.length > 1 ? `${cut}…` : ''
}
