/** The top bar: city, scene, search, clock, language and notices. */
import { Dropdown, Popover, Tooltip } from 'antd'
import { useApp, useDispatch, useText } from '../app-context.tsx'
import { IconButton } from '../icon-button.tsx'
import { Icon } from '../icons.tsx'
import { syntheticLayers } from '../layers/catalogue.ts'
import { layerTitle } from '../layers/layer-title.ts'
import { ProblemText } from '../notices/problems.tsx'
import type { Collection } from '../server.ts'
import { inLanguage } from '../text/text.ts'
import { Clock } from './clock.tsx'
import { SearchBox } from './search-box.tsx'

interface Props {
  collections: readonly Collection[]
  searching: boolean
  onSearching: (searching: boolean) => void
}

export function TopBar({ collections, searching, onSearching }: Props) {
  const t = useText()
  return (
    <header className="tw-top">
      <SceneMenu />
      <SyntheticBadge collections={collections} />
      <div className="tw-top-space" />
      <div className={`tw-top-search ${searching ? 'is-open' : ''}`}>
        <SearchBox autoFocus={searching} onDone={() => onSearching(false)} />
      </div>
      <IconButton
        icon="search"
        label={t('search.label')}
        placement="bottom"
        className="tw-top-search-button"
        onClick={() => onSearching(!searching)}
      />
      <Clock />
      <LanguageSwitch />
      <Notices />
    </header>
  )
}

function SceneMenu() {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  const scenes = useApp((state) => state.scenes)
  const sceneId = useApp((state) => state.sceneId)
  const title = useApp((state) => state.scene?.title)
  const name = title ? inLanguage(language, title) || t('app.untitled') : t('app.name')
  if (scenes.length < 2) {
    return <h1 className="tw-title">{name}</h1>
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectedKeys: [sceneId],
        items: scenes.map((scene) => ({ key: scene.id, label: inLanguage(language, scene.title) })),
        onClick: ({ key }) => dispatch({ type: 'scene.open', id: key }),
      }}
    >
      <button type="button" className="tw-title tw-title-button" aria-haspopup="menu">
        <h1>{name}</h1>
        <Icon name="chevronDown" width="1rem" height="1rem" />
      </button>
    </Dropdown>
  )
}

function SyntheticBadge({ collections }: { collections: readonly Collection[] }) {
  const t = useText()
  const language = useApp((state) => state.language)
  const scene = useApp((state) => state.scene)
  const layers = syntheticLayers(scene, collections)
  if (layers.length === 0) return null
  const names = layers.map((layer) => layerTitle(layer, language)).join(language === 'zh' ? '、' : ', ')
  return (
    <Tooltip title={t('app.syntheticWhy', { layers: names })} placement="bottom">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip says which layers, also to the keyboard */}
      <span className="tw-synthetic" role="note" tabIndex={0}>
        {t('app.synthetic')}
      </span>
    </Tooltip>
  )
}

function LanguageSwitch() {
  const t = useText()
  const dispatch = useDispatch()
  const language = useApp((state) => state.language)
  return (
    <Tooltip title={t('top.switchLanguage')} placement="bottom" mouseEnterDelay={0.4}>
      <button
        type="button"
        className="tw-icon-button tw-language"
        aria-label={t('top.switchLanguage')}
        onClick={() => dispatch({ type: 'language.set', language: language === 'zh' ? 'en' : 'zh' })}
      >
        {t('top.otherLanguage')}
      </button>
    </Tooltip>
  )
}

function Notices() {
  const t = useText()
  const problems = useApp((state) => state.problems)
  const label = problems.length === 0 ? t('top.noNotices') : t('top.noticeCount', { n: problems.length })
  const content =
    problems.length === 0 ? (
      <p className="tw-note">{t('top.noNotices')}</p>
    ) : (
      <ul className="tw-notice-list">
        {problems.map((problem) => (
          <li key={problem.kind}>
            <ProblemText problem={problem} />
          </li>
        ))}
      </ul>
    )
  return (
    <Popover content={content} title={t('top.notices')} trigger="click" placement="bottomRight">
      <button type="button" className="tw-icon-button tw-bell" aria-label={label}>
        <Icon name="bell" />
        {problems.length > 0 && <span className="tw-bell-count">{problems.length}</span>}
      </button>
    </Popover>
  )
}
