/** The address that answers a mark which is a question to the pipe networks. Pure: the same mark, the same address. */
import type { Mark } from '../../scenes/schema/scene.ts'
import { sectionAddress } from './section-address.ts'

/** What is dug, by its mark. */
export type Dug = Extract<Mark, { type: 'pit' | 'trench' | 'pile' }>

/** Whether a mark is something dug or drilled. */
export const isDug = (mark: Mark): mark is Dug => mark.type === 'pit' || mark.type === 'trench' || mark.type === 'pile'

const part = encodeURIComponent
const list = (ids: readonly string[]): string => ids.map(part).join(',')
const degrees = (value: number): number => Number(value.toFixed(7))

/** Places as the address has them, a decimetre exact, short enough for two hundred. */
const places = (all: readonly (readonly [number, number])[]): string =>
  all.map(([lng, lat]) => `${Number(lng.toFixed(6))},${Number(lat.toFixed(6))}`).join(';')

function digQuestion(mark: Dug): string {
  const at = mark.type === 'pile' ? [mark.at] : mark.type === 'pit' ? mark.outline : mark.line
  const width = mark.type === 'pile' ? mark.diameter : mark.type === 'trench' ? mark.width : null
  return `/networks/all/dig-check?kind=${mark.type}&places=${places(at)}${width === null ? '' : `&width=${width}`}&depth=${mark.depth}`
}

/** The address of the answer; null for a mark that is no question. */
export function questionOf(mark: Mark): string | null {
  switch (mark.type) {
    case 'pit':
    case 'trench':
      return mark.check ? digQuestion(mark) : null
    case 'pile':
      return digQuestion(mark)
    case 'burst': {
      const stuck = mark.stuck?.length ? `&stuck=${list(mark.stuck)}` : ''
      return `/networks/${part(mark.utility)}/isolate?pipe=${part(mark.pipe)}${stuck}`
    }
    case 'trace':
      return `/networks/${part(mark.utility)}/trace?node=${part(mark.node)}&sense=${mark.sense}`
    case 'pollution': {
      const clean = mark.clean?.length ? `&clean=${list(mark.clean)}` : ''
      return `/networks/${part(mark.utility)}/pollution?polluted=${list(mark.polluted)}${clean}`
    }
    case 'clearance': {
      const rule = mark.rule ? `&rule=${mark.rule}` : ''
      return `/networks/${part(mark.utility)}/clearance?bbox=${mark.box.map(degrees).join()}${rule}`
    }
    case 'defects': {
      const box = mark.box ? `&bbox=${mark.box.map(degrees).join()}` : ''
      const rule = mark.rule ? `&rule=${part(mark.rule)}` : ''
      return `/networks/defects?utility=${part(mark.utility)}${box}${rule}`
    }
    case 'risk': {
      const { age = 1, material = 1, size = 1, demand = 1 } = mark.weights ?? {}
      const even = age === 1 && material === 1 && size === 1 && demand === 1
      return `/networks/${part(mark.utility)}/risk${even ? '' : `?weights=${age},${material},${size},${demand}`}`
    }
    default:
      return sectionAddress(mark)
  }
}

/** The address of the same answer as a page to print; null for a mark without one. */
export function reportOf(mark: Mark, language: 'zh' | 'en'): string | null {
  const question = sectionAddress(mark) === null ? questionOf(mark) : null
  return question === null ? null : `${question}${question.includes('?') ? '&' : '?'}format=html&lang=${language}`
}
