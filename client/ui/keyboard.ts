/** The keyboard map: which key asks for what. Pure, so that the help page and the tests read the same table. */

/** What a key asks for. */
export type KeyAction =
  | {
      type:
        | 'help'
        | 'layers'
        | 'below'
        | 'xray'
        | 'dive'
        | 'bookmark'
        | 'undo'
        | 'redo'
        | 'north'
        | 'home'
        | 'fullscreen'
        | 'play'
        | 'search'
        | 'escape'
    }
  | { type: 'view'; index: number }

/** The parts of a key press that decide. */
export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
  /** a text field, slider or list has the focus and wants plain keys itself */
  typing: boolean
  /** a button or link has the focus and wants Space and Enter itself */
  pressing: boolean
}

const LETTERS: Record<string, KeyAction['type']> = {
  l: 'layers',
  g: 'below',
  x: 'xray',
  v: 'dive',
  b: 'bookmark',
  u: 'undo',
  n: 'north',
  h: 'home',
  f: 'fullscreen',
}

/** What a key press asks for; null leaves it to the browser and the globe. */
export function keyAction(press: KeyPress): KeyAction | null {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  const command = press.ctrlKey || press.metaKey
  if (key === 'Escape') return { type: 'escape' }
  if (press.altKey || press.typing) return null
  if (command) {
    if (key === 'z') return { type: press.shiftKey ? 'redo' : 'undo' }
    if (key === 'y') return { type: 'redo' }
    return key === 'k' ? { type: 'search' } : null
  }
  if (press.key === '?') return { type: 'help' }
  if (press.key === '/') return { type: 'search' }
  if (key === ' ') return press.pressing ? null : { type: 'play' }
  if (/^[1-9]$/.test(key)) return { type: 'view', index: Number(key) - 1 }
  const letter = LETTERS[key]
  if (!letter || press.shiftKey) return null
  return { type: letter } as KeyAction
}

/** The rows of the help page: keys as printed on them, and the word that says what they do. */
export const KEYBOARD_MAP = [
  { keys: ['/', 'Ctrl K'], word: 'search' },
  { keys: ['L'], word: 'layers' },
  { keys: ['G'], word: 'below' },
  { keys: ['X'], word: 'xray' },
  { keys: ['V'], word: 'dive' },
  { keys: ['B'], word: 'bookmark' },
  { keys: ['1', '–', '9'], word: 'views' },
  { keys: ['N'], word: 'north' },
  { keys: ['H'], word: 'home' },
  { keys: ['U', 'Ctrl Z'], word: 'undo' },
  { keys: ['Ctrl Y'], word: 'redo' },
  { keys: ['space'], word: 'play' },
  { keys: ['F'], word: 'fullscreen' },
  { keys: ['W A S D'], word: 'move' },
  { keys: ['Q E'], word: 'rise' },
  { keys: ['Shift'], word: 'faster' },
  { keys: ['Esc'], word: 'escape' },
  { keys: ['?'], word: 'help' },
] as const
