/** The colours buildings have when no data colours them, by use: what the shader draws and the legend says. */
import type { Color } from '../../scenes/schema/color.ts'

/** Class of building → colour; in the order of `CLASSES.buildings`, which is the number a tile stores. */
export const BUILDING_PALETTE = {
  residential: [0.8, 0.745, 0.675, 1],
  house: [0.78, 0.715, 0.64, 1],
  commercial: [0.8, 0.735, 0.69, 1],
  office: [0.785, 0.78, 0.765, 1],
  industrial: [0.715, 0.715, 0.7, 1],
  warehouse: [0.69, 0.7, 0.7, 1],
  public: [0.785, 0.765, 0.725, 1],
  school: [0.8, 0.715, 0.65, 1],
  hospital: [0.815, 0.805, 0.785, 1],
  religious: [0.745, 0.64, 0.565, 1],
  agricultural: [0.715, 0.69, 0.625, 1],
  garage: [0.695, 0.69, 0.68, 1],
  other: [0.76, 0.735, 0.7, 1],
} as const satisfies Record<string, Color>
