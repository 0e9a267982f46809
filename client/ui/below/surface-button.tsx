/** The way back up, always in reach while one is below the ground. */
import { Button } from 'antd'
import { useApp, useDispatch, useText } from '../app-context.tsx'

export function SurfaceButton() {
  const t = useText()
  const dispatch = useDispatch()
  const depth = useApp((state) => state.depth?.depth ?? null)
  if (depth === null) return null
  return (
    <div className="tw-surface">
      <Button type="primary" onClick={() => dispatch({ type: 'camera.surface' })}>
        {t('below.surface')} <span className="tw-number">−{depth.toFixed(1)} m</span>
      </Button>
    </div>
  )
}
