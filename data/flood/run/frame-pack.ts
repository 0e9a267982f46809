/** The water as whole steps in 16 bits, in plain arithmetic: for engines that do not pack it themselves. */
import { DRY_DEPTH, type Engine, type FramePack, type WetBox } from '../engine.ts'
import { cellIndex } from '../layout.ts'

/** The wet cells of a box given cell by cell. */
function wetBox(columns: number, rows: number, depthAt: (column: number, row: number) => number): WetBox {
  const box: WetBox = { left: columns, top: rows, right: -1, bottom: -1, most: 0, fastest: 0 }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const h = depthAt(column, row)
      if (!(h > DRY_DEPTH)) continue
      if (column < box.left) box.left = column
      if (column > box.right) box.right = column
      if (row < box.top) box.top = row
      box.bottom = row
      if (h > box.most) box.most = h
    }
  }
  return box
}

/** Packs an engine whose cells are those of the terrain. */
export function plainPack(engine: Engine): FramePack {
  const { layout, pores } = engine
  const { width } = layout
  const [depth, across, down] = [engine.depth(), engine.across(), engine.down()]
  const at = (column: number, row: number) => cellIndex(layout, column, row)
  const open = (i: number) => (pores ? pores.inverse[i]! : 1)
  const values: ((i: number) => number)[] =
    engine.scheme === 'inertial'
      ? [
          (i) => depth[i]! * open(i),
          (i) => 0.5 * (across[i]! + across[i + 1]!) * open(i),
          (i) => 0.5 * (down[i]! + down[i + width]!) * open(i),
        ]
      : [(i) => depth[i]! * open(i), (i) => depth[i]! * across[i]! * open(i), (i) => depth[i]! * down[i]! * open(i)]
  const value = (what: 0 | 1 | 2, i: number) => (what === 0 || depth[i]! > DRY_DEPTH ? values[what]!(i) : 0)
  return {
    box(flows) {
      const box = wetBox(layout.columns, layout.rows, (column, row) => values[0]!(at(column, row)))
      if (!flows || box.right < 0) return box
      for (let row = box.top; row <= box.bottom; row++) {
        for (let i = at(box.left, row); i <= at(box.right, row); i++) {
          box.fastest = Math.max(box.fastest, Math.abs(value(1, i)), Math.abs(value(2, i)))
        }
      }
      return box
    },
    rows(what, part, step, out) {
      for (let row = 0, k = 0; row < part.rows; row++) {
        let i = at(part.column, part.row + row * part.stride)
        for (let column = 0; column < part.columns; column++, k++, i += part.stride) {
          out[k] = Math.round(value(what, i) / step)
        }
      }
    },
  }
}
