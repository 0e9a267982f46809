/** Places at equal distances along a line: the trees of a row. */
import type { Position } from 'geojson'
import { metresPerDegree } from './ellipsoid.ts'

/** Metres between the trees of a row. */
const SPACING = 8
/** A row of over 40 km is a mistake. */
const MOST = 5000

/**
 * Places every 8 metres, the first on the line's start.
 *
 * @param line degrees
 * @returns at most 5000, to 1e-7 degrees
 */
export function alongLine(line: readonly Position[]): Position[] {
  const out: Position[] = []
  let ahead = 0
  for (let i = 0; i + 1 < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i], line[i + 1]]
    const [east, north] = metresPerDegree(ay)
    const length = Math.hypot((bx - ax) * east, (by - ay) * north)
    for (; ahead <= length && out.length < MOST; ahead += SPACING) {
      const part = length === 0 ? 0 : ahead / length
      out.push([Math.round((ax + part * (bx - ax)) * 1e7) / 1e7, Math.round((ay + part * (by - ay)) * 1e7) / 1e7])
    }
    ahead -= length
  }
  return out
}
