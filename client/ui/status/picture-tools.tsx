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

const BUTTON = { placement: 'left' } as const

export function PictureTools({ feature, onFeature }: Props) {
  const t = useText()
  return (
    <div className="tw-tools" role="toolbar" aria-label={t('status.tools')} aria-orientation="vertical">
      {feature && (
        <div className="tw-tool-group">
          <IconButton
            {...BUTTON}
            icon="feature"
            label={t('rail.open', { panel: t('rail.feature') })}
            className="has-news"
            onClick={onFeature}
          />
        </div>
      )}
      <Compass />
      <Zoom />
      <Ways />
      <Steps />
      <Pictures />
    </div>
  )
}

function Zoom() {
  const t = useText()
  const dispatch = useDispatch()
  return (
    <div className="tw-tool-group">
      <IconButton
        {...BUTTON}
        icon="home"
        label={t('status.home')}
        shortcut="H"
        onClick={() => dispatch({ type: 'camera.home' })}
      />
      <IconButton
        {...BUTTON}
        icon="plus"
        className="tw-zoom"
        label={t('status.zoomIn')}
        onClick={() => dispatch({ type: 'camera.zoom', factor: 0.5 })}
      />
      <IconButton
        {...BUTTON}
        icon="minus"
        className="tw-zoom"
        label={t('status.zoomOut')}
        onClick={() => dispatch({ type: 'camera.zoom', factor: 2 })}
      />
    </div>
  )
}

/** The ways to move. */
function Ways() {
  const t = useText()
  const dispatch = useDispatch()
  const navigation = useApp((state) => state.navigation)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a flex column in a toolbar
    <div className="tw-tool-group" role="group" aria-label={t('status.navigation')}>
      {MODES.map(({ mode, icon }) => (
        <IconButton
          {...BUTTON}
          key={mode}
          icon={icon}
          label={t(`status.${mode}`)}
          pressed={navigation === mode}
          onClick={() => dispatch({ type: 'navigation.set', mode })}
        />
      ))}
    </div>
  )
}

/** Back and forth among what was done. */
function Steps() {
  const t = useText()
  const dispatch = useDispatch()
  const canUndo = useApp((state) => state.canUndo)
  const canRedo = useApp((state) => state.canRedo)
  return (
    <div className="tw-tool-group tw-tools-undo">
      <IconButton
        {...BUTTON}
        icon="undo"
        label={t('status.undo')}
        shortcut="U"
        disabled={!canUndo}
        onClick={() => dispatch({ type: 'undo' })}
      />
      <IconButton
        {...BUTTON}
        icon="redo"
        label={t('status.redo')}
        shortcut="Ctrl+Y"
        disabled={!canRedo}
        onClick={() => dispatch({ type: 'redo' })}
      />
    </div>
  )
}

function Pictures() {
  const t = useText()
  const dispatch = useDispatch()
  return (
    <div className="tw-tool-group tw-tools-more">
      <IconButton
        {...BUTTON}
        icon="camera"
        label={t('status.screenshot')}
        onClick={() => dispatch({ type: 'screenshot' })}
      />
      <IconButton
        {...BUTTON}
        icon="fullscreen"
        label={t('status.fullscreen')}
        shortcut="F"
        onClick={() => dispatch({ type: 'fullscreen' })}
      />
    </div>
  )
}
