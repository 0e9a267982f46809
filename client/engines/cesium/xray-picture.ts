/** A picture of what is buried, drawn before the ground and laid into it by the ground's own shader: so it shows through the ground and through nothing else. */

import {
  BlendEquation,
  BlendFunction,
  ClearCommand,
  Color,
  DrawCommand,
  Framebuffer,
  Pass,
  PixelDatatype,
  PixelFormat,
  RenderState,
  type Scene,
  Texture,
} from '@cesium/engine'

/** The picture and its depth; null until it was asked for. */
export interface BuriedPicture {
  add(drawn: object): () => void
  /** colour times alpha, and alpha how clearly a thing shows; made anew when the canvas changes its size */
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

/** What clones were made of, to see when they are out of date. */
interface Twin {
  color: DrawCommand
  /** of what is clear: the engine draws it without depth, and the ground asks how deep a thing lies */
  depth: DrawCommand | null
  shader: unknown
  vertices: unknown
  uniforms: unknown
  state: unknown
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
  const clear: Twin[] = []
  const twinOf = (command: DrawCommand): Twin => {
    const old = twins.get(command)
    if (old && isOf(old, command)) return old
    const { pass, shaderProgram: shader, vertexArray: vertices, uniformMap: uniforms, renderState: state } = command
    // what is laid over others in an order of its own is drawn with the solid things
    const { blending } = RenderState.getState(state) as { blending: { enabled: boolean } }
    const seenThrough = pass === Pass.TRANSLUCENT || blending.enabled
    const made: Twin = {
      color: cloned(command, blended(state, seenThrough)),
      depth: seenThrough ? cloned(command, depthOnly(state)) : null,
      ...{ shader, vertices, uniforms, state },
    }
    twins.set(command, made)
    return made
  }
  // What is clear is laid over what is solid, and its depth over all of it, before the ground asks for the picture.
  const globe = scene.globe as unknown as { render(frame: Frame): void }
  const renderGround = globe.render
  globe.render = (frame) => {
    for (const { color } of clear) frame.commandList.push(color)
    for (const { depth } of clear) if (depth) frame.commandList.push(depth)
    clear.length = 0
    renderGround.call(globe, frame)
  }
  return {
    add(drawn) {
      const inner = drawn as Inner
      const update = inner.update
      inner.update = (frame) => {
        const from = frame.commandList.length
        update.call(drawn, frame)
        if (!frame.passes.render || !wanted() || !target) return
        for (const command of frame.commandList.slice(from)) {
          const twin = twinOf(command)
          twin.color.framebuffer = target.framebuffer
          if (twin.depth) twin.depth.framebuffer = target.framebuffer
          if (twin.depth) clear.push(twin)
          else frame.commandList.push(twin.color)
        }
      }
      return () => {
        inner.update = update
      }
    },
    color: () => target?.color ?? null,
    depth: () => target?.depth ?? null,
  }
}

function isOf(twin: Twin, command: DrawCommand): boolean {
  return (
    twin.shader === command.shaderProgram &&
    twin.vertices === command.vertexArray &&
    twin.uniforms === command.uniformMap &&
    twin.state === command.renderState
  )
}

/** A command for the picture. In the pass of the ground, and before it: the engine draws what was asked for first, first. */
function cloned(command: DrawCommand, state: RenderState): DrawCommand {
  const clone = DrawCommand.shallowClone(command)
  clone.uniformMap = { ...command.uniformMap, u_below: below, u_fade: there }
  clone.renderState = state
  clone.pass = Pass.GLOBE
  clone.pickId = undefined
  clone.castShadows = false
  clone.receiveShadows = false
  return clone
}

/** Colour times alpha, over what is there already or in its place. */
function blended(state: unknown, over: boolean): RenderState {
  const last = over ? BlendFunction.ONE_MINUS_SOURCE_ALPHA : BlendFunction.ZERO
  return RenderState.fromCache({
    ...RenderState.getState(state),
    blending: {
      enabled: true,
      equationRgb: BlendEquation.ADD,
      equationAlpha: BlendEquation.ADD,
      functionSourceRgb: BlendFunction.SOURCE_ALPHA,
      functionSourceAlpha: BlendFunction.ONE,
      functionDestinationRgb: last,
      functionDestinationAlpha: last,
    },
  })
}

function depthOnly(state: unknown): RenderState {
  return RenderState.fromCache({
    ...RenderState.getState(state),
    depthMask: true,
    colorMask: { red: false, green: false, blue: false, alpha: false },
  })
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
