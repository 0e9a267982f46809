/** True progress while the city is being made on the server: each stage with its count and time. */
import { useState } from 'react'
import { useApp, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Icon } from '../icons.tsx'
import { grouped } from '../status/scale.ts'
import { textOf, wordIn } from '../text/text.ts'
import { useScreen } from '../use-screen.ts'
import { listedStages, percentDone, type Stage as StageOf, stageShare } from './progress.ts'

export function Making() {
  const t = useText()
  const making = useApp((state) => state.making)
  // on a phone the picture comes first
  const [folded, setFolded] = useState(useScreen().phone)
  if (making.state !== 'making' && making.state !== 'failed') return null
  const percent = percentDone(making)
  const failed = making.state === 'failed'
  if (folded) {
    return (
      <button type="button" className="tw-card tw-making-folded" onClick={() => setFolded(false)}>
        {failed ? <Icon name="warning" width="1rem" height="1rem" /> : <span className="tw-spinner" />}
        {failed ? t('making.failed') : t('making.show', { percent })}
      </button>
    )
  }
  return (
    <section className="tw-card tw-making" aria-label={t('making.title')} data-state={making.state}>
      <div className="tw-making-head">
        <h2>{failed ? t('making.failed') : t('making.title')}</h2>
        {!failed && <span className="tw-number">{percent}%</span>}
        <IconButton icon="minus" label={t('making.hide')} onClick={() => setFolded(true)} />
      </div>
      {!failed && (
        <div
          className="tw-bar"
          role="progressbar"
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-label={t('making.title')}
        >
          <span style={{ width: `${percent}%` }} />
        </div>
      )}
      <ol className="tw-stages">
        {listedStages(making.stages).map((stage) => (
          <Stage key={stage.id} stage={stage} />
        ))}
      </ol>
      <p className="tw-note">{failed ? t('making.failedAbout', { reason: making.reason ?? '' }) : t('making.about')}</p>
    </section>
  )
}

function Stage({ stage }: { stage: StageOf }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const words: Record<string, string> = textOf(language)('making.stages', { returnObjects: true })
  const share = stageShare(stage)
  const done = grouped(stage.done, 0)
  const count =
    stage.state === 'waiting' || stage.state === 'failed'
      ? t(`making.state.${stage.state}`)
      : stage.total > 0
        ? t('making.counted', { done, total: grouped(stage.total, 0) })
        : stage.done > 0
          ? done
          : ''
  return (
    <li className="tw-stage" data-state={stage.state}>
      <span className="tw-stage-mark">
        {stage.state === 'done' && <Icon name="check" width="1rem" height="1rem" />}
        {stage.state === 'failed' && <Icon name="warning" width="1rem" height="1rem" />}
        {stage.state === 'running' && <span className="tw-spinner" />}
      </span>
      <span className="tw-stage-name">{wordIn(words, stage.id) ?? stage.id}</span>
      <span className="tw-stage-count tw-number">{count}</span>
      <span className="tw-stage-seconds tw-number">
        {stage.seconds > 0
          ? t('making.elapsed', { seconds: stage.seconds < 10 ? grouped(stage.seconds, 1) : Math.round(stage.seconds) })
          : ''}
      </span>
      {stage.state === 'running' && share !== null && (
        <span className="tw-bar">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      )}
    </li>
  )
}
