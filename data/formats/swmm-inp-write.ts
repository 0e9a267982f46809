/** Writes SWMM 5 input files (.inp). */

import { SWMM_TABLE_SECTIONS, type SwmmInp, type SwmmTransect } from './swmm-inp.ts'
import { quotedWord, TABLES, writeRow } from './swmm-inp-columns.ts'

const clock = (hours: number) => {
  const seconds = hours * 3600
  const whole = Math.round(seconds)
  // a clock when it is one, decimal hours when not
  if (Math.abs(seconds - whole) > 1e-6) return String(hours)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

function transectLines({ name, roughness, points, ...one }: SwmmTransect): string[] {
  const head = [points.length, one.leftBank, one.rightBank, 0, 0, 0, one.lengthFactor, one.widthFactor]
  const lines = [`NC ${roughness.join(' ')}`, `X1 ${quotedWord(name)} ${head.join(' ')} ${one.elevationOffset}`]
  for (let k = 0; k < points.length; k += 5) {
    const five = points.slice(k, k + 5).map(([station, elevation]) => `${elevation} ${station}`)
    lines.push(`GR ${five.join(' ')}`)
  }
  return lines
}

/** Lines of the sections that are no plain tables. */
function specialSections(inp: SwmmInp): [name: string, lines: string[]][] {
  const points = (list: SwmmInp['vertices']) =>
    list.flatMap(({ name, points }) => points.map(([x, y]) => `${quotedWord(name)} ${x} ${y}`))
  return [
    [
      'INFILTRATION',
      inp.infiltration.map(({ subcatchment, values, method }) =>
        [quotedWord(subcatchment), ...values, method].join(' ').trimEnd(),
      ),
    ],
    [
      'XSECTIONS',
      inp.xsections.map(({ link, shape, geom, name, barrels, culvert }) => {
        const head = `${quotedWord(link)} ${shape}`
        if (shape === 'IRREGULAR' || shape === 'STREET') return `${head} ${quotedWord(name)} 0 0 0 1`
        if (name) return `${head} ${geom[0]} ${quotedWord(name)} 0 0 ${barrels}`
        return `${head} ${geom.join(' ')} ${barrels}${culvert ? ` ${culvert}` : ''}`
      }),
    ],
    [
      'CURVES',
      inp.curves.flatMap(({ name, type, points }) =>
        points.map(([x, y], k) => [quotedWord(name), k === 0 ? type : '', x, y].filter((one) => one !== '').join(' ')),
      ),
    ],
    [
      'TIMESERIES',
      inp.timeseries.flatMap(({ name, file, points }) =>
        file
          ? [`${quotedWord(name)} FILE "${file}"`]
          : points.map(({ date, hours, value }) =>
              [quotedWord(name), date, clock(hours), value].filter((one) => one !== '').join(' '),
            ),
      ),
    ],
    [
      'PATTERNS',
      inp.patterns.flatMap(({ name, type, factors }) =>
        factors.length === 0 ? [] : [`${quotedWord(name)} ${type} ${factors.join(' ')}`],
      ),
    ],
    ['TRANSECTS', inp.transects.flatMap(transectLines)],
    ['CONTROLS', inp.controls],
    ['EVAPORATION', inp.evaporation.map((words) => words.map(quotedWord).join(' '))],
    ['INLETS', inp.inlets.map(({ name, kind, values }) => [name, kind, ...values].map(quotedWord).join(' '))],
    ['VERTICES', points(inp.vertices)],
    ['POLYGONS', points(inp.polygons)],
  ]
}

/**
 * Text of a SWMM 5 .inp: what was read comes out again, section by section (comments above rows kept, others not).
 * Numbers in the units that `options.FLOW_UNITS` says.
 */
export function writeSwmmInp(inp: SwmmInp): string {
  const parts: string[] = []
  const put = (name: string, lines: readonly string[]) => {
    if (lines.length > 0) parts.push(`[${name}]`, ...lines, '')
  }
  parts.push('[TITLE]', ...inp.title, '')
  put(
    'OPTIONS',
    Object.entries(inp.options).map(([key, value]) => `${key} ${value}`),
  )
  for (const [name, key] of Object.entries(SWMM_TABLE_SECTIONS)) {
    const lines: string[] = []
    for (const row of inp[key]) {
      for (const line of row.description ? row.description.split('\n') : []) lines.push(`;${line}`)
      lines.push(writeRow(TABLES[key], row, row.rest))
    }
    put(name, lines)
  }
  for (const [name, lines] of specialSections(inp)) put(name, lines)
  for (const { name, lines } of inp.other) put(name, lines)
  return `${parts.join('\n')}\n`
}
