/** How long a burst keeps people without water: closing, draining, digging and mending, filling; by rules of thumb that a city replaces. */

/** What the time depends on. */
export interface Repair {
  /** inner diameter of the burst pipe, metres; NaN = unknown */
  diameter: number
  /** metres from the ground to its crown; NaN = unknown */
  coverM: number
  /** valves that somebody must go to */
  valves: number
  /** cubic metres that stand in the pipes to be emptied */
  volumeM3: number
}

/** Hours of each part and together. */
export interface RepairTime {
  closeHours: number
  drainHours: number
  mendHours: number
  fillHours: number
  hours: number
}

/** Hours to dig up and mend by the pipe's inner diameter, up to `diameter` metres. */
const MENDING: readonly { diameter: number; hours: number }[] = [
  { diameter: 0.15, hours: 4 },
  { diameter: 0.3, hours: 6 },
  { diameter: 0.6, hours: 10 },
  { diameter: 1, hours: 16 },
  { diameter: Number.POSITIVE_INFINITY, hours: 24 },
]
/** Usual cover, metres; each metre more costs an hour of digging. */
const USUAL_COVER = 1.5
/** Hours on the way, and at each valve; two crews. */
const [ON_THE_WAY, AT_VALVE, CREWS] = [0.5, 0.25, 2]
/** Cubic metres per hour that a blow-off or hydrant lets out, and that fill a main without hammer. */
const [DRAIN, FILL] = [90, 60]

/** The estimate. Rules of thumb of a works crew, no promise: shown with its parts. */
export function repairTime({ diameter, coverM, valves, volumeM3 }: Repair): RepairTime {
  const size = diameter > 0 ? diameter : 0.3
  const deeper = coverM > USUAL_COVER ? coverM - USUAL_COVER : 0
  const closeHours = ON_THE_WAY + (Math.max(0, valves) * AT_VALVE) / CREWS
  const drainHours = Math.max(0, volumeM3) / DRAIN
  const mendHours = MENDING.find((row) => size <= row.diameter)!.hours + deeper
  const fillHours = 0.5 + Math.max(0, volumeM3) / FILL
  return { closeHours, drainHours, mendHours, fillHours, hours: closeHours + drainHours + mendHours + fillHours }
}
