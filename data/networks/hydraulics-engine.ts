/** One network open in EPANET 2.3: thin calls into its toolkit, whole arrays at a time, its warnings counted and its errors named. */
import { Workspace } from 'epanet-js'

/** An error or a warning of EPANET's own, by its number. @see EPANET 2.2 User Manual, appendix B */
export interface EpanetSaying {
  code: number
  text: string
  /** seconds from the start at which it came first; NaN when not in a simulation */
  at: number
  times: number
}

/** EPANET refused; `code` is its number, `details` the lines of its report that say why. */
export class EpanetError extends Error {
  readonly code: number
  readonly details: string[]
  constructor(code: number, text: string, details: string[]) {
    super([`epanet: error ${code}: ${text}`, ...details.slice(0, 6)].join('; '))
    this.code = code
    this.details = details
  }
}

type Toolkit = Workspace['instance']
/** The toolkit's calls by their C names; each returns a code: 0, a warning < 100, an error. */
type Call = (...args: number[]) => number

const SCRATCH_BYTES = 64
const WARNINGS: Record<number, string> = {
  1: 'the hydraulics did not balance within the allowed trials',
  2: 'the hydraulics may be unstable',
  3: 'some nodes are cut off from every source',
  4: 'a pump cannot deliver the head or flow that is asked of it',
  5: 'a valve cannot deliver the flow or pressure that is asked of it',
  6: 'pressures below zero',
}

/** EPANET's report lines that name errors: "Error 205: …" and the line of the file below it. */
function errorsIn(report: string): string[] {
  const lines = report.split(/\r?\n/).map((line) => line.trim())
  const found: string[] = []
  lines.forEach((line, i) => {
    if (/Error \d+:/i.test(line) && !/Error 200:/i.test(line)) {
      const text = line.replace(/^.*?(Error \d+:)/i, '$1')
      const next = lines[i + 1] ?? ''
      found.push(next !== '' && text.endsWith(':') ? `${text} ${next.slice(0, 120)}` : text.slice(0, 240))
    }
  })
  return found
}

/** A project of the toolkit; close it when done. */
export class EpanetProject {
  readonly warnings: EpanetSaying[] = []
  /** seconds from the start of the simulation, for the warnings */
  now = Number.NaN
  private readonly workspace: Workspace
  private readonly toolkit: Toolkit
  private readonly handle: number
  private readonly scratch: number
  private arrays = { pointer: 0, length: 0 }
  private open = true

  private constructor(workspace: Workspace) {
    this.workspace = workspace
    this.toolkit = workspace.instance
    this.scratch = this.toolkit._malloc(SCRATCH_BYTES)
    this.check(this.toolkit._EN_createproject(this.scratch))
    this.handle = this.toolkit.getValue(this.scratch, 'i32')
  }

  /**
   * Opens the text of an .inp file.
   * @throws {EpanetError} when EPANET cannot read it, with the lines it names
   */
  static async open(text: string): Promise<EpanetProject> {
    const workspace = new Workspace()
    await workspace.loadModule()
    const project = new EpanetProject(workspace)
    workspace.writeFile('network.inp', text)
    const names = ['network.inp', 'report.rpt', 'results.bin'].map((name) => project.text(name))
    const code = project.toolkit._EN_open(project.handle, ...(names as [number, number, number]))
    for (const name of names) project.toolkit._free(name)
    if (code < 100) {
      project.note(code)
      return project
    }
    const words = workspace.getError(code)
    project.close()
    throw new EpanetError(code, words, errorsIn(project.report()))
  }

  /** EPANET's own report so far, as text. */
  report(): string {
    try {
      return this.workspace.readFile('report.rpt', 'utf8')
    } catch {
      return ''
    }
  }

  private text(value: string): number {
    const bytes = new TextEncoder().encode(value)
    const pointer = this.toolkit._malloc(bytes.length + 1)
    bytes.forEach((byte, i) => {
      this.toolkit.setValue(pointer + i, byte, 'i8')
    })
    this.toolkit.setValue(pointer + bytes.length, 0, 'i8')
    return pointer
  }

  private note(code: number): void {
    if (code === 0) return
    const known = this.warnings.find((one) => one.code === code)
    if (known) known.times++
    else
      this.warnings.push({ code, text: WARNINGS[code] ?? this.workspace.getError(code).trim(), at: this.now, times: 1 })
  }

  private check(code: number): void {
    if (code >= 100) throw new EpanetError(code, this.workspace.getError(code).trim(), [])
    this.note(code)
  }

  private call(name: string): Call {
    return (this.toolkit as unknown as Record<string, Call>)[`_EN_${name}`]!
  }

  /** A call that changes something or does work. @throws {EpanetError} */
  do(name: string, ...args: number[]): void {
    this.check(this.call(name)(this.handle, ...args))
  }

  /** A call with texts among its arguments. @throws {EpanetError} */
  doWithTexts(name: string, ...args: (number | string)[]): void {
    const given = args.map((value) => (typeof value === 'string' ? this.text(value) : value))
    try {
      this.do(name, ...given)
    } finally {
      for (const [i, value] of args.entries()) if (typeof value === 'string') this.toolkit._free(given[i]!)
    }
  }

  /** A call that answers one whole number. @throws {EpanetError} */
  integer(name: string, ...args: number[]): number {
    this.check(this.call(name)(this.handle, ...args, this.scratch))
    return this.toolkit.getValue(this.scratch, 'i32')
  }

  /** A call that answers one number. @throws {EpanetError} */
  number(name: string, ...args: number[]): number {
    this.check(this.call(name)(this.handle, ...args, this.scratch))
    return this.toolkit.getValue(this.scratch, 'double')
  }

  /** A call that answers whole numbers; those of the simple controls answer numbers between, which are left out. */
  pair(name: string, ...args: number[]): [number, number] {
    this.check(this.call(name)(this.handle, ...args, this.scratch, this.scratch + 4))
    return [this.toolkit.getValue(this.scratch, 'i32'), this.toolkit.getValue(this.scratch + 4, 'i32')]
  }

  /** The link that simple control `index` sets. */
  controlledLink(index: number): number {
    const at = (i: number): number => this.scratch + 8 * i
    this.check(this.call('getcontrol')(this.handle, index, at(0), at(1), at(2), at(3), at(4)))
    return this.toolkit.getValue(at(1), 'i32')
  }

  /** The link that action `action` of the then (or else) part of a rule sets. */
  ruledLink(part: 'getthenaction' | 'getelseaction', rule: number, action: number): number {
    this.check(this.call(part)(this.handle, rule, action, this.scratch, this.scratch + 8, this.scratch + 16))
    return this.toolkit.getValue(this.scratch, 'i32')
  }

  /** How many actions each part of a rule has. */
  ruleActions(rule: number): [then: number, otherwise: number] {
    const at = (i: number): number => this.scratch + 8 * i
    this.check(this.call('getrule')(this.handle, rule, at(0), at(1), at(2), at(3)))
    return [this.toolkit.getValue(at(1), 'i32'), this.toolkit.getValue(at(2), 'i32')]
  }

  /** The id of a pattern. */
  patternId(index: number): string {
    this.check(this.call('getpatternid')(this.handle, index, this.scratch))
    return this.toolkit.UTF8ToString(this.scratch)
  }

  /** The id of a node or link. */
  id(name: 'getnodeid' | 'getlinkid', index: number): string {
    this.check(this.call(name)(this.handle, index, this.scratch))
    return this.toolkit.UTF8ToString(this.scratch)
  }

  /**
   * One property of all nodes or links, in the file's units; good until the next call.
   * @param length how many there are
   */
  all(name: 'getnodevalues' | 'getlinkvalues', property: number, length: number): Float64Array {
    if (this.arrays.length < length) {
      if (this.arrays.pointer) this.toolkit._free(this.arrays.pointer)
      this.arrays = { pointer: this.toolkit._malloc(8 * Math.max(1, length)), length }
    }
    const { pointer } = this.arrays
    this.check(this.call(name)(this.handle, property, pointer))
    return this.toolkit.HEAPF64.subarray(pointer / 8, pointer / 8 + length)
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.call('close')(this.handle)
    this.toolkit.setValue(this.scratch, this.handle, 'i32')
    this.toolkit._EN_deleteproject(this.scratch)
  }
}
