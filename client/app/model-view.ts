/** What a view of one model alone can be told, and what it tells: between its panel and the engine that draws it. Types only. */

/** How an element is drawn. */
export const SHOWN = { hidden: 0, solid: 1, ghost: 2, selected: 3 } as const

/** Metres along the model's axes; an absent axis is whole. */
export type ModelSection = Partial<Record<'x' | 'y' | 'z', [number, number]>>

/** Two points that were clicked, metres in the model's frame, z up; the second is null until it is clicked. */
export interface Measured {
  from: [number, number, number]
  to: [number, number, number] | null
}

/** What is heard from a view. */
export interface ModelViewEars {
  /** an element was clicked, by its number in the model's list; null = nothing there */
  chosen(element: number | null): void
  measured(points: Measured | null): void
}

/** A running view. */
export interface ModelView {
  /**
   * Loads the model's tiles.
   * @param ids ids of the elements in the order of the model's list, as in the tiles
   * @param progress hears 0 … 1
   * @throws {Error} when tiles cannot be had
   */
  load(tileset: string, ids: readonly string[], progress: (share: number) => void, signal: AbortSignal): Promise<void>
  /** One of `SHOWN` per element. */
  show(states: Uint8Array): void
  /** Metres put between storeys. */
  explode(metres: number): void
  section(box: ModelSection | undefined): void
  /** Looks at a box from the south-east: lowest x, y, z, then highest, metres. */
  fit(box: readonly number[]): void
  /** Clicks measure instead of choosing; off takes the measure away. */
  measure(on: boolean): void
  /** all that was asked for is drawn */
  ready(): boolean
  dispose(): void
}
