/** Noto Sans SC for the page: one small file with every character the page and the city's names use, the rest in slices fetched when met. */

import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { subset } from './subset.ts'

const STYLE_PATH = '/fonts/fonts.css'

/** The plug-in: serves (development) or writes (build) `/fonts/fonts.css` with its files, and links it in the page's head. */
export function pageFonts(root: string): Plugin {
  const slices = join(root, 'node_modules/@fontsource-variable/noto-sans-sc')
  let outDir = ''
  let made: Promise<{ css: string; name: string; bytes: Buffer }> | null = null
  const make = () => (made ??= fontFiles(root, slices))
  return {
    name: 'page-fonts',
    configResolved(config) {
      outDir = config.build.outDir
    },
    configureServer(server) {
      server.middlewares.use('/fonts', async (request, response, next) => {
        const { css, name, bytes } = await make()
        const file = (request.url ?? '/').slice(1).split('?')[0]!
        if (file === 'fonts.css') response.setHeader('Content-Type', 'text/css').end(css)
        else if (file === name) response.setHeader('Content-Type', 'font/woff2').end(bytes)
        else if (/^[\w-]+\.woff2$/.test(file))
          response
            .setHeader('Content-Type', 'font/woff2')
            .end(await readFile(join(slices, 'files', file)).catch(() => ''))
        else next()
      })
    },
    transformIndexHtml: {
      order: 'post',
      async handler(html) {
        const { name } = await make()
        return {
          html,
          tags: [
            {
              tag: 'link',
              attrs: { rel: 'preload', href: `/fonts/${name}`, as: 'font', type: 'font/woff2', crossorigin: '' },
              injectTo: 'head',
            },
            { tag: 'link', attrs: { rel: 'stylesheet', href: STYLE_PATH }, injectTo: 'head' },
          ],
        }
      },
    },
    async writeBundle() {
      const { css, name, bytes } = await make()
      const folder = join(outDir, 'fonts')
      await mkdir(folder, { recursive: true })
      await Promise.all([writeFile(join(folder, 'fonts.css'), css), writeFile(join(folder, name), bytes)])
      const files = (await readdir(join(slices, 'files'))).filter((file) => file.endsWith('.woff2'))
      await Promise.all(files.map((file) => cp(join(slices, 'files', file), join(folder, file))))
    },
  }
}

async function fontFiles(root: string, slices: string): Promise<{ css: string; name: string; bytes: Buffer }> {
  const { bytes, characters } = await subset(root)
  const name = `page-${createHash('sha256').update(bytes).digest('hex').slice(0, 10)}.woff2`
  const index = await readFile(join(slices, 'index.css'), 'utf8')
  // Every face says weight 400: a face that claimed 100–900 would make the browser fetch slices for each bold word.
  const rest = index
    .replaceAll('Noto Sans SC Variable', 'Noto Sans SC')
    .replaceAll('font-weight: 100 900', 'font-weight: 400')
    .replaceAll('woff2-variations', 'woff2')
    .replaceAll('url(./files/', 'url(/fonts/')
  const own = `/* the page's own characters; last, so that it wins */
@font-face {
  font-family: 'Noto Sans SC';
  font-style: normal;
  font-display: swap;
  font-weight: 400;
  src: url(/fonts/${name}) format('woff2');
  unicode-range: ${ranges(characters)};
}
`
  return { css: rest.replace(/\/\*.*?\*\/\n/g, '') + own, name, bytes }
}

/** Code points as CSS ranges, neighbours joined. */
function ranges(characters: string): string {
  const codes = [...characters].map((character) => character.codePointAt(0)!).sort((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < codes.length; ) {
    let j = i
    while (j + 1 < codes.length && codes[j + 1]! === codes[j]! + 1) j++
    const [from, to] = [codes[i]!.toString(16), codes[j]!.toString(16)]
    parts.push(i === j ? `U+${from}` : `U+${from}-${to}`)
    i = j + 1
  }
  return parts.join(',')
}
