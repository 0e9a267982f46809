/** Property names and values as cities' own data writes them, in Chinese or English, to Tidewall's style words. */
import type { Attributes, LayerName, Style } from '../geo/city-feature.ts'
import { azimuthDeg, lengthMetres, storeys, year } from './osm-values.ts'
import { buildingClass, roofShape } from './osm-words.ts'

/** Names of each word, compared without case, blanks, `_`, `-` and `:`; the first that has a usable value wins. */
const NAMES: Record<string, string[]> = {
  height: [
    'height',
    'buildingheight',
    'renderheight',
    'measuredheight',
    'bldgheight',
    'heightm',
    '高度',
    '楼高',
    '建筑高度',
    '房屋高度',
    '高',
    'jzgd',
    'gd',
    'elev',
  ],
  minHeight: ['minheight', 'renderminheight', 'baseheight', '底高', '起始高度'],
  levels: [
    'levels',
    'buildinglevels',
    'floors',
    'floor',
    'numfloors',
    'storeys',
    'stories',
    'numberoffloors',
    '层数',
    '楼层',
    '楼层数',
    '总层数',
    '地上层数',
    '建筑层数',
    'cs',
    'dscs',
  ],
  name: [
    'name',
    'namezh',
    '名称',
    '建筑名称',
    '楼名',
    '路名',
    '道路名称',
    '地名',
    '小区名称',
    'mc',
    'xmmc',
    'jzmc',
    'bldgname',
    'title',
  ],
  nameEn: ['nameen', 'intname', '英文名', '英文名称', 'ename'],
  year: [
    'startdate',
    'year',
    'yearbuilt',
    'builtyear',
    'constructionyear',
    '建成年份',
    '建成年代',
    '竣工年份',
    '建造年代',
    '建筑年代',
    'jcnf',
  ],
  address: ['addrfull', 'address', '地址', '详细地址', '门牌地址', 'dz'],
  street: ['addrstreet', 'street', '街道名', '街路巷'],
  number: ['addrhousenumber', 'housenumber', '门牌号', '门牌'],
  roof: ['roofshape', 'rooftype', '屋顶形式', '屋顶'],
  roofHeight: ['roofheight', '屋顶高度'],
  roofDirectionDeg: ['roofdirection'],
  kind: [
    'kinddetail',
    'class',
    'fclass',
    'buildinguse',
    'building',
    'use',
    'usage',
    'function',
    'type',
    'kind',
    'subtype',
    '用途',
    '建筑用途',
    '使用性质',
    '房屋用途',
    '建筑性质',
    '性质',
    '类型',
    '类别',
    '功能',
    'yt',
    'lx',
  ],
  widthM: ['widthm', 'width', '宽度', '路宽', '红线宽度'],
  lanes: ['lanes', '车道数'],
  level: ['layer', 'zlevel'],
  rank: ['rank'],
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[\s_:.-]/g, '')
}

/** Values of a record by folded name; text and numbers only. */
function lookup(attributes: Attributes): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === '' || value === undefined) continue
    const key = folded(name)
    if (!found.has(key)) found.set(key, String(value))
  }
  return found
}

/** First value among a word's names that `read` understands. */
function first<T>(values: Map<string, string>, word: string, read: (text: string) => T | undefined): T | undefined {
  for (const name of NAMES[word]) {
    const text = values.get(name)
    const value = text === undefined ? undefined : read(text)
    if (value !== undefined) return value
  }
  return undefined
}

const text = (value: string): string | undefined => value.trim().slice(0, 200) || undefined
const metres = (value: string): number | undefined => {
  const found = lengthMetres(value)
  return found !== undefined && found > 0 ? found : undefined
}
/** `6`, `6.0`, `6层`, `6F`, `6+1` (the first). */
const levels = (value: string): number | undefined => {
  const found = storeys(/^\s*(\d+(?:\.\d+)?)\s*(?:层|[fF]|\+\s*\d+)?\s*$/.exec(value)?.[1])
  return found !== undefined && found > 0 ? found : undefined
}

function truth(values: Map<string, string>, ...names: string[]): boolean {
  return names.some((name) => ['yes', 'true', '1', 'y', '是', 't'].includes((values.get(name) ?? '').toLowerCase()))
}

/** The kind word of a record in lower case, as the file writes it. */
export function kindWord(attributes: Attributes): string {
  return (first(lookup(attributes), 'kind', text) ?? '').toLowerCase()
}

function put(style: Style, key: string, value: string | number | boolean | undefined): void {
  if (value !== undefined) style[key] = value
}

function buildingWords(style: Style, values: Map<string, string>): void {
  style.class = first(values, 'kind', (value) => buildingClass(value.toLowerCase())) ?? 'other'
  put(style, 'height', first(values, 'height', metres))
  put(style, 'minHeight', first(values, 'minHeight', metres))
  put(style, 'levels', first(values, 'levels', levels))
  put(
    style,
    'roof',
    first(values, 'roof', (value) => roofShape(value.toLowerCase())),
  )
  put(style, 'roofHeight', first(values, 'roofHeight', metres))
  put(style, 'roofDirectionDeg', first(values, 'roofDirectionDeg', azimuthDeg))
  put(style, 'year', first(values, 'year', year))
  const street = first(values, 'street', text)
  const number = first(values, 'number', text)
  const joined = street
    ? /\p{Script=Han}/u.test(street)
      ? `${street}${number ?? ''}`
      : `${street} ${number ?? ''}`.trim()
    : undefined
  put(style, 'address', first(values, 'address', text) ?? joined)
  const kind = values.get('kind') ?? values.get('type') ?? ''
  if (kind === 'building_part' || values.get('buildingpart')) style.part = true
}

/**
 * Style words of a record whose layer is known, all but `class` of the layers other than buildings.
 *
 * @param attributes properties as they are in the file
 */
export function styleWords(layer: LayerName, attributes: Attributes): Style {
  const values = lookup(attributes)
  const style: Style = {}
  put(style, 'name', first(values, 'name', text))
  put(style, 'nameEn', first(values, 'nameEn', text))
  if (layer === 'buildings') buildingWords(style, values)
  if (layer === 'trees') put(style, 'height', first(values, 'height', metres))
  if (layer === 'roads' || layer === 'rail' || layer === 'water') {
    if (truth(values, 'bridge', 'isbridge', '桥梁')) style.bridge = true
    if (truth(values, 'tunnel', 'istunnel', '隧道')) style.tunnel = true
    put(style, 'widthM', first(values, 'widthM', metres))
    if (layer !== 'water') {
      put(
        style,
        'lanes',
        first(values, 'lanes', (value) => (/^\d{1,2}$/.test(value) && Number(value) > 0 ? Number(value) : undefined)),
      )
      put(
        style,
        'level',
        first(values, 'level', (value) => (/^-?\d{1,2}$/.test(value) ? Number(value) : undefined)),
      )
      if (truth(values, 'oneway', '单行') || values.get('oneway') === '-1') style.oneway = true
    }
  }
  return style
}

/** Whether a record without any other hint speaks of a building. */
export function looksLikeBuilding(attributes: Attributes): boolean {
  const values = lookup(attributes)
  return (
    first(values, 'height', metres) !== undefined ||
    first(values, 'levels', levels) !== undefined ||
    values.has('building')
  )
}
