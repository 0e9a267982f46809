/** Where the server answers a section among the marks: as values, or as a drawing. */
import type { Mark } from '../../scenes/schema/scene.ts'

/** The address with its parameters but the format; null for a mark that is no section. */
export function sectionAddress(mark: Mark): string | null {
  if (mark.type === 'section')
    return `/networks/section?line=${mark.line.map(([lng, lat]) => `${lng},${lat}`).join(';')}`
  if (mark.type !== 'long-section') return null
  const ends = (['from', 'to', 'pipe'] as const).flatMap((key) => {
    const id = mark[key]
    return id === undefined ? [] : [`${key}=${encodeURIComponent(id)}`]
  })
  if (mark.returnPeriod !== undefined) ends.push(`return=${mark.returnPeriod}`)
  return `/networks/${encodeURIComponent(mark.utility)}/section?${ends.join('&')}`
}
