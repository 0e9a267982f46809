/** `node data/flood/made/write-examples.ts <folder> [cells]`: a valley breach and a town under rain, ready for `npm run flood`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { asEsriAscii, houses, town, valley } from './terrains.ts'
import { townInlets, townSewer, townSewerRun } from './town-with-sewers.ts'

/** A breach of the dam of `valley(columns, cellM)`. */
export function valleyRun(columns: number, cellM: number): unknown {
  const length = columns * cellM
  const width = Math.round(columns / 3) * cellM
  const x = 0.3 * length
  const centre = (at: number) => width / 2 - 0.22 * width * Math.sin((2 * Math.PI * at) / (0.55 * length))
  const floor = 100 - x / 250
  return {
    version: 1,
    title: 'Made valley: the dam breaks',
    terrain: { file: 'valley.asc', datum: 'made' },
    solver: 'muscl',
    time: { end: 3600 },
    manning: 0.035,
    initial: { level: { file: 'lake.asc' } },
    boundaries: [{ side: 'east', type: 'free' }],
    breaches: [
      {
        name: 'dam',
        line: [
          [x, centre(x) - 0.2 * width],
          [x, centre(x) + 0.2 * width],
        ],
        thickness: 60,
        start: 60,
        duration: 600,
        width: 0.1 * width,
        bottom: floor + 0.5,
      },
    ],
    gauges: [0.35, 0.5, 0.7, 0.9].map((share) => ({
      name: `km ${((share * length) / 1000).toFixed(1)}`,
      x: share * length,
      y: centre(share * length),
    })),
    sections: [
      {
        name: 'below the dam',
        line: [
          [0.4 * length, 0],
          [0.4 * length, width],
        ],
      },
    ],
    output: { gaugesEvery: 30, depthEvery: 600 },
  }
}

/** A storm over `town(columns, cellM)`. */
export function townRun(columns: number, cellM: number): unknown {
  const side = columns * cellM
  return {
    version: 1,
    title: 'Made town under a storm',
    terrain: { file: 'town.asc' },
    solver: 'inertial',
    time: { end: 5400 },
    manning: 0.02,
    rain: { chicago: { a: 12, c: 0.8, b: 10, n: 0.7, returnPeriodYears: 20, durationMin: 60 } },
    infiltration: { method: 'constant', mmPerHour: 3 },
    buildings: { file: 'houses.geojson', mode: 'blocked' },
    boundaries: [
      { side: 'south', type: 'free' },
      { side: 'east', type: 'free' },
    ],
    links: [{ type: 'pump', name: 'station', from: [0.7 * side, 0.35 * side], to: null, rate: 0.2 }],
    gauges: [{ name: 'hollow', x: 0.7 * side, y: 0.35 * side }],
    output: { gaugesEvery: 60, depthAt: [1800, 3600] },
  }
}

/** Writes both examples into a folder. */
export function writeExamples(folder: string, columns: number): void {
  mkdirSync(folder, { recursive: true })
  const put = (name: string, text: string) => writeFileSync(resolve(folder, name), text)
  const ground = valley(columns, 10)
  const dam = 0.3 * columns * 10
  const floor = 100 - dam / 250
  const lake = { ...ground, height: (column: number) => ((column + 0.5) * 10 < dam ? floor + 15 : -100) }
  put('valley.asc', asEsriAscii(ground))
  put('lake.asc', asEsriAscii(lake))
  put('valley.json', JSON.stringify(valleyRun(columns, 10), null, 2))
  const streets = town(columns, 2)
  put('town.asc', asEsriAscii(streets))
  put('houses.geojson', houses(streets))
  put('town.json', JSON.stringify(townRun(columns, 2), null, 2))
  put('town.inp', townSewer(columns, 2))
  put('inlets.csv', townInlets(columns, 2))
  put('sewers.json', JSON.stringify(townSewerRun(columns, 2), null, 2))
}

if (import.meta.main) {
  const [folder, cells = '300'] = process.argv.slice(2)
  if (!folder || !(Number(cells) >= 60)) throw new Error('write-examples: expected <folder> [cells ≥ 60]')
  writeExamples(resolve(folder), Number(cells))
}
