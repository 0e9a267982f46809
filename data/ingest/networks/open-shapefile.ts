/** A shapefile with the files beside it, as a table. */
import type { RecordTable } from '../../formats/record-table.ts'
import { readShapefile } from '../../formats/shapefile.ts'
import { decodeText } from '../../formats/text-encoding.ts'
import { type InputFile, wholeFile } from '../input-file.ts'

const MOST_BYTES = 2 ** 31 - 1

/** Opens a shapefile. @throws {Error} when a head is damaged or a file too large for memory */
export async function openShapefile(file: InputFile): Promise<RecordTable[]> {
  const shp = await wholeFile(file, MOST_BYTES)
  const beside = async (extension: string) => (await file.beside(extension)) ?? null
  const [dbf, prj, cpg] = [await beside('.dbf'), await beside('.prj'), await beside('.cpg')]
  const name = (file.name.split('/').pop() ?? file.name).replace(/\.shp$/i, '')
  return [readShapefile({ shp, dbf, prj: prj && decodeText(prj), cpg: cpg && decodeText(cpg) }, name)]
}
