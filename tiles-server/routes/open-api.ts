/** The OpenAPI document, made of the same descriptions the parameters are checked with. */
import { z } from 'zod'
import { LAYERS } from '../../data/geo/city-feature.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { f } from './parameters.ts'
import { sendJson } from './send-json.ts'

interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: object
}

function parametersOf({ path, query }: Endpoint): Parameter[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]): Parameter => {
    return {
      name,
      in: 'path',
      required: true,
      schema: name === 'layer' ? { type: 'string', enum: [...LAYERS] } : { type: 'string' },
    }
  })
  const schema = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { description?: string }>
    required?: string[]
  }
  const inQuery = Object.entries(schema.properties ?? {}).map(([name, { description, ...rest }]): Parameter => {
    return { name, in: 'query', required: schema.required?.includes(name) ?? false, description, schema: rest }
  })
  return [...inPath, ...inQuery]
}

const problem = {
  description: 'Problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** OpenAPI 3.0 of the endpoints. */
export function openApi(endpoints: readonly Endpoint[]): object {
  const paths: Record<string, object> = {}
  for (const one of endpoints) {
    const writes = one.method === 'put' || one.method === 'delete'
    const sends = one.method === 'put' || one.method === 'post'
    const schema = one.body
      ? z.toJSONSchema(one.body, { io: 'input', unrepresentable: 'any', target: 'openapi-3.0' })
      : {}
    paths[one.path] = {
      ...paths[one.path],
      [one.method]: {
        summary: one.summary,
        tags: [one.tag],
        operationId: `${one.method}${one.path.replace(/[^a-zA-Z]+(\w?)/g, (_all, letter: string) => letter.toUpperCase())}`,
        parameters: parametersOf(one),
        ...(sends ? { requestBody: { content: { 'application/json': { schema } }, required: true } } : {}),
        ...(writes ? { security: [{ editKey: [] }] } : {}),
        responses: { 200: { description: one.summary, content: { [one.media]: { schema: {} } } }, default: problem },
      },
    }
  }
  const words = {
    type: 'object',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
    },
  }
  return {
    openapi: '3.0.3',
    info: { title: 'Tidewall', version: '1', description: 'Tiles are under /tiles/: 3D Tiles, quantized-mesh, MVT.' },
    paths,
    components: { schemas: { Problem: words }, securitySchemes: { editKey: { type: 'http', scheme: 'bearer' } } },
  }
}

/** `/api`: the document with OGC's landing links beside it. */
export function apiRoutes(endpoints: readonly Endpoint[]): Endpoint[] {
  const links = [
    { rel: 'self', type: 'application/json', href: '/api' },
    { rel: 'service-desc', type: 'application/vnd.oai.openapi+json;version=3.0', href: '/api' },
    { rel: 'conformance', type: 'application/json', href: '/conformance' },
    { rel: 'data', type: 'application/json', href: '/collections' },
  ]
  const api: Endpoint = endpoint({
    path: '/api',
    summary: 'This document, also the landing page of OGC API – Features',
    tag: 'operation',
    query: z.strictObject({ f }),
    handle: ({ req, res }) => sendJson(req, res, document),
  })
  const document: object = {
    title: 'Tidewall',
    description: 'An open 3D city twin',
    links,
    ...openApi([...endpoints, api]),
  }
  return [api]
}
