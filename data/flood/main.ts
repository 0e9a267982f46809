/** `npm run flood -- run.json [--out dir] [--threads n] [--backend …] [--fresh]`: a flood from files to files. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DRY_DEPTH } from './engine.ts'
import { BACKENDS, type Backend } from './run/backends.ts'
import { type ExecuteOptions, executeRun } from './run/execute.ts'
import { readModelIn } from './run/folder-files.ts'
import { checkRun, runJsonSchema } from './run/run-schema.ts'

const USAGE = `npm run flood -- run.json [--out dir] [--threads n] [--backend auto | reference | wasm | threads | webgpu] [--fresh]
npm run flood -- --schema     the JSON Schema of run.json`

function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const s = Math.round(seconds)
  return `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, '0')}:${String(s % 60).padStart(2, '0')}`
}

const printProgress: NonNullable<ExecuteOptions['onProgress']> = ({ time, end, dt, seconds, engine }) => {
  const depth = engine.depth()
  let wet = 0
  for (let i = 0; i < depth.length; i++) if (depth[i]! > DRY_DEPTH) wet++
  const rate = engine.cellUpdates() / Math.max(1e-3, seconds) / 1e6
  const left = (seconds / Math.max(time, 1e-9)) * (end - time)
  const line = `${timeText(time)} of ${timeText(end)}  dt ${dt.toPrecision(3)} s  wet ${wet} cells  ${rate.toFixed(1)} M cells/s  ${timeText(left)} left`
  if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`)
  else process.stderr.write(`${line}\n`)
}

function threadsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const threads = Number(text)
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    throw new Error(`--threads: got ${JSON.stringify(text)}; expected 1 … 64`)
  }
  return threads
}

function backendOf(text = 'auto'): Backend {
  const found = BACKENDS.find((name) => name === text)
  if (!found) throw new Error(`--backend: got ${JSON.stringify(text)}; expected ${BACKENDS.join(' | ')}`)
  return found
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      threads: { type: 'string' },
      backend: { type: 'string' },
      fresh: { type: 'boolean' },
      schema: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.schema) {
    console.log(JSON.stringify(runJsonSchema(), null, 2))
    return
  }
  if (values.help || positionals.length !== 1) {
    console.log(USAGE)
    if (!values.help) process.exitCode = 2
    return
  }
  const path = resolve(positionals[0]!)
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Error(`${positionals[0]}: cannot be read: ${cause.code}`, { cause })
  })
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new Error(`${positionals[0]}: is no JSON: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
  const model = await readModelIn(dirname(path), checkRun(document))
  // before the run, which may be long; what the causes have to say comes after it
  const early = model.warnings.length
  for (const warning of model.warnings) console.error(`warning: ${warning}`)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Error('stopped; run the same command to go on from the checkpoint')))
  process.once('SIGTERM', () => stop.abort(new Error('stopped; run the same command to go on from the checkpoint')))
  const out = resolve(values.out ?? resolve(dirname(path), basename(path, '.json')))
  const threads = threadsOf(values.threads)
  const summary = await executeRun(model, {
    out,
    backend: backendOf(values.backend),
    ...(threads === undefined ? {} : { threads }),
    fresh: values.fresh ?? false,
    signal: stop.signal,
    onProgress: printProgress,
  })
  if (process.stderr.isTTY) process.stderr.write('\n')
  for (const warning of summary.warnings.slice(early)) console.error(`warning: ${warning}`)
  const { massBalance: mass } = summary
  console.log(
    `${summary.steps} steps (${summary.shortestStepS.toPrecision(3)} … ${summary.longestStepS.toPrecision(3)} s) in ${summary.wallSeconds.toFixed(1)} s, ${(summary.cellUpdatesPerSecond / 1e6).toFixed(1)} M cell updates/s`,
  )
  console.log(
    `water: ${mass.startM3.toFixed(1)} m³ at the start, ${mass.endM3.toFixed(1)} m³ at the end, error ${mass.errorRelative.toExponential(1)}`,
  )
  console.log(`backend: ${summary.backend} (${summary.backendBecause})`)
  console.log(`products: ${out}`)
}

try {
  await main()
} catch (error) {
  console.error(`\nflood: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
