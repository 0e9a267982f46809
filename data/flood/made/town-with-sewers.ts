/** A made sewer under the made town: a SWMM .inp with a manhole at each crossing of streets, draining to the south-east. */
import type { SwmmInp } from '../../formats/swmm-inp.ts'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { writeSwmmInp } from '../../formats/swmm-inp-write.ts'
import { town } from './terrains.ts'

/** Metres between crossings of `town`. */
const BLOCK = 60

/**
 * The sewer of `town(columns, cellM)`: circular conduits along the streets, eastward to a trunk that runs south along the
 * last street, falling 1 : 250, to one outfall under a fixed river level.
 *
 * A storm sewer of the town above it arrives at its western end and brings up to 0.6 m³/s: the hollow becomes a fountain.
 *
 * @param diameters of the branches and of the trunk, m
 * @returns text of a SWMM .inp in metres and m³/s, its plane that of the terrain
 */
export function townSewer(columns: number, cellM: number, diameters: readonly [number, number] = [0.4, 0.7]): string {
  const side = columns * cellM
  const ground = town(columns, cellM)
  const streets: number[] = []
  for (let at = 6; at < side - 6; at += BLOCK) streets.push(at)
  const count = streets.length
  const [branch, trunk] = diameters
  const name = (c: number, r: number) => `M${c + 1}-${r + 1}`
  const inp = emptyTown()
  const level = (c: number, r: number) =>
    ground.height(Math.floor(streets[c]! / cellM), Math.floor(streets[r]! / cellM))
  // inverts from the crown of the far corner, rising 1 : 250 up the conduits
  const invert = (c: number, r: number) => {
    const away = (count - 1 - r + count - 1 - c) * BLOCK
    const lowest = level(count - 1, count - 1) - 2.6
    return Math.min(lowest + away / 250, level(c, r) - 1.2)
  }
  const row = { rest: [], description: '', line: 0 }
  const pipe = (id: string, from: string, to: string, length: number, d: number) => {
    inp.conduits.push({
      ...row,
      name: id,
      from,
      to,
      length,
      roughness: 0.013,
      inOffset: '0',
      outOffset: '0',
      initFlow: 0,
      maxFlow: 0,
    })
    inp.xsections.push({ link: id, shape: 'CIRCULAR', geom: [d, 0, 0, 0], name: '', barrels: 1, culvert: 0, line: 0 })
  }
  for (let r = 0; r < count; r++) {
    for (let c = 0; c < count; c++) {
      const base = invert(c, r)
      inp.junctions.push({
        ...row,
        name: name(c, r),
        elevation: round(base),
        maxDepth: round(level(c, r) - base),
        initDepth: 0,
        surchargeDepth: 0,
        pondedArea: 0,
      })
      inp.coordinates.push({ ...row, name: name(c, r), x: streets[c]!, y: side - streets[r]! })
      if (c + 1 < count) pipe(`B${c + 1}-${r + 1}`, name(c, r), name(c + 1, r), BLOCK, branch)
      else if (r + 1 < count) pipe(`T${r + 1}`, name(c, r), name(c, r + 1), BLOCK, trunk)
    }
  }
  const last = invert(count - 1, count - 1)
  inp.outfalls.push({
    ...row,
    name: 'River',
    elevation: round(last - 0.2),
    type: 'FIXED',
    data: String(round(last + 0.3)),
    gated: true,
    routeTo: '',
  })
  inp.coordinates.push({ ...row, name: 'River', x: side + 40, y: side - streets[count - 1]! })
  pipe('Outlet', name(count - 1, count - 1), 'River', 50, trunk)
  for (const one of inp.junctions) {
    // dry weather of the houses around each manhole
    inp.dwf.push({
      ...row,
      node: one.name,
      constituent: 'FLOW',
      baseline: 0.0004,
      pattern1: 'Day',
      pattern2: '',
      pattern3: '',
      pattern4: '',
    })
  }
  const middle = Math.floor(count / 2)
  inp.timeseries.push({
    name: 'Above',
    file: '',
    points: [
      [0, 0],
      [0.4, 0.05],
      [0.7, 0.6],
      [0.9, 0.6],
      [1.3, 0.05],
      [2, 0],
    ].map(([hours, value]) => ({ date: '', hours: hours!, value: value! })),
  })
  inp.inflows.push({
    ...row,
    node: name(0, middle),
    constituent: 'FLOW',
    series: 'Above',
    type: 'FLOW',
    unitsFactor: 1,
    scale: 1,
    baseline: 0,
    pattern: '',
  })
  inp.patterns.push({
    name: 'Day',
    type: 'HOURLY',
    factors: [
      0.4, 0.3, 0.3, 0.3, 0.4, 0.7, 1.2, 1.6, 1.5, 1.3, 1.2, 1.2, 1.3, 1.2, 1.1, 1, 1.1, 1.2, 1.4, 1.6, 1.5, 1.2, 0.8,
      0.6,
    ],
  })
  return writeSwmmInp(inp)
}

const round = (value: number) => Number(value.toFixed(3))

function emptyTown(): SwmmInp {
  const inp = readSwmmInp('[TITLE]\nMade town: sewers (演示数据)\n[OPTIONS]\nFLOW_UNITS CMS\n')
  Object.assign(inp.options, {
    FLOW_ROUTING: 'DYNWAVE',
    LINK_OFFSETS: 'DEPTH',
    START_DATE: '06/01/2026',
    START_TIME: '08:00:00',
    END_DATE: '06/01/2026',
    END_TIME: '10:00:00',
    ROUTING_STEP: '5',
  })
  return inp
}

/** A storm over the made town with its sewers: rain on the ground, gullies and manholes, two-way. */
export function townSewerRun(columns: number, cellM: number): unknown {
  const side = columns * cellM
  return {
    version: 1,
    title: 'Made town under a storm, with sewers (演示数据)',
    terrain: { file: 'town.asc' },
    solver: 'muscl',
    time: { end: 5400 },
    manning: 0.02,
    rain: { chicago: { a: 12, c: 0.8, b: 10, n: 0.7, returnPeriodYears: 20, durationMin: 60 } },
    infiltration: { method: 'constant', mmPerHour: 3 },
    buildings: { file: 'houses.geojson', mode: 'blocked' },
    boundaries: [
      { side: 'south', type: 'free' },
      { side: 'east', type: 'free' },
    ],
    sewer: { file: 'town.inp', inlets: { file: 'inlets.csv' } },
    gauges: [{ name: 'hollow', x: 0.7 * side, y: 0.35 * side }],
    output: { gaugesEvery: 60, depthAt: [1800, 3600] },
  }
}

/** Street gullies of the made town, two beside each manhole: a grate of 0.5 m × 0.4 m, half open. */
export function townInlets(columns: number, cellM: number): string {
  const side = columns * cellM
  const lines = ['node,x,y,area,perimeter']
  let r = 0
  for (let y = 6; y < side - 6; y += BLOCK, r++) {
    let c = 0
    for (let x = 6; x < side - 6; x += BLOCK, c++) {
      for (const shift of [-5, 5]) {
        const [px, py] = [x + shift, side - y + shift]
        if (px > 0 && py > 0 && px < side && py < side) lines.push(`M${c + 1}-${r + 1},${px},${py},0.1,1.3`)
      }
    }
  }
  return `${lines.join('\n')}\n`
}
