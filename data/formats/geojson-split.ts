/** Cuts the text of GeoJSON or NDJSON into single features while it streams by: never the whole file in memory. */

/** A piece of the text. */
export type Piece =
  /** text of one element of `features`, or of a whole value at the top (a Feature or geometry, one per line) */
  | { kind: 'feature'; text: string; index: number }
  /** text of a top-level object with its `features` emptied: `crs`, `name`, `type` */
  | { kind: 'head'; text: string }
  /** the reason why an element could not be taken; what follows it could */
  | { kind: 'bad'; text: string; index: number }

const DEEPEST = 64
/** Characters of one feature, a million places: each costs 26 bytes of memory on its way in. */
const LONGEST = 32 * 2 ** 20

const NEWLINE = 10
const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const COMMA = 44
const COLON = 58

function blank(code: number): boolean {
  // RS (30) begins each record of RFC 8142
  return code === 32 || code === 10 || code === 13 || code === 9 || code === 30
}

/** State between chunks. */
interface State {
  depth: number
  inString: boolean
  escaped: boolean
  /** depth at which the elements of `features` lie; 0 when not inside one */
  listDepth: number
  /** within `features`: whether an element must come, may come, or a comma must */
  wants: 'first' | 'value' | 'comma'
  /** text of the value being gathered, of the head around `features` */
  value: string[]
  valueLength: number
  head: string[] | null
  /** at depth 1: start of the last string, to know a key when its colon comes */
  key: string
  keyStart: boolean
  afterColon: boolean
  features: number
  values: number
  /** the value is longer than any may be: it is passed over */
  tooLong: boolean
  /** values stand one per line, so that a broken line ends with its line */
  lines: boolean
  /** the rest of a broken line is passed over */
  skipping: boolean
}

function fail(words: string): never {
  throw new Error(`geojson: ${words}`)
}

/**
 * Splits text into features and heads.
 *
 * @param chunks the text, in pieces of any size
 * @returns elements of every top-level `features`; top-level values without one whole; then each head
 * @throws {Error} truncated, nested deeper than 64, or brackets and commas that do not fit (of one value per line, such a line is `bad`)
 */
export async function* splitGeojson(chunks: AsyncIterable<string>): AsyncGenerator<Piece> {
  const s: State = {
    depth: 0,
    inString: false,
    escaped: false,
    listDepth: 0,
    wants: 'first',
    value: [],
    valueLength: 0,
    head: null,
    key: '',
    keyStart: false,
    afterColon: false,
    features: 0,
    values: 0,
    tooLong: false,
    lines: false,
    skipping: false,
  }
  const stack: number[] = []
  for await (const chunk of chunks) {
    const ready: Piece[] = []
    scan(chunk, s, stack, ready)
    yield* ready
  }
  if (s.depth > 0 || s.inString || s.skipping)
    fail(`truncated: the file ends ${s.depth} brackets deep, after ${s.features} features`)
  if (s.values === 0) fail('empty; expected a FeatureCollection or one Feature per line')
}

function scan(chunk: string, s: State, stack: number[], ready: Piece[]): void {
  /** where the part of this chunk that belongs to the value or head begins */
  let from = 0
  const keep = (to: number) => {
    const part = chunk.slice(from, to)
    s.valueLength += part.length
    if (s.valueLength > LONGEST) {
      s.tooLong = true
      s.value = []
    }
    if (s.tooLong) return
    if (s.listDepth > 0 && s.depth < s.listDepth) return
    s.value.push(part)
  }
  for (let i = 0; i < chunk.length; i++) {
    const code = chunk.charCodeAt(i)
    if (s.lines && code === NEWLINE && (s.depth > 0 || s.skipping)) {
      breakLine(s, stack, ready)
      from = i + 1
      continue
    }
    if (s.skipping) continue
    if (s.inString) {
      if (s.escaped) s.escaped = false
      else if (code === BACKSLASH) s.escaped = true
      else if (code === QUOTE) s.inString = false
      if (s.keyStart) {
        if (s.inString) s.key.length < 32 && (s.key += chunk[i])
        else s.keyStart = false
      }
      continue
    }
    if (blank(code)) continue
    const inList = s.listDepth > 0 && s.depth === s.listDepth
    if (inList) {
      if (code === CLOSE_BRACKET) {
        if (s.wants === 'value') fail(`a comma before the end of features, after ${s.features} of them`)
        stack.pop()
        s.depth--
        s.listDepth = 0
        s.value = s.head ?? []
        s.head = null
        s.valueLength = 0
        s.afterColon = false
        from = i
        continue
      }
      if (code === COMMA) {
        if (s.wants !== 'comma') fail(`a comma too many after ${s.features} features`)
        s.wants = 'value'
        continue
      }
      if (s.wants === 'comma') fail(`no comma after feature ${s.features - 1}`)
      if (code !== OPEN_BRACE)
        fail(`element ${s.features} of features begins with ${JSON.stringify(chunk[i])}; expected {`)
      from = i
    } else if (s.depth === 0) {
      if (code !== OPEN_BRACE && s.lines) {
        s.skipping = true
        continue
      }
      if (code !== OPEN_BRACE) fail(`found ${JSON.stringify(chunk[i])} between values; expected { (GeoJSON objects)`)
      from = i
    }
    if (code === QUOTE) {
      s.inString = true
      if (s.depth === 1 && !s.afterColon) {
        s.key = ''
        s.keyStart = true
      }
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (stack.length >= DEEPEST) fail(`nested deeper than ${DEEPEST} in feature ${s.features}`)
      stack.push(code)
      s.depth++
      if (code === OPEN_BRACKET && s.depth === 2 && s.afterColon && s.key === 'features') {
        keep(i + 1)
        if (s.tooLong) fail(`the part before the features is longer than ${LONGEST} characters`)
        s.head = s.value
        s.value = []
        s.valueLength = 0
        s.listDepth = 2
        s.wants = 'first'
        from = chunk.length
      }
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      const opened = stack.pop()
      if (s.lines && opened !== (code === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET)) {
        s.skipping = true
        continue
      }
      if (opened !== (code === CLOSE_BRACE ? OPEN_BRACE : OPEN_BRACKET))
        fail(`brackets do not match in feature ${s.features}`)
      s.depth--
      if (s.listDepth > 0 ? s.depth === s.listDepth : s.depth === 0) {
        s.value.push(chunk.slice(from, i + 1))
        from = chunk.length
        emit(s, ready)
      }
    } else if (s.depth === 1 && code === COLON) s.afterColon = true
    else if (s.depth === 1 && code === COMMA) s.afterColon = false
  }
  if (s.depth > 0 && from < chunk.length && !(s.listDepth > 0 && s.depth === s.listDepth)) keep(chunk.length)
}

/** Ends a line that is no whole value, and begins anew. */
function breakLine(s: State, stack: number[], ready: Piece[]): void {
  ready.push({ kind: 'bad', text: 'not JSON: the line is broken', index: s.features++ })
  stack.length = 0
  s.depth = 0
  s.inString = s.escaped = s.keyStart = s.afterColon = s.skipping = s.tooLong = false
  s.listDepth = 0
  s.value = []
  s.valueLength = 0
  s.head = null
}

/** Hands out the value just closed. */
function emit(s: State, ready: Piece[]): void {
  const text = s.value.join('')
  const { tooLong } = s
  s.tooLong = false
  s.value = []
  s.valueLength = 0
  s.afterColon = false
  s.values++
  const head = s.listDepth === 0 && /"features"\s*:\s*\[\s*\]/.test(text)
  s.lines = s.listDepth === 0 && !head && !text.includes('\n')
  if (s.listDepth > 0) s.wants = 'comma'
  if (tooLong) ready.push({ kind: 'bad', text: `longer than ${LONGEST} characters`, index: s.features++ })
  else if (s.listDepth > 0) ready.push({ kind: 'feature', text, index: s.features++ })
  else if (head) ready.push({ kind: 'head', text })
  else ready.push({ kind: 'feature', text, index: s.features++ })
}
