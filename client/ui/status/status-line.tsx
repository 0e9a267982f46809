/** The lowest line: scale, the pointer's coordinates, and what is still loading. */
import { useApp, useText } from '../app-context.tsx'
import { CursorReadout } from './cursor-readout.tsx'
import { ScaleBar } from './scale-bar.tsx'

export function StatusLine() {
  const t = useText()
  return (
    <section className="tw-status" aria-label={t('status.label')}>
      <ScaleBar />
      <CursorReadout />
      <Loading />
    </section>
  )
}

function Loading() {
  const t = useText()
  const loading = useApp((state) => state.loading)
  return (
    <span className="tw-loading" data-busy={loading > 0}>
      {loading > 0 ? <span className="tw-spinner" /> : null}
      <span className="tw-number">{loading > 0 ? t('status.loading', { n: loading }) : t('status.ready')}</span>
    </span>
  )
}
