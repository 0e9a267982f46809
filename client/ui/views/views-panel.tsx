/** Named views of the scene, this session's bookmarks, and the link that restores everything. */
import { Button } from 'antd'
import { type FormEvent, useState } from 'react'
import type { View } from '../../../scenes/schema/scene.ts'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { CopyButton } from '../copy-button.tsx'
import { IconButton } from '../icon-button.tsx'
import { Icon } from '../icons.tsx'
import { inLanguage, type Language } from '../text/text.ts'

/** A view's name: its title, or the id it has in the document. */
export function viewTitle(id: string, view: View, language: Language): string {
  return view.title ? inLanguage(language, view.title) : id
}

export function ViewsPanel() {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const views = useApp((state) => state.scene?.views)
  const entries = Object.entries(views ?? {})
  return (
    <div className="tw-views">
      <section aria-label={t('views.title')}>
        <h3>{t('views.title')}</h3>
        {entries.length === 0 && <p className="tw-note">{t('views.none')}</p>}
        <ul>
          {entries.map(([id, view], index) => (
            <li key={id}>
              <button type="button" className="tw-item" onClick={() => dispatch({ type: 'view.go', view: id })}>
                <Icon name="views" width="1rem" height="1rem" />
                <span>{viewTitle(id, view, language)}</span>
                {index < 9 && <kbd className="tw-kbd">{index + 1}</kbd>}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Bookmarks />
      <Share />
    </div>
  )
}

function Bookmarks() {
  const t = useText()
  const dispatch = useDispatch()
  const bookmarks = useApp((state) => state.bookmarks)
  const [name, setName] = useState('')
  const suggested = t('views.defaultName', { n: bookmarks.length + 1 })
  const add = (event: FormEvent) => {
    event.preventDefault()
    dispatch({ type: 'bookmark.add', name: name.trim() || suggested })
    setName('')
  }
  return (
    <section aria-label={t('views.bookmarks')}>
      <h3>{t('views.bookmarks')}</h3>
      <form className="tw-bookmark-form" onSubmit={add}>
        <input
          className="tw-input"
          value={name}
          maxLength={60}
          placeholder={suggested}
          aria-label={t('views.name')}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" title={t('views.add')}>
          {t('views.save')}
        </Button>
      </form>
      {bookmarks.length === 0 && <p className="tw-note">{t('views.noBookmarks')}</p>}
      <ul>
        {bookmarks.map((bookmark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bookmark is known by its place; names may repeat
          <Bookmark key={index} index={index} name={bookmark.name} />
        ))}
      </ul>
    </section>
  )
}

/** One bookmark: opened by its name, renamed in place (Enter keeps, Escape leaves it), removed. */
function Bookmark({ index, name }: { index: number; name: string }) {
  const t = useText()
  const dispatch = useDispatch()
  const [draft, setDraft] = useState<string | null>(null)
  const keep = () => {
    if (draft !== null) dispatch({ type: 'bookmark.rename', index, name: draft })
    setDraft(null)
  }
  return (
    <li className="tw-bookmark">
      {draft === null ? (
        <button
          type="button"
          className="tw-item"
          aria-label={t('views.goBookmark', { name })}
          onClick={() => dispatch({ type: 'bookmark.go', index })}
        >
          <Icon name="bookmark" width="1rem" height="1rem" />
          <span>{name}</span>
        </button>
      ) : (
        <input
          className="tw-input"
          value={draft}
          maxLength={60}
          aria-label={t('views.rename', { name })}
          ref={(input) => input?.focus()}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === 'Enter') keep()
            else if (event.key === 'Escape') setDraft(null)
            else return
            event.stopPropagation()
          }}
        />
      )}
      <IconButton
        icon="pencil"
        label={t('views.rename', { name })}
        placement="right"
        onClick={() => setDraft(draft === null ? name : null)}
      />
      <IconButton
        icon="trash"
        label={t('views.remove', { name })}
        placement="right"
        onClick={() => dispatch({ type: 'bookmark.remove', index })}
      />
    </li>
  )
}

function Share() {
  const t = useText()
  return (
    <section aria-label={t('share.title')}>
      <h3>{t('share.title')}</h3>
      <p className="tw-note">{t('share.about')}</p>
      <CopyButton text={() => location.href} label={t('share.copy')} icon="share" />
    </section>
  )
}
