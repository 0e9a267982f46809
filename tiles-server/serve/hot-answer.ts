/** Hot tiles as whole answers, head and body in one piece, written to the socket before a `ServerResponse` is made for them. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Answer, Form } from './hot-files.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nDate: '
const DATE_BYTES = 29
let second = 0
let date = ''

/** Whole seconds since 1970; sets `date` too. */
function now(): number {
  const current = Math.floor(Date.now() / 1000)
  if (current !== second) {
    second = current
    date = new Date(current * 1000).toUTCString()
  }
  return second
}

/**
 * The answer to a GET of a form, with the date of now.
 * @returns null when the form is not in memory
 */
export function answerOf(form: Form): Answer | null {
  const at = now()
  const known = form.answer
  if (known?.second === at) return known
  if (known && !known.held) {
    known.bytes.write(date, HEAD.length, DATE_BYTES, 'latin1')
    known.second = at
    return known
  }
  if (!form.bytes) return null
  let head = `${HEAD}${date}\r\nConnection: keep-alive\r\n`
  for (let i = 0; i < form.headers.length; i += 2) head += `${form.headers[i]}: ${form.headers[i + 1]}\r\n`
  const bytes = Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), form.bytes])
  form.bytes = bytes.subarray(bytes.length - form.size) // one copy in memory, not two
  form.answer = { bytes, second: at, held: false }
  return form.answer
}

const HARMLESS = 0
const ENCODING = 1
const HOST = 2
const DEMANDING = 3
const KINDS: Record<string, number> = {
  'accept-encoding': ENCODING,
  host: HOST,
  'if-match': DEMANDING,
  'if-none-match': DEMANDING,
  'if-modified-since': DEMANDING,
  'if-unmodified-since': DEMANDING,
  'if-range': DEMANDING,
  range: DEMANDING,
  expect: DEMANDING,
  upgrade: DEMANDING,
  'content-length': DEMANDING,
  'transfer-encoding': DEMANDING,
}
const LENGTHS = Object.keys(KINDS).reduce((bits, { length }) => bits | (1 << length), 0)

/** @returns the Accept-Encoding of a request that asks for nothing else, '' without; null when it has conditions, a range or a body */
export function plainWish(raw: string[]): string | null {
  let encoding = ''
  let host = false
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]
    if (name.length > 30 || !((LENGTHS >> name.length) & 1)) continue
    const kind = KINDS[name.toLowerCase()] ?? HARMLESS
    if (kind === DEMANDING) return null
    if (kind === HOST) host = true
    else if (kind === ENCODING) encoding = encoding === '' ? raw[i + 1] : `${encoding}, ${raw[i + 1]}`
  }
  return host ? encoding : null
}

/** What node:http keeps at a socket of its server and does not document; without it all goes the usual way. */
interface Inner {
  parser?: { onIncoming?: ((req: IncomingMessage, keepAlive: boolean) => number) | null }
  /** the response that is being written */
  _httpMessage?: object | null
}
/** What node:http does with a request that has no body (its option optimizeEmptyRequests). */
type Bodiless = IncomingMessage & { upgrade?: boolean; _dumpAndCloseReadable?(): void }

/**
 * Answers hits as soon as node:http has parsed their head: the objects, listeners and ticks of a `ServerResponse` would cost
 * more than all the rest. What is not a plain GET over a connection that stays open and has nothing to wait for goes the usual way.
 * @param ready see TileServer
 */
export function answerHits(server: Server, ready: (url: string, rawHeaders: string[]) => Answer | null): void {
  server.on('connection', (socket: Socket) => {
    const inner = socket as Socket & Inner
    const { parser } = inner
    const usual = parser?.onIncoming
    if (!parser || typeof usual !== 'function') return
    parser.onIncoming = (req: Bodiless, keepAlive) => {
      // The answer before must be through: they leave in the order of the questions, and a reader that takes nothing is made to wait.
      const free = keepAlive && !inner._httpMessage && socket.writable && socket.writableLength === 0
      if (!free || req.method !== 'GET' || req.httpVersionMinor !== 1 || req.upgrade || !req._dumpAndCloseReadable)
        return usual(req, keepAlive)
      const answer = ready(req.url as string, req.rawHeaders)
      if (answer === null) return usual(req, keepAlive)
      req._dumpAndCloseReadable()
      socket.write(answer.bytes)
      if (socket.writableLength > 0) answer.held = true
      return 0
    }
  })
}
