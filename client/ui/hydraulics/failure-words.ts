/** Why a solve failed, in the reader's language: EPANET's errors by their numbers, the server's reasons by what they say. */
import type { TFunction } from 'i18next'

type Say = TFunction<'page'>
type Reason = 'noWater' | 'noModel' | 'gone' | 'noLink' | 'notLink' | 'noNode' | 'notJunction'
type Limit = 'tooLong' | 'noAnswer' | 'busy' | 'tooLarge' | 'fireFlow' | 'noPipes' | 'offline' | 'http'

/** The server's sentences, and the names of what they tell in order. */
const REASONS: readonly (readonly [RegExp, Reason | Limit, ...string[]])[] = [
  [/the city has no water pipes and no EPANET file|expected none, the city has no water network/, 'noWater'],
  [/no such model, got (.+?); expected/, 'noModel', 'id'],
  [/the file of (.+) is gone$/, 'gone', 'id'],
  [/no such (?:pipe, valve or pump|link) in .+, got (.+)$/, 'noLink', 'id'],
  [/^hydraulics: (.+) is no valve or pump/, 'notLink', 'id'],
  [/no such node in .+, got (.+)$/, 'noNode', 'id'],
  [/^hydraulics: (.+) is a \w+; expected a junction/, 'notJunction', 'id'],
  [/not done after ([\d.]+) s of work/, 'tooLong', 'seconds'],
  [/no answer after ([\d.]+) s/, 'noAnswer', 'seconds'],
  [/(\d+) questions wait/, 'busy', 'count'],
  [/take \d+ MB; expected at most|expected less than 1 GB of results/, 'tooLarge'],
  [/fire flow: got (\S+) m³\/s/, 'fireFlow', 'got'],
  [/the city has no pipes of|no pipe of the utility/, 'noPipes'],
  [/Failed to fetch|NetworkError|Load failed|fetch failed/, 'offline'],
  [/^HTTP (\d+)$/, 'http', 'code'],
]

/** One error of EPANET: `error 203: undefined node`, and what its line of the report names. */
function epanetError(t: Say, code: string, text: string): string {
  const known = t(`failures.errors.${code as '203'}`, { defaultValue: '' })
  if (known === '') return t('failures.reasons.epanetUnknown', { code, text: text.trim() })
  return t('failures.reasons.epanet', { code, text: known })
}

/** What EPANET names after the words of an error: `function: undefined node J9 in line 12 …`; its ids stay as they are. */
const named = (text: string): string =>
  /\b(?:node|link|pump|valve|tank|pattern|curve|value) (\S+) in/i.exec(text)?.[1] ?? ''

/** The reason of a failed solve. @param reason as the server said it */
export function failureWords(t: Say, reason: string): string {
  const [first = '', ...details] = reason.split(/; (?=Error \d+:)/)
  const epanet = /epanet: error (\d+): (.*)$/i.exec(first)
  if (epanet) {
    const lines = details.map((line) => {
      const [, code = '', text = ''] = /^Error (\d+): ?(.*)$/.exec(line) ?? []
      const id = named(text)
      return epanetError(t, code, text) + (id === '' ? '' : ` · ${id}`)
    })
    return [epanetError(t, epanet[1]!, epanet[2]!), ...new Set(lines)].join('; ')
  }
  for (const [pattern, key, ...names] of REASONS) {
    const found = pattern.exec(reason)
    if (!found) continue
    const values = Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? '']))
    return t(`failures.reasons.${key as 'noModel'}`, values as { id: string })
  }
  return t('failures.reasons.other', { text: reason })
}
