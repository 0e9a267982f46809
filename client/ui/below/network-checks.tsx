/** Checks of whole networks: clearance in an area, defects of the data, age and risk; and their answers. */
import { Button } from 'antd'
import { useState } from 'react'
import { CLASSES } from '../../../data/geo/city-feature.ts'
import type { Mark } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useStoreApi, useText } from '../app-context.tsx'
import { valueWord } from '../text/text.ts'
import { boxInView } from './finding-view.ts'
import { NetworkAnswer } from './network-answer.tsx'

const CHECKS: readonly string[] = ['clearance', 'defects', 'risk']

/** A mark's id that is free: `defects-1`, `defects-2` … */
function free(marks: Readonly<Record<string, Mark>>, word: string): string {
  for (let n = 1; ; n++) if (!Object.hasOwn(marks, `${word}-${n}`)) return `${word}-${n}`
}

export function NetworkChecks() {
  const t = useText()
  const dispatch = useDispatch()
  const store = useStoreApi()
  const language = useApp((state) => state.language)
  const tool = useApp((state) => state.tool)
  const marks = useApp((state) => state.scene?.marks) ?? {}
  const findings = useApp((state) => state.findings)
  const inView = useApp((state) => state.camera !== null && state.metresPerPixel !== null)
  const [utility, setUtility] = useState('all')
  const boxing = tool?.id === 'clearance'
  const ask = (mark: Mark) => dispatch({ type: 'mark.set', id: free(marks, mark.type), mark })
  const askView = () => {
    const { camera, metresPerPixel } = store.getState()
    if (camera === null || metresPerPixel === null) return
    const box = boxInView(camera, metresPerPixel, Math.max(innerWidth, innerHeight))
    ask({ type: 'clearance', utility, box })
  }
  return (
    <section className="tw-group" aria-label={t('networks.checks')}>
      <h3>{t('networks.checks')}</h3>
      <label className="tw-rule">
        <span>{t('networks.utility')}</span>
        <select className="tw-input" value={utility} onChange={(event) => setUtility(event.currentTarget.value)}>
          <option value="all">{t('networks.all')}</option>
          {CLASSES.pipes.map((word) => (
            <option key={word} value={word}>
              {valueWord(language, 'class', word, 'pipes')}
            </option>
          ))}
        </select>
      </label>
      <div className="tw-actions">
        <Button
          size="small"
          type={boxing ? 'primary' : 'default'}
          onClick={() =>
            dispatch(boxing ? { type: 'tool.stop' } : { type: 'tool.start', id: 'clearance', params: { utility } })
          }
        >
          {t('networks.check.clearance')}
        </Button>
        <Button size="small" disabled={!inView} onClick={askView}>
          {t('networks.check.clearanceView')}
        </Button>
        <Button size="small" onClick={() => ask({ type: 'defects', utility })}>
          {t('networks.check.defects')}
        </Button>
        <Button size="small" onClick={() => ask({ type: 'risk', utility: utility === 'all' ? 'water' : utility })}>
          {t('networks.check.risk')}
        </Button>
      </div>
      {boxing && (
        <p className="tw-note" role="status">
          {t('networks.hint.clearance')}
        </p>
      )}
      {Object.entries(marks)
        .filter(([, { type }]) => CHECKS.includes(type))
        .map(([id, mark]) => (
          <NetworkAnswer key={id} id={id} mark={mark} finding={findings[id]} />
        ))}
    </section>
  )
}
