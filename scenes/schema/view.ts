/** A place to look from: where the camera is and which way it looks. */
import { z } from 'zod'
import { closed, textSchema } from './closed.ts'

/** Where the camera stands (WGS 84 degrees, metres above the ellipsoid) and which way it looks (degrees). */
export const viewSchema = closed({
  lng: z.number().min(-180).max(180).meta({ description: 'longitude of the camera, degrees (WGS 84)' }),
  lat: z.number().min(-90).max(90).meta({ description: 'latitude of the camera, degrees (WGS 84)' }),
  height: z
    .number()
    .min(-10_000)
    .max(100_000_000)
    .meta({ description: 'height of the camera, metres above the WGS 84 ellipsoid' }),
  heading: z.number().min(-360).max(360).meta({ description: 'direction looked at, degrees clockwise from north' }),
  pitch: z.number().min(-90).max(90).meta({ description: 'degrees above the horizon; negative looks down' }),
  title: textSchema.optional().meta({ description: 'the name in the list of views; without it the id is shown' }),
}).meta({ id: 'view', description: 'Where the camera is and which way it looks.' })

/** Where the camera stands (WGS 84 degrees, metres above the ellipsoid) and which way it looks (degrees). */
export type View = z.infer<typeof viewSchema>
