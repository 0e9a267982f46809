/** Parts of the engine that it exports but does not describe: what is needed to draw into a picture of one's own. */
declare module '@cesium/engine' {
  export const Pass: {
    readonly ENVIRONMENT: number
    readonly GLOBE: number
    readonly OPAQUE: number
    readonly TRANSLUCENT: number
    readonly OVERLAY: number
  }
  export class DrawCommand {
    static shallowClone(command: DrawCommand, result?: DrawCommand): DrawCommand
    pass: number
    framebuffer: Framebuffer | undefined
    uniformMap: Record<string, () => unknown> | undefined
    shaderProgram: unknown
    vertexArray: unknown
    renderState: unknown
    pickId: unknown
    castShadows: boolean
    receiveShadows: boolean
  }
  export interface RenderState {
    readonly id: number
  }
  export const RenderState: {
    fromCache(options: object): RenderState
    /** the options it was made of */
    getState(state: unknown): object
  }
  export class ClearCommand {
    constructor(options: { color?: Color; depth?: number; stencil?: number; framebuffer?: Framebuffer })
    execute(context: unknown): void
  }
  export class Texture {
    constructor(options: {
      context: unknown
      width: number
      height: number
      pixelFormat: number
      pixelDatatype: number
      sampler?: Sampler
      source?: { width: number; height: number; arrayBufferView: ArrayBufferView }
    })
    destroy(): void
    isDestroyed(): boolean
  }
  export class Framebuffer {
    constructor(options: {
      context: unknown
      colorTextures: Texture[]
      depthTexture?: Texture
      destroyAttachments?: boolean
    })
    destroy(): void
  }
  export class Sampler {
    static readonly NEAREST: Sampler
    constructor(options?: object)
  }
}
