/** Which sewer each element of a SWMM model is: the file has no word for it, so it is read from tags, the title and what flows in. */
import type { SwmmInp } from '../../formats/swmm-inp.ts'
import { isSewer, type Sewer } from '../../geo/city-feature.ts'
import { utilityOf } from './words.ts'

/** Words of a title that leave no doubt; `sewer` and `drainage` are said of all three. */
const PLAIN: [RegExp, Sewer][] = [
  [/合流|combined (sewer|system|drain)|\bCSO\b/i, 'combined'],
  [/雨水|storm ?water|storm (sewer|drain)/i, 'storm'],
  [/污水|foul|sanitary|waste ?water/i, 'foul'],
]

const sewerOf = (text: string): Sewer | null => {
  const said = utilityOf(text)
  return said !== null && isSewer(said) ? said : null
}

/** The one kind that a title names; `combined` stands before the two that it is made of. */
function plainTitle(title: string): Sewer | null {
  const named = PLAIN.filter(([pattern]) => pattern.test(title)).map(([, word]) => word)
  return named[0] === 'combined' || named.length === 1 ? named[0]! : null
}

/** Parts of the network that hang together: the part of a name is its root. */
function partsOf(links: readonly { from: string; to: string }[]): (name: string) => string {
  const above = new Map<string, string>()
  const root = (name: string): string => {
    let top = name
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next
    // the way is shortened for the next one
    for (let at = name; at !== top; ) {
      const next = above.get(at)!
      above.set(at, top)
      at = next
    }
    return top
  }
  for (const { from, to } of links) {
    const [a, b] = [root(from), root(to)]
    if (a !== b) above.set(a, b)
  }
  return root
}

/**
 * The sewer of each node and link. The first of these that says something:
 *
 * 1. the element's own row in `[TAGS]`;
 * 2. the title, when it plainly names one kind;
 * 3. what flows into the part of the network that hangs together with it: dry-weather flow (`[DWF]`) alone is foul, subcatchments alone are
 *    storm, both are combined;
 * 4. any word of sewers in the title;
 * 5. storm: what SWMM was made for.
 *
 * @returns by kind and name; a node and a link may share a name
 */
export function swmmUtilities(inp: SwmmInp): {
  node(name: string): Sewer
  link(name: string, from: string): Sewer
} {
  const title = inp.title.join(' ')
  const tags = new Map<string, Sewer>()
  for (const { kind, name, tag } of inp.tags) {
    const said = sewerOf(tag)
    if (said) tags.set(`${kind.toLowerCase()} ${name}`, said)
  }
  const plain = plainTitle(title)
  const otherwise = sewerOf(title) ?? 'storm'
  const part = partsOf([inp.conduits, inp.pumps, inp.orifices, inp.weirs, inp.outlets].flat())
  const rain = new Set(inp.subcatchments.map(({ outlet }) => part(outlet)))
  const dry = new Set(inp.dwf.filter(({ constituent }) => /^flow$/i.test(constituent)).map(({ node }) => part(node)))
  const byFlow = (name: string): Sewer => {
    const here = part(name)
    if (dry.has(here)) return rain.has(here) ? 'combined' : 'foul'
    return rain.has(here) ? 'storm' : otherwise
  }
  const node = (name: string): Sewer => tags.get(`node ${name}`) ?? plain ?? byFlow(name)
  return { node, link: (name, from) => tags.get(`link ${name}`) ?? plain ?? byFlow(from) }
}
