/** The page of one model alone, put together: its panels, and three.js in the hole they leave for it. Loaded only when asked for. */
import { createRoot } from 'react-dom/client'
import type { App } from './app/store.ts'
import { createModelView } from './engines/three/model-view.ts'
import { Inspector } from './ui/models/inspector.tsx'

/** Draws the page of a model into an element. */
export function inspect(page: HTMLElement, app: App, model: string): void {
  createRoot(page).render(<Inspector app={app} model={model} start={createModelView} />)
}
