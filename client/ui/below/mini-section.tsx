/** Where one is below the ground: the line of the ground before and behind, the depth, and the camera as a dot. */
import type { Depth } from '../../app/state.ts'
import { useText } from '../app-context.tsx'

const [WIDE, HIGH] = [240, 96]
/** Metres shown from the left edge to the right one. */
const SPAN = 120

export function MiniSection({ depth: { depth, profile } }: { depth: Depth }) {
  const t = useText()
  const deepest = Math.max(12, depth * 1.35)
  const x = (ahead: number) => ((ahead + SPAN / 2) / SPAN) * WIDE
  const y = (above: number) => 18 + ((depth - above) / deepest) * (HIGH - 26)
  const ground = profile.map(([ahead, above]) => `${x(ahead).toFixed(1)},${y(above).toFixed(1)}`)
  const eye = y(0)
  return (
    <svg
      className="tw-mini-section"
      viewBox={`0 0 ${WIDE} ${HIGH}`}
      role="img"
      aria-label={t('below.depth', { depth: depth.toFixed(1) })}
    >
      <rect width={WIDE} height={HIGH} className="tw-mini-sky" />
      {ground.length > 1 && (
        <polygon points={`0,${HIGH} ${ground.join(' ')} ${WIDE},${HIGH}`} className="tw-mini-soil" />
      )}
      {ground.length > 1 && <polyline points={ground.join(' ')} className="tw-mini-ground" />}
      <line x1={WIDE / 2} x2={WIDE / 2} y1={y(depth)} y2={eye} className="tw-mini-staff" />
      <path d={`M${WIDE / 2 + 5} ${eye - 6} l14 6 l-14 6 z`} className="tw-mini-look" />
      <circle cx={WIDE / 2} cy={eye} r="4" className="tw-mini-eye" />
      <text x={WIDE / 2 - 8} y={(y(depth) + eye) / 2 + 4} textAnchor="end" className="tw-number">
        {`−${depth.toFixed(1)} m`}
      </text>
    </svg>
  )
}
