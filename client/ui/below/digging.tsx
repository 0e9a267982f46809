/** Digging: pits, trenches and piles, what was dug, and what it hits. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { type Dug, isDug } from '../../app/network-question.ts'
import type { ToolParams } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Range } from '../range.tsx'
import { AnswerBody, useMarkName } from './network-answer.tsx'

const DIGGERS = ['dig-pipe', 'dig-trench', 'dig-box', 'dig-pit', 'drill-pile'] as const
type Digger = (typeof DIGGERS)[number]

/** The sizes each tool can be told: range in metres and where it begins. */
const SIZES: Readonly<Record<Digger, Readonly<Record<string, readonly [least: number, most: number, first: number]>>>> =
  {
    'dig-pipe': {},
    'dig-trench': { width: [0.3, 4, 0.6], depth: [0.5, 8, 1.8] },
    'dig-box': { depth: [0.5, 20, 3] },
    'dig-pit': { depth: [0.5, 20, 3] },
    'drill-pile': { diameter: [0.1, 3, 0.8], depth: [2, 80, 30] },
  }
const SIZE_WORDS = { width: 'below.width', depth: 'below.digDepth', diameter: 'below.diameter' } as const

export function Digging() {
  const t = useText()
  const dispatch = useDispatch()
  const tool = useApp((state) => state.tool)
  const [check, setCheck] = useState(true)
  const [sizes, setSizes] = useState<Record<string, number>>({})
  const digging = DIGGERS.find((id) => id === tool?.id)
  const sizeOf = (id: Digger, name: string): number => sizes[`${id} ${name}`] ?? SIZES[id][name]?.[2] ?? 1
  const start = (id: Digger) => {
    const params: ToolParams = {
      check,
      ...Object.fromEntries(Object.keys(SIZES[id]).map((name) => [name, sizeOf(id, name)])),
    }
    dispatch(digging === id ? { type: 'tool.stop' } : { type: 'tool.start', id, params })
  }
  return (
    <section className="tw-group" aria-label={t('below.digging')}>
      <h3>{t('below.digging')}</h3>
      <div className="tw-actions">
        {DIGGERS.map((id) => (
          <Button key={id} size="small" type={digging === id ? 'primary' : 'default'} onClick={() => start(id)}>
            {t(`below.tool.${id}`)}
          </Button>
        ))}
      </div>
      <label className="tw-below-check">
        <input
          type="checkbox"
          checked={check}
          onChange={(event) => {
            setCheck(event.currentTarget.checked)
            if (digging) dispatch({ type: 'tool.change', params: { check: event.currentTarget.checked } })
          }}
        />
        {t('below.check')}
      </label>
      {digging &&
        Object.entries(SIZES[digging]).map(([name, [least, most]]) => {
          const word = t(SIZE_WORDS[name as keyof typeof SIZE_WORDS])
          const value = sizeOf(digging, name)
          return (
            <div key={name} className="tw-field">
              <span className="tw-field-name">{word}</span>
              <Range
                label={word}
                min={least}
                max={most}
                step={0.1}
                value={value}
                text={`${value} m`}
                onChange={(next) => {
                  setSizes({ ...sizes, [`${digging} ${name}`]: next })
                  dispatch({ type: 'tool.change', params: { [name]: next } })
                }}
              />
              <span className="tw-number">{value.toFixed(1)} m</span>
            </div>
          )
        })}
      {digging && (
        <p className="tw-note" role="status">
          {tool?.report.status === 'failed' ? tool.report.reason : t(`below.hint.${digging}`)}
        </p>
      )}
      <DugList />
    </section>
  )
}

function DugList() {
  const marks = useApp((state) => state.scene?.marks)
  const dug = Object.entries(marks ?? {}).filter((entry): entry is [string, Dug] => isDug(entry[1]))
  return dug.map(([id, mark]) => <DugMark key={id} id={id} mark={mark} />)
}

const wide = (mark: Dug): string =>
  mark.type === 'trench' ? `${mark.width.toFixed(2)} × ` : mark.type === 'pile' ? `Ø${mark.diameter.toFixed(2)} × ` : ''

function DugMark({ id, mark }: { id: string; mark: Dug }) {
  const t = useText()
  const dispatch = useDispatch()
  const finding = useApp((state) => state.findings[id])
  const name = useMarkName()(id, mark)
  const checked = mark.type === 'pile' || mark.check === true
  const ask = () => {
    if (mark.type === 'pile') return
    const next: Mark = { ...mark, check: true }
    dispatch({ type: 'mark.set', id, mark: next })
  }
  return (
    <article
      className="tw-answer"
      data-kind={mark.type}
      data-status={checked ? (finding?.status ?? 'working') : 'none'}
    >
      <div className="tw-below-mark">
        <strong>{name}</strong>
        <span className="tw-number">{`${wide(mark)}${mark.depth.toFixed(2)} m`}</span>
        <IconButton
          icon="trash"
          label={t('below.fill', { name })}
          placement="left"
          onClick={() => dispatch({ type: 'mark.set', id, mark: null })}
        />
      </div>
      {checked ? (
        <AnswerBody id={id} mark={mark} finding={finding} />
      ) : (
        <Button size="small" onClick={ask}>
          {t('networks.kind.dig')}
        </Button>
      )}
    </article>
  )
}
