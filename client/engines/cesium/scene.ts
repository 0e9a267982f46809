/** The engine's scene on a canvas, set up as we want it: no world pictures, no outside addresses, frames only when asked. */

import {
  Cartesian3,
  Color,
  Credit,
  CreditDisplay,
  DynamicAtmosphereLightingType,
  Globe,
  Ion,
  JulianDate,
  RequestScheduler,
  Scene,
  SkyAtmosphere,
  Sun,
  TaskProcessor,
  Transforms,
} from '@cesium/engine'

/** Puts a scene into a container. @throws when the browser has no WebGL 2 */
export function createScene(container: HTMLElement): Scene {
  Ion.defaultAccessToken = ''
  RequestScheduler.maximumRequestsPerServer = 24
  RequestScheduler.maximumRequests = 60
  const canvas = document.createElement('canvas')
  canvas.style.cssText = 'display:block;width:100%;height:100%;outline:none;touch-action:none;background:#0e1826'
  canvas.tabIndex = 0
  canvas.addEventListener('contextmenu', (event) => event.preventDefault())
  container.replaceChildren(canvas)
  fitCanvas(canvas)
  const credits = document.createElement('div')
  CreditDisplay.cesiumCredit = new Credit('')
  spareRequests()
  let scene: Scene
  try {
    scene = new Scene({
      canvas,
      creditContainer: credits,
      creditViewport: credits,
      scene3DOnly: true,
      requestRenderMode: true,
      maximumRenderTimeChange: Number.POSITIVE_INFINITY,
      msaaSamples: drawnByProcessor() ? 1 : 4,
      contextOptions: { webgl: { powerPreference: 'high-performance', alpha: false, stencil: false } },
    })
  } catch (error) {
    canvas.remove()
    throw error
  }
  const globe = new Globe()
  // Our water makes its own waves: the engine's picture of them stays unfetched.
  ;(globe as unknown as { _oceanNormalMapResourceDirty: boolean })._oceanNormalMapResourceDirty = false
  globe.show = false
  scene.globe = globe
  // Half the requests of the engine's own choice: our terrain is truer than its level promises, and pictures are large.
  globe.maximumScreenSpaceError = 6.4
  globe.tileCacheSize = 60
  globe.preloadSiblings = false
  globe.preloadAncestors = false
  globe.loadingDescendantLimit = 12
  globe.depthTestAgainstTerrain = true
  globe.showGroundAtmosphere = false
  globe.showWaterEffect = false
  globe.enableLighting = false
  globe.baseColor = new Color(0, 0, 0, 0)
  scene.skyAtmosphere = new SkyAtmosphere()
  scene.skyAtmosphere.saturationShift = -0.08
  // The engine lights its sky only together with its own ground shading, which ours replaces.
  const sky = scene.skyAtmosphere as unknown as { setDynamicLighting(kind: DynamicAtmosphereLightingType): void }
  const lightSky = sky.setDynamicLighting.bind(sky)
  sky.setDynamicLighting = () => lightSky(DynamicAtmosphereLightingType.SUNLIGHT)
  scene.sun = new Sun()
  scene.backgroundColor = Color.fromCssColorString('#0e1826')
  // The engine's fog culls far tiles; our own shaders draw the haze.
  scene.fog.enabled = true
  scene.fog.renderable = false
  scene.highDynamicRange = false
  scene.logarithmicDepthBuffer = true
  scene.postProcessStages.fxaa.enabled = false
  scene.pickTranslucentDepth = false
  scene.camera.constrainedAxis = Cartesian3.UNIT_Z
  ;(scene.camera as unknown as { frustum: { fov: number } }).frustum.fov = (50 * Math.PI) / 180
  return scene
}

/** Spares the engine two questions to the server: how the earth's axis trembles (a thousandth of a degree in where the sun stands), and one below. */
function spareRequests(): void {
  // Every browser with WebGL 2 hands buffers to workers: the worker that would try it out stays unfetched.
  ;(TaskProcessor as unknown as { _canTransferArrayBuffer: boolean })._canTransferArrayBuffer = true
  const tables = { preload: () => Promise.resolve(), computeXysRadians: () => undefined }
  ;(Transforms as unknown as { iau2006XysData: typeof tables }).iau2006XysData = tables
}

/** Makes the canvas as large as its place on the page, in device pixels (at most 2 per page pixel). True when it changed. */
export function fitCanvas(canvas: HTMLCanvasElement): boolean {
  const ratio = Math.min(2, window.devicePixelRatio || 1)
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio))
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio))
  if (canvas.width === width && canvas.height === height) return false
  canvas.width = width
  canvas.height = height
  return true
}

/** Sets the camera's picture to the canvas's shape. */
export function shape(scene: Scene): void {
  const { frustum } = scene.camera as unknown as { frustum: { aspectRatio: number } }
  frustum.aspectRatio = scene.canvas.clientWidth / Math.max(1, scene.canvas.clientHeight)
  ;(scene as unknown as { pixelRatio: number }).pixelRatio = scene.canvas.width / Math.max(1, scene.canvas.clientWidth)
}

/** An ISO time as the engine's; noon of today when it cannot be read. */
export function julian(time: string): JulianDate {
  const date = new Date(time)
  return JulianDate.fromDate(Number.isNaN(date.getTime()) ? new Date() : date)
}

/** Whether the browser draws without a graphics card: then smooth edges cost more than they give. */
function drawnByProcessor(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  const name = context?.getExtension('WEBGL_debug_renderer_info')
  const renderer = context && name ? String(context.getParameter(name.UNMASKED_RENDERER_WEBGL)) : ''
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|software/i.test(renderer)
}
