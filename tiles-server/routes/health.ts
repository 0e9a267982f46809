/** Whether the server can do its work, for probes. */
import { endpoint } from './endpoint.ts'
import { sendJson } from './send-json.ts'

const PATIENCE_MS = 5000

export const healthRoutes = [
  endpoint({
    path: '/healthz',
    summary: 'ok, or 503 while the database is away',
    tag: 'operation',
    async handle({ db, progress, req, res }) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS, false)
      })
      const answered = await Promise.race([
        db.query('select 1').then(
          () => true,
          () => false,
        ),
        late,
      ])
      clearTimeout(timer)
      res.set('Cache-Control', 'no-store')
      // An embedded database that is storing a layer is busy, not away.
      const well = answered || (db.engine === 'pglite' && progress.current().state === 'making')
      if (!well) res.status(503)
      await sendJson(req, res, {
        status: well ? 'ok' : 'failed',
        database: answered ? 'ok' : well ? 'busy' : 'away',
        engine: db.engine,
        city: progress.current().state,
      })
    },
  }),
]
