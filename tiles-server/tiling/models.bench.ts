/** IFC → tiles on disk, against web-ifc streaming all meshes of the same files bare. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as WebIfc from 'web-ifc'
import { interleave, printRow } from '../../data/bench/interleave.ts'
import { readIfc } from '../../data/formats/ifc.ts'
import { type MadeElement, writeIfc } from '../../data/formats/ifc-write.ts'
import { modelReady } from '../../data/mesh/model-surface.ts'
import type { StoredElement } from '../db/model-store.ts'
import { cutModel } from './models-tile.ts'
import { openTileStore } from './tile-store.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tidewall-bench-'))
const real = join(import.meta.dirname, '../../../shared/data/models/ifc/ifcfiles/public')

function made(): Uint8Array {
  const elements = Array.from({ length: 4000 }, (_, i): MadeElement => {
    const [x, y, z] = [(i % 25) * 2, (Math.floor(i / 25) % 16) * 2, Math.floor(i / 400) * 3]
    return {
      kind: 'IFCWALL',
      name: `w${i}`,
      storey: Math.floor(i / 400),
      box: [x, y, z, 1.8, 0.2, 2.8],
      colour: [0.8, 0.8, 0.8, 0],
      properties: { number: i, fire: 'F90' },
    }
  })
  const storeys = Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, elevation: i * 3 }))
  return new TextEncoder().encode(writeIfc({ name: 'bench', storeys, elements }))
}

const files = existsSync(real)
  ? readdirSync(real).map((name) => new Uint8Array(readFileSync(join(real, name))))
  : [made()]
const api = new WebIfc.IfcAPI()
await api.Init()
api.SetLogLevel(WebIfc.LogLevel.LOG_LEVEL_OFF)
await modelReady

let numbers = 0
function bare(): void {
  for (const bytes of files) {
    const model = api.OpenModel(bytes, { COORDINATE_TO_ORIGIN: false })
    api.StreamAllMeshes(model, (mesh) => {
      for (let i = 0; i < mesh.geometries.size(); i++) {
        const geometry = api.GetGeometry(model, mesh.geometries.get(i).geometryExpressID)
        numbers += api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize()).length
        numbers += api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize()).length
      }
    })
    api.CloseModel(model)
  }
}

let serial = 0
async function ours(): Promise<void> {
  const root = join(scratch, String(serial++))
  const store = openTileStore(root)
  for (const bytes of files) {
    const model = await readIfc(bytes)
    const kinds: string[] = []
    const elements: StoredElement[] = []
    for (const { id, name, kind, storey, systems, parts } of model.elements()) {
      if (!kinds.includes(kind)) kinds.push(kind)
      elements.push({
        id,
        name,
        box: null,
        kind: kinds.indexOf(kind),
        storey: (storey ?? -1) + 1,
        system: (systems[0] ?? -1) + 1,
        parts,
      })
    }
    model.close()
    const head = { id: 'bench', title: '', source: '', revision: '', schema: '', storeys: [], systems: [] }
    await cutModel(
      { ...head, kinds, elements: 0, triangles: 0, bounds: null, given: null, place: null },
      elements,
      store,
    )
  }
  rmSync(root, { recursive: true, force: true })
}

const seconds = await interleave(ours, bare)
printRow({
  figure: 'IFC → tiles, all properties read',
  ours: `${seconds.ours.toFixed(2)} CPU-s`,
  peer: `web-ifc meshes bare ${seconds.peer.toFixed(2)} CPU-s`,
  ratio: seconds.ours / seconds.peer,
  reach: '≤ 1.5',
  note: `${files.length} models, ${numbers > 0 ? 'meshes read' : 'nothing read'}`,
})
rmSync(scratch, { recursive: true, force: true })
