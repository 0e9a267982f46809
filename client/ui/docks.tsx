/** The icon rail and the docks it opens; on a phone the rail lies at the bottom and the dock is a sheet above it. */
import type { ReactNode } from 'react'
import { useApp, useText } from './app-context.tsx'
import { IconButton } from './icon-button.tsx'
import type { IconName } from './icons.tsx'

export type PanelName = 'layers' | 'below' | 'views' | 'feature'

interface RailProps {
  phone: boolean
  panel: PanelName | null
  onPanel: (panel: PanelName | null) => void
  timeOpen: boolean
  onTime: () => void
  onHelp: () => void
}

const PANELS: readonly { name: PanelName; icon: IconName; shortcut?: string }[] = [
  { name: 'layers', icon: 'layers', shortcut: 'L' },
  { name: 'below', icon: 'below', shortcut: 'G' },
  { name: 'views', icon: 'bookmark' },
  { name: 'feature', icon: 'feature' },
]

export function Rail({ phone, panel, onPanel, timeOpen, onTime, onHelp }: RailProps) {
  const t = useText()
  const selected = useApp((state) => state.selection !== null)
  const placement = phone ? 'top' : 'right'
  return (
    <nav className="tw-rail" aria-label={t('rail.label')}>
      {PANELS.filter(({ name }) => phone || name !== 'feature').map(({ name, icon, shortcut }) => {
        const open = panel === name
        const words = { panel: t(`rail.${name}`) }
        return (
          <IconButton
            key={name}
            icon={icon}
            label={open ? t('rail.close', words) : t('rail.open', words)}
            shortcut={shortcut}
            placement={placement}
            expanded={open}
            controls={`tw-dock-${name}`}
            className={name === 'feature' && selected ? 'has-news' : ''}
            onClick={() => onPanel(open ? null : name)}
          >
            {phone && <span className="tw-rail-word">{t(`rail.short.${name}`)}</span>}
          </IconButton>
        )
      })}
      <span className="tw-rail-space" />
      <IconButton
        icon="time"
        label={timeOpen ? t('rail.close', { panel: t('time.label') }) : t('rail.open', { panel: t('time.label') })}
        placement={placement}
        expanded={timeOpen}
        onClick={onTime}
      >
        {phone && <span className="tw-rail-word">{t('rail.short.time')}</span>}
      </IconButton>
      <IconButton icon="help" label={t('status.help')} shortcut="?" placement={placement} onClick={onHelp}>
        {phone && <span className="tw-rail-word">{t('rail.short.help')}</span>}
      </IconButton>
    </nav>
  )
}

interface DockProps {
  name: PanelName | null
  right?: boolean
  onClose: () => void
  children: ReactNode
}

export function Dock({ name, right = false, onClose, children }: DockProps) {
  const t = useText()
  if (name === null) return null
  const title = t(`rail.${name}`)
  return (
    <aside id={`tw-dock-${name}`} className={`tw-dock ${right ? 'tw-dock-right' : ''}`} aria-label={title}>
      <div className="tw-dock-head">
        <h2>{title}</h2>
        <IconButton
          icon={right ? 'chevronRight' : 'chevronLeft'}
          label={t('rail.close', { panel: title })}
          placement="bottom"
          onClick={onClose}
        />
      </div>
      <div className="tw-dock-body">{children}</div>
    </aside>
  )
}
