/** Who may write, until there are people with names: whoever bears the server's edit key. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A key that somebody chose must be at least so long; the made one has 192 bits. */
const SHORTEST = 16

/** The server's key, and where it came from. */
export interface EditKey {
  key: string
  /** of the key; null when the environment gave it */
  file: string | null
  /** true when this start made it */
  fresh: boolean
}

/**
 * The key of the environment (EDIT_KEY), else the one kept in the data folder, else a new one, kept there for its owner only.
 * @param given what the environment says, empty for nothing
 * @throws {RangeError} when the given key, or the one in the file, is too short
 */
export function openEditKey(dataDir: string, given: string): EditKey {
  const checked = (key: string, where: string): string => {
    if (key.length >= SHORTEST && /^[\x21-\x7e]+$/.test(key)) return key
    throw new RangeError(
      `${where}: bad key, got ${key.length} characters; expected at least ${SHORTEST}, ASCII, no spaces`,
    )
  }
  if (given !== '') return { key: checked(given, 'EDIT_KEY'), file: null, fresh: false }
  const file = join(dataDir, 'edit-key')
  try {
    const key = checked(readFileSync(file, 'utf8').trim(), file)
    chmodSync(file, 0o600)
    return { key, file, fresh: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = randomBytes(24).toString('base64url')
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' })
  return { key, file, fresh: true }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A test for `Authorization` headers: `Bearer <key>`; takes as long for any wrong key. */
export function bearsKey(key: string): (authorization: string | undefined) => boolean {
  const wanted = digest(key)
  return (authorization) => {
    const found = /^Bearer +(\S+)$/i.exec(authorization ?? '')
    return timingSafeEqual(digest(found?.[1] ?? ''), wanted) && found !== null
  }
}
