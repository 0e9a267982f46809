/** The fields of a search among a model's elements: words, a property, its value; and what the server found. */
import { Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useText } from '../app-context.tsx'
import { useFetched } from '../use-fetched.ts'
import { readFoundElements, readPropertyNames, searchUrl } from './found-elements.ts'

/** @param most elements listed */
export function useElementSearch(model: string, most?: number) {
  const [q, setQ] = useState('')
  const [property, setProperty] = useState<string | null>(null)
  const [value, setValue] = useState('')
  const names = useFetched(`/models/${encodeURIComponent(model)}/properties`, readPropertyNames)
  const url = searchUrl(model, useDeferredValue(q), property, useDeferredValue(value), most)
  const found = useFetched(url, readFoundElements)
  return { q, setQ, property, setProperty, value, setValue, names: names.data ?? [], found }
}

export function ElementFields({ search }: { search: ReturnType<typeof useElementSearch> }) {
  const t = useText()
  const { q, setQ, property, setProperty, value, setValue, names, found } = search
  const field = (name: string, text: string, onChange: (text: string) => void) => (
    <input
      type="search"
      className="tw-input"
      value={text}
      maxLength={200}
      placeholder={name}
      aria-label={name}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
  return (
    <>
      {field(t('models.words'), q, setQ)}
      <Select
        size="small"
        showSearch
        allowClear
        aria-label={t('models.property')}
        placeholder={t('models.anyProperty')}
        value={property}
        onChange={(next: string | undefined) => setProperty(next ?? null)}
        options={names.map((name) => ({ value: name, label: name }))}
      />
      {property !== null && field(t('models.value'), value, setValue)}
      {found.status === 'failed' && (
        <p className="tw-note tw-failed" role="status">
          {t('models.findFailed', { reason: found.reason })}
        </p>
      )}
      {found.status === 'loading' && <p className="tw-note">{t('models.searching')}</p>}
    </>
  )
}
