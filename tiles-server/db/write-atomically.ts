/** Small files that a reader never sees half of. */
import { open, rename } from 'node:fs/promises'

/** Writes a text beside its place, on the disk, and moves it there. @throws {Error} of the file system; the old file stays then */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
