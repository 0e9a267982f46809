/** Values by id come once for each attribute, again after a failure, and never after the layer is gone. */
import { expect, test, vi } from 'vitest'
import { attributesRead, attributeValues } from './attribute-values.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

function server(...answers: (Response | Error)[]) {
  const asked: string[] = []
  const ask = async (url: string | URL | Request, init?: RequestInit) => {
    const answer = answers[asked.length] ?? answers.at(-1)!
    asked.push(String(url))
    if (init?.signal?.aborted || answer instanceof Error) throw answer
    return answer.clone()
  }
  return { asked, ask: ask as typeof fetch }
}

test('each attribute is asked for once, its name escaped, and answers by id', async () => {
  const heard = vi.fn()
  const { asked, ask } = server(Response.json({ ids: ['a', 'b'], values: [3, null] }))
  const values = attributeValues('buildings', heard, ask)
  values.want(['levels', '屋顶/形'])
  values.want(['levels'])
  expect(values.of('levels', 'a')).toBeNull()
  await settled()
  expect(asked).toEqual([
    '/collections/buildings/values/levels',
    `/collections/buildings/values/${encodeURIComponent('屋顶/形')}`,
  ])
  expect(heard).toHaveBeenCalledTimes(2)
  expect([values.of('levels', 'a'), values.of('levels', 'b'), values.of('levels', 'c'), values.of('x', 'a')]).toEqual([
    3,
    null,
    null,
    null,
  ])
})

test('of a collection larger than one answer the rest comes box by box, each box once', async () => {
  const { asked, ask } = server(
    Response.json({ ids: ['a'], values: [1], truncated: true }),
    Response.json({ ids: ['b'], values: [2] }),
  )
  const values = attributeValues('pipes', () => {}, ask)
  values.around(() => '1,2,3,4')
  values.want(['year'])
  values.around(() => '1,2,3,4')
  await settled()
  values.around(() => '1,2,3,4')
  values.around(() => '1,2,3,4')
  await settled()
  expect(asked).toEqual(['/collections/pipes/values/year', '/collections/pipes/values/year?bbox=1,2,3,4'])
  expect([values.of('year', 'a'), values.of('year', 'b')]).toEqual([1, 2])
})

test('a failed question is asked again until it is answered, and not once the layer is gone', async () => {
  vi.useFakeTimers()
  try {
    const { asked, ask } = server(
      new Error('away'),
      new Response('', { status: 502 }),
      Response.json({ ids: ['a'], values: [7] }),
    )
    const values = attributeValues('buildings', () => undefined, ask)
    values.want(['year'])
    await vi.advanceTimersByTimeAsync(10)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(2100)
    expect(values.of('year', 'a')).toBe(7)

    const gone = server(new Error('away'))
    const others = attributeValues('trees', () => undefined, gone.ask)
    others.want(['kind'])
    others.dispose()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(gone.asked).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

test('the names an expression reads are found at any depth, each once', () => {
  expect(
    attributesRead(['case', ['>', ['get', 'height'], 3], ['ramp', ['get', 'year'], 'blues', 0, 1], ['get', 'height']]),
  ).toEqual(['height', 'year'])
  expect(attributesRead('#fff')).toEqual([])
  expect(attributesRead(['literal', ['get']])).toEqual([])
})
