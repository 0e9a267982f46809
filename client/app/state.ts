/** What the page knows: the scene, the session's diff against it, and what the engine reports back. Types only. */

import type { SceneDiff } from '../../scenes/schema/diff.ts'
import type { Below, LayerOf, Mark, SceneDocument, View } from '../../scenes/schema/scene.ts'
import type { HydraulicsFound } from './hydraulics.ts'

/** How a layer fares; `reason` says why it failed, in words for the panel. */
export interface LayerReport {
  status: 'loading' | 'ready' | 'failed' | 'hidden'
  /** features or tiles in view, where the engine knows */
  count?: number
  reason?: string
}

/** The feature under the pointer or chosen by it. */
export interface Selection {
  /** scene layer id */
  layer: string
  /** collection on the server: `/collections/<collection>/items/<id>` */
  collection: string
  id: string
  lng: number
  lat: number
  /** what a tile said of the very point that was chosen: of a cloud its class and height, of a mesh its object's words */
  facts?: Record<string, string | number>
}

/** What is under the pointer, and where on the page (pixels) it was found. */
export interface Hovered extends Selection {
  x: number
  y: number
  /** what the tile itself says of it: class, height, levels; 0 = unknown */
  facts?: Readonly<Record<string, string | number>>
}

/** A place that was clicked for a tool. */
export interface ToolPlace {
  lng: number
  lat: number
  /** the ground there, metres above the ellipsoid; null where it is not known */
  ground: number | null
  /** the thing clicked, if any */
  feature: Selection | null
}

/** What a tool says of itself: the panel shows it, tests read it. */
export interface ToolReport {
  status: 'waiting' | 'working' | 'ready' | 'failed'
  /** how many places it has, or results */
  count: number
  reason?: string
  /** what is drawn while it is not done: places in order, as a line or closed */
  draft: { places: [lng: number, lat: number][]; closed: boolean } | null
}

/** What a tool can be told: numbers and words by name. */
export type ToolParams = Readonly<Record<string, number | string | boolean>>

/** Where the camera is below the ground. */
export interface Depth {
  /** metres below the ground */
  depth: number
  /** height of the ground along the look, from behind to ahead: metres from the camera, metres above it */
  profile: [ahead: number, above: number][]
}

/** Where the pointer is: degrees, metres above the ellipsoid and above mean sea level (EGM96). */
export interface Cursor {
  lng: number
  lat: number
  ellipsoidal: number
  orthometric: number
}

/** How the city's making goes on the server (GET /ingest). */
export interface MakingProgress {
  state: 'idle' | 'making' | 'ready' | 'failed'
  /** stages in order, each with its own count */
  stages: {
    id: string
    done: number
    total: number
    seconds: number
    state: 'waiting' | 'running' | 'done' | 'failed'
  }[]
  reason?: string
}

/** Something wrong that the page must say and recover from. */
export interface Problem {
  kind: 'server-lost' | 'webgl-lost' | 'webgl-missing' | 'bad-scene' | 'bad-link' | 'no-scene'
  reason: string
}

/** What a question about a network found: lines and points with a `role`, numbers, and how. */
export interface Finding {
  status: 'working' | 'ready' | 'failed'
  reason?: string
  features: {
    id?: string
    geometry: { type: 'LineString'; coordinates: number[][] } | { type: 'Point'; coordinates: number[] }
    properties: Record<string, unknown>
  }[]
  summary: Record<string, number | string | null>
  /** counts by kind, most first */
  groups?: { key: string; zh: string; en: string; count: number }[]
  method: { zh: string; en: string } | null
  /** what is not known or taken for granted */
  limits?: { zh: string; en: string }
}

/** Everything the panels draw from. */
export interface AppState {
  /** the stored document, as fetched; null until then */
  document: SceneDocument | null
  /** what this session changed: the share link, the bookmark, the undo step */
  diff: SceneDiff
  /** document + diff */
  scene: SceneDocument | null
  /** scenes on the server: `<place>/<theme>` with titles */
  scenes: { id: string; title: { zh: string; en: string } }[]
  sceneId: string
  /** where the camera is now (presence, not undoable) */
  camera: View | null
  /** metres one pixel covers at the middle of the picture; null when looking at the sky */
  metresPerPixel: number | null
  navigation: 'orbit' | 'fly' | 'walk'
  cursor: Cursor | null
  /** the tool at work, null = a click selects */
  tool: { id: string; params: ToolParams; report: ToolReport } | null
  /** null = the camera is above the ground */
  depth: Depth | null
  /** answers to the questions among the scene's marks, by mark */
  findings: Record<string, Finding>
  /** the answer to the scene's hydraulics mark; null without one */
  hydraulics: HydraulicsFound | null
  selection: Selection | null
  hovered: Hovered | null
  reports: Record<string, LayerReport>
  /** tiles still to come in the current view */
  loading: number
  /** ISO 8601 with zone: the clock every layer and the sun obey */
  time: string
  playing: boolean
  /** seconds of scene time per second */
  rate: number
  language: 'zh' | 'en'
  /** whether buildings throw the sun's shadow on the ground */
  shadows: boolean
  making: MakingProgress
  problems: Problem[]
  bookmarks: { name: string; diff: SceneDiff }[]
  canUndo: boolean
  canRedo: boolean
}

/** The keys of a layer of building models that its panel sets. */
export type ModelsChange = Partial<Pick<LayerOf<'models'>, 'only' | 'explode' | 'section'>>

/** The keys that layers of scanned and registered space set in their panels. */
export type SpaceChange = Partial<
  Pick<LayerOf<'points'>, 'by' | 'classes' | 'size' | 'shade' | 'heights'> &
    Pick<LayerOf<'mesh'>, 'lift' | 'error'> &
    Pick<LayerOf<'units'>, 'building' | 'floor' | 'explode'> &
    Pick<LayerOf<'volumes'>, 'status'>
>

/** Everything a person (or a wall, or a test) can ask for. UI sends these; app changes state; engines hear the camera ones. */
export type Command =
  | { type: 'scene.open'; id: string }
  | { type: 'layer.visible'; layer: string; visible: boolean }
  | { type: 'layer.opacity'; layer: string; opacity: number }
  /** null: the kind's own colour */
  | { type: 'layer.color'; layer: string; color: unknown }
  /** what is seen of building models; undefined = all, together, uncut */
  | { type: 'layer.models'; layer: string; change: ModelsChange }
  /** of point clouds, meshes, units and legal volumes; undefined = as when absent */
  | { type: 'layer.space'; layer: string; change: SpaceChange }
  /** to a place in the drawing order, 0 = lowest */
  | { type: 'layer.move'; layer: string; to: number }
  /** back to the stored document */
  | { type: 'scene.revert' }
  | { type: 'view.go'; view: string }
  | { type: 'camera.fly'; view: View; seconds?: number }
  | { type: 'camera.north' }
  | { type: 'camera.home' }
  | { type: 'camera.zoom'; factor: number }
  | { type: 'navigation.set'; mode: AppState['navigation'] }
  | { type: 'select'; selection: Selection | null }
  /** how buried things are seen; null = as when absent */
  | { type: 'below.set'; change: { [Key in keyof Below]?: Below[Key] | null } }
  /** what a tool leaves: a new mark, another one in its place, or (null) none */
  | { type: 'mark.set'; id: string; mark: Mark | null }
  | { type: 'tool.start'; id: string; params?: ToolParams }
  | { type: 'tool.point'; at: ToolPlace }
  | { type: 'tool.change'; params: ToolParams }
  | { type: 'tool.stop' }
  /** below the ground under what is looked at, and back up */
  | { type: 'camera.dive' }
  | { type: 'camera.surface' }
  | { type: 'time.set'; time: string }
  /** the scene's stretch of time on another day, `2026-12-21`; undoable, as the sun's path changes with it */
  | { type: 'time.day'; date: string }
  | { type: 'time.play'; playing: boolean; rate?: number }
  | { type: 'bookmark.add'; name: string }
  | { type: 'bookmark.go'; index: number }
  /** an empty name, or one that another has, changes nothing */
  | { type: 'bookmark.rename'; index: number; name: string }
  | { type: 'bookmark.remove'; index: number }
  | { type: 'language.set'; language: 'zh' | 'en' }
  | { type: 'shadows.set'; shadows: boolean }
  | { type: 'screenshot' }
  | { type: 'fullscreen' }
  | { type: 'undo' }
  | { type: 'redo' }
  | { type: 'retry' }
