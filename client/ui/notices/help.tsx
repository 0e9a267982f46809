/** The help page: keys on the left, mouse and touch on the right. */
import { Modal } from 'antd'
import { useText } from '../app-context.tsx'
import { KEYBOARD_MAP } from '../keyboard.ts'

const MOUSE = ['click', 'drag', 'tilt', 'wheel', 'touch'] as const

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('help.title')} width="44rem" destroyOnHidden>
      <div className="tw-help">
        <section>
          <h3>{t('help.keyboard')}</h3>
          <dl className="tw-keys">
            {KEYBOARD_MAP.map((row) => (
              <div key={row.word}>
                <dt>
                  {row.keys.map((key) =>
                    key === '–' ? (
                      key
                    ) : (
                      <kbd className="tw-kbd" key={key}>
                        {key === 'space' ? t('help.space') : key}
                      </kbd>
                    ),
                  )}
                </dt>
                <dd>{t(`help.${row.word}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{t('help.mouse')}</h3>
          <ul className="tw-mouse">
            {MOUSE.map((word) => (
              <li key={word}>{t(`help.${word}`)}</li>
            ))}
          </ul>
        </section>
      </div>
    </Modal>
  )
}
