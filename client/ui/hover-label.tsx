/** A small label beside the pointer: what it is over, its kind and height at once, its name when it stays. */
import { useEffect, useState } from 'react'
import type { Hovered } from '../app/state.ts'
import { useApp } from './app-context.tsx'
import { factWords, nameOf } from './hover-words.ts'
import { type Item, readItem } from './server.ts'
import { useFetched } from './use-fetched.ts'

/** How long the pointer rests, in milliseconds, before the server is asked for a name. */
const REST = 450

export function HoverLabel() {
  const hovered = useApp((state) => state.hovered)
  const chosen = useApp((state) => state.selection?.id)
  if (!hovered || hovered.id === chosen) return null
  return <Label key={`${hovered.collection}/${hovered.id}`} hovered={hovered} />
}

function Label({ hovered }: { hovered: Hovered }) {
  const language = useApp((state) => state.language)
  const item = useRested(hovered)
  const facts = factWords(hovered, language)
  const title = item ? nameOf(item, language) : ''
  if (title === '' && facts.length === 0) return null
  // Right of the pointer and below it; near the right edge left of it.
  const left = hovered.x > innerWidth - 260
  return (
    <p
      className="tw-hover"
      data-left={left}
      style={{ transform: `translate(${Math.round(hovered.x)}px, ${Math.round(hovered.y)}px)` }}
      aria-hidden="true"
    >
      <span>
        {title !== '' && <strong>{title}</strong>}
        <span className="tw-number">{facts.join(' · ')}</span>
      </span>
    </p>
  )
}

/** The thing as the server knows it, asked for once the pointer rests; null until then. */
function useRested({ collection, id }: Hovered): Item | null {
  const [rested, setRested] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST)
    return () => clearTimeout(timer)
  }, [])
  const url = `/collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(id)}`
  return useFetched(rested ? url : null, readItem).data
}
