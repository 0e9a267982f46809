/** One model alone: orbit, storeys and elements shown or not, storeys apart, a section box, a measure between two points. */
import {
  Box3,
  BufferGeometry,
  Color,
  DirectionalLight,
  GridHelper,
  HemisphereLight,
  Line,
  LineBasicMaterial,
  type Material,
  PerspectiveCamera,
  Plane,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js'
import type { Measured, ModelSection, ModelView, ModelViewEars } from '../../app/model-view.ts'
import { elementMaterial, numberMaterial, type Shared } from './model-material.ts'
import { type ElementMesh, loadTiles } from './model-tiles.ts'
import { elementPicker, pointOn } from './pick-element.ts'

const BACKGROUND = '#101b29'
const ACCENT = '#2ec4b6'
/** A press that moves farther (pixels) turns the view and chooses nothing. */
const CLICK = 5

/** The model's metres, z up → the scene's, y up; and back. */
const toScene = (x: number, y: number, z: number): Vector3 => new Vector3(x, z, -y)
const toModel = ({ x, y, z }: Vector3): [number, number, number] => [x, -z, y]

/** Renderer, light and camera in a container; draws when it is asked to, at most once a frame. */
function openStage(container: HTMLElement) {
  const renderer = new WebGLRenderer({ antialias: true, powerPreference: 'high-performance' })
  renderer.localClippingEnabled = true
  renderer.domElement.style.display = 'block'
  container.append(renderer.domElement)
  const scene = new Scene()
  scene.background = new Color(BACKGROUND)
  const camera = new PerspectiveCamera(45, 1, 0.1, 10_000)
  const sun = new DirectionalLight(0xfff4e4, 2)
  scene.add(new HemisphereLight(0xdfeaf5, 0x8a8178, 2.2), sun)
  const controls = new OrbitControls(camera, renderer.domElement)
  controls.enableDamping = false
  controls.maxPolarAngle = Math.PI
  let due = 0
  let drawn = false
  const draw = (): void => {
    due = 0
    sun.position.copy(camera.position).add(new Vector3(30, 60, 10))
    renderer.setClearColor(BACKGROUND, 1)
    renderer.render(scene, camera)
    drawn = true
  }
  const redraw = (): void => {
    drawn = false
    due ||= requestAnimationFrame(draw)
  }
  const resize = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = container
    renderer.setPixelRatio(window.devicePixelRatio)
    renderer.setSize(clientWidth, clientHeight)
    camera.aspect = clientWidth / Math.max(1, clientHeight)
    camera.updateProjectionMatrix()
    redraw()
  })
  resize.observe(container)
  controls.addEventListener('change', redraw)
  return {
    renderer,
    scene,
    camera,
    redraw,
    /** looks at a box of the model's metres from the south-east and above */
    fit(box: Parameters<ModelView['fit']>[0]): void {
      const [low, high] = [toScene(box[0], box[1], box[2]), toScene(box[3], box[4], box[5])]
      const whole = new Box3().setFromPoints([low, high])
      const middle = whole.getCenter(new Vector3())
      const size = Math.max(0.5, whole.getSize(new Vector3()).length())
      const away = (size * 0.62) / Math.tan((camera.fov * Math.PI) / 360)
      camera.position.copy(middle).add(new Vector3(0.55, 0.45, 0.7).normalize().multiplyScalar(away))
      camera.near = Math.max(0.02, away / 2000)
      camera.far = away * 40 + 2000
      camera.updateProjectionMatrix()
      controls.target.copy(middle)
      controls.update()
      redraw()
    },
    ready: () => drawn && due === 0,
    dispose(): void {
      cancelAnimationFrame(due)
      resize.disconnect()
      controls.dispose()
      renderer.dispose()
      renderer.domElement.remove()
    },
  }
}

/** Starts a view in a container. @throws {Error} when there is no WebGL 2 */
export function createModelView(container: HTMLElement, ears: ModelViewEars): ModelView {
  const stage = openStage(container)
  const { renderer, scene, camera, redraw } = stage
  const planes: Plane[] = []
  const shared: Shared = { explode: { value: 0 }, accent: { value: new Color(ACCENT) }, cut: { value: 0 } }
  const picker = elementPicker(renderer, scene, camera, numberMaterial(shared, planes))
  const materials = new Map<string, Material>()
  const ruler = rulerIn(scene)
  let meshes: ElementMesh[] = []
  let measuring = false

  const click = (event: PointerEvent): void => {
    const { left, top, width, height } = renderer.domElement.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    const element = picker.element(x, y)
    redraw()
    if (!measuring) {
      ears.chosen(element)
      return
    }
    const at = new Vector2((x / width) * 2 - 1, 1 - (y / height) * 2)
    const lift = (storey: number): number => Math.max(0, storey - 1) * shared.explode.value
    const point = element === null ? null : pointOn(meshes, element, camera, at, lift)
    if (point) ears.measured(ruler.add(point))
  }
  const stopClicks = hearClicks(renderer.domElement, click)
  const materialFor = ({ clear, map }: ElementMesh): Material => {
    const key = `${clear} ${map?.uuid ?? ''}`
    let known = materials.get(key)
    if (!known) materials.set(key, (known = elementMaterial(shared, clear, map, planes)))
    return known
  }
  return {
    async load(tileset, ids, progress, signal) {
      const numbers = new Map(ids.map((id, i) => [id, i]))
      const tiles = await loadTiles(tileset, numbers, progress, signal)
      for (const { root, meshes: found } of tiles) {
        for (const one of found) one.mesh.material = materialFor(one)
        scene.add(root)
        meshes = [...meshes, ...found]
      }
      scene.updateMatrixWorld(true)
      addGrid(scene)
      redraw()
    },
    show(states) {
      for (const { elements, shown } of meshes) {
        const values = shown.array as Uint8Array
        for (let i = 0; i < elements.length; i++) values[i] = elements[i] < 0 ? 1 : states[elements[i]]
        shown.needsUpdate = true
      }
      redraw()
    },
    explode(metres) {
      shared.explode.value = metres
      redraw()
    },
    section(box) {
      // the list is filled in place: materials hold it
      planes.splice(0, planes.length, ...planesOf(box))
      shared.cut.value = planes.length > 0 ? 1 : 0
      for (const material of materials.values()) material.needsUpdate = true
      redraw()
    },
    fit: stage.fit,
    measure(on) {
      measuring = on
      ruler.clear()
      ears.measured(null)
      renderer.domElement.style.cursor = on ? 'crosshair' : ''
      redraw()
    },
    ready: stage.ready,
    dispose() {
      stopClicks()
      picker.dispose()
      for (const material of materials.values()) material.dispose()
      for (const { mesh, map } of meshes) {
        mesh.geometry.dispose()
        map?.dispose()
      }
      stage.dispose()
    },
  }
}

/** Planes of a section box, in the scene's axes. */
export function planesOf(box: ModelSection | undefined): Plane[] {
  const axes = { x: toScene(1, 0, 0), y: toScene(0, 1, 0), z: toScene(0, 0, 1) }
  return (['x', 'y', 'z'] as const).flatMap((axis) => {
    const range = box?.[axis]
    if (!range) return []
    return [new Plane(axes[axis].clone(), -range[0]), new Plane(axes[axis].clone().negate(), range[1])]
  })
}

/** A quiet grid of metres under the model. */
function addGrid(scene: Scene): void {
  const box = new Box3().setFromObject(scene)
  if (box.isEmpty()) return
  const size = box.getSize(new Vector3())
  const step = 10 ** Math.max(0, Math.round(Math.log10(Math.max(size.x, size.z, 1))) - 1)
  const cells = Math.min(200, Math.ceil((Math.max(size.x, size.z) * 1.6) / step) + 2)
  const grid = new GridHelper(cells * step, cells, 0x33475c, 0x1d2c3e)
  const middle = box.getCenter(new Vector3())
  grid.position.set(middle.x, box.min.y - 0.02, middle.z)
  scene.add(grid)
}

/** A line between two points that shows through everything. */
function rulerIn(scene: Scene) {
  const material = new LineBasicMaterial({ color: ACCENT, depthTest: false, transparent: true })
  const line = new Line(new BufferGeometry(), material)
  line.renderOrder = 10
  line.frustumCulled = false
  line.visible = false
  scene.add(line)
  let points: Vector3[] = []
  return {
    add(point: Vector3): Measured {
      points = points.length === 2 ? [point] : [...points, point]
      line.geometry.dispose()
      line.geometry = new BufferGeometry().setFromPoints(points)
      line.visible = points.length === 2
      return { from: toModel(points[0]), to: points[1] ? toModel(points[1]) : null }
    },
    clear() {
      points = []
      line.visible = false
    },
  }
}

function hearClicks(canvas: HTMLCanvasElement, heard: (event: PointerEvent) => void): () => void {
  let start: { x: number; y: number } | null = null
  const down = (event: PointerEvent): void => {
    start = event.button === 0 ? { x: event.clientX, y: event.clientY } : null
  }
  const up = (event: PointerEvent): void => {
    const near = start && Math.hypot(event.clientX - start.x, event.clientY - start.y) <= CLICK
    start = null
    if (near) heard(event)
  }
  canvas.addEventListener('pointerdown', down)
  canvas.addEventListener('pointerup', up)
  return () => {
    canvas.removeEventListener('pointerdown', down)
    canvas.removeEventListener('pointerup', up)
  }
}
