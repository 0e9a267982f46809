/** Compares what the browser drew with a kept picture; `UPDATE_PICTURES=1` keeps the new one instead. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'

const FOLDER = join(import.meta.dirname, 'pictures')

/** Share of pixels (0 … 1) that differ visibly between two PNGs; 1 when their sizes differ. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  const left = PNG.sync.read(Buffer.from(a))
  const right = PNG.sync.read(Buffer.from(b))
  if (left.width !== right.width || left.height !== right.height) return 1
  const { width, height } = left
  return pixelmatch(left.data, right.data, undefined, width, height, { threshold: 0.15 }) / (width * height)
}

/** @returns the share of pixels that differ from the kept picture; the new one is left in the temporary folder */
export function differenceFromKept(name: string, png: Uint8Array): number {
  const file = join(FOLDER, `${name}.png`)
  if (process.env.UPDATE_PICTURES || !existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(file, png)
    return 0
  }
  const share = difference(readFileSync(file), png)
  if (share > 0) writeFileSync(join(tmpdir(), `tidewall-${name}.png`), png)
  return share
}

/** How many different colours a PNG has, coarsely (5 bits a channel): 1 = empty, < 20 = something is wrong. */
export function colours(png: Uint8Array): number {
  const { data } = PNG.sync.read(Buffer.from(png))
  const seen = new Set<number>()
  for (let i = 0; i < data.length; i += 4)
    seen.add(((data[i]! >> 3) << 10) | ((data[i + 1]! >> 3) << 5) | (data[i + 2]! >> 3))
  return seen.size
}
