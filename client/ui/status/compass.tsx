/** The compass: the needle points to true north; pressing it turns north up. */
import { Tooltip } from 'antd'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { headingDegrees } from './coordinates.ts'

export function Compass() {
  const t = useText()
  const dispatch = useDispatch()
  const heading = useApp((state) => headingDegrees(state.camera?.heading ?? 0))
  const label = heading === 0 ? t('status.north') : t('status.heading', { degrees: heading })
  return (
    <Tooltip title={label} placement="left" mouseEnterDelay={0.4}>
      <button
        type="button"
        className="tw-icon-button tw-compass"
        aria-label={label}
        aria-keyshortcuts="N"
        onClick={() => dispatch({ type: 'camera.north' })}
      >
        <svg viewBox="0 0 40 40" width="2.25rem" height="2.25rem" aria-hidden="true" focusable="false">
          <circle cx="20" cy="20" r="17" fill="none" stroke="currentColor" strokeOpacity=".35" strokeWidth="1" />
          <g transform={`rotate(${-heading} 20 20)`}>
            <path d="M20 6 24.5 20h-9L20 6Z" className="tw-compass-north" />
            <path d="M20 34 15.5 20h9L20 34Z" fill="currentColor" fillOpacity=".45" />
            <path d="M20 1.5v3M38.5 20h-3M1.5 20h3" stroke="currentColor" strokeOpacity=".7" strokeWidth="1.5" />
          </g>
        </svg>
      </button>
    </Tooltip>
  )
}
