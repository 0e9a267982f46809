/** The page's words about boreholes and soil, in English. */
import type { zhGeology } from './zh-geology.ts'

type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> }

export const enGeology: Words<typeof zhGeology> = {
  geology: {
    log: 'Borehole log',
    noLog: 'No layers are recorded for this hole.',
    depth: 'Depth {{depth}}',
    water: 'Water at rest {{depth}} down',
    basis:
      'Colours and signs are the usual ones; soil names follow summaries of GB 50021, not checked against its text. Depths from the collar.',
    soil: 'Soil in the walls',
    inferred: 'Not reached by the holes nearby: told from deeper ones farther away',
    nearest: 'Nearest borehole {{metres}} m.',
    columns: 'Columns are drawn thicker than they are, depths are true; the blue ring is the water at rest.',
    sheets: 'Strata surfaces',
    sheet: { strata: 'Tops of layers', groundwater: 'Groundwater surface' },
    sheetsHow:
      'Depths of tops are the least and greatest within about a kilometre of the middle of the picture (of the camera, where that is sky); ± is the mean error by leaving holes out. Paler: farther from holes, or told from farther ones only; nothing is drawn beyond 1500 m.',
    sheetsHidden: 'The layer of boreholes and strata is off: turn it on to see them.',
    sheetsClosed: 'The ground is solid: use x-ray, make it clear, or go below to see them.',
    sheetsNothing: 'No boreholes near the middle of the picture.',
    sheetGround: 'at the ground',
    sheetError: 'compared at {{compared}} holes left out',
    dataDate: 'data of {{date}}',
    waterDates: 'water measured {{dates}}',
  },
}
