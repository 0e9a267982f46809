/** A button that is only an icon: named for screen readers, explained by a tooltip. */
import { Tooltip } from 'antd'
import type { MouseEventHandler, ReactNode } from 'react'
import { Icon, type IconName } from './icons.tsx'
import { useScreen } from './use-screen.ts'

interface Props {
  icon: IconName
  label: string
  onClick: MouseEventHandler<HTMLButtonElement>
  /** for a toggle: whether it is on */
  pressed?: boolean
  /** for a button that opens a panel: whether it is open, and which element it is */
  expanded?: boolean
  controls?: string
  disabled?: boolean
  placement?: 'top' | 'bottom' | 'left' | 'right'
  shortcut?: string
  className?: string
  children?: ReactNode
}

export function IconButton(props: Props) {
  const { icon, label, onClick, pressed, expanded, controls, disabled, placement = 'top', shortcut } = props
  // on a touch screen a tooltip comes late and stays
  const { phone } = useScreen()
  return (
    <Tooltip
      {...(phone && { open: false })}
      title={
        <>
          {label}
          {shortcut && <kbd className="tw-kbd">{shortcut}</kbd>}
        </>
      }
      placement={placement}
      mouseEnterDelay={0.4}
    >
      <button
        type="button"
        className={`tw-icon-button ${props.className ?? ''}`}
        aria-label={label}
        aria-pressed={pressed}
        aria-expanded={expanded}
        aria-controls={controls}
        aria-keyshortcuts={shortcut}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon name={icon} />
        {props.children}
      </button>
    </Tooltip>
  )
}
