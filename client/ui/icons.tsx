/** The page's own icons: one stroke, a 24 px grid, the colour of the text beside them. */
import type { SVGProps } from 'react'

const PATHS = {
  layers: 'M12 3 3 8l9 5 9-5-9-5ZM3 12l9 5 9-5M3 16l9 5 9-5',
  bookmark: 'M6 3h12v18l-6-4.5L6 21V3Z',
  views: 'M3 7h4l2-3h6l2 3h4v13H3V7ZM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  share: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  feature: 'M5 3h14v18H5V3ZM8.5 8h7M8.5 12h7M8.5 16h4',
  time: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20 20',
  close: 'M6 6l12 12M18 6 6 18',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  eyeOff:
    'M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6 7.7A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-1',
  chevronDown: 'M6 9l6 6 6-6',
  chevronRight: 'M9 6l6 6-6 6',
  chevronLeft: 'M15 6l-6 6 6 6',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4',
  warning: 'M12 4 2.5 20h19L12 4ZM12 10v5M12 17.3v.4',
  check: 'M5 12.5 10 17.5 19.5 7',
  play: 'M7 4.5v15l12-7.5-12-7.5Z',
  pause: 'M8 5v14M16 5v14',
  shadow: 'M4 20V9l6-3v14M10 20h11l-5-6h-6M18 3v.1M21 6h.1M14.6 4.6l.1.1',
  sunrise: 'M3 18h18M6.5 18a5.5 5.5 0 0 1 11 0M12 9.5V4M9.5 6.5 12 4l2.5 2.5',
  sunset: 'M3 18h18M6.5 18a5.5 5.5 0 0 1 11 0M12 4v5.5M9.5 7 12 9.5 14.5 7',
  home: 'M4 11.5 12 4l8 7.5M6 10v10h12V10',
  fullscreen: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  camera: 'M3 7.5h4l1.5-2.5h7L17 7.5h4V19H3V7.5ZM12 9.8a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6Z',
  undo: 'M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4',
  redo: 'M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h4',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 1.9M12 16.6v.4',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  pencil: 'M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20ZM14 6.5 17.5 10',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5M13.5 11v5',
  copy: 'M8.5 8.5h11v11h-11v-11ZM15.5 8.5v-4h-11v11h4',
  fly: 'M21 3 3 10.5l7 3.5 3.5 7L21 3ZM10 14l5-5',
  orbit: 'M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM4 13.5a8.1 8.1 0 1 0 2-6.9M6.2 3v3.8H10',
  plane:
    'M21.5 12c0-1-1-1.5-2-1.5h-4.7L9.5 3.5h-2l2.3 7H5.5L4 8.5H2.5l1 3.5-1 3.5H4l1.5-2h4.3l-2.3 7h2l5.3-7h4.7c1 0 2-.5 2-1.5Z',
  walk: 'M13 3.2a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2ZM9 21l2.5-6-2-2.5L11 8l3 2 3 1M11 8 7.5 10 7 13M13 15l2.5 6',
  below: 'M3 6h18M5 6v4M12 6v3M19 6v4M4 16a4 4 0 1 0 8 0 4 4 0 0 0-8 0ZM15 18.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0Z',
  palette:
    'M12 3a9 9 0 1 0 0 18c1.5 0 2-1 1.5-2.2-.6-1.5.4-2.8 2-2.8H18c2 0 3-1.5 3-4 0-5-4-9-9-9ZM7.5 12v.1M9.5 8v.1M14.5 7.5v.1M17.5 11v.1',
  reset: 'M5 4v5h5M5.5 9A8 8 0 1 1 4 14',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.4',
  city: 'M3 20V9l6-3v14M9 20V4l6 3v13M15 20v-9l6 2v7M2 20h20',
  menu: 'M4 7h16M4 12h16M4 17h16',
  start: 'M6 5v14M19 5 9 12l10 7V5Z',
} as const

export type IconName = keyof typeof PATHS

/** Decorative: the button or the text beside it carries the name. */
export function Icon({ name, ...rest }: { name: IconName } & SVGProps<SVGSVGElement>) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="1.25rem"
      height="1.25rem"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
