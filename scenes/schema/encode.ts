/** A diff as a short word for a link, and back: JSON, deflated with a dictionary of the contract's own words, base64url. */
import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import { z } from 'zod'
import { closed, idSchema, inOurWords } from './closed.ts'
import type { SceneDiff } from './diff.ts'
import { jsonPath, SceneError } from './scene-error.ts'

/** How long the word and how large the JSON inside may be: characters, bytes. */
export const DIFF_LIMITS = { word: 16_384, json: 262_144, depth: 64 } as const

/** Which dictionary and packing: the first character of the word. A new dictionary needs a new one. */
const FORM = 'a'

/** What diffs are made of, the most likely last; never changed, as old links were packed with it. */
const DICTIONARY = strToU8(
  '"title":{"zh":"","en":""},"sources":{"url":"/tiles/","type":"3d-tiles"},"wall":null,"groups":{"time":{"start":"20","end":"20","step":"PT10M","at":"2026-06-01T' +
    ':00:00+08:00"},"views":{"lng":121.4,"lat":28.6,"height":,"heading":0,"pitch":-3,"camera":{"lng":"order":["ground","land","water","boundaries","roads","rail",' +
    '"labels","buildings","trees"],"color":["match",["get","class"],["interpolate",["linear"],["step",["case",["==",["coalesce",["to-number",["get","levels"],' +
    '"viridis","heat","teal","diverging","blues",["get","year"],["ramp",["get","height"],"stone",0,120],"#"opacity":0.5,"visible":true},"ground":{"land":{"water":{' +
    '"boundaries":{"roads":{"rail":{"labels":{"trees":{"visible":false}}},{"layers":{"buildings":{"visible":false},"color":null,"opacity":',
)

const jsonRecord = z.record(z.string(), z.unknown())
const diffSchema = closed({
  title: jsonRecord.optional(),
  time: jsonRecord.nullable().optional(),
  camera: jsonRecord.nullable().optional(),
  sources: z.record(idSchema, jsonRecord.nullable()).optional(),
  groups: z.record(idSchema, jsonRecord.nullable()).nullable().optional(),
  layers: z.record(idSchema, jsonRecord.nullable()).optional(),
  order: z.array(idSchema).max(500).optional(),
  views: z.record(idSchema, jsonRecord.nullable()).optional(),
  below: jsonRecord.nullable().optional(),
  marks: z.record(idSchema, jsonRecord.nullable()).nullable().optional(),
  wall: jsonRecord.nullable().optional(),
})

/**
 * A value from outside as a diff. Only its outline is checked here: whether the values fit is known when it is applied,
 * by `parseScene(apply(document, diff))`.
 *
 * @throws {SceneError} naming the path in the diff
 */
export function parseDiff(value: unknown): SceneDiff {
  const parsed = diffSchema.safeParse(value, { error: inOurWords })
  if (parsed.success) return parsed.data as SceneDiff
  throw new SceneError(
    parsed.error.issues
      .slice(0, 20)
      .map((issue) => ({ path: jsonPath(['diff', ...issue.path]), message: issue.message })),
  )
}

/** A diff as letters, digits, `-` and `_`; an empty diff as an empty word. */
export function encodeDiff(changes: SceneDiff): string {
  if (Object.keys(changes).length === 0) return ''
  const packed = deflateSync(strToU8(JSON.stringify(changes)), { level: 9, dictionary: DICTIONARY })
  let bytes = ''
  for (const byte of packed) bytes += String.fromCharCode(byte)
  return FORM + btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/**
 * The diff inside a word of a link. Work and memory are bounded whatever the word.
 *
 * @throws {SceneError} when the word is damaged, too long, of another form, or holds something else
 */
export function decodeDiff(word: string): SceneDiff {
  if (word === '') return {}
  if (word.length > DIFF_LIMITS.word)
    throw damaged(`too long, got ${word.length} characters; expected ≤ ${DIFF_LIMITS.word}`)
  if (word[0] !== FORM) throw damaged(`unknown form, got "${word[0]}"; expected "${FORM}"`)
  if (!/^[\w-]*$/.test(word)) throw damaged('characters that no link has; expected letters, digits, - and _')
  const json = inflated(word.slice(1))
  if (deepest(json) > DIFF_LIMITS.depth) throw damaged(`nested too deep; expected ≤ ${DIFF_LIMITS.depth} levels`)
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw damaged('what it holds is not JSON', cause)
  }
  return parseDiff(value)
}

function inflated(packed: string): string {
  let size = 0
  let ended = false
  const chunks: Uint8Array[] = []
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    )
    const inflate = new Inflate({ dictionary: DICTIONARY }, (chunk, final) => {
      size += chunk.length
      ended ||= final
      if (size <= DIFF_LIMITS.json) chunks.push(chunk)
    })
    // In small pieces, so that a bomb is noticed before it is unpacked: deflate grows a byte to at most 1032.
    for (let at = 0; at < bytes.length && size <= DIFF_LIMITS.json; at += 256)
      inflate.push(bytes.subarray(at, at + 256), at + 256 >= bytes.length)
  } catch (cause) {
    throw damaged('cut off or changed on its way', cause)
  }
  if (size > DIFF_LIMITS.json) throw damaged(`too large, got more than ${DIFF_LIMITS.json} bytes`)
  if (!ended) throw damaged('cut off or changed on its way')
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return strFromU8(whole)
}

/** The deepest nesting of brackets in a JSON text, those in strings not counted. */
function deepest(json: string): number {
  let [depth, most, quoted] = [0, 0, false]
  for (let index = 0; index < json.length; index++) {
    const character = json[index]
    if (quoted) {
      if (character === '\\') index++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') most = Math.max(most, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return most
}

function damaged(reason: string, cause?: unknown): SceneError {
  const error = new SceneError([{ path: 'diff', message: `this link is damaged: ${reason}` }])
  if (cause !== undefined) error.cause = cause
  return error
}
