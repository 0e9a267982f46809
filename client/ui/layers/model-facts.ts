/** What the server says of building models, checked, and the names of IFC's kinds of element for readers. */
import type { Language } from '../text/text.ts'

/** One model. */
export interface ModelFacts {
  id: string
  title: string
  schema: string
  elements: number
  placed: boolean
  kinds: string[]
  /** names, lowest first */
  storeys: string[]
  systems: string[]
  /** lowest and highest point in the model's own metres */
  heights: [number, number]
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** Reads `/models`. */
export function readModels(json: unknown): ModelFacts[] {
  if (!Array.isArray(json)) return []
  return (json as Record<string, unknown>[]).flatMap((model) => {
    if (typeof model?.id !== 'string') return []
    const bounds = Array.isArray(model.bounds) ? (model.bounds as unknown[]).map(Number) : []
    const storeys = Array.isArray(model.storeys) ? (model.storeys as { name?: unknown }[]) : []
    return [
      {
        id: model.id,
        title: typeof model.title === 'string' && model.title !== '' ? model.title : model.id,
        schema: String(model.schema ?? ''),
        elements: Number(model.elements) || 0,
        placed: model.place !== null && model.place !== undefined,
        kinds: texts(model.kinds),
        storeys: texts(storeys.map((storey) => storey?.name)),
        systems: texts(model.systems),
        heights: bounds.length === 6 ? [bounds[2], bounds[5]] : [0, 0],
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
