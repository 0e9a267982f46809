/** What the kernels need from where they run: compiled bytes and threads. Node and the page each have one. */

/** What a thread is started with. */
export interface ThreadData {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** address of its setup */
  setup: number
  /** address of the setup of the subgrid tables, 0 without */
  subgrid: number
  thread: number
  /** address of the control block */
  control: number
}

/** A running thread. */
export interface Thread {
  /** why it ended, or null */
  failure(): Error | null
}

/** A place the kernels can run in. */
export interface KernelHost {
  /** The compiled kernels, with or without shared memory. */
  module(shared: boolean): Promise<WebAssembly.Module>
  /** why there is one thread only; null when there can be more */
  readonly single: string | null
  /** threads it has cores for */
  readonly cores: number
  /** Starts a thread on `runThread`; resolves when it runs. */
  start(data: ThreadData): Promise<Thread>
}
