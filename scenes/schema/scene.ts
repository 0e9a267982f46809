/** The scene document: the whole contract between a city, those who describe it and those who draw it. */
import { z } from 'zod'
import { belowSchema, markSchema } from './below.ts'
import { brief, closed, gotExpected, idSchema, inOurWords, textSchema } from './closed.ts'
import { LAYER_SOURCES, layerSchema } from './layer.ts'
import { migrate, VERSION } from './migrate.ts'
import { jsonPath, SceneError } from './scene-error.ts'
import { sourceSchema } from './source.ts'
import { timeSchema } from './time.ts'
import { viewSchema } from './view.ts'
import { wallSchema } from './wall.ts'

export type { Below, Mark } from './below.ts'
export type { Text } from './closed.ts'
export type { Layer, LayerOf, LayerType } from './layer.ts'
export type { Source, SourceType } from './source.ts'
export type { Time } from './time.ts'
export type { View } from './view.ts'
export type { Wall } from './wall.ts'

const sceneShape = closed({
  $schema: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'where editors find the JSON Schema; not read otherwise' }),
  version: z.literal(VERSION).meta({ description: 'version of this contract' }),
  title: textSchema.meta({ description: 'the name of the scene' }),
  time: timeSchema
    .optional()
    .meta({ description: 'the stretch of time shown; without it the clock stands at the present day' }),
  camera: viewSchema.optional().meta({ description: 'where the scene opens; the first of `views` when absent' }),
  sources: z.record(idSchema, sourceSchema).meta({ description: 'where data comes from, by id' }),
  groups: z
    .record(idSchema, textSchema)
    .optional()
    .meta({ description: 'titles of the groups in the layer panel, in their order there' }),
  layers: z.array(layerSchema).max(500).meta({ description: 'what is drawn, in drawing order' }),
  views: z.record(idSchema, viewSchema).meta({ description: 'named places to look from, by id; at least one' }),
  below: belowSchema.optional().meta({ description: 'how buried things are seen' }),
  marks: z
    .record(idSchema, markSchema)
    .optional()
    .meta({ description: 'what tools left on the map, by id: pits, trenches' }),
  wall: wallSchema.optional().meta({ description: 'the display wall this scene is meant for' }),
})

type Shape = z.infer<typeof sceneShape>

/** The scene document's shape with its references checked; see `parseScene`. */
export const sceneSchema = sceneShape.superRefine((scene, context) => {
  for (const { path, message } of brokenReferences(scene)) context.addIssue({ code: 'custom', path, message })
})

/** A scene document: stored under `scenes/<place>/<theme>.json`, served at `/scenes/<place>/<theme>`. */
export type SceneDocument = Shape

/**
 * A value (parsed JSON of any version) as a scene document of this version.
 *
 * @throws {SceneError} with the JSON path, what was found and what is allowed
 */
export function parseScene(value: unknown): SceneDocument {
  refusePrototypes(value)
  const parsed = sceneSchema.safeParse(migrate(value), { error: inOurWords })
  if (parsed.success) return parsed.data
  throw new SceneError(
    parsed.error.issues.slice(0, 50).map((issue) => ({ path: jsonPath(issue.path), message: issue.message })),
  )
}

/** JSON may name a key `__proto__`; zod would leave it out without a word. */
function refusePrototypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, block] of Object.entries(value)) {
    if (typeof block === 'object' && block !== null && Object.hasOwn(block, '__proto__')) {
      throw new SceneError([
        { path: key, message: 'bad id, got "__proto__"; expected lower-case letters, digits and hyphens' },
      ])
    }
  }
}

interface Broken {
  path: (string | number)[]
  message: string
}

function brokenReferences(scene: Shape): Broken[] {
  const broken: Broken[] = []
  const seen = new Set<string>()
  scene.layers.forEach((layer, index) => {
    if (seen.has(layer.id))
      broken.push({
        path: ['layers', index, 'id'],
        message: `layer id used twice, got ${brief(layer.id)}; expected one not used above`,
      })
    seen.add(layer.id)
    const source = Object.hasOwn(scene.sources, layer.source) ? scene.sources[layer.source] : undefined
    const wanted = LAYER_SOURCES[layer.type]
    if (source?.type !== wanted) {
      const fitting = Object.keys(scene.sources).filter((id) => scene.sources[id]!.type === wanted)
      const wrong =
        source === undefined
          ? 'no such source'
          : `source of type "${source.type}", which a "${layer.type}" layer cannot draw`
      broken.push({ path: ['layers', index, 'source'], message: `${wrong}, ${gotExpected(layer.source, fitting)}` })
    }
    if (layer.group !== undefined && scene.groups !== undefined && !Object.hasOwn(scene.groups, layer.group)) {
      broken.push({
        path: ['layers', index, 'group'],
        message: `no such group, ${gotExpected(layer.group, Object.keys(scene.groups))}`,
      })
    }
  })
  const views = Object.keys(scene.views)
  if (views.length === 0)
    broken.push({ path: ['views'], message: 'no view, got an empty object; expected at least one' })
  const opens = scene.wall?.view
  if (opens !== undefined && !Object.hasOwn(scene.views, opens)) {
    broken.push({ path: ['wall', 'view'], message: `no such view, ${gotExpected(opens, views)}` })
  }
  return broken
}

/** The view a scene opens with: its camera, or the first of its views. */
export function openingView(scene: SceneDocument): SceneDocument['views'][string] {
  return scene.camera ?? Object.values(scene.views)[0]!
}

/** A typed helper to write a scene in TypeScript; it checks nothing that the compiler does not. */
export function defineScene(scene: SceneDocument): SceneDocument {
  return scene
}
