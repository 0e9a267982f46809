/** Where data comes from: one shape per kind of source. */
import { z } from 'zod'
import { addressSchema, closed, plainText, wrongKind } from './closed.ts'

const attribution = plainText(500)
  .optional()
  .meta({ description: 'whose data it is, as the licence wants it shown; plain text' })

/** Ground heights: quantized-mesh 1.0. */
export const terrainSourceSchema = closed({
  type: z.literal('terrain'),
  url: addressSchema.meta({
    description: 'folder of `layer.json`: quantized-mesh 1.0, heights above the WGS 84 ellipsoid',
  }),
  attribution,
}).meta({ description: 'Ground heights as quantized-mesh tiles.' })

/** Lines and areas: a TileJSON 3 of Mapbox vector tiles. */
export const vectorSourceSchema = closed({
  type: z.literal('vector'),
  url: addressSchema.meta({ description: 'TileJSON 3 of Mapbox vector tiles' }),
  attribution,
}).meta({
  description: 'Lines, areas and points as Mapbox vector tiles; a layer draws the vector layer of its own kind.',
})

/** Solids: an OGC 3D Tiles 1.1 tileset. */
export const tilesSourceSchema = closed({
  type: z.literal('3d-tiles'),
  url: addressSchema.meta({ description: '`tileset.json` of an OGC 3D Tiles 1.1 tileset' }),
  attribution,
}).meta({ description: 'Solids as OGC 3D Tiles 1.1.' })

/** Features with attributes, asked for around the camera: a collection of OGC API – Features. */
export const featuresSourceSchema = closed({
  type: z.literal('features'),
  url: addressSchema.meta({ description: 'a collection of OGC API – Features: `/collections/boreholes`' }),
  attribution,
}).meta({ description: 'A collection of OGC API – Features, read around the camera.' })

/** The kinds of source by their word. */
export const SOURCES = {
  terrain: terrainSourceSchema,
  vector: vectorSourceSchema,
  '3d-tiles': tilesSourceSchema,
  features: featuresSourceSchema,
} as const

/** The word of a kind of source. */
export type SourceType = keyof typeof SOURCES

/** A source of any kind. */
export const sourceSchema = z
  .discriminatedUnion('type', [terrainSourceSchema, vectorSourceSchema, tilesSourceSchema, featuresSourceSchema], {
    error: wrongKind(Object.keys(SOURCES)),
  })
  .meta({ id: 'source', description: 'Where data comes from.' })

/** A source of any kind. */
export type Source = z.infer<typeof sourceSchema>
