/** How far the making of the city is: JSON, or a stream of events. */
import { endpoint } from './endpoint.ts'
import { sendJson } from './send-json.ts'

const HEARTBEAT_MS = 15_000

export const ingestRoutes = [
  endpoint({
    path: '/ingest',
    summary: 'Progress of the making; a stream with Accept: text/event-stream',
    tag: 'ingest',
    async handle({ progress, closing, req, res }) {
      res.set('Cache-Control', 'no-store')
      if (req.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream') {
        await sendJson(req, res, progress.current())
        return
      }
      res.set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
      res.flushHeaders()
      // A reader that does not keep up misses states between: each event is the whole progress.
      const send = (): void =>
        void (res.writableNeedDrain || res.write(`data: ${JSON.stringify(progress.current())}\n\n`))
      const stop = progress.subscribe(send)
      const heartbeat = setInterval(() => void (res.writableNeedDrain || res.write(': still here\n\n')), HEARTBEAT_MS)
      heartbeat.unref()
      const end = (): void => void res.end()
      closing?.addEventListener('abort', end, { once: true })
      send()
      if (closing?.aborted) end()
      res.on('close', () => {
        clearInterval(heartbeat)
        stop()
        closing?.removeEventListener('abort', end)
      })
    },
  }),
]
