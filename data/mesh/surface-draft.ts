/** A growing surface of one tile: positions in steps, welded within each part, in arrays that a file can take as they are. */
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import type { ModelPart, ModelSurface } from './model-surface.ts'

/** A position as a whole number of steps that fits 16 bits. */
export const stepOf = (value: number): number => (value > 65535 ? 65535 : value > 0 ? Math.round(value) : 0)

/** Hash of three steps. */
export const hashOf = (x: number, y: number, z: number): number => {
  const hash = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)
  return hash ^ (hash >>> 15)
}

/** Slots of an open hash table for so many entries: a power of two, at most half full. */
export const slotsFor = (entries: number): number => 1 << (32 - Math.clz32(Math.max(4, entries * 2)))

/** Scratch of all drafts: a part uses it and leaves it. */
let slots = new Int32Array(1 << 12)
let targets = new Int32Array(1 << 12)

/** Large enough, and -1 as far as it is needed. */
function cleared(scratch: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const wide = scratch.length < length ? new Int32Array(length * 2) : scratch
  return wide.fill(-1, 0, length)
}

function copied<Numbers extends Uint16Array | Uint32Array | Float32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}

const strips = new WeakMap<Uint32Array, Uint32Array>()

/** Triangles in an order in which each has an edge of the one before, so that the compressor finds it: made once for each list. */
export function stripped(indices: Uint32Array): Uint32Array {
  let found = strips.get(indices)
  if (!found) {
    found = indices.slice()
    const [remap] = MeshoptEncoder.reorderMesh(found, true, true)
    // back to the vertices' own numbers, which reordering has replaced by the order of use
    const own = new Uint32Array(remap.length)
    for (let i = 0; i < remap.length; i++) if (remap[i] !== 0xffffffff) own[remap[i]] = i
    for (let i = 0; i < found.length; i++) found[i] = own[found[i]]
    strips.set(indices, found)
  }
  return found
}

/** Where step 0 stands and how long a step is, metres. */
export interface Steps {
  origin: readonly number[]
  step: number
}

/** A surface while parts are added to it. */
export class SurfaceDraft {
  readonly clear: boolean
  /** index into the model's pictures, -1 = none */
  readonly texture: number
  private vertices = 0
  private corners = 0
  /** x, y, z, 0 per vertex */
  private positions = new Uint16Array(1 << 10)
  /** RGBA, the feature, the storey: a word of 32 bits each per vertex */
  private words = new Uint32Array(3 << 8)
  private uvs = new Float32Array(0)
  private indices = new Uint32Array(1 << 10)

  constructor(clear: boolean, texture: number) {
    this.clear = clear
    this.texture = texture
  }

  get empty(): boolean {
    return this.corners === 0
  }

  /** Makes room for so many more. */
  private reserve(vertices: number, corners: number): void {
    const most = this.vertices + vertices
    if (most * 4 > this.positions.length) {
      this.positions = copied(this.positions, new Uint16Array(most * 8))
      this.words = copied(this.words, new Uint32Array(most * 6))
    }
    if (this.texture >= 0 && most * 2 > this.uvs.length) this.uvs = copied(this.uvs, new Float32Array(most * 4))
    if (this.corners + corners > this.indices.length)
      this.indices = copied(this.indices, new Uint32Array((this.corners + corners) * 2))
  }

  /**
   * Adds triangles of a part; equal steps (at the same place of the picture) become one vertex, triangles that collapse are
   * dropped.
   * @param indices the part's own or some of them
   */
  add(
    part: ModelPart,
    indices: Uint32Array,
    { origin, step }: Steps,
    { feature, storey }: { feature: number; storey: number },
  ): void {
    const count = part.positions.length / 3
    const most = Math.min(count, indices.length)
    this.reserve(most, indices.length)
    slots = cleared(slots, slotsFor(most))
    targets = cleared(targets, count)
    const mask = slotsFor(most) - 1
    const begin = this.vertices
    const { indices: out } = this
    let corners = this.corners
    for (let i = 0; i + 2 < indices.length; i += 3) {
      for (let corner = 0; corner < 3; corner++) {
        const from = indices[i + corner]
        let to = targets[from]
        if (to < 0) targets[from] = to = this.vertex(part, from, origin, step, mask, begin)
        out[corners + corner] = to
      }
      const [a, b, c] = [out[corners], out[corners + 1], out[corners + 2]]
      if (a !== b && b !== c && a !== c) corners += 3
    }
    this.corners = corners
    this.describe(part, begin, feature, storey)
  }

  /** The vertex at the place of a part's vertex `from`: one of those from `begin` on, or a new one. */
  private vertex(
    { positions, uvs }: ModelPart,
    from: number,
    origin: readonly number[],
    step: number,
    mask: number,
    begin: number,
  ): number {
    const { positions: steps, words } = this
    const x = stepOf((positions[from * 3] - origin[0]) / step)
    const y = stepOf((positions[from * 3 + 1] - origin[1]) / step)
    const z = stepOf((positions[from * 3 + 2] - origin[2]) / step)
    const pictured = this.texture >= 0 && uvs ? uvs : null
    let slot = hashOf(x, y, z) & mask
    for (let at = slots[slot]; at >= begin; at = slots[slot]) {
      const alike = steps[at * 4] === x && steps[at * 4 + 1] === y && steps[at * 4 + 2] === z
      if (
        alike &&
        (!pictured || (this.uvs[at * 2] === pictured[from * 2] && this.uvs[at * 2 + 1] === pictured[from * 2 + 1]))
      )
        return at
      slot = (slot + 1) & mask
    }
    const at = this.vertices++
    slots[slot] = at
    steps[at * 4] = x
    steps[at * 4 + 1] = y
    steps[at * 4 + 2] = z
    words[at * 3] = from
    if (pictured) {
      this.uvs[at * 2] = pictured[from * 2]
      this.uvs[at * 2 + 1] = pictured[from * 2 + 1]
    }
    return at
  }

  /** Colour, feature and storey of the vertices from `begin` on, which hold the number they had in the part. */
  private describe({ colour, tints }: ModelPart, begin: number, feature: number, storey: number): void {
    const parts = [0, 1, 2, 3].map((i) => Math.min(1, Math.max(0, colour[i])))
    const byte = (i: number, tint: number): number => Math.round(parts[i] * tint)
    const plain = byte(0, 255) | (byte(1, 255) << 8) | (byte(2, 255) << 16) | (byte(3, 255) << 24)
    const { words } = this
    for (let at = begin; at < this.vertices; at++) {
      const from = words[at * 3] * 3
      words[at * 3] = tints
        ? byte(0, tints[from]) |
          (byte(1, tints[from + 1]) << 8) |
          (byte(2, tints[from + 2]) << 16) |
          (byte(3, 255) << 24)
        : plain
      words[at * 3 + 1] = feature
      words[at * 3 + 2] = storey
    }
  }

  /** The surface, its vertices in the order of use; triangles in that of their parts, which are `stripped` once for all tiles. */
  finished(): ModelSurface {
    const order = this.indices.slice(0, this.corners)
    const [remap, vertices] = MeshoptEncoder.reorderMesh(order, false, true)
    const positions = new Uint16Array(vertices * 4)
    const [colours, features, storeys] = [0, 1, 2].map(() => new Uint32Array(vertices))
    const uvs = this.texture < 0 ? null : new Float32Array(vertices * 2)
    const { positions: steps, words } = this
    for (let i = 0; i < remap.length; i++) {
      const to = remap[i]
      if (to === 0xffffffff) continue
      positions[to * 4] = steps[i * 4]
      positions[to * 4 + 1] = steps[i * 4 + 1]
      positions[to * 4 + 2] = steps[i * 4 + 2]
      colours[to] = words[i * 3]
      features[to] = words[i * 3 + 1]
      storeys[to] = words[i * 3 + 2]
      if (uvs) {
        uvs[to * 2] = this.uvs[i * 2]
        uvs[to * 2 + 1] = this.uvs[i * 2 + 1]
      }
    }
    return {
      vertices,
      positions,
      colours: new Uint8Array(colours.buffer),
      // the lower half of a word is the number, the upper its padding
      features: new Uint16Array(features.buffer),
      storeys: new Uint16Array(storeys.buffer),
      indices: order,
      clear: this.clear,
      picture: uvs && { uvs, texture: this.texture },
    }
  }
}
