/** The tables of a run in time: gauges, sections, sewers. */
import { resolve } from 'node:path'
import type { Engine } from '../engine.ts'
import type { SewerForcing } from '../sewer/sewer-forcing.ts'
import type { Progress } from './keep.ts'
import type { Model } from './model.ts'
import { openRecord } from './record-file.ts'
import { gaugeLines, sectionLines } from './records.ts'
import { SEWER_HEAD, sewerLines } from './sewer-run.ts'

/** Lengths of the tables' files, as a checkpoint keeps them, bytes. */
export type TableSizes = Pick<Progress, 'gaugeBytes' | 'sectionBytes' | 'sewerBytes'>

/** The tables that a run writes. */
export interface Tables {
  /** adds the lines of this moment */
  record(time: number): void
  /** lengths when all lines are in the files */
  sizes(): TableSizes
  /** brings all lines to the files */
  flush(): Promise<void>
}

/**
 * Opens `gauges.csv`, and `sections.csv` and `sewer.csv` where the model has such things.
 *
 * @param sizes bytes of an earlier run to keep; 0 starts a table anew
 * @throws {Error} with the path when the disk is full or may not be written
 */
export async function openTables(
  model: Model,
  engine: Engine,
  sewer: SewerForcing | undefined,
  out: string,
  sizes: TableSizes,
): Promise<Tables> {
  const open = (file: string, head: string, keep: number) => openRecord(resolve(out, file), head, keep)
  const gauges = await open('gauges.csv', 'time_s,name,depth_m,level_m,u_ms,v_ms', sizes.gaugeBytes)
  const sections = model.sections.length
    ? await open('sections.csv', 'time_s,name,discharge_m3s', sizes.sectionBytes)
    : null
  const sewers = sewer ? await open('sewer.csv', SEWER_HEAD, sizes.sewerBytes) : null
  return {
    record(time) {
      for (const line of gaugeLines(model, engine, time)) gauges.add(line)
      if (sections) for (const line of sectionLines(model, engine, time)) sections.add(line)
      if (sewer) for (const line of sewerLines(model, sewer, time)) sewers?.add(line)
    },
    sizes: () => ({
      gaugeBytes: gauges.size(),
      sectionBytes: sections?.size() ?? 0,
      sewerBytes: sewers?.size() ?? 0,
    }),
    async flush() {
      await Promise.all([gauges.flush(), sections?.flush(), sewers?.flush()])
    },
  }
}
