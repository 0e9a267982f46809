/** Which tool does what: one word, one tool. A new tool is one file and one line here, and its word in the page's texts. */
import { askBurst, askClearance, askPollution, traceBoth, traceDown, traceUp } from './ask-network.ts'
import { digBox, digPipe, digPit, digTrench, drillPile } from './dig.ts'
import { changeHydraulics } from './hydraulics.ts'
import { placeModel } from './place-model.ts'
import { sectionAlong } from './section-along.ts'
import { sectionCut } from './section-cut.ts'
import type { StartTool } from './tool.ts'

/** The table. */
export const TOOLS = {
  'dig-pit': digPit,
  'dig-box': digBox,
  'dig-trench': digTrench,
  'dig-pipe': digPipe,
  'drill-pile': drillPile,
  burst: askBurst,
  'trace-up': traceUp,
  'trace-down': traceDown,
  'trace-both': traceBoth,
  pollution: askPollution,
  clearance: askClearance,
  'section-cut': sectionCut,
  'section-along': sectionAlong,
  hydraulics: changeHydraulics,
  'place-model': placeModel,
} as const satisfies Record<string, StartTool>
