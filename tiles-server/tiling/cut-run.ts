/** What the cutters of buildings, pipes and trees share: which leaves are out of date, tasks a few ahead of the workers, the tree at the end. */
import { nodeBox, nodeName, type PlanNode } from './buildings-plan.ts'
import { enclose, type Region, type TileNode } from './tileset.ts'
import type { WorkerPool } from './worker-pool.ts'

/** west, south, east, north in degrees. */
export type DirtyBox = [west: number, south: number, east: number, north: number]

/** A cut tile as it is remembered: with the key of all it was made of. */
export interface Kept {
  key: string
  /** file in `<tileset>/c/`, null when nothing is to be seen */
  content: string | null
  region: Region
}

/** One cut under way; `Result` is what a worker answers, `Cut` the same with its key. */
export interface CutRun<Task, Result, Cut extends Result & Kept> {
  tileset: string
  pool: WorkerPool<Task, Result>
  signal: AbortSignal
  /** tasks given to the workers at once */
  limit: number
  /** by node name */
  cuts: Map<string, Cut>
  /** finished by an interrupted run, or by the last one, by key */
  known: Map<string, Cut>
  written: number
  /** finished, not yet in the journal */
  fresh: Cut[]
  done(): void
  /** writes finished cuts to the journal */
  note(cuts: Cut[]): Promise<void>
}

/** A feature may reach out of its cell: a leaf is cut again when a box comes near. */
export function touched(node: PlanNode, boxes: readonly DirtyBox[]): boolean {
  const { west, south, east, north } = nodeBox(node)
  return boxes.some((box) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south)
}

/** Bytes of records that one query reads: all of them lie in memory at once, as text. */
const MOST_BYTES = 8 << 20

/** Nodes in batches of at most so many features, one query each; a part of a cell comes alone, as each reads the whole cell. */
export function* leafBatches(nodes: readonly PlanNode[], most: number): Generator<PlanNode[]> {
  for (let at = 0; at < nodes.length; ) {
    const batch: PlanNode[] = []
    let [count, bytes] = [0, 0]
    for (; at < nodes.length; at++) {
      const { part } = nodes[at]
      count += nodes[at].count
      bytes += nodes[at].bytes
      if (batch.length && (count > most || bytes > MOST_BYTES || part || batch[0].part)) break
      batch.push(nodes[at])
    }
    yield batch
  }
}

/** Tasks on their way. */
export interface CutTasks<Task> {
  /** waits while too many are under way; what is known by its key is not cut again */
  add(name: string, key: string, task: Task): Promise<void>
  /** waits for all. @throws {Error} of the first tile that failed, or the signal's reason */
  finish(): Promise<void>
}

/** Hands tasks to the workers, a few ahead. */
export function openTasks<Task extends { chunk?: Uint8Array }, Result, Cut extends Result & Kept>(
  run: CutRun<Task, Result, Cut>,
): CutTasks<Task> {
  const running = new Set<Promise<void>>()
  let failure: Error | null = null
  const check = (): void => {
    run.signal.throwIfAborted()
    if (failure) throw failure
  }
  return {
    async add(name, key, task) {
      check()
      const known = run.known.get(key)
      if (known) {
        run.cuts.set(name, known)
        run.done()
        return
      }
      while (running.size >= run.limit) await Promise.race(running)
      check()
      const job = run.pool
        .run(task, task.chunk ? [task.chunk.buffer as ArrayBuffer] : [])
        .then((result) => {
          const cut = { ...result, key } as Cut
          run.cuts.set(name, cut)
          run.written++
          run.fresh.push(cut)
          run.done()
        })
        .catch((error: Error) => {
          failure ??= new Error(`${run.tileset}: tile ${name} failed: ${error.message}`, { cause: error })
        })
        .finally(() => running.delete(job))
      running.add(job)
      if (run.fresh.length >= 16) await run.note(run.fresh.splice(0))
    },
    async finish() {
      await Promise.all(running)
      check()
    },
  }
}

/** Where leaves come from, and how one becomes a task. */
export interface Leaves<Task, Cut> {
  /** the last cut, by node name */
  last: Readonly<Record<string, Cut>> | undefined
  dirty: readonly DirtyBox[]
  /** features read by one query */
  most: number
  /** records of each node of a batch, for the nodes' whole cells */
  chunks(batch: readonly PlanNode[]): Promise<Uint8Array[]>
  /** those records of a cell that a part of it takes */
  share(chunk: Uint8Array, part: NonNullable<PlanNode['part']>): Uint8Array
  task(node: PlanNode, chunk: Uint8Array): { key: string; task: Task }
}

/** Leaves in the order of their cells: those that nothing touched are kept, the others are cut. */
export async function cutLeaves<Task extends { chunk?: Uint8Array }, Result, Cut extends Result & Kept>(
  run: CutRun<Task, Result, Cut>,
  nodes: readonly PlanNode[],
  leaves: Leaves<Task, Cut>,
): Promise<void> {
  const waiting: PlanNode[] = []
  for (const node of nodes) {
    if (node.children.length) continue
    const before = leaves.last?.[nodeName(node)]
    if (before && !touched(node, leaves.dirty)) {
      run.cuts.set(nodeName(node), before)
      run.done()
    } else waiting.push(node)
  }
  const tasks = openTasks(run)
  for (const batch of leafBatches(waiting, leaves.most)) {
    const chunks = await leaves.chunks(batch)
    for (const [i, node] of batch.entries()) {
      const { key, task } = leaves.task(node, node.part ? leaves.share(chunks[i], node.part) : chunks[i].slice())
      await tasks.add(nodeName(node), key, task)
    }
  }
  await tasks.finish()
}

/**
 * The tree of what was cut; nodes without anything to see are left out.
 * @param levelError metres of error of a tile of a level
 * @param least metres that a node's error is at least, for what its children leave out
 */
export function treeNode<Cut extends Kept>(
  node: PlanNode,
  cuts: ReadonlyMap<string, Cut>,
  levelError: (z: number) => number,
  least: (node: PlanNode) => number = () => 0,
): TileNode | null {
  const cut = cuts.get(nodeName(node))
  const children = node.children
    .map((child) => treeNode(child, cuts, levelError, least))
    .filter((child) => child !== null)
  if (!cut?.content && !children.length) return null
  const regions = children.map(({ region }) => region)
  if (cut?.content) regions.push(cut.region)
  const uri = cut?.content ? `c/${cut.content}` : null
  if (!node.children.length) return { region: enclose(regions), error: 0, uri, children }
  // a tile without content must never be where a client stops: it would show nothing
  const own = uri ? levelError(node.z) : levelError(node.z) * 64
  const error = Math.max(own, least(node), ...children.map((child) => child.error))
  return { region: enclose(regions), error, uri, children }
}
