/** The page around the globe: top bar, docks, time and status; it reads the application's state and sends commands. */
import { ConfigProvider } from 'antd'
import enUS from 'antd/es/locale/en_US'
import zhCN from 'antd/es/locale/zh_CN'
import { useEffect, useMemo } from 'react'
import { AppProvider, type PageApp, useApp, useText } from './app-context.tsx'
import { Frame } from './frame.tsx'
import { inLanguage } from './text/text.ts'
import { theme } from './theme.ts'
import { useScreen } from './use-screen.ts'
import './page.css'
import './panels.css'
import './layers.css'
import './top.css'
import './bars.css'
import './notices.css'
import './below/below.css'

interface Props {
  app: PageApp
  /** how the panels ask the server; the browser's own fetch when absent */
  fetcher?: typeof fetch
}

const browserFetch: typeof fetch = (input, init) => fetch(input, init)

/** Everything but the picture itself, which the composition root draws into `#globe`. */
export function Page({ app, fetcher = browserFetch }: Props) {
  return (
    <AppProvider app={app} fetcher={fetcher}>
      <Themed />
    </AppProvider>
  )
}

function Themed() {
  const { scale, phone, calm } = useScreen()
  const language = useApp((state) => state.language)
  const config = useMemo(() => theme(scale, calm), [scale, calm])
  useEffect(() => {
    document.documentElement.style.fontSize = `${16 * scale}px`
  }, [scale])
  const title = useApp((state) => inLanguage(language, state.scene?.title))
  const t = useText()
  useEffect(() => {
    document.title = title === '' ? t('app.name') : `${title} · ${t('app.name')}`
  }, [title, t])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  return (
    <ConfigProvider
      theme={config}
      locale={language === 'zh' ? zhCN : enUS}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <Frame phone={phone} />
    </ConfigProvider>
  )
}
