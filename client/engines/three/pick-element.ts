/** What is under the pointer: the element by a drawing of numbers, the point by its own triangles only. */
import {
  type PerspectiveCamera,
  Raycaster,
  type Scene,
  type ShaderMaterial,
  Triangle,
  Vector2,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three'
import type { ElementMesh } from './model-tiles.ts'

/** Finds elements; `dispose` frees its picture of one pixel. */
export interface ElementPicker {
  /** number of the element at a pixel of the canvas, null = none */
  element(x: number, y: number): number | null
  dispose(): void
}

/** A picker for a scene. */
export function elementPicker(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera,
  numbers: ShaderMaterial,
): ElementPicker {
  const target = new WebGLRenderTarget(1, 1)
  const pixel = new Uint8Array(4)
  return {
    element(x, y) {
      const size = renderer.getSize(new Vector2())
      const { background } = scene
      camera.setViewOffset(size.x, size.y, x, y, 1, 1)
      scene.overrideMaterial = numbers
      scene.background = null
      renderer.setRenderTarget(target)
      renderer.setClearColor(0, 0)
      renderer.clear()
      renderer.render(scene, camera)
      renderer.readRenderTargetPixels(target, 0, 0, 1, 1, pixel)
      renderer.setRenderTarget(null)
      scene.overrideMaterial = null
      scene.background = background
      camera.clearViewOffset()
      const number = pixel[0] + pixel[1] * 256 + pixel[2] * 65536
      return number === 0 ? null : number - 1
    },
    dispose: () => target.dispose(),
  }
}

/** Where the ray through a pixel meets an element first, in the scene's metres; null when it does not. */
export function pointOn(
  meshes: readonly ElementMesh[],
  element: number,
  camera: PerspectiveCamera,
  at: Vector2,
  lift: (storey: number) => number,
): Vector3 | null {
  const caster = new Raycaster()
  caster.setFromCamera(at, camera)
  const { ray } = caster
  let [best, nearest]: [Vector3 | null, number] = [null, Number.POSITIVE_INFINITY]
  const corner = (mesh: ElementMesh['mesh'], i: number, into: Vector3): Vector3 => {
    into.fromBufferAttribute(mesh.geometry.getAttribute('position'), i).applyMatrix4(mesh.matrixWorld)
    into.y += lift(mesh.geometry.getAttribute('_storey')?.getX(i) ?? 0)
    return into
  }
  const { a, b, c } = new Triangle()
  const hit = new Vector3()
  for (const { mesh, elements } of meshes) {
    const index = mesh.geometry.getIndex()
    if (!index) continue
    for (let i = 0; i < index.count; i += 3) {
      if (elements[index.getX(i)] !== element) continue
      corner(mesh, index.getX(i), a)
      corner(mesh, index.getX(i + 1), b)
      corner(mesh, index.getX(i + 2), c)
      if (!ray.intersectTriangle(a, b, c, false, hit)) continue
      const distance = hit.distanceTo(ray.origin)
      if (distance < nearest) [best, nearest] = [hit.clone(), distance]
    }
  }
  return best
}
