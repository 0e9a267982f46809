/** Vertices of a mesh that stand in exactly the same place, made one. */

/** Slots of the hash table, kept from call to call: most meshes are small, and there are many. */
let slots = new Int32Array(1 << 12)

/**
 * Welds vertices.
 * @param values numbers per vertex, the first three its x, y, z
 * @param width how many numbers a vertex has; a rest is dropped
 * @param corners vertex of each triangle's corner; those out of range point to the first vertex behind the last
 * @returns x, y, z of each distinct place, in order of appearance, and the corners by these
 */
export function weldPositions(
  values: Float32Array,
  width: number,
  corners: Uint32Array,
): { positions: Float32Array; indices: Uint32Array } {
  const count = Math.floor(values.length / width)
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length)
  const size = 1 << (32 - Math.clz32(Math.max(4, count * 2)))
  if (slots.length < size) slots = new Int32Array(size)
  slots.fill(-1, 0, size)
  const mask = size - 1
  const positions = new Float32Array(count * 3)
  const target = new Uint32Array(count)
  let used = 0
  for (let i = 0; i < count; i++) {
    const from = i * width
    const [x, y, z] = [values[from], values[from + 1], values[from + 2]]
    let hash =
      Math.imul(bits[from], 0x9e3779b1) ^ Math.imul(bits[from + 1], 0x85ebca6b) ^ Math.imul(bits[from + 2], 0xc2b2ae35)
    hash ^= hash >>> 15
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slots[slot]
      if (at < 0) {
        slots[slot] = used
        positions[used * 3] = x
        positions[used * 3 + 1] = y
        positions[used * 3 + 2] = z
        target[i] = used++
        break
      }
      if (positions[at * 3] === x && positions[at * 3 + 1] === y && positions[at * 3 + 2] === z) {
        target[i] = at
        break
      }
    }
  }
  const indices = new Uint32Array(corners.length)
  for (let i = 0; i < corners.length; i++) indices[i] = corners[i] < count ? target[corners[i]] : used
  return { positions: positions.slice(0, used * 3), indices }
}
