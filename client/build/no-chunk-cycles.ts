/** Stops the build when two files of the page import each other: such a page starts or stays blank, depending on which came first. */
import type { Plugin } from 'vite'

/** A circle among files by what they import, as the way round it; null when there is none. */
export function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>()
  const way: string[] = []
  const visit = (file: string): string[] | null => {
    const at = way.indexOf(file)
    if (at >= 0) return [...way.slice(at), file]
    if (done.has(file)) return null
    way.push(file)
    for (const next of imports.get(file) ?? []) {
      const found = visit(next)
      if (found) return found
    }
    way.pop()
    done.add(file)
    return null
  }
  for (const file of imports.keys()) {
    const found = visit(file)
    if (found) return found
  }
  return null
}

/** The plug-in: `vite.config.ts` says which modules are the globe's; one that both sides need must not stay with either. */
export function noChunkCycles(): Plugin {
  return {
    name: 'no-chunk-cycles',
    apply: 'build',
    generateBundle(_options, bundle) {
      const imports = new Map<string, readonly string[]>()
      for (const [file, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk') imports.set(file, chunk.imports)
      const found = findCycle(imports)
      if (found)
        this.error(
          `build: files import each other, got ${found.join(' → ')}; expected no circle (GLOBE in vite.config.ts)`,
        )
    },
  }
}
