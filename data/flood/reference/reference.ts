/** The reference backend: either scheme in plain TypeScript float64. */
import type { Engine, EngineSetup } from '../engine.ts'
import { referenceFv } from './fv.ts'
import { referenceInertial } from './inertial.ts'

/** A solver in plain float64; computes the whole box, always. */
export function referenceEngine(setup: EngineSetup): Engine {
  return setup.scheme === 'inertial' ? referenceInertial(setup) : referenceFv(setup)
}
