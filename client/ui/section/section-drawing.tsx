/** The sheet itself: dragged and zoomed like a map; a click on a pipe selects it in the city. */
import { type PointerEvent, useEffect, useRef } from 'react'
import type { AppState, Selection } from '../../app/state.ts'
import { useApp, useDispatch, useStoreApi } from '../app-context.tsx'

/** All of the sheet in the window. */
export const WHOLE = 'whole'

interface Props {
  /** of the mark */
  id: string
  svg: string
  /** 1 = as wide as there is room, WHOLE = all of the sheet is seen */
  zoom: number | typeof WHOLE
  onZoom(factor: number): void
}

/** Layers that show things of a collection. */
const KINDS: Readonly<Record<string, string>> = { pipes: 'pipes', 'pipe-nodes': 'pipes', buildings: 'buildings' }

/** The thing of a drawing as a selection: where it is comes from the section's answer, else from its line. */
export function selectionOf(
  state: AppState,
  mark: string,
  { collection, id, utility }: { collection: string; id: string; utility: string },
): Selection | null {
  const layers = state.scene?.layers.filter(({ type }) => type === KINDS[collection]) ?? []
  // a layer may show some utilities only
  const own = layers.find((one) => one.type === 'pipes' && one.class?.some((word) => word === utility))
  const layer = (own ?? layers[0])?.id
  if (layer === undefined) return null
  const found = state.findings[mark]?.features.find((feature) => feature.id === id)
  const geometry = found?.geometry
  const place = geometry?.type === 'LineString' ? geometry.coordinates[0] : geometry?.coordinates
  const cut = state.scene?.marks?.[mark]
  const [lng, lat] = place ?? (cut?.type === 'section' ? cut.line[0] : undefined) ?? []
  if (lng === undefined || lat === undefined) return null
  return { layer, collection, id, lng, lat }
}

/** The utility of a thing of the drawing, also where its words in the table were clicked; '' where it has none. */
function utilityOf(drawing: Element, id: string): string {
  const layer = drawing.querySelector(`[data-layer^="PIPE-"] [data-id="${CSS.escape(id)}"]`)?.closest('[data-layer]')
  return layer?.getAttribute('data-layer')?.slice('PIPE-'.length).toLowerCase() ?? ''
}

export function SectionDrawing({ id, svg, zoom, onZoom }: Props) {
  const store = useStoreApi()
  const dispatch = useDispatch()
  const chosen = useApp((state) => state.selection?.id ?? null)
  const box = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; y: number; left: number; top: number; moved: boolean } | null>(null)

  useEffect(() => {
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
    if (root.nodeName !== 'svg') return
    const sheet = document.importNode(root, true)
    sheet.removeAttribute('width')
    sheet.removeAttribute('height')
    box.current?.querySelector('.tw-section-paper')?.replaceChildren(sheet)
  }, [svg])

  useEffect(() => {
    for (const part of box.current?.querySelectorAll('[data-id]') ?? [])
      part.classList.toggle('is-chosen', chosen !== null && part.getAttribute('data-id') === chosen)
  }, [chosen])

  useEffect(() => {
    const element = box.current
    if (!element) return
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const bounds = element.getBoundingClientRect()
      const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top]
      const [width, height] = [element.scrollWidth, element.scrollHeight]
      const [left, top] = [element.scrollLeft + x, element.scrollTop + y]
      onZoom(Math.exp(-event.deltaY * 0.0015))
      // what is under the pointer stays there once the sheet has its new size
      requestAnimationFrame(() => {
        element.scrollLeft = (left / width) * element.scrollWidth - x
        element.scrollTop = (top / height) * element.scrollHeight - y
      })
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [onZoom])

  const down = (event: PointerEvent<HTMLDivElement>) => {
    const { scrollLeft: left, scrollTop: top } = event.currentTarget
    drag.current = { x: event.clientX, y: event.clientY, left, top, moved: false }
  }
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current
    if (!from || event.buttons === 0) return
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
    if (!from.moved && Math.hypot(dx, dy) < 4) return
    if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId)
    from.moved = true
    event.currentTarget.scrollLeft = from.left - dx
    event.currentTarget.scrollTop = from.top - dy
  }
  const up = (event: PointerEvent<HTMLDivElement>) => {
    const moved = drag.current?.moved ?? false
    drag.current = null
    if (moved || !(event.target instanceof Element)) return
    const part = event.target.closest('[data-id]')
    const [thing, collection] = [part?.getAttribute('data-id'), part?.getAttribute('data-collection')]
    if (!part || !thing || !collection) return
    const utility = utilityOf(event.currentTarget, thing)
    const selection = selectionOf(store.getState(), id, { collection, id: thing, utility })
    if (selection) dispatch({ type: 'select', selection })
  }
  return (
    <div ref={box} className="tw-section-box" onPointerDown={down} onPointerMove={move} onPointerUp={up}>
      <div
        className="tw-section-paper"
        data-whole={zoom === WHOLE}
        style={zoom === WHOLE ? undefined : { width: `${zoom * 100}%` }}
      />
    </div>
  )
}
