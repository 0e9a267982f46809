/** What layers of scanned and registered space have of their own: point clouds, meshes, units by floor, legal volumes. */
import { z } from 'zod'

const name = z.string().min(1).max(300)

/** What point clouds can be coloured by. */
export const POINT_COLORING = ['color', 'class', 'height', 'intensity'] as const

/** What is registered of a unit or volume. */
export const RIGHT_STATUSES = ['registered', 'pending', 'notice', 'mortgaged', 'seized', 'disputed', 'planned'] as const

/** Keys of a `points` layer. */
export const pointsKeys = {
  by: z.enum(POINT_COLORING).optional().meta({
    description: 'what colours points; when absent their own colour, where they have none class or else height',
  }),
  heights: z
    .tuple([z.number().min(-12_000).max(20_000), z.number().min(-12_000).max(20_000)])
    .optional()
    .meta({
      description: 'metres above the ellipsoid at the ends of the colours by height; those of the data when absent',
    }),
  classes: z
    .array(z.int().min(0).max(255))
    .max(256)
    .optional()
    .meta({ description: 'ASPRS classes that are shown, by number; all when absent' }),
  size: z.number().min(1).max(12).optional().meta({ description: 'pixels a point covers at most; 4 when absent' }),
  shade: z.boolean().optional().meta({
    description: 'darkens what lies behind an edge (eye-dome lighting), so that forms show; true when absent',
  }),
}

/** Keys of a `mesh` layer. */
export const meshKeys = {
  lift: z
    .number()
    .min(-1000)
    .max(1000)
    .optional()
    .meta({ description: 'metres the mesh is raised, to fit it to the ground; 0 when absent' }),
  error: z
    .number()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'pixels that its shape may be off (maximumScreenSpaceError); 12 when absent' }),
}

/** Keys of a `units` layer. */
export const unitsKeys = {
  building: name.optional().meta({ description: 'only the units of this building (its id); all when absent' }),
  floor: z.int().min(-20).max(300).optional().meta({ description: 'only this floor, -1 = first below ground' }),
  explode: z.number().min(0).max(50).optional().meta({ description: 'metres put between floors; 0 when absent' }),
}

/** Keys of a `volumes` layer. */
export const volumesKeys = {
  status: z
    .array(z.enum(RIGHT_STATUSES))
    .min(1)
    .max(RIGHT_STATUSES.length)
    .optional()
    .meta({ description: 'only volumes of which this is registered; all when absent' }),
}
