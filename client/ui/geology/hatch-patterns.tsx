/** The hatches of soils as SVG patterns: the signs of a borehole log. */
import type { ReactNode } from 'react'
import { HATCHES, type Hatch } from '../../../data/geology/soils.ts'

/** What each sign is made of, in a tile of 12 by 12. */
const SIGNS: Record<Hatch, ReactNode> = {
  none: null,
  cross: <path d="M0 12L12 0M0 0L12 12" />,
  wave: <path d="M0 3q1.5-2 3 0t3 0M6 9q1.5-2 3 0t3 0" />,
  slant: <path d="M-3 3L3-3M0 12L12 0M9 15L15 9" />,
  'slant-dash': <path d="M-3 3L3-3M9 15L15 9M2 10L6 6" />,
  dash: <path d="M0 3h5M6 9h5" />,
  dots: <path d="M2 3h1M8 9h1M9 2h1M4 8h1" className="tw-hatch-dot" />,
  'dots-circles': (
    <>
      <path d="M2 3h1M9 2h1M3 10h1" className="tw-hatch-dot" />
      <circle cx="8.5" cy="8" r="2.2" />
    </>
  ),
  circles: (
    <>
      <circle cx="3" cy="3" r="2.2" />
      <circle cx="9" cy="9" r="2.2" />
    </>
  ),
  triangles: <path d="M1 5L3.5 1L6 5ZM6.5 11L9 7L11.5 11Z" />,
  'slant-circles': (
    <>
      <path d="M-3 3L3-3M0 12L12 0M9 15L15 9" />
      <circle cx="3" cy="4" r="1.8" />
    </>
  ),
  'slant-cross': <path d="M0 12L12 0M4 4L8 8" />,
  vee: <path d="M1 1L3 5L5 1M7 7L9 11L11 7" />,
  plus: <path d="M3 1v4M1 3h4M9 7v4M7 9h4" />,
  brick: <path d="M0 0h12M0 6h12M3 0v6M9 6v6" />,
  'brick-dots': (
    <>
      <path d="M0 0h12M0 6h12M3 0v6M9 6v6" />
      <path d="M7 3h1M3 9h1" className="tw-hatch-dot" />
    </>
  ),
  'brick-dash': <path d="M0 0h12M0 6h12M3 0v6M9 6v6M6 3h3M2 9h3" />,
}

/** Patterns of all hatches; `prefix` keeps the ids of two drawings apart. */
export function HatchPatterns({ prefix }: { prefix: string }) {
  return (
    <defs>
      {HATCHES.map((hatch) => (
        <pattern key={hatch} id={`${prefix}-${hatch}`} width="12" height="12" patternUnits="userSpaceOnUse">
          <g className="tw-hatch">{SIGNS[hatch]}</g>
        </pattern>
      ))}
    </defs>
  )
}
