/** IFC models made by code and, where they lie beside the project, real ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readIfc } from './ifc.ts'
import { type MadeModel, writeIfc } from './ifc-write.ts'
import type { ModelElement } from './model-element.ts'

const MADE: MadeModel = {
  name: '海门泵站',
  storeys: [
    { name: '二层', elevation: 3.6 },
    { name: '一层', elevation: 0 },
  ],
  elements: [
    {
      kind: 'IFCWALL',
      name: '南墙',
      storey: 1,
      box: [0, 0, 0, 12, 0.24, 3.6],
      colour: [0.8, 0.8, 0.7, 0],
      properties: { 材料: '砖', IsExternal: true, 厚度: 0.24 },
    },
    { kind: 'IFCSLAB', name: '楼板', storey: 0, box: [0, 0, 3.5, 12, 8, 0.1], colour: [0.6, 0.6, 0.6, 0] },
    { kind: 'IFCWINDOW', name: '窗', storey: 1, box: [2, 0, 1, 1.5, 0.24, 1.5], colour: [0.5, 0.7, 0.9, 0.6] },
    {
      kind: 'IFCPIPESEGMENT',
      name: '进水管',
      storey: 1,
      box: [1, 3, 0.5, 6, 0.4, 0.4],
      colour: [0.1, 0.6, 0.9, 0],
      system: '给水',
    },
    { kind: 'IFCSPACE', name: '泵房', storey: 1, box: [0.3, 0.3, 0, 11, 7, 3.4], colour: [1, 1, 1, 0.8] },
  ],
  place: { crs: 'EPSG:4549', east: 543_210.5, north: 3_171_234.25, height: 4.2, turnDeg: 30 },
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function all(text: string) {
  const model = await readIfc(bytes(text))
  const elements = [...model.elements()]
  model.close()
  return { model, elements, byName: new Map(elements.map((element) => [element.name, element])) }
}

/** Lowest and highest corner of an element, in the model's own metres. */
function boxOf({ parts }: ModelElement, origin: readonly number[]): number[] {
  const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
  for (const { positions } of parts) {
    for (let i = 0; i < positions.length; i++) {
      const axis = i % 3
      box[axis] = Math.min(box[axis], positions[i] + origin[axis])
      box[axis + 3] = Math.max(box[axis + 3], positions[i] + origin[axis])
    }
  }
  return box.map((at) => Math.round(at * 1e4) / 1e4)
}

test('each element comes with shape, storey, system and properties', async () => {
  const { model, elements, byName } = await all(writeIfc(MADE))
  expect(model.schema).toBe('IFC4')
  expect(model.name).toBe('海门泵站')
  expect(model.storeys.map(({ name, elevationM }) => [name, elevationM])).toEqual([
    ['一层', 0],
    ['二层', 3.6],
  ])
  expect(elements.map(({ kind }) => kind).sort()).toEqual([
    'IfcPipeSegment',
    'IfcSlab',
    'IfcSpace',
    'IfcWall',
    'IfcWindow',
  ])
  const wall = byName.get('南墙')!
  expect(wall.attributes).toMatchObject({
    'Pset_Tidewall.材料': '砖',
    'Pset_Tidewall.IsExternal': true,
    'Pset_Tidewall.厚度': 0.24,
  })
  expect(model.storeys[wall.storey!].name).toBe('一层')
  expect(boxOf(wall, model.origin)).toEqual([0, 0, 0, 12, 0.24, 3.6])
  expect(byName.get('进水管')!.systems.map((at) => model.systems[at].name)).toEqual(['给水'])
  expect(byName.get('窗')!.parts[0].colour[3]).toBeCloseTo(0.4)
})

test('triangles face outward', async () => {
  const { byName } = await all(writeIfc(MADE))
  let volume = 0
  for (const { positions: p, indices } of byName.get('楼板')!.parts) {
    for (let i = 0; i < indices.length; i += 3) {
      const [a, b, c] = [indices[i] * 3, indices[i + 1] * 3, indices[i + 2] * 3]
      volume +=
        (p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) -
          p[a + 1] * (p[b] * p[c + 2] - p[b + 2] * p[c]) +
          p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c])) /
        6
    }
  }
  expect(volume).toBeCloseTo(12 * 8 * 0.1, 3)
})

test('the georeference is given as the file has it: map conversion, site, or none', async () => {
  const { model } = await all(writeIfc(MADE))
  expect(model.place).toMatchObject({ kind: 'map-conversion', crs: 'EPSG:4549', eastM: 543_210.5, heightM: 4.2 })
  expect(model.place.kind === 'map-conversion' && (model.place.turn * 180) / Math.PI).toBeCloseTo(30)
  const site = await all(writeIfc({ ...MADE, place: { lng: 121.4321, lat: -28.65, height: 3 } }))
  expect(site.model.place).toMatchObject({ kind: 'site', heightM: 3 })
  expect(site.model.place.kind === 'site' && site.model.place.lng).toBeCloseTo(121.4321, 6)
  expect(site.model.place.kind === 'site' && site.model.place.lat).toBeCloseTo(-28.65, 6)
  expect((await all(writeIfc({ ...MADE, place: undefined }))).model.place).toEqual({ kind: 'none' })
})

test('coordinates in the millions keep their millimetres', async () => {
  const { model, byName } = await all(writeIfc({ ...MADE, shift: [10_543_210, 3_171_234, 0] }))
  const box = boxOf(byName.get('南墙')!, model.origin)
  expect(box[3] - box[0]).toBeCloseTo(12, 2)
  expect(box[4] - box[1]).toBeCloseTo(0.24, 2)
  expect(box[0]).toBeCloseTo(10_543_210, 1)
})

test('what is no IFC, or damaged, is refused with the reason or read as far as it goes, and the next file still works', async () => {
  await expect(readIfc(new Uint8Array())).rejects.toThrow('ifc: no STEP file, got ""; expected ISO-10303-21;')
  await expect(readIfc(bytes('PK\u0003\u0004'))).rejects.toThrow(/no STEP file/)
  const text = writeIfc(MADE)
  await expect(readIfc(bytes(text.replace('IFC4', 'AP214')))).rejects.toThrow(/got schema .*; expected IFC2X3/)
  for (let cut = 1; cut < 16; cut++) {
    const part = bytes(text).subarray(0, Math.floor((text.length * cut) / 16))
    const outcome = await all(new TextDecoder().decode(part)).catch((error: Error) => error)
    if (outcome instanceof Error) expect(outcome.message).toMatch(/^ifc: /)
  }
  const broken = text.replace(
    /IFCRECTANGLEPROFILEDEF\(\.AREA\.,\$,\$,12\.,0\.24\)/,
    'IFCRECTANGLEPROFILEDEF(.AREA.,$,$,0.,0.)',
  )
  const { elements } = await all(broken)
  expect(elements).toHaveLength(5)
  expect((await all(text)).elements).toHaveLength(5)
})

test('what the builder would follow without end is refused by its line; what it cannot draw is counted', async () => {
  const text = writeIfc(MADE)
  const foot = (rest: string): string =>
    text.replace(
      /#(\d+)=\s*IFCSIUNIT\(\*,\.LENGTHUNIT\.,[^;]*;/,
      (_, id) => `#${id}=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'FOOT',${rest.replaceAll('#own', `#${id}`)}`,
    )
  const refused = (changed: string): Promise<unknown> => {
    expect(changed).not.toBe(text)
    return readIfc(bytes(changed)).then(
      () => 'read',
      (error: Error) => error.message,
    )
  }
  expect(await refused(foot('$);'))).toMatch(
    /^ifc: unit #\d+ \(IfcConversionBasedUnit "FOOT"\) has no conversion factor/,
  )
  expect(await refused(foot('#9902);#9902=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3),#own);'))).toMatch(
    /^ifc: line #\d+ \(IFC\w+\) is made of itself/,
  )
  const end = /ENDSEC;\s*END-ISO/
  const loop =
    '#9003=IFCBOOLEANRESULT(.DIFFERENCE.,#9004,#9004);#9004=IFCBOOLEANRESULT(.UNION.,#9003,$);\nENDSEC;\nEND-ISO'
  expect(await refused(text.replace(end, loop))).toMatch(
    'line #9003 (IFCBOOLEANRESULT) is made of itself, got 2 lines that lead back to it; expected none',
  )
  expect(await refused(text.replace(/FILE_SCHEMA\(\('[^']*'/, "FILE_SCHEMA(('AUTOMOTIVE_DESIGN'"))).toBe(
    'ifc: got schema AUTOMOTIVE_DESIGN; expected IFC2X3 | IFC4 | IFC4X3',
  )
  const unitless = await readIfc(bytes(text.replace(/#\d+=\s*IFCUNITASSIGNMENT\([^;]*;/, '')))
  expect([...unitless.elements()].length).toBe(5)
  expect(unitless.notes).toEqual(['names no unit of length: read as metres'])
  unitless.close()
  const cut = await readIfc(bytes(text.slice(0, text.length * 0.7)))
  expect(cut.notes).toEqual(['cut short, without END-ISO-10303-21: read as far as it goes'])
  cut.close()
  const endless = await readIfc(bytes(text.replace(/(IFCCARTESIANPOINT\(\()[^,)]+/, '$11.E999')))
  expect([...endless.elements()].every(({ parts }) => parts.length === 0)).toBe(true)
  expect(endless.notes.join()).toMatch(/\d elements have shapes without a triangle/)
  endless.close()
})

const REAL = '../shared/data/models/ifc/ifcfiles/public'
test.skipIf(!existsSync(REAL))('real models of three schemas open, each product of the file once', async () => {
  for (const name of readdirSync(REAL)) {
    const raw = readFileSync(`${REAL}/${name}`)
    const model = await readIfc(new Uint8Array(raw))
    const elements = [...model.elements()]
    model.close()
    expect(new Set(elements.map(({ id }) => id)).size, name).toBe(elements.length)
    expect(elements.filter(({ kind }) => !kind.startsWith('Ifc'))).toEqual([])
    const triangles = elements.flatMap(({ parts }) => parts).reduce((sum, { indices }) => sum + indices.length / 3, 0)
    expect(triangles, name).toBeGreaterThan(0)
    // an independent count: walls as they stand in the text
    const walls = raw.toString('latin1').match(/=\s*IFCWALL(STANDARDCASE)?\s*\(/g)?.length ?? 0
    expect(elements.filter(({ kind }) => /^IfcWall(StandardCase)?$/.test(kind)).length, name).toBe(walls)
  }
})
