/** What the OpenStreetMap readers report while they run over a file: plain calls, no object per node. */

/** Tags of one element; no prototype, so that no key can collide with one. */
export type OsmTags = Record<string, string>

/** Kinds of relation members, by number. */
export const MEMBER_NODE = 0
/** A way as member. */
export const MEMBER_WAY = 1
/** A relation as member. */
export const MEMBER_RELATION = 2

/** Members of a relation, one entry per member in each array. */
export interface OsmMembers {
  kinds: number[]
  refs: number[]
  roles: string[]
}

/** Receives the elements of a file in file order; leave out what is not wanted and it is not decoded. */
export interface OsmVisitor {
  /** declared extent in degrees */
  bounds?(west: number, south: number, east: number, north: number): void
  /** place in 1e-7 degrees as integers; tags null when there are none */
  node?(id: number, lngE7: number, latE7: number, tags: OsmTags | null): void
  /** `refs` is reused between calls: copy what is kept */
  way?(id: number, refs: number[], tags: OsmTags | null): void
  relation?(id: number, members: OsmMembers, tags: OsmTags | null): void
  /** an element that cannot be used: `n12`, and the reason in words */
  refused?(id: string, reason: string): void
  /** date of the data (ISO 8601), where the file says it */
  date?(iso: string): void
}
