import { expect, test } from 'vitest'
import { readSwmmInp } from '../../formats/swmm-inp.ts'
import { simulateSewer } from './simulate-sewer.ts'

/** A network of random nodes, conduits of all slopes and sizes, pumps, weirs and inflows far beyond what it can carry. */
function randomNetwork(seed: number): string {
  let state = seed
  const random = () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const count = 3 + Math.floor(random() * 8)
  const rows: { [section: string]: string[] } = {}
  const put = (section: string, row: string) => {
    rows[section] ??= []
    rows[section].push(row)
  }
  put('OPTIONS', 'FLOW_UNITS CMS')
  put('OPTIONS', `ROUTING_STEP ${pick([1, 10, 60])}`)
  put('OPTIONS', `ALLOW_PONDING ${pick(['YES', 'NO'])}`)
  put('OUTFALLS', `N0 -1 ${pick(['FREE', 'NORMAL', 'FIXED 2'])}`)
  put('CURVES', 'Q PUMP2 1 0.1 3 1')
  for (let i = 1; i < count; i++) {
    const z = random() * pick([1, 10, 50])
    if (random() < 0.2) put('STORAGE', `N${i} ${z} 3 ${random()} FUNCTIONAL ${random() * 50} ${random() * 2} 5`)
    else put('JUNCTIONS', `N${i} ${z} ${pick([0, 1, 3])} ${random()} ${pick([0, 5])} ${pick([0, 100])}`)
    if (random() < 0.5) put('INFLOWS', `N${i} FLOW "" FLOW 1 1 ${pick([0.001, 0.1, 1, 20])}`)
  }
  const sizes = [
    'CIRCULAR 0.3',
    'RECT_CLOSED 1 0.2',
    'TRAPEZOIDAL 1 1 1 2',
    'EGG 0.9',
    'FORCE_MAIN 0.3 120',
    'ARCH 0.3 1',
  ]
  for (let i = 1; i < count + 2; i++) {
    const from = i < count ? i : 1 + Math.floor(random() * (count - 1))
    const to = i < count ? Math.floor(random() * i) : 0
    const kind = random()
    if (kind < 0.8) {
      const offsets = `${pick([0, random()])} ${pick([0, random() * 3])}`
      put(
        'CONDUITS',
        `C${i} N${from} N${to} ${pick([1, 10, 100])} ${pick([0.01, 0.05])} ${offsets} 0 ${pick([0, 0.5])}`,
      )
      put('XSECTIONS', `C${i} ${pick(sizes)}`)
      put('LOSSES', `C${i} ${random()} ${random()} 0 ${pick(['YES', 'NO'])}`)
    } else if (kind < 0.9) put('PUMPS', `C${i} N${from} N${to} ${pick(['Q', '*'])} ON ${pick([0, 1])} 0.2`)
    else {
      put('WEIRS', `C${i} N${from} N${to} ${pick(['TRANSVERSE', 'V-NOTCH'])} ${random()} 1.8 ${pick(['YES', 'NO'])}`)
      put('XSECTIONS', `C${i} RECT_OPEN 1 2`)
    }
  }
  return Object.entries(rows)
    .map(([section, list]) => `[${section}]\n${list.join('\n')}\n`)
    .join('')
}

test('random networks keep all water, stay finite and are solved', () => {
  for (let seed = 1; seed <= 15; seed++) {
    const { balance, nodes, links, unsolved } = simulateSewer(readSwmmInp(randomNetwork(seed * 7919)), {
      duration: 300,
      reach: seed % 2 ? 40 : 1000,
    })
    expect(Math.abs(balance.error), `seed ${seed}`).toBeLessThan(1e-11)
    expect(unsolved, `seed ${seed}`).toBeLessThan(0.05)
    for (const { name, depth } of nodes) expect(depth, `seed ${seed}, ${name}`).toBeGreaterThanOrEqual(0)
    for (const { name, speed } of links) expect(speed, `seed ${seed}, ${name}`).toBeLessThan(60)
  }
})
