/** The made underground against the distances that the program itself asks of every city. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CLASSES } from '../geo/city-feature.ts'
import { findConflicts } from '../networks/clearance.ts'
import { readClearanceRules } from '../networks/clearance-rules.ts'
import { findDefects } from '../networks/defects.ts'
import { networkFromFeatures } from '../networks/network.ts'
import { generateCity } from './generate.ts'

const rules = readClearanceRules(
  JSON.parse(readFileSync(new URL('../networks/clearance-rules.json', import.meta.url), 'utf8')),
)
const city = generateCity({ tiny: true })
const pipes = [...city.features('pipes')]
const network = networkFromFeatures(pipes, city.features('pipe-nodes'))
const byId = new Map(pipes.map((one) => [one.id, one]))
const conflicts = findConflicts(network, {
  rules,
  pressure: network.pipes.ids.map((id) => byId.get(id)!.style.pressure as string | undefined),
})
const featureOf = (k: number) => byId.get(network.pipes.ids[k]!)!

test('lines of the tiny city keep their distances, but for a few at the works and out of the tunnel', () => {
  const pairs: Record<string, number> = {}
  for (const { rule, pipes: both } of conflicts) {
    const words = both.map((k) => (k < 0 ? 'ground' : CLASSES.pipes[network.pipes.utility[k]!]!)).sort()
    pairs[`${rule} ${words.join('-')}`] = (pairs[`${rule} ${words.join('-')}`] ?? 0) + 1
  }
  // 72 before the lines had lanes, 15 before tunnels and crossings were told apart
  expect(conflicts.length, JSON.stringify(pairs)).toBeLessThan(9)
})

test('where lines cross in the streets none runs through another, but for the mains out of the tunnel', () => {
  const street = (k: number) => {
    const { 道路, 用途 } = featureOf(k).attributes
    return 道路 !== undefined && 用途 !== '管廊出线'
  }
  const through = conflicts.filter(
    ({ rule, found, pipes: [a, b] }) => rule === 'vertical' && found < 0 && street(a) && street(b),
  )
  expect(through.map(({ pipes: [a, b] }) => `${featureOf(a).id} ${featureOf(b).id}`)).toEqual([])
})

test('lines that give way still meet in their nodes', () => {
  expect(findDefects(network).filter(({ rule }) => rule === 'joint-height')).toEqual([])
})
