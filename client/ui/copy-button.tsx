/** A button that copies a text and says in place that it did, or shows the text when the browser refuses. */
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useText } from './app-context.tsx'
import { Icon, type IconName } from './icons.tsx'

interface Props {
  text: () => string
  label: string
  icon?: IconName
}

export function CopyButton({ text, label, icon = 'copy' }: Props) {
  const t = useText()
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  const [value, setValue] = useState('')
  useEffect(() => {
    if (outcome !== 'copied') return
    const timer = setTimeout(() => setOutcome(null), 2000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = async () => {
    const content = text()
    setValue(content)
    setOutcome((await copied(content)) ? 'copied' : 'failed')
  }
  return (
    <>
      <Button
        size="small"
        icon={<Icon name={outcome === 'copied' ? 'check' : icon} width="1rem" height="1rem" />}
        onClick={copy}
      >
        <span aria-live="polite">{outcome === 'copied' ? t('app.copied') : label}</span>
      </Button>
      {outcome === 'failed' && (
        <p className="tw-note tw-selectable" role="status">
          {t('app.copyFailed', { text: value })}
        </p>
      )}
    </>
  )
}

/** The clipboard needs https or localhost; on a plain-http intranet the old command still works. */
async function copied(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // refused by the browser: try the old way
  }
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
