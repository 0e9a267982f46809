/** Sends a file the way RFC 9110 asks: encodings, conditions, one range, HEAD. */
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { sendProblem } from '../errors.ts'
import type { Form, HotFile } from './hot-files.ts'

/** The request headers that matter here, '' when absent. */
interface Wishes {
  encoding: string
  match: string
  noneMatch: string
  modifiedSince: string
  unmodifiedSince: string
  range: string
  ifRange: string
}

const wishes: Wishes = {
  encoding: '',
  match: '',
  noneMatch: '',
  modifiedSince: '',
  unmodifiedSince: '',
  range: '',
  ifRange: '',
}
const KEYS: Record<string, keyof Wishes> = {
  'accept-encoding': 'encoding',
  'if-match': 'match',
  'if-none-match': 'noneMatch',
  'if-modified-since': 'modifiedSince',
  'if-unmodified-since': 'unmodifiedSince',
  range: 'range',
  'if-range': 'ifRange',
}
const LENGTHS = new Set(Object.keys(KEYS).map((name) => name.length))

/**
 * Reads rawHeaders: `req.headers` would build an object of all of them for each request. One object is reused.
 * @returns whether any but accept-encoding is there
 */
function readWishes(raw: string[]): boolean {
  wishes.encoding =
    wishes.match =
    wishes.noneMatch =
    wishes.modifiedSince =
    wishes.unmodifiedSince =
    wishes.range =
    wishes.ifRange =
      ''
  let conditional = false
  for (let i = 0; i < raw.length; i += 2) {
    if (!LENGTHS.has(raw[i].length)) continue
    const key = KEYS[raw[i].toLowerCase()]
    if (key === undefined) continue
    wishes[key] = wishes[key] ? `${wishes[key]}, ${raw[i + 1]}` : raw[i + 1]
    if (key !== 'encoding') conditional = true
  }
  return conditional
}

type Accepted = 0 | 1 | 2 | 3
const accepted = new Map<string, Accepted>()

/** @returns bit 1: br is welcome; bit 0: gzip is welcome (RFC 9110 §12.5.3) */
function acceptedOf(header: string): Accepted {
  const known = accepted.get(header)
  if (known !== undefined) return known
  const quality = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim())
    const q = parameters.find((text) => text.startsWith('q='))
    quality.set(name, q ? Number(q.slice(2)) || 0 : 1)
  }
  const welcome = (name: string): boolean => (quality.get(name) ?? quality.get('*') ?? 0) > 0
  const result = ((welcome('br') ? 2 : 0) | (welcome('gzip') ? 1 : 0)) as Accepted
  if (accepted.size > 256) accepted.clear()
  accepted.set(header, result)
  return result
}

/** The best form of a file for an Accept-Encoding, '' when absent. */
export function formFor(file: HotFile, encoding: string): Form {
  if (encoding === '') return file.identity
  const welcome = acceptedOf(encoding)
  if (file.br && welcome & 2) return file.br
  return file.gzip && welcome & 1 ? file.gzip : file.identity
}

/** @returns the form that a client with these headers would rather have and that has not been tried, null when there is none */
export function lacking(file: HotFile, raw: string[]): 'br' | 'gzip' | null {
  const { br, gzip } = file.untried
  if (!br && !gzip) return null
  readWishes(raw)
  if (wishes.encoding === '' || wishes.range !== '') return null
  const welcome = acceptedOf(wishes.encoding)
  if (welcome & 2 && (file.br || br)) return br ? 'br' : null
  return gzip && welcome & 1 ? 'gzip' : null
}

/** Whether a list of entity tags names this one; weak comparison ignores W/. */
function names(list: string, etag: string, weak: boolean): boolean {
  return (
    list.trim() === '*' || list.split(',').some((tag) => tag.trim() === etag || (weak && tag.trim() === `W/${etag}`))
  )
}

/** @returns the status that the conditions ask for: 200, 304 or 412 (RFC 9110 §13.2.2) */
function precondition(file: HotFile, form: Form): 200 | 304 | 412 {
  if (wishes.match) {
    if (!names(wishes.match, form.etag, false)) return 412
  } else if (wishes.unmodifiedSince && Date.parse(wishes.unmodifiedSince) < file.modifiedMs) return 412
  if (wishes.noneMatch) return names(wishes.noneMatch, form.etag, true) ? 304 : 200
  return wishes.modifiedSince && Date.parse(wishes.modifiedSince) >= file.modifiedMs ? 304 : 200
}

/** @returns first and last byte, null to send the whole, or 'bad' for 416; several ranges are answered with the whole */
export function parseRange(header: string, size: number): { first: number; last: number } | null | 'bad' {
  const found = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header)
  if (!found || (found[1] === '' && found[2] === '')) return null
  if (found[1] === '') {
    const length = Number(found[2])
    return length === 0 || size === 0 ? 'bad' : { first: Math.max(0, size - length), last: size - 1 }
  }
  const first = Number(found[1])
  const last = found[2] === '' ? size - 1 : Math.min(Number(found[2]), size - 1)
  if (found[2] !== '' && Number(found[2]) < first) return null
  return first >= size ? 'bad' : { first, last }
}

function send(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: string[],
  form: Form,
  first: number,
  last: number,
): void {
  res.writeHead(status, headers)
  if (req.method === 'HEAD') res.end()
  else if (form.bytes)
    res.end(first === 0 && last === form.size - 1 ? form.bytes : form.bytes.subarray(first, last + 1))
  else pipeline(createReadStream(form.path, { start: first, end: last }), res, () => {})
}

/** Answers a GET or HEAD with a file. */
export function respond(req: IncomingMessage, res: ServerResponse, file: HotFile): void {
  const conditional = readWishes(req.rawHeaders)
  if (!conditional) {
    const form = formFor(file, wishes.encoding)
    if (form.bytes && req.method === 'GET') {
      res.writeHead(200, form.headers)
      res.end(form.bytes)
    } else send(req, res, 200, form.headers, form, 0, form.size - 1)
    return
  }
  // A range is one of the plain bytes: pieces of a compressed file are of no use to anybody.
  const ranged = wishes.range !== '' && req.method === 'GET'
  const form = ranged ? file.identity : formFor(file, wishes.encoding)
  const status = precondition(file, form)
  if (status === 304) {
    res.writeHead(304, form.unchanged)
    res.end()
    return
  }
  if (status === 412) {
    sendProblem(req, res, 412, `the file has changed; its ETag is ${form.etag}`)
    return
  }
  const wanted = wishes.ifRange
  const fresh =
    wanted === '' || (wanted.startsWith('"') ? wanted === form.etag : Date.parse(wanted) === file.modifiedMs)
  const range = ranged && fresh ? parseRange(wishes.range, form.size) : null
  if (range === 'bad') {
    const headers = { 'Content-Range': `bytes */${form.size}` }
    sendProblem(
      req,
      res,
      416,
      `range: beyond the end, got ${wishes.range.slice(0, 60)}; expected below ${form.size}`,
      headers,
    )
    return
  }
  if (!range) {
    send(req, res, 200, form.headers, form, 0, form.size - 1)
    return
  }
  const headers = form.headers.slice()
  headers[headers.indexOf('Content-Length') + 1] = String(range.last - range.first + 1)
  headers.push('Content-Range', `bytes ${range.first}-${range.last}/${form.size}`)
  send(req, res, 206, headers, form, range.first, range.last)
}
