/** What went wrong, in plain words, with what to do; beside the picture and never in front of it. */
import { Button, Dropdown } from 'antd'
import type { Problem } from '../../app/state.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { Icon } from '../icons.tsx'
import { inLanguage } from '../text/text.ts'

/** Problems whose reason is the message itself, not a detail for the curious. */
const REASON_MATTERS: readonly Problem['kind'][] = ['bad-scene', 'bad-link', 'no-scene']

/** A problem's words: what happened, what the page does about it, and the reason. */
export function ProblemText({ problem }: { problem: Problem }) {
  const t = useText()
  const matters = REASON_MATTERS.includes(problem.kind)
  return (
    <div className="tw-problem-text">
      <strong>{t(`problem.${problem.kind}.title`)}</strong>
      <p>{t(`problem.${problem.kind}.about`)}</p>
      {problem.reason !== '' &&
        (matters ? (
          <pre className="tw-reason">{problem.reason}</pre>
        ) : (
          <details>
            <summary>{t('problem.detail')}</summary>
            <pre className="tw-reason">{problem.reason}</pre>
          </details>
        ))}
    </div>
  )
}

export function Problems() {
  const t = useText()
  const problems = useApp((state) => state.problems)
  return (
    <section className="tw-problems" aria-live="polite" aria-label={t('problem.region')}>
      {problems.map((problem) => (
        <ProblemCard key={problem.kind} problem={problem} />
      ))}
    </section>
  )
}

function ProblemCard({ problem }: { problem: Problem }) {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const scenes = useApp((state) => state.scenes)
  const sceneId = useApp((state) => state.sceneId)
  const aboutScene = problem.kind === 'bad-scene' || problem.kind === 'no-scene'
  const others = scenes.filter((scene) => scene.id !== sceneId || problem.kind === 'no-scene')
  const open = (id: string) => dispatch({ type: 'scene.open', id })
  return (
    <article className="tw-card tw-problem" data-kind={problem.kind}>
      <Icon name="warning" className="tw-problem-icon" />
      <div className="tw-problem-body">
        <ProblemText problem={problem} />
        <div className="tw-actions">
          <Button size="small" onClick={() => dispatch({ type: 'retry' })}>
            {t(`problem.${problem.kind}.action`)}
          </Button>
          {aboutScene && others.length > 0 && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: others.map((scene) => ({ key: scene.id, label: inLanguage(language, scene.title) })),
                onClick: ({ key }) => open(key),
              }}
            >
              <Button size="small" type="primary">
                {t('problem.openOther')}
              </Button>
            </Dropdown>
          )}
        </div>
      </div>
    </article>
  )
}
