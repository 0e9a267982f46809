/** The defect list of a run: what the files showed and what the joined network shows, as records, counts and GeoJSON. */
import { rm, writeFile } from 'node:fs/promises'
import type { CityFeature } from '../../geo/city-feature.ts'
import { metresPerDegree } from '../../geo/ellipsoid.ts'
import { DEFECT_RULES, type Defect, type DefectRule } from '../../networks/defect.ts'
import { findDefects } from '../../networks/defects.ts'
import { networkFromFeatures } from '../../networks/network.ts'
import type { Drafts } from './draft.ts'
import type { CityIds } from './features.ts'

/** Declared lengths may differ this much from drawn ones. */
const LENGTH_SHARE = 0.2
const LENGTH_M = 5

/** Defects that only the drafts show, by the ids of the city. */
function ofDrafts(drafts: Drafts, ids: CityIds): Defect[] {
  return drafts.defects.map(({ rule, pipes, nodes, found, expected }) => {
    const line = pipes.length > 0 ? drafts.pipes[pipes[0]].line : []
    const at = nodes.length > 0 ? drafts.nodes[nodes[0]].at : (line[Math.floor(line.length / 2)] ?? [0, 0])
    const known = rule as DefectRule
    return {
      rule: known,
      severity: DEFECT_RULES[known].severity,
      pipes: pipes.map((k) => ids.pipes[k]),
      nodes: nodes.map((n) => ids.nodes[n]),
      lng: at[0],
      lat: at[1],
      found,
      expected,
    }
  })
}

/** Pipes whose declared length is not the drawn one; schematic drawings are not asked. */
function ofLengths(drafts: Drafts, ids: CityIds): Defect[] {
  const defects: Defect[] = []
  for (const [k, { line, length, table }] of drafts.pipes.entries()) {
    if (!(length > 0) || drafts.tables[table].schematic || line.length < 2) continue
    const [perLng, perLat] = metresPerDegree(line[0][1])
    let drawn = 0
    for (let i = 1; i < line.length; i++)
      drawn += Math.hypot((line[i][0] - line[i - 1][0]) * perLng, (line[i][1] - line[i - 1][1]) * perLat)
    if (Math.abs(drawn - length) <= Math.max(LENGTH_M, LENGTH_SHARE * Math.max(drawn, length))) continue
    const [lng, lat] = line[Math.floor(line.length / 2)]
    const found = `${length.toFixed(1)} m declared, ${drawn.toFixed(1)} m drawn`
    defects.push({
      rule: 'length-differs',
      severity: 'note',
      pipes: [ids.pipes[k]],
      nodes: [],
      lng,
      lat,
      found,
      expected: `within ${LENGTH_SHARE * 100} %`,
    })
  }
  return defects
}

/**
 * All defects of a run.
 *
 * @param features as stored
 * @param sample ground, metres above the ellipsoid, NaN unknown
 */
export function checkNetwork(
  drafts: Drafts,
  ids: CityIds,
  features: readonly CityFeature[],
  sample: (lng: number, lat: number) => number,
  signal: AbortSignal,
): Defect[] {
  const network = networkFromFeatures(
    features.filter(({ layer }) => layer === 'pipes'),
    features.filter(({ layer }) => layer === 'pipe-nodes'),
  )
  const chosen = (test: (pipe: Drafts['pipes'][number]) => boolean) =>
    new Set(drafts.pipes.flatMap((pipe, k) => (test(pipe) ? [ids.pipes[k]] : [])))
  const joints = chosen(({ fitting }) => fitting !== '')
  const aerial = chosen((pipe) => pipe.aerial)
  return [
    ...ofDrafts(drafts, ids),
    ...ofLengths(drafts, ids),
    ...findDefects(network, { ground: sample, joints, aerial, signal }),
  ]
}

/**
 * Writes the defects as points of a GeoJSON file; removes an old one when there is none.
 *
 * @returns the path, or null
 */
export async function writeDefects(path: string, defects: readonly Defect[]): Promise<string | null> {
  if (defects.length === 0) {
    await rm(path, { force: true })
    return null
  }
  const features = defects.map(({ lng, lat, ...properties }) => {
    const { zh, en } = DEFECT_RULES[properties.rule]
    return JSON.stringify({
      type: 'Feature',
      properties: { ...properties, zh, en },
      geometry: { type: 'Point', coordinates: [lng, lat] },
    })
  })
  await writeFile(path, `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`)
  return path
}
