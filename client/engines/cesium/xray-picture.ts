/** A picture of what is buried, drawn before the ground and laid into it by the ground's own shader: so it shows through the ground and through nothing else. */

import {
  ClearCommand,
  Color,
  DrawCommand,
  Framebuffer,
  Pass,
  PixelDatatype,
  PixelFormat,
  type Scene,
  Texture,
} from '@cesium/engine'

/** The picture and its depth; null until it was asked for. */
export interface BuriedPicture {
  add(drawn: object): () => void
  /** colour, its alpha how clearly a thing shows; made anew when the canvas changes its size */
  color(): Texture | null
  depth(): Texture | null
}

interface Frame {
  passes: { render: boolean }
  commandList: DrawCommand[]
}
interface Inner {
  update(frame: Frame): void
}
interface Context {
  drawingBufferWidth: number
  drawingBufferHeight: number
  depthTexture: boolean
}

/** What a clone was made of, to see when it is out of date. */
interface Twin {
  clone: DrawCommand
  shader: unknown
  vertices: unknown
  uniforms: unknown
}

const below = () => 1
const there = () => 1

/**
 * Opens the picture of a scene.
 *
 * @param wanted asked each frame: whether it is to be drawn
 */
export function buriedPicture(scene: Scene, wanted: () => boolean): BuriedPicture {
  const { context } = scene as unknown as { context: Context }
  const twins = new WeakMap<DrawCommand, Twin>()
  let target: { framebuffer: Framebuffer; color: Texture; depth: Texture; clear: ClearCommand } | null = null
  let [width, height] = [0, 0]

  scene.preRender.addEventListener(() => {
    if (!wanted() || !context.depthTexture) return
    if (width !== context.drawingBufferWidth || height !== context.drawingBufferHeight || !target) {
      ;[width, height] = [context.drawingBufferWidth, context.drawingBufferHeight]
      target?.framebuffer.destroy()
      target = openTarget(context, width, height)
    }
    target.clear.execute(context)
  })
  const twinOf = (command: DrawCommand, framebuffer: Framebuffer): DrawCommand => {
    const { shaderProgram: shader, vertexArray: vertices, uniformMap: uniforms } = command
    const old = twins.get(command)
    if (old && old.shader === shader && old.vertices === vertices && old.uniforms === uniforms) {
      old.clone.framebuffer = framebuffer
      return old.clone
    }
    const clone = DrawCommand.shallowClone(command)
    clone.uniformMap = { ...uniforms, u_below: below, u_fade: there }
    clone.framebuffer = framebuffer
    // In the pass of the ground, and before it: the engine draws what was asked for first, first.
    clone.pass = Pass.GLOBE
    clone.pickId = undefined
    clone.castShadows = false
    clone.receiveShadows = false
    twins.set(command, { clone, shader, vertices, uniforms })
    return clone
  }
  return {
    add(drawn) {
      const inner = drawn as Inner
      const update = inner.update
      inner.update = (frame) => {
        const from = frame.commandList.length
        update.call(drawn, frame)
        if (!frame.passes.render || !wanted() || !target) return
        const own = frame.commandList.slice(from)
        for (const command of own) frame.commandList.push(twinOf(command, target.framebuffer))
      }
      return () => {
        inner.update = update
      }
    },
    color: () => target?.color ?? null,
    depth: () => target?.depth ?? null,
  }
}

/** The textures belong to the ground's material, which destroys the old ones when it is given new ones. */
function openTarget(context: Context, width: number, height: number) {
  const color = new Texture({
    context,
    width,
    height,
    pixelFormat: PixelFormat.RGBA,
    pixelDatatype: PixelDatatype.UNSIGNED_BYTE,
  })
  const depth = new Texture({
    context,
    width,
    height,
    pixelFormat: PixelFormat.DEPTH_COMPONENT,
    pixelDatatype: PixelDatatype.UNSIGNED_INT,
  })
  const framebuffer = new Framebuffer({
    context,
    colorTextures: [color],
    depthTexture: depth,
    destroyAttachments: false,
  })
  const clear = new ClearCommand({ color: new Color(0, 0, 0, 0), depth: 1, framebuffer })
  return { framebuffer, color, depth, clear }
}
