/** How a document says what is wrong with it: the place and the reason, one per line. */

/** What is wrong with a document: where (`layers[3].source`) and what. */
export interface SceneIssue {
  path: string
  message: string
}

/** A value that is not a scene document; `issues` name each place and reason, `message` has them one per line. */
export class SceneError extends Error {
  readonly issues: readonly SceneIssue[]

  constructor(issues: readonly SceneIssue[]) {
    super(issues.map(({ path, message }) => `${path === '' ? 'scene' : path}: ${message}`).join('\n'))
    this.name = 'SceneError'
    this.issues = issues
  }
}

/** A JSON path for people: `layers[3].color[1]`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? String(step) : `.${String(step)}`
  }
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}
