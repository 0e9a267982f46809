/** Runs the tool that was asked for: hands it clicks and numbers, shows its report, puts it away. */
import { gotExpected } from '../../scenes/schema/closed.ts'
import type { ToolParams } from '../app/state.ts'
import type { App } from '../app/store.ts'
import type { StartTool, Tool } from './tool.ts'

/** Listens to an app's commands. Call the answer to stop. */
export function runTools(
  app: App,
  tools: Readonly<Record<string, StartTool>>,
  ask: typeof fetch = (...request) => fetch(...request),
): () => void {
  let running: { id: string; tool: Tool; params: ToolParams; stop: AbortController } | null = null

  const show = (): void => {
    if (running) app.set({ tool: { id: running.id, params: running.params, report: running.tool.report() } })
  }
  const end = (): void => {
    running?.stop.abort()
    running?.tool.dispose()
    running = null
    if (app.store.getState().tool !== null) app.set({ tool: null })
  }
  const begin = (id: string, params: ToolParams): void => {
    end()
    const start = Object.hasOwn(tools, id) ? tools[id] : undefined
    if (!start) throw new RangeError(`tool: no such tool, ${gotExpected(id, Object.keys(tools))}`)
    const stop = new AbortController()
    const tool = start(
      {
        state: app.store.getState,
        dispatch: app.dispatch,
        changed: () => {
          if (running?.stop === stop) show()
        },
        fetch: ask,
        signal: stop.signal,
      },
      params,
    )
    running = { id, tool, params, stop }
    show()
  }
  const stops = [
    app.onCommand((command) => {
      if (command.type === 'tool.start') begin(command.id, command.params ?? {})
      else if (command.type === 'tool.stop' || command.type === 'scene.open') end()
      else if (command.type === 'tool.point') running?.tool.point(command.at)
      else if (command.type === 'tool.change' && running) {
        const { done: _, ...kept } = command.params
        running.params = { ...running.params, ...kept }
        running.tool.change(command.params)
        show()
      }
    }),
  ]
  return () => {
    for (const stop of stops) stop()
    end()
  }
}
