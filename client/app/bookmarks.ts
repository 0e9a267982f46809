/** Bookmarks: named diffs kept on this machine, one list per scene. */
import type { SceneDiff } from '../../scenes/schema/diff.ts'
import { decodeDiff, encodeDiff } from '../../scenes/schema/encode.ts'
import type { StoragePort } from './ports.ts'
import type { AppState } from './state.ts'

type Bookmarks = AppState['bookmarks']

/** The most that are kept per scene; the oldest go first. */
export const BOOKMARKS = 100
const NAME = 100

/** A list with one more; a name that is there already is replaced. */
export function withBookmark(bookmarks: Bookmarks, name: string, diff: SceneDiff): Bookmarks {
  const short = name.trim().slice(0, NAME)
  const kept = bookmarks.filter((bookmark) => bookmark.name !== short)
  return [...kept, { name: short === '' ? `${kept.length + 1}` : short, diff }].slice(-BOOKMARKS)
}

/** A list with one renamed; an empty name, or one that another has, changes nothing. */
export function renamedBookmark(bookmarks: Bookmarks, index: number, name: string): Bookmarks {
  const short = name.trim().slice(0, NAME)
  if (short === '' || bookmarks.some((bookmark, at) => at !== index && bookmark.name === short)) return bookmarks
  return bookmarks.map((bookmark, at) => (at === index ? { ...bookmark, name: short } : bookmark))
}

/** What is kept for a scene. Whatever is damaged is left out; a store that cannot be read is an empty one. */
export function keptBookmarks(storage: StoragePort | undefined, sceneId: string): Bookmarks {
  const bookmarks: Bookmarks = []
  try {
    const kept: unknown = JSON.parse(storage?.getItem(keyOf(sceneId)) ?? '[]')
    for (const entry of Array.isArray(kept) ? kept.slice(-BOOKMARKS) : []) {
      const bookmark = readBookmark(entry)
      if (bookmark !== null) bookmarks.push(bookmark)
    }
  } catch {
    return bookmarks
  }
  return bookmarks
}

function readBookmark(entry: unknown): Bookmarks[number] | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { name, diff } = entry as { name?: unknown; diff?: unknown }
  if (typeof name !== 'string' || typeof diff !== 'string') return null
  try {
    return { name: name.slice(0, NAME), diff: decodeDiff(diff) }
  } catch {
    return null
  }
}

/** Keeps a scene's bookmarks. @returns false when this machine would not (private mode, full): they last until the page closes */
export function keepBookmarks(storage: StoragePort | undefined, sceneId: string, bookmarks: Bookmarks): boolean {
  try {
    storage?.setItem(
      keyOf(sceneId),
      JSON.stringify(bookmarks.map(({ name, diff }) => ({ name, diff: encodeDiff(diff) }))),
    )
    return storage !== undefined
  } catch {
    return false
  }
}

function keyOf(sceneId: string): string {
  return `tidewall.bookmarks.${sceneId}`
}
