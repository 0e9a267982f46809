/** The nodes of a glTF scene that draw something, each under one matrix. */
import { type GltfFile, objectOf, wholeOf } from './gltf-file.ts'

/** A node with a mesh, or one instance of it. */
export interface NodeAt {
  /** number of the node in the file */
  index: number
  /** number of the instance, null for a node that is drawn once */
  instance: number | null
  name: string
  mesh: number
  /** the node's metres → the model's, column-major */
  matrix: number[]
  extras: unknown
  /** names of the nodes above it, nearest first; nameless ones left out */
  parents: string[]
}

const MOST_NODES = 2e6
const MOST_DEPTH = 512

/** The product a × b of column-major 4 × 4 matrices. */
export function multiplied(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(16)
  for (let column = 0; column < 16; column += 4)
    for (let row = 0; row < 4; row++)
      out[column + row] =
        a[row] * b[column] + a[row + 4] * b[column + 1] + a[row + 8] * b[column + 2] + a[row + 12] * b[column + 3]
  return out
}

const numbers = (value: unknown, length: number): number[] | null =>
  Array.isArray(value) && value.length === length && value.every((one) => Number.isFinite(one)) ? value : null

/** Move, turn (a quaternion) and scale as one matrix. */
function matrixOf(move: ArrayLike<number>, turn: ArrayLike<number>, scale: ArrayLike<number>): number[] {
  const length = Math.hypot(turn[0], turn[1], turn[2], turn[3]) || 1
  const [x, y, z, w] = [turn[0] / length, turn[1] / length, turn[2] / length, turn[3] / length]
  const [sx, sy, sz] = [scale[0], scale[1], scale[2]]
  return [
    (1 - 2 * (y * y + z * z)) * sx,
    2 * (x * y + z * w) * sx,
    2 * (x * z - y * w) * sx,
    0,
    2 * (x * y - z * w) * sy,
    (1 - 2 * (x * x + z * z)) * sy,
    2 * (y * z + x * w) * sy,
    0,
    2 * (x * z + y * w) * sz,
    2 * (y * z - x * w) * sz,
    (1 - 2 * (x * x + y * y)) * sz,
    0,
    move[0],
    move[1],
    move[2],
    1,
  ]
}

/** Matrices of EXT_mesh_gpu_instancing; null for a node that is drawn once. */
function instancesOf(file: GltfFile, node: Record<string, unknown>): number[][] | null {
  const extension = objectOf(node.extensions).EXT_mesh_gpu_instancing
  if (!extension) return null
  const attributes = objectOf(objectOf(extension).attributes)
  const read = (name: string, width: number): ArrayLike<number> | null => {
    if (attributes[name] === undefined) return null
    const found = file.numbers(attributes[name], `instances' ${name}`)
    if (found.width !== width)
      throw new RangeError(`gltf: instances' ${name}, got ${found.width} numbers; expected ${width}`)
    return found.values
  }
  const [moves, turns, scales] = [read('TRANSLATION', 3), read('ROTATION', 4), read('SCALE', 3)]
  const count = Math.min(
    ...[moves && moves.length / 3, turns && turns.length / 4, scales && scales.length / 3].filter((n) => n !== null),
  )
  if (!Number.isFinite(count)) return null
  const part = (values: ArrayLike<number> | null, i: number, width: number, none: number[]): number[] =>
    values ? Array.from({ length: width }, (_, k) => values[i * width + k]) : none
  return Array.from({ length: count }, (_, i) =>
    matrixOf(part(moves, i, 3, [0, 0, 0]), part(turns, i, 4, [0, 0, 0, 1]), part(scales, i, 3, [1, 1, 1])),
  )
}

/**
 * Walks the default scene (or all roots when there is none).
 * @param top put before every node's matrix
 * @throws {RangeError} when a node is its own ancestor, stands under two parents, or there are too many
 */
export function nodesOf(file: GltfFile, top: readonly number[], notes: string[]): NodeAt[] {
  const nodes = file.list('nodes')
  const meshes = file.list('meshes').length
  const scenes = file.list('scenes')
  const child = new Set(nodes.flatMap(({ children }) => (Array.isArray(children) ? (children as unknown[]) : [])))
  const scene = scenes[file.json.scene === undefined ? 0 : wholeOf(file.json.scene, 'scene')]
  const roots = Array.isArray(scene?.nodes)
    ? (scene.nodes as unknown[])
    : nodes.map((_, i) => i).filter((i) => !child.has(i))
  const found: NodeAt[] = []
  const seen = new Set<number>()
  let skinned = 0
  const waiting: { index: unknown; matrix: readonly number[]; parents: string[]; depth: number }[] = roots
    .map((index) => ({ index, matrix: top, parents: [], depth: 0 }))
    .reverse()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const index = wholeOf(next.index, 'node')
    const node = nodes[index]
    if (!node) throw new RangeError(`gltf: no node ${index}; expected < ${nodes.length}`)
    if (seen.has(index) || next.depth > MOST_DEPTH)
      throw new RangeError(`gltf: node ${index} stands under two parents or under itself; expected a tree`)
    seen.add(index)
    const own =
      numbers(node.matrix, 16) ??
      matrixOf(
        numbers(node.translation, 3) ?? [0, 0, 0],
        numbers(node.rotation, 4) ?? [0, 0, 0, 1],
        numbers(node.scale, 3) ?? [1, 1, 1],
      )
    const matrix = multiplied(next.matrix, own)
    const name = typeof node.name === 'string' ? node.name.trim().slice(0, 120) : ''
    if (node.mesh !== undefined) {
      const mesh = wholeOf(node.mesh, `mesh of node ${index}`)
      if (mesh >= meshes) throw new RangeError(`gltf: no mesh ${mesh} for node ${index}; expected < ${meshes}`)
      if (node.skin !== undefined) skinned++
      const instances = instancesOf(file, node)
      if (found.length + (instances?.length ?? 1) > MOST_NODES)
        throw new RangeError(`gltf: too many nodes and instances, expected ≤ ${MOST_NODES}`)
      const at = { index, name, mesh, extras: node.extras, parents: next.parents }
      if (instances)
        for (const [i, one] of instances.entries()) found.push({ ...at, instance: i, matrix: multiplied(matrix, one) })
      else found.push({ ...at, instance: null, matrix })
    }
    const parents = name === '' ? next.parents : [name, ...next.parents].slice(0, 8)
    if (Array.isArray(node.children))
      for (const one of (node.children as unknown[]).toReversed())
        waiting.push({ index: one, matrix, parents, depth: next.depth + 1 })
  }
  if (skinned > 0) notes.push(`${skinned} nodes with a skeleton are drawn as they were modelled, without motion`)
  return found
}
