/** The reasons that the server really gives, in either language. */
import { expect, test } from 'vitest'
import { EpanetProject } from '../../../data/networks/hydraulics-engine.ts'
import { textOf } from '../text/text.ts'
import { failureWords } from './failure-words.ts'

const words = (reason: string) => (['zh', 'en'] as const).map((language) => failureWords(textOf(language), reason))
const HAN = /\p{Script=Han}/u

/** What EPANET says of a file. */
async function said(lines: string): Promise<string> {
  const project = await EpanetProject.open(lines).catch((error: Error) => error.message)
  if (typeof project === 'string') return project
  project.close()
  throw new Error('EPANET took the file; expected an error')
}

test('an error of EPANET is told by its number, with the ids that it names', async () => {
  const unknown = await said('[JUNCTIONS]\nJ1 0\n[PIPES]\nP1 J1 J9 10 100 100 0 Open\n[END]\n')
  expect(words(unknown)).toEqual([
    'EPANET 错误 200：模型文件有错误; EPANET 错误 203：引用了未定义的节点 · J9',
    'EPANET error 200: the model file has errors; EPANET error 203: undefined node · J9',
  ])
  const bad = await said('[JUNCTIONS]\nJ1 0\nJ2 x\n[RESERVOIRS]\nR 10\n[PIPES]\nP1 J1 R 10 100 100 0 Open\n[END]\n')
  expect(words(bad)[0]).toBe('EPANET 错误 200：模型文件有错误; EPANET 错误 202：数值不合法 · x')
  expect(words('epanet: error 999: something new')).toEqual([
    'EPANET 错误 999（something new）',
    'EPANET error 999 (something new)',
  ])
})

test('the server’s own reasons are told in the reader’s language; one not known is marked as a quotation', () => {
  for (const [reason, zh] of [
    ['hydraulics: the city has no water pipes and no EPANET file', '城市里没有给水管线，也没有 EPANET 模型'],
    ['hydraulics: no such model, got a:b.inp; expected network', '没有模型 a:b.inp'],
    ['hydraulics: no such pipe, valve or pump in network, got X 1', '模型里没有管段、阀门或水泵 X 1'],
    ['hydraulics: no such node in network, got J-7', '模型里没有节点 J-7'],
    ['hydraulics: T1 is a tank; expected a junction', 'T1 是水池或水源，不能改用水量'],
    [
      'hydraulics: not done after 60 s of work, at 3.0 h; expected less: shorten the duration or lengthen the time step',
      '计算 60 秒仍未完成：请缩短模拟时长或加大时间步长',
    ],
    ['hydraulics: 9 questions wait; expected fewer', '有 9 个计算在排队，请稍后再试'],
    ['HTTP 502', '服务器答复 HTTP 502'],
    ['Failed to fetch', '连不上服务器'],
  ] as const) {
    const [chinese, english] = words(reason)
    expect(chinese).toBe(zh)
    expect(english).not.toMatch(HAN)
    expect(english).not.toBe('')
  }
  expect(words('capacity: something else')).toEqual([
    '服务器的说明（原文）：capacity: something else',
    'capacity: something else',
  ])
})
