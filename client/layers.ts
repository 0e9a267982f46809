/** Which function draws which kind of layer. Total by type: a kind without a renderer does not compile. */
import { drawBoreholes } from './engines/cesium/boreholes.ts'
import { drawBuildings } from './engines/cesium/buildings.ts'
import { drawFlat } from './engines/cesium/flat.ts'
import { drawGround } from './engines/cesium/ground.ts'
import { drawLabels } from './engines/cesium/labels.ts'
import { drawMesh } from './engines/cesium/mesh-layer.ts'
import { drawModels } from './engines/cesium/models.ts'
import { drawPipes } from './engines/cesium/pipes.ts'
import { drawPoints } from './engines/cesium/points.ts'
import type { Draws } from './engines/cesium/stage.ts'
import { drawTrees } from './engines/cesium/trees.ts'
import { drawUnits, drawVolumes } from './engines/cesium/volumes.ts'

/** The table. */
export const draws: Draws = {
  ground: drawGround,
  land: drawFlat('land'),
  water: drawFlat('water'),
  boundaries: drawFlat('boundaries'),
  roads: drawFlat('roads'),
  rail: drawFlat('rail'),
  labels: drawLabels,
  buildings: drawBuildings,
  trees: drawTrees,
  models: drawModels,
  pipes: drawPipes,
  boreholes: drawBoreholes,
  points: drawPoints,
  mesh: drawMesh,
  units: drawUnits,
  volumes: drawVolumes,
}
