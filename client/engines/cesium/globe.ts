/** The globe: draws the app's scene, follows its state and commands, writes back where the camera is and how layers fare. */

import type { Scene } from '@cesium/engine'
import type { Layer, LayerType, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { Command, LayerReport } from '../../app/state.ts'
import type { App } from '../../app/store.ts'
import { controlCamera } from './camera.ts'
import { createDrape } from './drape.ts'
import { createLight, followSun } from './light.ts'
import { followPointer } from './pointer.ts'
import { createScene, fitCanvas, julian, shape } from './scene.ts'
import { stampedPicture } from './screenshot.ts'
import type { Drawn, Draws, Stage } from './stage.ts'

const TAKEN = 'the graphics card took the drawing away'

/** What tests and the page may ask of a running globe. */
export interface Globe {
  /** everything in view is loaded and drawn */
  ready(): boolean
  /** draw calls of the last frame */
  drawCalls(): number
  /** frames drawn so far */
  frames(): number
  screenshot(): Promise<Blob>
  /** the engine's scene: for tests */
  scene: Scene
  dispose(): void
}

/** Starts a globe in a container. @throws when there is no WebGL 2; `lost` hears that the graphics card took the picture away */
export function startGlobe(container: HTMLElement, app: App, draws: Draws, lost: (reason: string) => void): Globe {
  const scene = createScene(container)
  const light = createLight()
  const drape = createDrape(scene)
  const redraw = () => scene.requestRender()
  const camera = controlCamera(scene, redraw)
  const said = new Map<string, string>()
  const drawn = new Map<string, { kind: LayerType; layer: Drawn }>()
  let document_: SceneDocument | null = null
  let time = julian(app.store.getState().time)
  let frame = 0
  let frames = 0
  let stopped = false
  let quiet = 0
  let calls = 0
  let tilesLeft = 1

  const stage: Stage = {
    scene,
    app,
    light,
    drape,
    document: () => document_!,
    redraw,
    report(id, report: LayerReport) {
      const words = JSON.stringify(report)
      if (said.get(id) === words) return
      said.set(id, words)
      app.report(id, report)
    },
  }

  /** Brings what is drawn in line with the scene: new layers drawn, changed ones updated, gone ones taken away. */
  const follow = (next: SceneDocument | null) => {
    if (next === document_ || !next) return
    document_ = next
    const ids = new Set(next.layers.map(({ id }) => id))
    for (const [id, { kind, layer }] of drawn) {
      if (ids.has(id) && next.layers.find((spec) => spec.id === id)!.type === kind) continue
      layer.dispose()
      drawn.delete(id)
      said.delete(id)
    }
    for (const spec of next.layers) {
      const known = drawn.get(spec.id)
      try {
        if (known) known.layer.update(spec)
        else drawn.set(spec.id, { kind: spec.type, layer: drawLayer(draws, spec, stage) })
      } catch (error) {
        stage.report(spec.id, { status: 'failed', reason: error instanceof Error ? error.message : String(error) })
      }
    }
    redraw()
  }
  const hear = (command: Command) => {
    if (command.type === 'camera.fly') camera.fly(command.view, command.seconds ?? 1.6)
    else if (command.type === 'camera.north') camera.north()
    else if (command.type === 'camera.zoom') camera.zoom(command.factor)
    else if (command.type === 'navigation.set') camera.setMode(command.mode)
    else if (command.type === 'screenshot') void download()
    else if (command.type === 'retry') drape.retry()
    else if (command.type === 'fullscreen') fullscreen()
  }
  const screenshot = (): Promise<Blob> => {
    scene.requestRender()
    scene.render(time)
    return stampedPicture(scene.canvas, app.store.getState())
  }
  const download = async () => {
    const url = URL.createObjectURL(await screenshot())
    const link = document.createElement('a')
    link.href = url
    link.download = `tidewall-${app.store.getState().sceneId.replaceAll('/', '-') || 'scene'}-${app.store.getState().time.slice(0, 16).replace(/[:T]/g, '-')}.png`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
  const presence = () => {
    const pending = tilesLeft + drape.state.busy
    app.set({ camera: camera.view(), metresPerPixel: camera.metresPerPixel(), loading: pending })
  }
  let presenceDue: ReturnType<typeof setTimeout> | undefined
  const presenceSoon = () => {
    presenceDue ??= setTimeout(() => {
      presenceDue = undefined
      presence()
    }, 120)
  }
  const tick = () => {
    if (stopped) return
    frame = requestAnimationFrame(tick)
    if (document.hidden) return
    if (fitCanvas(scene.canvas)) redraw()
    shape(scene)
    ;(scene as unknown as { initializeFrame(): void }).initializeFrame()
    followSun(light, time, scene.camera.positionWC)
    scene.render(time)
    quiet++
  }
  const stops = [
    scene.postRender.addEventListener(() => {
      frames++
      quiet = 0
      calls = drawCallsOf(scene)
    }),
    scene.globe.tileLoadProgressEvent.addEventListener((left: number) => {
      tilesLeft = left
      presenceSoon()
    }),
    drape.changed.addEventListener(presenceSoon),
    scene.camera.changed.addEventListener(presenceSoon),
    scene.camera.moveEnd.addEventListener(presenceSoon),
    app.onCommand(hear),
    app.store.subscribe((state, before) => {
      if (state.scene !== before.scene) follow(state.scene)
      if (state.time !== before.time) {
        time = julian(state.time)
        redraw()
      }
      if (state.selection !== before.selection || state.hovered !== before.hovered)
        for (const { layer } of drawn.values()) layer.highlight?.(state.selection, state.hovered)
    }),
    followPointer(scene, app, (picked, at) => {
      for (const { layer } of drawn.values()) {
        const selection = layer.pick?.(picked, at)
        if (selection) return selection
      }
      return null
    }),
    scene.renderError.addEventListener((_: Scene, error: Error) => lose(goneReason() ?? error.message)),
  ]
  const goneReason = () => {
    const context = scene.canvas.getContext('webgl2')
    return context?.isContextLost() ? TAKEN : null
  }
  const lose = (reason: string) => {
    if (!stopped) lost(reason)
  }
  const contextLost = (event: Event) => {
    event.preventDefault()
    lose(TAKEN)
  }
  scene.canvas.addEventListener('webglcontextlost', contextLost)

  const state = app.store.getState()
  if (state.camera) camera.fly(state.camera, 0)
  if (state.navigation !== 'orbit') camera.setMode(state.navigation, true)
  follow(state.scene)
  for (const { layer } of drawn.values()) layer.highlight?.(state.selection, null)
  tick()

  return {
    scene,
    ready: () => {
      const reports = Object.values(app.store.getState().reports)
      return (
        frames > 0 &&
        quiet > 2 &&
        tilesLeft === 0 &&
        drape.state.busy === 0 &&
        reports.length > 0 &&
        !reports.some(({ status }) => status === 'loading')
      )
    },
    drawCalls: () => calls,
    frames: () => frames,
    screenshot,
    dispose() {
      stopped = true
      cancelAnimationFrame(frame)
      clearTimeout(presenceDue)
      scene.canvas.removeEventListener('webglcontextlost', contextLost)
      for (const stop of stops) stop()
      for (const { layer } of drawn.values()) layer.dispose()
      camera.dispose()
      drape.dispose()
      container.replaceChildren()
      scene.destroy()
    },
  }
}

function drawLayer(draws: Draws, spec: Layer, stage: Stage): Drawn {
  // The table is total and keyed by the same word, which TypeScript cannot follow through a union.
  const draw = draws[spec.type] as unknown as (spec: Layer, stage: Stage) => Drawn
  return draw(spec, stage)
}

/** Commands the engine drew in its last frame. */
function drawCallsOf(scene: Scene): number {
  const { frameState } = scene as unknown as { frameState: { commandList: unknown[] } }
  return frameState.commandList.length
}

/** The whole page fills the screen, or no longer does. */
function fullscreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen()
  else document.documentElement.requestFullscreen().catch(() => undefined)
}
