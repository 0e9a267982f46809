/** The scale bar: true where it says it is true, at the middle of the picture. */
import { Tooltip } from 'antd'
import { useApp, useText } from '../app-context.tsx'
import { useScreen } from '../use-screen.ts'
import { lengthParts, scaleBar } from './scale.ts'

/** How long the bar may get on a screen of scale 1. */
const LONGEST_PIXELS = 120

export function ScaleBar() {
  const t = useText()
  const metresPerPixel = useApp((state) => state.metresPerPixel)
  // before the first tile there is no picture to speak of
  const begun = useApp((state) => Object.values(state.reports).some((report) => report.status === 'ready'))
  const above = useApp((state) => state.depth === null)
  const bar = scaleBar(metresPerPixel, LONGEST_PIXELS * useScreen().scale)
  if (!bar) {
    return <span className="tw-scale tw-scale-none">{begun && above ? t('status.noScale') : ''}</span>
  }
  const { value, unit } = lengthParts(bar.metres)
  return (
    <Tooltip title={t('status.scale', { length: `${value} ${unit}` })} mouseEnterDelay={0.4}>
      <span className="tw-scale" role="img" aria-label={t('status.scale', { length: `${value} ${unit}` })}>
        <span className="tw-scale-bar" style={{ width: `${bar.pixels}px` }} />
        <span className="tw-number">
          {value}
          <small>{unit}</small>
        </span>
        <span className="tw-scale-at">{t('status.scaleAt')}</span>
      </span>
    </Tooltip>
  )
}
