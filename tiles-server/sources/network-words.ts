/** The words of utilities and roles on paper, Chinese and English. */
import type { Words } from './network-answer.ts'

const UTILITIES: Readonly<Record<string, Words>> = {
  all: { zh: '全部专业', en: 'all utilities' },
  water: { zh: '给水', en: 'water' },
  storm: { zh: '雨水', en: 'storm sewer' },
  foul: { zh: '污水', en: 'foul sewer' },
  combined: { zh: '雨污合流', en: 'combined sewer' },
  gas: { zh: '燃气', en: 'gas' },
  heat: { zh: '热力', en: 'heat' },
  power: { zh: '电力', en: 'power' },
  telecom: { zh: '通信', en: 'telecom' },
  tunnel: { zh: '综合管廊', en: 'utility tunnel' },
  industrial: { zh: '工业', en: 'industrial' },
  other: { zh: '其他', en: 'other' },
}

/** The word of a class of pipes; a word that is none stays as it is. */
export function utilityWord(utility: string): Words {
  return Object.hasOwn(UTILITIES, utility) ? UTILITIES[utility] : { zh: utility, en: utility }
}
