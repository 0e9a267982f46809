/** Buttons over the picture's edge: compass, whole city, zoom, ways to move, screenshot, full screen, undo. */
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Compass } from './compass.tsx'

const MODES = [
  { mode: 'orbit', icon: 'orbit' },
  { mode: 'fly', icon: 'plane' },
  { mode: 'walk', icon: 'walk' },
] as const

interface Props {
  /** a feature is selected but its dock is collapsed */
  feature: boolean
  onFeature: () => void
}

export function PictureTools({ feature, onFeature }: Props) {
  const t = useText()
  const dispatch = useDispatch()
  const navigation = useApp((state) => state.navigation)
  const canUndo = useApp((state) => state.canUndo)
  const canRedo = useApp((state) => state.canRedo)
  const button = { placement: 'left' } as const
  return (
    <div className="tw-tools" role="toolbar" aria-label={t('status.tools')} aria-orientation="vertical">
      {feature && (
        <div className="tw-tool-group">
          <IconButton
            {...button}
            icon="feature"
            label={t('rail.open', { panel: t('rail.feature') })}
            className="has-news"
            onClick={onFeature}
          />
        </div>
      )}
      <Compass />
      <div className="tw-tool-group">
        <IconButton
          {...button}
          icon="home"
          label={t('status.home')}
          shortcut="H"
          onClick={() => dispatch({ type: 'camera.home' })}
        />
        <IconButton
          {...button}
          icon="plus"
          className="tw-zoom"
          label={t('status.zoomIn')}
          onClick={() => dispatch({ type: 'camera.zoom', factor: 0.5 })}
        />
        <IconButton
          {...button}
          icon="minus"
          className="tw-zoom"
          label={t('status.zoomOut')}
          onClick={() => dispatch({ type: 'camera.zoom', factor: 2 })}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a flex column in a toolbar */}
      <div className="tw-tool-group" role="group" aria-label={t('status.navigation')}>
        {MODES.map(({ mode, icon }) => (
          <IconButton
            {...button}
            key={mode}
            icon={icon}
            label={t(`status.${mode}`)}
            pressed={navigation === mode}
            onClick={() => dispatch({ type: 'navigation.set', mode })}
          />
        ))}
      </div>
      <div className="tw-tool-group tw-tools-undo">
        <IconButton
          {...button}
          icon="undo"
          label={t('status.undo')}
          shortcut="U"
          disabled={!canUndo}
          onClick={() => dispatch({ type: 'undo' })}
        />
        <IconButton
          {...button}
          icon="redo"
          label={t('status.redo')}
          shortcut="Ctrl+Y"
          disabled={!canRedo}
          onClick={() => dispatch({ type: 'redo' })}
        />
      </div>
      <div className="tw-tool-group tw-tools-more">
        <IconButton
          {...button}
          icon="camera"
          label={t('status.screenshot')}
          onClick={() => dispatch({ type: 'screenshot' })}
        />
        <IconButton
          {...button}
          icon="fullscreen"
          label={t('status.fullscreen')}
          shortcut="F"
          onClick={() => dispatch({ type: 'fullscreen' })}
        />
      </div>
    </div>
  )
}
