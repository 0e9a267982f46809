/** What each rule of defects means, for people: the record keeps what was found as the checks wrote it, in English. */
import type { Defect, DefectRule } from '../../data/networks/defect.ts'
import type { Words } from '../../data/networks/network-words.ts'

const MEANING: Readonly<Record<DefectRule, string>> = {
  'dangling-end': '管端未与其他管段相接，也不是排口或设施',
  'near-miss': '两管端相距很近却未相接',
  'duplicate-pipe': '与另一管段位置重合',
  'unconnected-part': '这一部分与同专业管网主体不连通，也没有自己的源头或排口',
  uphill: '重力流管道下游端高于上游端',
  'above-ground': '管顶高出地面',
  'too-deep': '埋深超出常见范围',
  shrinking: '下游管径小于上游',
  'joint-utility': '不同专业的管线在同一管点相接',
  'joint-diameter': '相接管段管径相差过大',
  'joint-material': '材质不适合承压',
  'joint-height': '相接管端高程不一致',
  'outside-shaft': '管口高于井盖或低于井底',
  'longer-than-city': '管段长度超出城市范围',
  'loop-in-sewer': '重力流排水管形成环路',
  'zero-length': '管段没有长度',
  'self-joined': '起点与终点是同一管点',
  'missing-node': '管端所指的管点不存在',
  'bad-geometry': '图形无法使用',
  'duplicate-id': '编号与前面的记录相同',
  'node-id-reused': '同一管点编号用于多个位置',
  'swapped-ends': '起终点与图形方向相反',
  'end-off-node': '管端偏离其管点',
  'mixed-units': '数值的单位与其他记录不同',
  'bad-size': '管径不可能',
  'length-differs': '登记长度与图形长度不符',
}

/** What was found and what was expected, in both languages; the numbers that were found stand behind the Chinese words. */
export function defectWords({ rule, found, expected }: Pick<Defect, 'rule' | 'found' | 'expected'>): Words {
  const numbers = found.match(/-?\d+(\.\d+)? ?(mm|m|%)(?![\w-])/g)?.slice(0, 3) ?? []
  return {
    zh: `${MEANING[rule]}${numbers.length ? `（${numbers.join('，')}）` : ''}`,
    en: `${found}; expected ${expected}`,
  }
}
