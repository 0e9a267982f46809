/** What the server says of building models, checked, and the names of IFC's kinds of element for readers. */
import { boxOf } from '../models/found-elements.ts'
import type { Language } from '../text/text.ts'

/** One model. */
export interface ModelFacts {
  id: string
  title: string
  schema: string
  elements: number
  /** where it stands, null = nowhere */
  place: { lng: number; lat: number; height: number; headingDeg: number; scale: number } | null
  /** when it was placed by hand, ISO 8601; null when it was not */
  placedAt: string | null
  /** whether its file says where it stands */
  given: boolean
  kinds: string[]
  /** names, lowest first */
  storeys: string[]
  systems: string[]
  /** the model's own metres: lowest x, y, z, then highest; null without shapes */
  bounds: number[] | null
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

function placeOf(value: unknown): Pick<ModelFacts, 'place' | 'placedAt'> {
  const { lng, lat, height, headingDeg, scale, by, at } = (value ?? {}) as Record<string, unknown>
  const numbers = [lng, lat, height, headingDeg, scale].map(Number)
  if (value === null || value === undefined || !numbers.every(Number.isFinite)) return { place: null, placedAt: null }
  return {
    place: { lng: numbers[0], lat: numbers[1], height: numbers[2], headingDeg: numbers[3], scale: numbers[4] },
    placedAt: by === 'hand' ? String(at ?? '') : null,
  }
}

/** Reads `/models`. */
export function readModels(json: unknown): ModelFacts[] {
  if (!Array.isArray(json)) return []
  return (json as Record<string, unknown>[]).flatMap((model) => {
    if (typeof model?.id !== 'string') return []
    const storeys = Array.isArray(model.storeys) ? (model.storeys as { name?: unknown }[]) : []
    return [
      {
        id: model.id,
        title: typeof model.title === 'string' && model.title !== '' ? model.title : model.id,
        schema: String(model.schema ?? ''),
        elements: Number(model.elements) || 0,
        ...placeOf(model.place),
        given: model.given === true,
        kinds: texts(model.kinds),
        storeys: texts(storeys.map((storey) => storey?.name)),
        systems: texts(model.systems),
        bounds: boxOf(model.bounds),
      } satisfies ModelFacts,
    ]
  })
}

const ZH: Record<string, string> = {
  Wall: '墙',
  WallStandardCase: '墙',
  CurtainWall: '幕墙',
  Slab: '楼板',
  Roof: '屋面',
  Column: '柱',
  Beam: '梁',
  Member: '杆件',
  Plate: '板',
  Door: '门',
  Window: '窗',
  Stair: '楼梯',
  StairFlight: '梯段',
  Ramp: '坡道',
  Railing: '栏杆',
  Covering: '饰面',
  Footing: '基础',
  Pile: '桩',
  Space: '房间',
  Site: '场地',
  FurnishingElement: '家具',
  Furniture: '家具',
  FlowTerminal: '末端设备',
  FlowSegment: '管段',
  FlowFitting: '管件',
  PipeSegment: '管道',
  PipeFitting: '管件',
  DuctSegment: '风管',
  CableSegment: '电缆',
  Pump: '水泵',
  Valve: '阀门',
  Pavement: '路面',
  Kerb: '路缘石',
  Road: '道路',
  BuildingElementProxy: '其他构件',
  BuildingElementPart: '构件部分',
  ElementAssembly: '组合构件',
  DiscreteAccessory: '连接件',
}

/** A kind of element in words: `IfcWall` → 墙 IfcWall; what has no word stays as it is. */
export function kindWord(language: Language, kind: string): string {
  const plain = kind.replace(/^Ifc/, '')
  if (language === 'en') return plain.replace(/([a-z])([A-Z])/g, '$1 $2')
  const word = ZH[plain]
  return word ? `${word} ${kind}` : kind
}
