/** What was found, as rows: the worst first, each with its place to fly to. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Finding } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { grouped } from '../status/scale.ts'
import { type Language, valueWord } from '../text/text.ts'
import { viewOfFound } from './finding-view.ts'

type Found = Finding['features'][number]
type Say = ReturnType<typeof useText>

/** A row's words. */
interface Line {
  title: string
  details: string[]
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const decimals = (value: unknown, digits: number): string =>
  typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : '—'

/** DN 300, or width × height in millimetres. */
function sizeWord({ diameter, width }: Record<string, unknown>): string {
  if (typeof diameter !== 'number') return ''
  const high = Math.round(diameter * 1000)
  return typeof width === 'number' ? `${Math.round(width * 1000)}×${high}` : `DN${high}`
}

function digLine(t: Say, language: Language, id: string, facts: Record<string, unknown>): Line {
  const rule = facts.rule as { zh: string; en: string } | null | undefined
  const near = facts.role === 'beside' ? t('networks.distance', { m: decimals(facts.distanceM, 2) }) : ''
  return {
    title: `${valueWord(language, 'class', text(facts.class), 'pipes')} ${sizeWord(facts)} · ${t(`networks.how.${facts.role as 'hit' | 'below' | 'beside'}`)}`,
    details: [
      [
        t('networks.cover', { m: decimals(facts.coverM, 2) }),
        near,
        facts.estimated === true ? t('networks.guessed') : '',
      ]
        .filter(Boolean)
        .join(' · '),
      [text(facts.owner), text(facts.material), id].filter(Boolean).join(' · '),
      rule?.[language] ?? '',
    ],
  }
}

/** The words of a row by the role of what was found. */
function lineOf(t: Say, language: Language, { id = '', properties: facts }: Found): Line {
  const classWord = (word: unknown) => valueWord(language, 'class', text(word), 'pipes')
  const minutes = typeof facts.minutes === 'number' ? t('networks.minutes', { n: grouped(facts.minutes, 1) }) : ''
  switch (facts.role) {
    case 'hit':
    case 'below':
    case 'beside':
      return digLine(t, language, id, facts)
    case 'horizontal':
    case 'vertical':
    case 'cover': {
      const classes = Array.isArray(facts.classes) ? facts.classes.map(classWord).join(' – ') : ''
      const found = decimals(facts.foundM, 2)
      const pipes = Array.isArray(facts.pipes) ? facts.pipes.map(String).join(' · ') : id
      return {
        title: `${classes} · ${t(`networks.rule.${facts.role}`)}`,
        details: [t('networks.metres', { found, expected: decimals(facts.expectedM, 2) }), pipes],
      }
    }
    case 'error':
    case 'warning':
    case 'note': {
      const words = facts.words as { zh: string; en: string } | undefined
      const said = facts.said as { zh: string; en: string } | undefined
      return {
        title: `${words?.[language] ?? text(facts.rule)} · ${classWord(facts.class)}`,
        details: [said?.[language] ?? '', id],
      }
    }
    case 'customer':
      return {
        title: text(facts.name) || valueWord(language, 'class', text(facts.use), 'buildings'),
        details: [
          [
            text(facts.name) ? valueWord(language, 'class', text(facts.use), 'buildings') : '',
            Number(facts.people) > 0 ? t('networks.people', { n: grouped(Number(facts.people), 0) }) : '',
          ]
            .filter(Boolean)
            .join(' · '),
        ],
      }
    case 'past-life':
    case 'late-life':
    case 'mid-life':
    case 'young':
    case 'age-unknown': {
      const age =
        typeof facts.ageYears === 'number'
          ? t('networks.years', { age: String(facts.ageYears), life: String(facts.lifeYears) })
          : t('networks.ageUnknown')
      return {
        title: `${text(facts.material)} ${sizeWord(facts)} · ${t(`networks.stage.${facts.role}`)}`,
        details: [`${age} · ${t('networks.score', { n: String(facts.score) })}`, id],
      }
    }
    default: {
      const kind = valueWord(language, 'class', text(facts.kind), 'pipe-nodes')
      return { title: `${kind} ${id}`.trim(), details: [minutes] }
    }
  }
}

/** The number that stands beside it on the map. */
function numbered({ properties: { rank } }: Found, words: string): string {
  return typeof rank === 'number' ? `${rank}. ${words}` : words
}

const STEP = 30

/** The found things of some roles. */
export function FindingRows({
  features,
  roles,
  title,
}: {
  features: Finding['features']
  roles: readonly string[]
  title?: string
}) {
  const t = useText()
  const language = useApp((state) => state.language)
  const dispatch = useDispatch()
  const [most, setMost] = useState(STEP)
  const listed = features.filter(({ properties }) => roles.includes(text(properties.role)))
  if (listed.length === 0) return null
  return (
    <>
      {title && <h4 className="tw-finding-title">{`${title} ${grouped(listed.length, 0)}`}</h4>}
      <ul className="tw-findings">
        {listed.slice(0, most).map((found, index) => {
          const { title: words, details } = lineOf(t, language, found)
          const name = numbered(found, words)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an id may stand there twice, once for each rule it breaks
            <li key={index}>
              <button
                type="button"
                className="tw-finding"
                data-role={text(found.properties.role)}
                aria-label={t('networks.fly', { name })}
                onClick={() => dispatch({ type: 'camera.fly', view: viewOfFound(found) })}
              >
                <strong>{name}</strong>
                {details.filter(Boolean).map((line) => (
                  <span key={line}>{line}</span>
                ))}
              </button>
            </li>
          )
        })}
      </ul>
      {listed.length > most && (
        <Button size="small" type="link" onClick={() => setMost(most + STEP * 3)}>
          {t('networks.more', { n: Math.min(STEP * 3, listed.length - most) })}
        </Button>
      )}
    </>
  )
}
