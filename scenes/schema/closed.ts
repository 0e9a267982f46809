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

/** One of some words; the error lists them. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: (issue) => `unknown word, ${gotExpected(issue.input, words)}` })
}

/** The name of a source, layer, view or group: the word that appears in links and tests. */
export const idSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: (issue) =>
    `bad id, got ${brief(issue.input)}; expected lower-case letters, digits and hyphens, a letter first, at most 64`,
})

/** Words for people, in Chinese and in English. */
export const textSchema = closed({
  zh: z.string().min(1).max(200).meta({ description: 'Chinese' }),
  en: z.string().min(1).max(200).meta({ description: 'English' }),
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
