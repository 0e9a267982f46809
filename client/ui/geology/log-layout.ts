/** Where the words beside a borehole's column stand: at their layer, moved apart where layers are thin. */

/**
 * Tops of labels of one height that overlap nowhere, each as near to its wish as the others let it.
 *
 * @param wishes where each label's middle should be, rising, pixels
 * @param height of a label, pixels
 * @param total room there is; labels that need more go on below it
 */
export function placeLabels(wishes: readonly number[], height: number, total: number): number[] {
  // blocks of labels that touch, each where its wishes are on average
  const blocks: { first: number; count: number; sum: number }[] = []
  const topOf = ({ sum, count }: { sum: number; count: number }) =>
    Math.max(0, Math.min(total - count * height, sum / count - height / 2))
  for (const [i, wish] of wishes.entries()) {
    let block = { first: i, count: 1, sum: wish }
    for (let before = blocks.at(-1); before; before = blocks.at(-1)) {
      if (topOf(before) + before.count * height <= topOf(block)) break
      // in a block each wish counts as that of its first label
      block = {
        first: before.first,
        count: before.count + block.count,
        sum: before.sum + block.sum - block.count * before.count * height,
      }
      blocks.pop()
    }
    blocks.push(block)
  }
  const tops: number[] = []
  let floor = 0
  for (const block of blocks) {
    const top = Math.max(floor, topOf(block))
    for (let k = 0; k < block.count; k++) tops.push(top + k * height)
    floor = top + block.count * height
  }
  return tops
}

/** Depths to mark: round steps, about so many pixels apart. */
export function depthTicks(depth: number, pixels: number, apart = 36): number[] {
  const wanted = (depth * apart) / Math.max(1, pixels)
  const step = [0.5, 1, 2, 5, 10, 20, 50, 100].find((each) => each >= wanted) ?? 200
  return Array.from({ length: Math.floor(depth / step + 1e-9) + 1 }, (_, i) => i * step)
}
