/** The part of the address after `#`: everything that brings the same picture up again, readable where people may want to write it. */
import { brief } from '../../scenes/schema/closed.ts'
import type { SceneDiff } from '../../scenes/schema/diff.ts'
import { decodeDiff, encodeDiff } from '../../scenes/schema/encode.ts'
import type { View } from '../../scenes/schema/scene.ts'
import { milliseconds } from '../../scenes/schema/time.ts'
import { viewSchema } from '../../scenes/schema/view.ts'
import { roundedView } from './commands.ts'
import type { AppState, Selection } from './state.ts'

/** What a link says; absent = it says nothing about it. */
export interface Link {
  sceneId?: string
  camera?: View
  time?: string
  language?: 'zh' | 'en'
  /** only said where it is not so anyway */
  shadows?: boolean
  selection?: Selection
  diff?: SceneDiff
}

/** A scene's id: `<place>/<theme>`; a place bears the name of its data set, in any script. */
export const SCENE_ID = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}\/[a-z0-9][a-z0-9-]{0,63}$/u

/** `scene=jiaojiang/city&camera=121.44,28.66,1400,20,-35&time=…&lang=en&pick=…&diff=…`, without the `#`. */
export function writeLink(
  state: Pick<AppState, 'sceneId' | 'camera' | 'time' | 'scene' | 'language' | 'shadows' | 'selection' | 'diff'>,
): string {
  const parts: string[] = []
  if (state.sceneId !== '') parts.push(`scene=${state.sceneId}`)
  if (state.camera !== null) {
    const { lng, lat, height, heading, pitch } = roundedView(state.camera)
    parts.push(`camera=${lng},${lat},${height},${heading},${pitch}`)
  }
  if (state.scene !== null) parts.push(`time=${state.time}`)
  parts.push(`lang=${state.language}`)
  if (!state.shadows) parts.push('shadows=0')
  if (state.selection !== null) {
    const { layer, collection, id, lng, lat } = state.selection
    parts.push(
      `pick=${layer}/${collection}/${encodeURIComponent(id)}@${Number(lng.toFixed(6))},${Number(lat.toFixed(6))}`,
    )
  }
  const word = encodeDiff(state.diff)
  if (word !== '') parts.push(`diff=${word}`)
  return parts.join('&')
}

/**
 * What a link says. What is damaged is left out and named in `reasons`; the rest holds.
 *
 * @param hash with or without the `#`, from anybody
 */
export function readLink(hash: string): { link: Link; reasons: string[] } {
  const link: Link = {}
  const reasons: string[] = []
  const text = hash.startsWith('#') ? hash.slice(1) : hash
  if (text.length > 20_000)
    return { link, reasons: [`link: too long, got ${text.length} characters; expected ≤ 20000`] }
  for (const part of text.split('&')) {
    const at = part.indexOf('=')
    if (at < 0) continue
    const value = plain(part.slice(at + 1))
    try {
      if (value === null) throw new RangeError(`got ${brief(part.slice(at + 1))}; expected percent-encoded UTF-8`)
      readPart(link, part.slice(0, at), value, part.slice(at + 1))
    } catch (error) {
      reasons.push(
        `link: bad ${part.slice(0, at).slice(0, 20)}: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
  return { link, reasons }
}

function readPart(link: Link, key: string, value: string, raw: string): void {
  if (key === 'scene') link.sceneId = matched(value, SCENE_ID, '<place>/<theme>')[0]
  else if (key === 'camera') link.camera = readCamera(value)
  else if (key === 'time') {
    if (Number.isNaN(milliseconds(value))) throw new RangeError(`got ${brief(value)}; expected ISO 8601 with zone`)
    link.time = value
  } else if (key === 'lang') link.language = matched(value, /^(zh|en)$/, 'zh | en')[0] as 'zh' | 'en'
  else if (key === 'shadows') link.shadows = matched(value, /^[01]$/, '0 | 1')[0] === '1'
  else if (key === 'pick') link.selection = readPick(raw)
  else if (key === 'diff') link.diff = decodeDiff(value)
}

function matched(value: string, pattern: RegExp, expected: string): RegExpExecArray {
  const found = pattern.exec(value)
  if (found === null) throw new RangeError(`got ${brief(value)}; expected ${expected}`)
  return found
}

function readCamera(value: string): View {
  const [lng, lat, height, heading, pitch, ...more] = value
    .split(',')
    .map((number) => (number.trim() === '' ? Number.NaN : Number(number)))
  const view = viewSchema.safeParse({ lng, lat, height, heading, pitch })
  if (!view.success || more.length > 0)
    throw new RangeError(`got ${brief(value)}; expected lng,lat,height,heading,pitch in range`)
  return view.data
}

const FEATURE = /^([a-z][a-z0-9-]{0,63})\/([a-z][a-z0-9-]{0,63})\/([^/]{1,600})$/
const PLACE = /^(-?\d{1,3}(?:\.\d{1,12})?),(-?\d{1,2}(?:\.\d{1,12})?)$/

function readPick(raw: string): Selection {
  const wanted = 'layer/collection/id@lng,lat'
  // A messenger may have encoded the @ and the comma; an @ inside the id always is.
  const cut = raw.includes('@') ? raw.lastIndexOf('@') : raw.lastIndexOf('%40')
  const place = plain(raw.slice(cut + (raw[cut] === '@' ? 1 : 3))) ?? ''
  const [, layer, collection, id] = matched(raw.slice(0, Math.max(cut, 0)), FEATURE, wanted)
  const [, lng, lat] = matched(place, PLACE, wanted)
  const feature = plain(id!)
  if (feature === null || Math.abs(Number(lng)) > 180 || Math.abs(Number(lat)) > 90)
    throw new RangeError(`got ${brief(raw)}; expected ${wanted}`)
  return { layer: layer!, collection: collection!, id: feature, lng: Number(lng), lat: Number(lat) }
}

/** Percent-decoded, null when it cannot be; a plus stays a plus. */
function plain(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
