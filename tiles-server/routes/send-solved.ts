/** Has a network solved for as long as the client waits, and sends what comes of it. */
import type { HydraulicsAnswer } from '../../data/networks/hydraulics-answer.ts'
import { type HydraulicsQuestion, solveHydraulics } from '../sources/hydraulics.ts'
import type { Asked } from './endpoint.ts'
import { sendJson } from './send-json.ts'

/** @param head what is known beside the results */
export async function sendSolved(
  { closing, req, res }: Asked<unknown>,
  question: HydraulicsQuestion,
  head: Pick<HydraulicsAnswer, 'model' | 'choices' | 'method'>,
): Promise<void> {
  const gone = new AbortController()
  res.on('close', () => gone.abort(new Error('the client is gone')))
  const signal = closing ? AbortSignal.any([gone.signal, closing]) : gone.signal
  const answer = await solveHydraulics(question, signal).catch((error: unknown) => {
    if (gone.signal.aborted) return null
    throw error
  })
  if (answer === null) return
  // one object of two: the results' brace is opened by the head
  const opening = Buffer.from(`${JSON.stringify(head).slice(0, -1)},`)
  await sendJson(req, res, Buffer.concat([opening, answer.subarray(1)]))
}
