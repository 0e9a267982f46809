/** A building model in the hand of somebody: where it is put, as the tool's numbers. */
import type { AppState, ToolParams } from './state.ts'

/** The tool's word. */
export const PLACE_MODEL = 'place-model'

/** Where a model stands, and what it stands on. */
export interface Placing {
  model: string
  /** degrees */
  lng: number
  lat: number
  /** metres above the ellipsoid */
  height: number
  /** of the model's y axis, clockwise from north */
  headingDeg: number
  scale: number
  /** metres above the ellipsoid of the ground there; null while not known */
  ground: number | null
}

const limited = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : fallback

/** What the tool's numbers mean; null when they name no model. */
export function placingOf(params: ToolParams): Placing | null {
  const { model, ground } = params
  if (typeof model !== 'string' || model === '') return null
  const turn = limited(params.headingDeg, -36_000, 36_000, 0) % 360
  return {
    model,
    lng: limited(params.lng, -180, 180, 0),
    lat: limited(params.lat, -90, 90, 0),
    height: limited(params.height, -12_000, 20_000, 0),
    headingDeg: turn < 0 ? turn + 360 : turn,
    scale: limited(params.scale, 0.001, 1000, 1),
    ground: typeof ground === 'number' && Number.isFinite(ground) ? ground : null,
  }
}

/** The model that is being placed, if one is. */
export const placingNow = ({ tool }: AppState): Placing | null =>
  tool?.id === PLACE_MODEL ? placingOf(tool.params) : null

/** The numbers after a move along the ground: it stays as high above it as it was. */
export function movedTo(
  { height, ground }: Placing,
  lng: number,
  lat: number,
  below: number | null,
): { lng: number; lat: number } & Partial<Record<'height' | 'ground', number>> {
  if (below === null) return { lng, lat }
  return { lng, lat, ground: below, height: ground === null ? below : below + (height - ground) }
}
