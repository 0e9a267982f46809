/** Writes what follows from the schema: scene.schema.json and the reference in scenes/README.md. `--check` fails when they are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { cssColor } from './color.ts'
import { OPERATORS } from './operators.ts'
import { RAMPS, rampColor } from './ramps.ts'
import { sceneSchema } from './scene.ts'

/** The part of JSON Schema that the reference reads. */
interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  oneOf?: Schema[]
  anyOf?: Schema[]
  minimum?: number
  maximum?: number
  $defs?: Record<string, Schema>
}

const BEGIN = '<!-- reference: written by `node scenes/schema/generate.ts`, do not edit -->'
const END = '<!-- end of reference -->'
const MOST = 1e9

/** The JSON Schema of scene documents (draft 2020-12), as it stands in scene.schema.json. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(sceneSchema, { unrepresentable: 'any' })
  return `${JSON.stringify({ $schema: schema.$schema, title: 'Tidewall scene', description: 'A city, a drill or a wall: what is drawn, from where, and how.', ...schema }, null, 2)}\n`
}

/** The reference in Markdown: every object with its keys, then the operators and ramps. */
export function reference(): string {
  const root = JSON.parse(jsonSchema()) as Schema
  const defs = root.$defs ?? {}
  const sections = [objectSection('scene', root)]
  for (const name of ['text', 'time', 'view', 'wall']) sections.push(objectSection(name, defs[name]!))
  for (const source of defs.source?.oneOf ?? []) sections.push(objectSection(`source ${constant(source)}`, source))
  sections.push(layerSection(defs))
  const operators = [...OPERATORS.values()].map(
    ({ form, about }) => `| \`${form.replaceAll('|', '\\|')}\` | ${about.replaceAll('|', '\\|')} |`,
  )
  sections.push(
    `### expression\n\nA plain value, or an array: an operator and its parts. What cannot be said is null.\n\n| form | gives |\n|---|---|\n${operators.join('\n')}`,
  )
  const ramps = RAMPS.map(
    (name) =>
      `| \`${name}\` | ${[0, 0.25, 0.5, 0.75, 1].map((share) => `\`${cssColor(rampColor(name, share))}\``).join(' ')} |`,
  )
  sections.push(`### ramp\n\n| name | colours at 0, ¼, ½, ¾, 1 |\n|---|---|\n${ramps.join('\n')}`)
  return sections.join('\n\n')
}

function objectSection(name: string, schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    row(key, property, schema.required?.includes(key) ?? false),
  )
  return `### ${name}\n\n${schema.description === undefined ? '' : `${schema.description}\n\n`}| key | value | |\n|---|---|---|\n${rows.join('\n')}`
}

/** Layers share their keys: one table of keys, one of kinds with what their colour may read. */
function layerSection(defs: Record<string, Schema>): string {
  const kinds = (defs.layer?.oneOf ?? []).map(({ $ref }) => defs[$ref!.slice('#/$defs/'.length)]!)
  const kindRows = kinds.map((kind) => {
    const reads = /may read (.*?); without/.exec(kind.properties?.color?.description ?? '')?.[1] ?? '–'
    return `| \`${constant(kind)}\` | ${kind.description ?? ''} | ${reads} |`
  })
  const first = kinds.find((kind) => kind.properties?.color !== undefined)
  const rows = Object.entries(first!.properties!).map(([key, property]) => {
    if (key === 'type') return row(key, { description: 'a kind of the table below' }, true)
    if (key === 'source')
      return row(key, { ...property, description: 'id of a source of the type the kind needs' }, true)
    if (key === 'color')
      return row(
        key,
        {
          ...property,
          description:
            "colour of each thing, for kinds that read something; without it, or where it gives null, the kind's own colour",
        },
        false,
      )
    return row(key, property, first!.required!.includes(key))
  })
  return `### layer\n\n${defs.layer?.description ?? ''}\n\n| key | value | |\n|---|---|---|\n${rows.join('\n')}\n\n| kind | draws | its colour may read |\n|---|---|---|\n${kindRows.join('\n')}`
}

function constant(schema: Schema): string {
  return String(schema.properties?.type?.const ?? '')
}

function row(key: string, schema: Schema, required: boolean): string {
  const inner =
    schema.properties === undefined
      ? ''
      : `: ${Object.entries(schema.properties)
          .map(([name, { description }]) => `\`${name}\` (${description})`)
          .join(', ')}`
  return `| \`${key}\`${required ? '' : '?'} | ${typeWords(schema).replaceAll('|', '\\|')} | ${((schema.description ?? '') + inner).replaceAll('|', '\\|')} |`
}

function typeWords(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/$defs/'.length)
    return name === 'color' ? '[color](#expression)' : name === 'source' ? 'source' : `[${name}](#${name})`
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.items !== undefined) return `array of ${typeWords(schema.items)}`
  if (typeof schema.additionalProperties === 'object') return `id → ${typeWords(schema.additionalProperties)}`
  if (schema.type === 'number' || schema.type === 'integer') {
    const [low, high] = [schema.minimum, schema.maximum].map((bound) =>
      bound !== undefined && Math.abs(bound) < MOST ? bound : undefined,
    )
    return low !== undefined && high !== undefined ? `number ${low} … ${high}` : 'number'
  }
  return String({ string: 'string', boolean: 'true | false', object: 'object' }[String(schema.type)] ?? '')
}

/** A README with its reference replaced by the present one. @throws {Error} when it has no place for it */
export function withReference(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin < 0 || end < begin)
    throw new Error(`scenes/README.md: no place for the reference; expected ${BEGIN} … ${END}`)
  return `${readme.slice(0, begin)}${BEGIN}\n\n${reference()}\n\n${readme.slice(end)}`
}

function main(check: boolean): void {
  const readmeUrl = new URL('../README.md', import.meta.url)
  const files = [
    { url: new URL('scene.schema.json', import.meta.url), text: jsonSchema() },
    { url: readmeUrl, text: withReference(readFileSync(readmeUrl, 'utf8')) },
  ]
  for (const { url, text } of files) {
    if (!check) writeFileSync(url, text)
    else if (present(url) !== text) {
      process.exitCode = 1
      process.stderr.write(`${url.pathname}: stale; run node scenes/schema/generate.ts\n`)
    }
  }
}

function present(url: URL): string | null {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return null
  }
}

if (import.meta.main) main(process.argv.includes('--check'))
