/** Older documents brought up to the version this code reads; newer ones refused with a clear word. */
import { SceneError } from './scene-error.ts'

/** The version of the contract this code reads and writes. */
export const VERSION = 1

/** Brings a document of one version to the next. It gets unchecked JSON and may rely on nothing but its being an object. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>

/** One migration per older version: index 0 leads from version 1 to 2. Empty until there is a version 2. */
const MIGRATIONS: readonly Migration[] = []

/**
 * A parsed document of any known version as one of the newest, not yet checked against the schema.
 * What is no object, or has no version that is a number, comes back as it is for the schema to refuse.
 *
 * @param migrations the chain; its length + 1 is the newest version
 * @throws {SceneError} when the document is of a newer version, or of none there ever was
 */
export function migrate(value: unknown, migrations: readonly Migration[] = MIGRATIONS): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const newest = migrations.length + 1
  let document = value as Readonly<Record<string, unknown>>
  const { version } = document
  if (typeof version !== 'number') return value
  if (version > newest) {
    throw new SceneError([
      {
        path: 'version',
        message: `document of a newer Tidewall, got version ${version}; expected ≤ ${newest}: update this installation`,
      },
    ])
  }
  if (!Number.isInteger(version) || version < 1) {
    throw new SceneError([{ path: 'version', message: `no such version, got ${version}; expected 1 … ${newest}` }])
  }
  for (const [offset, step] of migrations.slice(version - 1).entries())
    document = { ...step(document), version: version + offset + 1 }
  return document
}
