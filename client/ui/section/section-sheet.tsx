/** The drawing of a section over the picture: as large as one likes, a pipe in it is chosen by a click, saved as SVG, PDF or DXF. */
import { useEffect, useState } from 'react'
import { sectionAddress } from '../../app/section-address.ts'
import { useApp, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { useOpenSection } from './open-section.ts'
import { SectionDrawing, WHOLE } from './section-drawing.tsx'
import { isSection, type SectionMark, sectionName } from './section-name.ts'
import { useDrawing } from './use-drawing.ts'
import './section.css'

const FORMATS = ['svg', 'pdf', 'dxf'] as const
const STEP = 1.3
const [LEAST, MOST] = [0.5, 12]

/** Shows the open section; opens the one just cut. */
export function SectionSheet() {
  const scene = useApp((state) => state.scene)
  const marks = scene?.marks
  const { mark: open, show } = useOpenSection()
  const [known, setKnown] = useState<ReadonlySet<string> | null>(null)
  useEffect(() => {
    const ids = Object.entries(marks ?? {}).flatMap(([id, mark]) => (isSection(mark) ? [id] : []))
    const fresh = known ? ids.filter((id) => !known.has(id)) : []
    if (fresh.length > 0) show(fresh.at(-1) ?? null)
    if (scene && (!known || ids.length !== known.size || fresh.length > 0)) setKnown(new Set(ids))
  }, [scene, marks, known, show])
  const mark = open === null ? undefined : marks?.[open]
  if (open === null || !isSection(mark)) return null
  return <Sheet key={open} id={open} mark={mark} onClose={() => show(null)} />
}

function Sheet({ id, mark, onClose }: { id: string; mark: SectionMark; onClose: () => void }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const [tall, setTall] = useState(false)
  const [zoom, setZoom] = useState<number | typeof WHOLE>(1)
  const address = `${sectionAddress(mark)}&lang=${language}`
  const drawing = useDrawing(`${address}&format=svg`)
  const zoomBy = (factor: number) =>
    setZoom((before) => Math.min(MOST, Math.max(LEAST, (before === WHOLE ? 1 : before) * factor)))
  return (
    <section className="tw-section" data-tall={tall} aria-label={t('section.drawing')}>
      <div className="tw-section-head">
        <h2>{sectionName(language, id, mark)}</h2>
        <span className="tw-section-save">
          {FORMATS.map((format) => (
            <a
              key={format}
              href={`${address}&format=${format}`}
              download={`${id}.${format}`}
              aria-label={`${t('section.save')} ${format.toUpperCase()}`}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </span>
        <IconButton icon="minus" label={t('section.smaller')} onClick={() => zoomBy(1 / STEP)} />
        <IconButton icon="reset" label={t('section.fit')} onClick={() => setZoom(zoom === WHOLE ? 1 : WHOLE)} />
        <IconButton icon="plus" label={t('section.bigger')} onClick={() => zoomBy(STEP)} />
        <IconButton
          icon="fullscreen"
          label={tall ? t('section.lower') : t('section.taller')}
          pressed={tall}
          onClick={() => setTall(!tall)}
        />
        <IconButton icon="close" label={t('section.hide')} onClick={onClose} />
      </div>
      {drawing.status === 'loading' && (
        <p className="tw-note" role="status">
          {t('section.loading')}
        </p>
      )}
      {drawing.status === 'failed' && (
        <p className="tw-note tw-failed" role="alert">
          {t('section.failed', { reason: drawing.reason })}
        </p>
      )}
      {drawing.status === 'ready' && <SectionDrawing id={id} svg={drawing.svg} zoom={zoom} onZoom={zoomBy} />}
    </section>
  )
}
