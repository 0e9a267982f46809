/** The tree of one model: storeys, kinds, elements; each shown alone or chosen. */
import { type ReactNode, useMemo, useState } from 'react'
import { useApp, useText } from '../app-context.tsx'
import { kindWord, type ModelFacts } from '../layers/model-facts.ts'
import { grouped } from '../status/scale.ts'
import { type Elements, treeOf, type Wish } from './inspected.ts'

/** Elements listed under one kind: more are found by searching. */
const MOST_LISTED = 300

interface Props {
  model: ModelFacts
  elements: Elements
  wish: Wish
  onWish: (change: Partial<Wish>) => void
  onChoose: (element: number) => void
}

export function InspectorTree(props: Props) {
  const { model, elements, wish, onWish } = props
  const t = useText()
  const tree = useMemo(() => treeOf(elements), [elements])
  return (
    <ul className="tw-tree" aria-label={t('inspect.tree')}>
      {tree.map(({ storey, count, kinds }) => {
        const alone = wish.storey === storey && wish.kind === null
        return (
          <li key={storey}>
            <Branch
              name={storey === 0 ? t('inspect.noStorey') : (model.storeys[storey - 1] ?? String(storey))}
              count={count}
              alone={alone}
              onAlone={() => onWish({ storey: alone ? null : storey, kind: null, only: null })}
            >
              {() =>
                kinds.map(({ kind, elements: members }) => (
                  <Kind key={kind} {...props} storey={storey} kind={kind} members={members} />
                ))
              }
            </Branch>
          </li>
        )
      })}
    </ul>
  )
}

interface KindProps extends Props {
  storey: number
  kind: number
  members: readonly number[]
}

function Kind({ model, elements, wish, onWish, onChoose, storey, kind, members }: KindProps) {
  const language = useApp((state) => state.language)
  const alone = wish.storey === storey && wish.kind === kind
  const word = kindWord(language, model.kinds[kind] ?? '')
  return (
    <li>
      <Branch
        name={word}
        count={members.length}
        alone={alone}
        onAlone={() => onWish(alone ? { storey: null, kind: null } : { storey, kind, only: null })}
      >
        {() =>
          members.slice(0, MOST_LISTED).map((at) => (
            <li key={at}>
              <button
                type="button"
                className="tw-item"
                aria-pressed={wish.selected === at}
                onClick={() => onChoose(at)}
              >
                <span className="tw-tree-name">{elements.names[at] ?? elements.ids[at]}</span>
              </button>
            </li>
          ))
        }
      </Branch>
    </li>
  )
}

interface BranchProps {
  name: string
  count: number
  alone: boolean
  onAlone: () => void
  children: () => ReactNode
}

/** A line that opens; what is under it is made when it is first opened. */
function Branch({ name, count, alone, onAlone, children }: BranchProps) {
  const t = useText()
  const [open, setOpen] = useState(false)
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="tw-tree-name">{name}</span>
        <span className="tw-number">{grouped(count, 0)}</span>
        <button
          type="button"
          className="tw-tree-alone"
          aria-pressed={alone}
          onClick={(event) => {
            event.preventDefault()
            onAlone()
          }}
        >
          {t('inspect.isolate')}
        </button>
      </summary>
      {open && <ul>{children()}</ul>}
    </details>
  )
}
