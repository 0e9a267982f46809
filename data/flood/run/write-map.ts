/** One map of a run as a GeoTIFF that is whole or not there. */
import { writeGeotiff } from '../../formats/geotiff-write.ts'
import { cellIndex } from '../layout.ts'
import { writeWhole } from './keep.ts'
import type { Model } from './model.ts'

/** Value of "none" in all maps. */
export const NODATA = -9999

/** Writes a map: `value` of each cell, NaN is none. */
export async function writeMap(
  model: Model,
  path: string,
  description: string,
  value: (index: number) => number,
): Promise<void> {
  const { layout, west, north } = model.place
  const values = new Float32Array(layout.columns * layout.rows)
  for (let row = 0, k = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++, k++) values[k] = value(cellIndex(layout, column, row))
  }
  const file = writeGeotiff({
    columns: layout.columns,
    rows: layout.rows,
    west,
    north,
    pixel: layout.cellM,
    epsg: model.epsg,
    nodata: NODATA,
    values,
    description,
  })
  await writeWhole(path, [file])
}
