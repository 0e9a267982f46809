/** A layer's legend, made from its style expression, so that it can never say anything but what is drawn. */
import { cssColor } from '../../../scenes/schema/color.ts'
import { type LegendEntry, type Legend as LegendOf, legend } from '../../../scenes/schema/legend.ts'
import type { Layer } from '../../../scenes/schema/scene.ts'
import { useApp, useText } from '../app-context.tsx'
import { attributeUnit } from '../card/attributes.ts'
import { BoreholeLegend } from '../geology/borehole-legend.tsx'
import { type Attribute, readAttributes } from '../server.ts'
import { attributeWord, type Language, textOf, valueWord } from '../text/text.ts'
import { useFetched } from '../use-fetched.ts'
import { collectionOf } from './catalogue.ts'
import { GREY } from './color-choice.ts'
import { tickNumbers } from './legend-text.ts'
import { isLong, ownLegend } from './own-legend.ts'

export function Legend({ layer }: { layer: Layer }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const shown = useLegend(layer)
  if (layer.type === 'boreholes') return <BoreholeLegend />
  if (!shown || (shown.kind === 'single' && shown.entries[0]?.color === null)) return null
  const input = shown.input === null ? '' : attributeWord(language, shown.input)
  const unit = shown.input === null ? '' : attributeUnit(shown.input)
  return (
    <figure className="tw-legend" aria-label={t('layers.legend')}>
      {input !== '' && (
        <figcaption>
          {input}
          {unit !== '' && <small>{unit}</small>}
        </figcaption>
      )}
      {shown.kind === 'ramp' ? (
        <Ramp shown={shown} />
      ) : (
        <ul>
          {shown.entries.map((entry) => (
            <Swatch key={JSON.stringify(entry)} entry={entry}>
              {entryText(entry, shown.input ?? '', collectionOf(layer) ?? '', language)}
            </Swatch>
          ))}
        </ul>
      )}
    </figure>
  )
}

/** An expression the engine refuses is the engine's to report; the panel just shows no legend. */
function useLegend(layer: Layer): LegendOf | null {
  const own = layer.color === undefined || layer.color === null
  const only = 'class' in layer && layer.class ? new Set<string>(layer.class) : null
  const asked = own && !only && isLong(layer.type) ? `/collections/${collectionOf(layer)}/attributes` : null
  const present = classesIn(useFetched(asked, readAttributes).data)
  if (own) return ownLegend(layer.type, only ?? present)
  try {
    return legend(layer.color!)
  } catch {
    return null
  }
}

/** The classes that occur in a collection; null while that is not known. */
function classesIn(attributes: readonly Attribute[] | null): ReadonlySet<string> | null {
  const top = attributes?.find(({ name }) => name === 'class')?.top
  return top && top.length > 0 ? new Set(top.map(([word]) => String(word))) : null
}

function Ramp({ shown }: { shown: LegendOf }) {
  const t = useText()
  const stops = shown.entries.filter((entry) => entry.value !== undefined)
  const other = shown.entries.find((entry) => entry.other)
  const [from, to] = [stops[0]?.value ?? 0, stops.at(-1)?.value ?? 1]
  const colors = stops.map(({ color, value = 0 }) => `${color ? cssColor(color) : GREY} ${share(value, from, to)}`)
  return (
    <>
      <div className="tw-ramp" style={{ background: `linear-gradient(to right, ${colors.join(', ')})` }} />
      <div className="tw-ramp-ticks tw-number">
        {tickNumbers(from, to).map((tick) => (
          <span key={tick.value} style={{ insetInlineStart: share(tick.value, from, to) }}>
            {tick.text}
          </span>
        ))}
      </div>
      {other && (
        <ul>
          <Swatch entry={other}>{t('color.unknown')}</Swatch>
        </ul>
      )}
    </>
  )
}

function share(value: number, from: number, to: number): string {
  return `${(to === from ? 0 : (value - from) / (to - from)) * 100}%`
}

function Swatch({ entry, children }: { entry: LegendEntry; children: string }) {
  return (
    <li className="tw-swatch">
      <span style={{ background: entry.color ? cssColor(entry.color) : 'transparent' }} />
      {children}
    </li>
  )
}

/** What a swatch stands for, in words. */
export function entryText(entry: LegendEntry, input: string, collection: string, language: Language): string {
  const t = textOf(language)
  if (entry.other) return t('layers.other')
  if (entry.labels) {
    const words = entry.labels.map((label) => {
      if (typeof label === 'boolean') return label ? t('card.yes') : t('card.no')
      return valueWord(language, input, String(label), collection)
    })
    return words.join(language === 'zh' ? '、' : ', ')
  }
  if (entry.condition) return entry.condition
  if (entry.from !== undefined && entry.to !== undefined) return `${entry.from} – ${entry.to}`
  if (entry.from !== undefined) return `≥ ${entry.from}`
  if (entry.to !== undefined) return `< ${entry.to}`
  return t('color.asScene')
}
