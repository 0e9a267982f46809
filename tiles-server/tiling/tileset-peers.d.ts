/** What the tests use of packages that come without types. */
declare module 'gltf-validator' {
  interface Message {
    code: string
    message: string
    /** 0 error, 1 warning, 2 information, 3 hint */
    severity: number
    pointer?: string
  }
  const validator: {
    validateBytes(
      bytes: Uint8Array,
      options?: { maxIssues?: number; ignoredIssues?: string[] },
    ): Promise<{ issues: { numErrors: number; numWarnings: number; messages: Message[] } }>
  }
  export default validator
}
