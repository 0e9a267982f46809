/** A made town by a winding river on 1 m ground, and its flood as a run: what coarse cells over tables are held against. */
import type { MadeTerrain } from './terrains.ts'

/** A river 14 m wide, 2 m deep, that winds through a plain with houses (void); falls 1 : 2000 to the east, closed below. */
export function riverTown(columns: number): MadeTerrain {
  return {
    columns,
    rows: columns,
    cellM: 1,
    height(c, r) {
      const middle = columns / 2 + 30 * Math.sin(c / 45)
      const away = Math.abs(r - middle)
      const ground = 2 + 0.012 * away + 0.25 * Math.sin(c / 40) * Math.cos(r / 35) - c / 2000
      const river = away < 7 ? -2 * (1 - (away / 7) ** 2) : 0
      const house = away > 20 && (c + 7) % 53 > 14 && (c + 7) % 53 < 44 && (r + 3) % 47 > 9 && (r + 3) % 47 < 35
      return house ? Number.NaN : ground + river
    },
  }
}

/** A flood through `riverTown(columns)`, its terrain in `river-town.asc`. */
export function riverTownRun(columns: number, end: number): Record<string, unknown> {
  const peak = columns / 6.5
  return {
    version: 1,
    title: 'Made town by a river',
    terrain: { file: 'river-town.asc' },
    solver: 'inertial',
    time: { end },
    manning: 0.04,
    inflows: [
      {
        name: 'river',
        line: [
          [2.5, columns / 2 - 7],
          [2.5, columns / 2 + 7],
        ],
        discharge: [
          [0, 0],
          [0.19 * end, peak],
          [0.56 * end, peak],
          [0.75 * end, 0],
        ],
      },
    ],
    gauges: [
      { name: 'bank', x: columns / 2, y: columns / 2 + 20 },
      { name: 'river', x: columns / 4, y: columns / 2 - 30 * Math.sin(columns / 180) },
    ],
    sections: [
      {
        name: 'middle',
        line: [
          [columns / 2, 0],
          [columns / 2, columns],
        ],
      },
    ],
    output: { gaugesEvery: 60 },
  }
}
