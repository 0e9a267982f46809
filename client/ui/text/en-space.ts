/** The page's words about scanned and registered space, in English. */
import type { zhSpace } from './zh-space.ts'

type Words<T> = { [K in keyof T]: T[K] extends string ? string : Words<T[K]> }

export const enSpace: Words<typeof zhSpace> = {
  space: {
    by: 'Colour',
    coloring: { auto: 'Automatic', color: 'True colour', class: 'Class', height: 'Height', intensity: 'Intensity' },
    classes: 'Only classes',
    allClasses: 'All',
    size: 'Point size',
    pixels: '{{n}} px',
    shade: 'Shade at edges',
    points: '{{n}} points',
    noClouds: 'No point cloud: bring in LAS, LAZ or COPC files with npm run ingest.',
    here: 'This point',
    part: 'The object here',
    pointHeight: '{{n}} m above the ellipsoid',
    lift: 'Raise',
    error: 'Detail',
    metres: '{{n}} m',
    building: 'Building',
    floor: 'Floor',
    floorOf: 'Floor {{n}}',
    allFloors: 'All floors',
    allBuildings: 'All buildings',
    explode: 'Floors apart',
    status: 'Registered',
    allStatus: 'Any',
    statuses: {
      registered: 'Registered',
      pending: 'Being registered',
      notice: 'Advance notice',
      mortgaged: 'Mortgaged',
      seized: 'Seized',
      disputed: 'Disputed',
      planned: 'Planned',
      used: 'In use',
      abandoned: 'Abandoned',
      unknown: 'Unknown',
    },
    byStatus: 'Colour by what is registered',
  },
}
