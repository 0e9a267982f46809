/** For tests: a request sent as it is; fetch would decode, follow and normalise. */
import { request } from 'node:http'

/** What came back. */
export interface Answer {
  status: number
  headers: Record<string, string | undefined>
  body: Buffer
}

/** Asks the server on a local port. */
export function askRaw(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          headers: response.headers as never,
          body: Buffer.concat(chunks),
        }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}
