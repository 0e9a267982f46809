/** The few zod shapes every part of a scene is made of: closed objects, ids, two-language texts, safe addresses. */
import { z } from 'zod'

// The page forbids `eval` and `new Function`; zod would try them to speed up objects, and the browser would report each try.
z.config({ jitless: true })

/**
 * The words nearest to a mistyped one, for "did you mean".
 *
 * @returns the allowed word within a third of its length in edits, or null
 */
export function nearestWord(word: string, allowed: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  if (word.length > 64) return null
  for (const candidate of allowed) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) {
      least = edits
      best = candidate
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current[j] = Math.min(previous[j]! + 1, current[j - 1]! + 1, swap)
    }
    previous = current
  }
  return previous[b.length]!
}

/**
 * Words for a person about a value that is not among the allowed ones: `got "sorce"; expected id | source; did you mean "source"?`
 *
 * @param got the value found, of any kind
 */
export function gotExpected(got: unknown, allowed: readonly string[]): string {
  const near = typeof got === 'string' ? nearestWord(got, allowed) : null
  const hint = near === null ? '' : `; did you mean "${near}"?`
  return `got ${brief(got)}; expected ${allowed.length > 0 ? allowed.join(' | ') : 'nothing here'}${hint}`
}

/** A value as an error message shows it: JSON, at most 60 characters. */
export function brief(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** An object that refuses keys it does not know and names those it does. */
export function closed<Shape extends z.core.$ZodShape>(shape: Shape) {
  const allowed = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? (issue.keys as string[]).map((key) => `unknown key, ${gotExpected(key, allowed)}`).join('. ')
        : undefined,
  })
}

/** Which kind a thing is, by its `type`; the error lists the kinds. */
export function wrongKind(words: readonly string[]) {
  return (issue: { code: string; input?: unknown }): string | undefined => {
    if (issue.code !== 'invalid_union') return undefined
    const type =
      typeof issue.input === 'object' && issue.input !== null ? (issue.input as { type?: unknown }).type : undefined
    return `unknown kind, ${gotExpected(type, words)}`
  }
}

/** The contract's words for what zod itself finds wrong; what a shape says about itself goes before. */
export function inOurWords(issue: z.core.$ZodRawIssue): string | undefined {
  const got = `got ${brief(issue.input)}`
  switch (issue.code) {
    case 'invalid_type':
      return `wrong type, ${got}; expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`
    case 'too_small':
      return `too ${SIZED.has(issue.origin) ? 'short' : 'small'}, ${got}; expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `too ${SIZED.has(issue.origin) ? 'long' : 'large'}, ${got}; expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_value':
      return gotExpected(issue.input, issue.values.map(String))
    case 'invalid_key':
      return `bad id; expected ${ID_WORDS}`
    default:
      return undefined
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true | false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
}
const SIZED: ReadonlySet<string> = new Set(['string', 'array'])
const ID_WORDS = 'lower-case letters, digits and hyphens, a letter first, at most 64'

/** The name of a source, layer, view or group: the word that appears in links and tests. */
export const idSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: (issue) => `bad id, got ${brief(issue.input)}; expected ${ID_WORDS}`,
})

/** Plain text for people: no markup, so that nobody has to clean it before showing it. */
export function plainText(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^<]*(<+[^<A-Za-z!/?][^<]*)*<*$/, {
      error: (issue) => `markup, got ${brief(issue.input)}; expected plain text`,
    })
    .superRefine((text, context) => {
      if (/\p{Cc}/u.test(text))
        context.addIssue({ code: 'custom', message: `control characters, got ${brief(text)}; expected plain text` })
    })
}

/** Words for people, in Chinese and in English. */
export const textSchema = closed({
  zh: plainText(200).meta({ description: 'Chinese' }),
  en: plainText(200).meta({ description: 'English' }),
}).meta({ id: 'text', description: 'Words for people, in Chinese and in English; plain text, no markup.' })

/** Words for people, in Chinese and in English. */
export type Text = z.infer<typeof textSchema>

const SECRET_PARAMETER =
  /(token|secret|passw|api-?_?key|access-?_?key|signature|credential|auth|session|^key$|^sig$|^ak$|^sk$|^tk$)/i

/**
 * Why an address may not stand in a scene, or null when it may.
 * Allowed: a path on this server (`/tiles/…`) or http(s) without a name, password or token in it.
 */
export function refusedAddress(address: string): string | null {
  if (address.length > 2000) return `address too long, got ${address.length} characters; expected ≤ 2000`
  if (/\s|\p{Cc}|[\\<>"]/u.test(address))
    return `bad address, got ${brief(address)}; expected no spaces, backslashes, quotes or control characters`
  const onServer = address.startsWith('/') && !address.startsWith('//')
  if (!onServer && !/^https?:\/\//i.test(address))
    return `bad address, got ${brief(address)}; expected /path | https://… | http://…`
  let url: URL
  try {
    url = new URL(address, 'http://here.invalid')
  } catch {
    return `bad address, got ${brief(address)}; expected /path | https://… | http://…`
  }
  if (url.username !== '' || url.password !== '')
    return 'address with a user name or password; expected none: scenes carry no secrets'
  const words = [...url.searchParams.keys(), ...new URLSearchParams(url.hash.slice(1)).keys()]
  const secret = words.find((word) => SECRET_PARAMETER.test(word))
  if (secret !== undefined)
    return `address with parameter ${brief(secret)}; expected no tokens or keys: scenes carry no secrets`
  return null
}

/** A path on this server or an http(s) address, without secrets. */
export const addressSchema = z
  .string()
  .superRefine((address, context) => {
    const reason = refusedAddress(address)
    if (reason !== null) context.addIssue({ code: 'custom', message: reason })
  })
  .meta({
    description: 'a path on this server (`/tiles/…`) or an http(s) address; no user name, password, token or key in it',
  })
