/** What is written from the schema is present and tells the truth. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonSchema, reference, withReference } from './generate.ts'

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the JSON Schema and the reference are those of the present schema', () => {
  expect(text('scene.schema.json'), 'run node scenes/schema/generate.ts').toBe(jsonSchema())
  expect(text('../README.md'), 'run node scenes/schema/generate.ts').toBe(withReference(text('../README.md')))
})

test('the prose of the README stays within 60 lines', () => {
  expect(text('../README.md').split('<!-- reference')[0]!.split('\n').length).toBeLessThanOrEqual(60)
})

test('the JSON Schema is closed, describes every key, and refers only to what it has', () => {
  const schema = JSON.parse(jsonSchema()) as {
    $defs: Record<
      string,
      { properties?: Record<string, { description?: string; const?: unknown }>; additionalProperties?: unknown }
    >
  }
  for (const [, name] of jsonSchema().matchAll(/"#\/\$defs\/([^"]+)"/g)) expect(schema.$defs).toHaveProperty(name!)
  for (const [name, { properties, additionalProperties }] of Object.entries(schema.$defs)) {
    if (properties === undefined) continue
    expect(additionalProperties, name).toBe(false)
    for (const [key, property] of Object.entries(properties))
      if (property.const === undefined) expect(property.description, `${name}.${key}`).toBeTruthy()
  }
})

test('the reference names every kind of layer and source', () => {
  for (const word of ['ground', 'boundaries', 'labels', 'trees', '3d-tiles', 'terrain', 'vector'])
    expect(reference()).toContain(word)
})

test('every pattern in the JSON Schema is plain enough for validators in other languages', () => {
  for (const [, pattern] of jsonSchema().matchAll(/"pattern": "(.*)"/g)) expect(pattern).not.toMatch(/\\\\p|\(\?/)
})
