/** Made ground for trying and testing: a valley with a dam, a town on a slope. Seeded by nothing: pure functions. */

/** A made terrain: rows from the north, metres. */
export interface MadeTerrain {
  columns: number
  rows: number
  cellM: number
  height: (column: number, row: number) => number
}

/** ESRI ASCII text of a terrain whose lower left corner is 0, 0. */
export function asEsriAscii({ columns, rows, cellM, height }: MadeTerrain): string {
  const lines = [
    `ncols ${columns}`,
    `nrows ${rows}`,
    'xllcorner 0',
    'yllcorner 0',
    `cellsize ${cellM}`,
    'NODATA_value -9999',
  ]
  for (let row = 0; row < rows; row++) {
    const values: string[] = []
    for (let column = 0; column < columns; column++) {
      const z = height(column, row)
      values.push(Number.isFinite(z) ? z.toFixed(3) : '-9999')
    }
    lines.push(values.join(' '))
  }
  return `${lines.join('\n')}\n`
}

/**
 * A valley that winds from west to east, falls 1 : 250, with a dam across it at 30 % of its length.
 *
 * @param columns its length in cells; the width is a third of it
 */
export function valley(columns: number, cellM: number): MadeTerrain {
  const rows = Math.round(columns / 3)
  const length = columns * cellM
  const width = rows * cellM
  return {
    columns,
    rows,
    cellM,
    height(column, row) {
      const x = (column + 0.5) * cellM
      const y = (row + 0.5) * cellM
      const middle = width / 2 + 0.22 * width * Math.sin((2 * Math.PI * x) / (0.55 * length))
      const away = Math.abs(y - middle)
      const floor = 100 - x / 250
      const sides = 40 * (1 - Math.exp(-((away / (0.16 * width)) ** 2)))
      const dam = Math.abs(x - 0.3 * length) < Math.max(1.2 * cellM, 12) ? floor + 18 : -Infinity
      return Math.max(floor + sides + 0.4 * Math.sin(x / 37) * Math.cos(y / 29), dam)
    },
  }
}

/** A town: a slope of 1 : 200 to the south-east with streets 0.3 m lower every 60 m; `houses` fill the blocks. */
export function town(columns: number, cellM: number): MadeTerrain {
  return {
    columns,
    rows: columns,
    cellM,
    height(column, row) {
      const x = (column + 0.5) * cellM
      const y = (row + 0.5) * cellM
      const street = x % 60 < 12 || y % 60 < 12 ? 0.3 : 0
      const hollow =
        1.2 * Math.exp(-(((x - 0.7 * columns * cellM) / 60) ** 2 + ((y - 0.65 * columns * cellM) / 60) ** 2))
      return 20 - (x + y) / 400 - street - hollow
    },
  }
}

/** Whether a house of `houses` stands at a place, x east, y south of the terrain's corner. */
export function houseAt({ columns, cellM }: MadeTerrain, x: number, y: number): boolean {
  const side = columns * cellM
  const inBlock = (at: number) => at >= 21 && (at - 21) % 60 < 30 && at - ((at - 21) % 60) + 30 < side
  return inBlock(x) && inBlock(y)
}

/** Houses of `town` as GeoJSON: one per block of 60 m, 30 m wide. */
export function houses(terrain: MadeTerrain): string {
  const side = terrain.columns * terrain.cellM
  const features: unknown[] = []
  for (let x = 21; x + 30 < side; x += 60) {
    for (let y = 21; y + 30 < side; y += 60) {
      const [south, north] = [side - y - 30, side - y]
      const ring = [
        [x, south],
        [x + 30, south],
        [x + 30, north],
        [x, north],
        [x, south],
      ]
      features.push({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } })
    }
  }
  return JSON.stringify({ type: 'FeatureCollection', features })
}
