/** Symmetric systems on a network, solved exactly: the order of elimination is found once, each step only does the sums. */

/** A solver for one network. */
export interface Elimination {
  /**
   * Solves A x = right in place of `right`.
   *
   * @param diagonal of A; overwritten
   * @param across for each edge what stands at (a, b) and (b, a)
   */
  solve(diagonal: Float64Array, across: ArrayLike<number>, right: Float64Array): void
  /** numbers below the diagonal, for the record */
  fill: number
}

/** Order in which nodes are taken out, and the neighbours each still has then (least neighbours first). */
function orderNodes(count: number, edges: readonly (readonly [number, number])[]) {
  const beside: Set<number>[] = Array.from({ length: count }, () => new Set())
  for (const [a, b] of edges) {
    beside[a]!.add(b)
    beside[b]!.add(a)
  }
  // nodes by how many neighbours they have; entries may be stale and are skipped then
  const buckets: number[][] = []
  const put = (node: number) => {
    const size = beside[node]!.size
    while (buckets.length <= size) buckets.push([])
    buckets[size]!.push(node)
  }
  for (let node = count - 1; node >= 0; node--) put(node)
  const gone = new Uint8Array(count)
  const columns: { node: number; rows: number[] }[] = []
  for (let size = 0; columns.length < count; ) {
    const node = buckets[size]?.pop()
    if (node === undefined) {
      size++
      continue
    }
    if (gone[node] || beside[node]!.size !== size) continue
    gone[node] = 1
    const rows = [...beside[node]!]
    columns.push({ node, rows })
    for (const row of rows) beside[row]!.delete(node)
    for (const row of rows) {
      for (const other of rows) if (other !== row) beside[row]!.add(other)
    }
    for (const row of rows) {
      put(row)
      size = Math.min(size, beside[row]!.size)
    }
  }
  return columns
}

/**
 * Prepares the elimination for nodes joined by edges (several between two nodes are added up).
 *
 * @returns a solver for symmetric positive definite systems of that pattern (LDLᵀ, sums in a fixed order)
 */
export function elimination(count: number, edges: readonly (readonly [number, number])[]): Elimination {
  const columns = orderNodes(count, edges)
  const rank = new Int32Array(count)
  columns.forEach(({ node }, k) => {
    rank[node] = k
  })
  const start = new Int32Array(count + 1)
  const rows: number[] = []
  const at = new Map<number, number>()
  columns.forEach(({ node, rows: list }, k) => {
    start[k] = rows.length
    list.sort((a, b) => rank[a]! - rank[b]!)
    for (const row of list) {
      at.set(node * count + row, rows.length)
      rows.push(row)
    }
  })
  start[count] = rows.length
  const placeOf = (a: number, b: number) => at.get(rank[a]! < rank[b]! ? a * count + b : b * count + a)!
  const edgePlace = Int32Array.from(edges, ([a, b]) => placeOf(a, b))
  const nodes = Int32Array.from(columns, ({ node }) => node)
  const rowOf = Int32Array.from(rows)
  // for each column, where each pair of its rows meets
  const pairStart = new Int32Array(count + 1)
  const pairs: number[] = []
  columns.forEach(({ rows: list }, k) => {
    pairStart[k] = pairs.length
    for (let i = 0; i < list.length; i++)
      for (let j = i + 1; j < list.length; j++) pairs.push(placeOf(list[i]!, list[j]!))
  })
  const meet = Int32Array.from(pairs)
  const lower = new Float64Array(rows.length)

  return {
    fill: rows.length,
    solve(diagonal, across, right) {
      lower.fill(0)
      for (let e = 0; e < edgePlace.length; e++) lower[edgePlace[e]!]! += across[e]!
      for (let k = 0; k < count; k++) {
        const pivot = diagonal[nodes[k]!]!
        const [from, to] = [start[k]!, start[k + 1]!]
        let pair = pairStart[k]!
        for (let i = from; i < to; i++) {
          const share = lower[i]! / pivot
          if (share === 0) {
            pair += to - i - 1
            continue
          }
          diagonal[rowOf[i]!]! -= share * lower[i]!
          for (let j = i + 1; j < to; j++) lower[meet[pair++]!]! -= share * lower[j]!
          right[rowOf[i]!]! -= share * right[nodes[k]!]!
        }
      }
      for (let k = count - 1; k >= 0; k--) {
        const node = nodes[k]!
        let sum = right[node]!
        for (let i = start[k]!; i < start[k + 1]!; i++) sum -= lower[i]! * right[rowOf[i]!]!
        right[node] = sum / diagonal[node]!
      }
    },
  }
}
