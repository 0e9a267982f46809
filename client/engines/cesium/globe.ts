/** The globe: draws the app's scene, follows its state and commands, writes back where the camera is and how layers fare. */

import type { Scene } from '@cesium/engine'
import type { SceneDocument } from '../../../scenes/schema/scene.ts'
import type { Command, Selection } from '../../app/state.ts'
import type { App } from '../../app/store.ts'
import { type CameraControl, controlCamera } from './camera.ts'
import { createDrape, type Drape } from './drape.ts'
import { drawEdges } from './edges.ts'
import { drawFindings } from './findings.ts'
import { drawHydraulics } from './hydraulics.ts'
import { type LayersOnGlobe, layersOnGlobe, reporter } from './layers-on-globe.ts'
import { createLight, followSun, skySaturation } from './light.ts'
import { paceLoading } from './loading-pace.ts'
import { followPointer } from './pointer.ts'
import { createScene, fitCanvas, julian, shape } from './scene.ts'
import { downloadPicture, stampedPicture } from './screenshot.ts'
import { seaLevel } from './sea-level.ts'
import { drawSections } from './section-plane.ts'
import type { Draws, Stage } from './stage.ts'
import { depthOf } from './underground-depth.ts'
import { followUnderground } from './underground-view.ts'

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

/** What the parts of a running globe share. */
interface Running {
  app: App
  scene: Scene
  stage: Stage
  drape: Drape
  camera: CameraControl
  layers: LayersOnGlobe
  /** the scene's time as the engine's */
  time: ReturnType<typeof julian>
  /** frames drawn, and turns since the last of them: a still picture is not drawn again */
  frames: number
  quiet: number
  /** draw calls of the last frame */
  calls: number
  /** tiles of ground on their way */
  tilesLeft: number
}

/** Starts a globe in a container. @throws when there is no WebGL 2; `lost` hears that the graphics card took the picture away */
export function startGlobe(container: HTMLElement, app: App, draws: Draws, lost: (reason: string) => void): Globe {
  const globe = assemble(container, app, draws)
  const { scene, camera, layers, drape } = globe
  let stopped = false
  const lose = (reason: string) => {
    if (!stopped) lost(reason)
  }
  const stops = [
    followFrames(globe),
    followState(globe),
    app.onCommand((command) => obey(globe, command)),
    watchContext(scene, lose),
    followUnderground(globe.stage),
    drawFindings(globe.stage),
    drawSections(globe.stage),
    drawHydraulics(globe.stage),
    drawEdges(scene),
  ]
  const state = app.store.getState()
  if (state.camera) camera.fly(state.camera, 0)
  if (state.navigation !== 'orbit') camera.setMode(state.navigation, true)
  if (state.scene) layers.follow(state.scene)
  layers.highlight(state.selection, null)
  const stopDrawing = keepDrawing(globe)
  return {
    scene,
    ready: () => isReady(globe),
    drawCalls: () => globe.calls,
    frames: () => globe.frames,
    screenshot: () => screenshot(globe),
    dispose() {
      stopped = true
      stopDrawing()
      for (const stop of stops) stop()
      layers.dispose()
      camera.dispose()
      drape.dispose()
      container.replaceChildren()
      scene.destroy()
    },
  }
}

function assemble(container: HTMLElement, app: App, draws: Draws): Running {
  const scene = createScene(container)
  const drape = createDrape(scene)
  const redraw = () => scene.requestRender()
  const stage: Stage = {
    scene,
    app,
    light: createLight(),
    drape,
    document: () => app.store.getState().scene!,
    redraw,
    report: reporter(app),
  }
  return {
    app,
    scene,
    stage,
    drape,
    camera: controlCamera(scene, redraw),
    layers: layersOnGlobe(draws, stage),
    time: julian(app.store.getState().time),
    frames: 0,
    quiet: 0,
    calls: 0,
    tilesLeft: 1,
  }
}

/** Draws when something asks for a frame; the sun and the canvas's size are looked at each time. */
function keepDrawing(globe: Running): () => void {
  const { scene, stage } = globe
  let frame = 0
  const pace = paceLoading(scene)
  const tick = (now: number) => {
    frame = requestAnimationFrame(tick)
    if (document.hidden) return
    pace(now)
    if (fitCanvas(scene.canvas)) stage.redraw()
    shape(scene)
    ;(scene as unknown as { initializeFrame(): void }).initializeFrame()
    followSun(stage.light, globe.time, scene.camera.positionWC)
    if (scene.skyAtmosphere) scene.skyAtmosphere.saturationShift = skySaturation(stage.light.altitude)
    scene.render(globe.time)
    globe.quiet++
  }
  tick(performance.now())
  return () => cancelAnimationFrame(frame)
}

/** Counts frames and tiles, and tells the app where the camera is, at most eight times a second. */
function followFrames(globe: Running): () => void {
  const { scene, drape, camera, app } = globe
  let due: ReturnType<typeof setTimeout> | undefined
  const presence = () => {
    due ??= setTimeout(() => {
      due = undefined
      const loading = globe.tilesLeft + drape.state.busy
      app.set({ camera: camera.view(), metresPerPixel: camera.metresPerPixel(), loading })
      app.set({ depth: depthOf(scene, camera.depth()) })
    }, 120)
  }
  const stops = [
    scene.postRender.addEventListener(() => {
      globe.frames++
      globe.quiet = 0
      globe.calls = drawCallsOf(scene)
    }),
    scene.globe.tileLoadProgressEvent.addEventListener((left: number) => {
      globe.tilesLeft = left
      presence()
    }),
    drape.changed.addEventListener(presence),
    scene.camera.changed.addEventListener(presence),
    scene.camera.moveEnd.addEventListener(presence),
    // on which side of the ground one is may be known only after camera and tiles have come to rest
    scene.postUpdate.addEventListener(() => {
      if (camera.isBelow() !== (app.store.getState().depth !== null)) presence()
    }),
  ]
  return () => {
    clearTimeout(due)
    for (const stop of stops) stop()
  }
}

/** Follows the app's state, and writes the pointer back into it. */
function followState(globe: Running): () => void {
  const { app, scene, layers, stage } = globe
  const sea = seaLevel(() => terrainOf(app.store.getState().scene))
  const stops = [
    app.store.subscribe((state, before) => {
      if (state.scene !== before.scene && state.scene) layers.follow(state.scene)
      if (state.time !== before.time) {
        globe.time = julian(state.time)
        stage.redraw()
      }
      if (state.selection !== before.selection || !isSame(state.hovered, before.hovered))
        layers.highlight(state.selection, state.hovered)
    }),
    followPointer(scene, app, layers.pick, sea.at),
  ]
  return () => {
    sea.dispose()
    for (const stop of stops) stop()
  }
}

function isSame(a: Selection | null, b: Selection | null): boolean {
  return a?.id === b?.id && a?.layer === b?.layer
}

/** The address of a scene's terrain, or null. */
function terrainOf(scene: SceneDocument | null): string | null {
  const ground = scene?.layers.find(({ type }) => type === 'ground')
  const source = ground && scene?.sources[ground.source]
  return source?.type === 'terrain' ? source.url : null
}

function obey(globe: Running, command: Command): void {
  const { camera, drape } = globe
  if (command.type === 'camera.fly') camera.fly(command.view, command.seconds ?? 1.6)
  else if (command.type === 'camera.north') camera.north()
  else if (command.type === 'camera.zoom') camera.zoom(command.factor)
  else if (command.type === 'camera.dive') camera.dive()
  else if (command.type === 'camera.surface') camera.surface()
  else if (command.type === 'navigation.set') camera.setMode(command.mode)
  else if (command.type === 'screenshot')
    void screenshot(globe).then((picture) => downloadPicture(picture, globe.app.store.getState()))
  else if (command.type === 'retry') drape.retry()
}

function screenshot({ scene, time, app }: Running): Promise<Blob> {
  scene.requestRender()
  scene.render(time)
  return stampedPicture(scene.canvas, app.store.getState())
}

/** Hears that the picture is gone: the context, or the engine in the middle of a frame. */
function watchContext(scene: Scene, lose: (reason: string) => void): () => void {
  const contextLost = (event: Event) => {
    event.preventDefault()
    lose(TAKEN)
  }
  scene.canvas.addEventListener('webglcontextlost', contextLost)
  const stopErrors = scene.renderError.addEventListener((_: Scene, error: Error) =>
    lose(scene.canvas.getContext('webgl2')?.isContextLost() ? TAKEN : error.message),
  )
  return () => {
    scene.canvas.removeEventListener('webglcontextlost', contextLost)
    stopErrors()
  }
}

function isReady({ app, drape, frames, quiet, tilesLeft }: Running): boolean {
  const reports = Object.values(app.store.getState().reports)
  const still = frames > 0 && quiet > 2 && tilesLeft === 0 && drape.state.busy === 0
  return still && reports.length > 0 && !reports.some(({ status }) => status === 'loading')
}

/** Commands the engine drew in its last frame. */
function drawCallsOf(scene: Scene): number {
  const { frameState } = scene as unknown as { frameState: { commandList: unknown[] } }
  return frameState.commandList.length
}
