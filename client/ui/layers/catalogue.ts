/** Which collections of the server a scene's layers show, and what the catalogue says about them. */
import type { Layer, SceneDocument } from '../../../scenes/schema/scene.ts'
import type { Collection, DataSource } from '../server.ts'

/** The collection a layer is drawn from; null for the ground, which is no collection of features. */
export function collectionOf(layer: Pick<Layer, 'type'>): string | null {
  if (layer.type === 'ground') return null
  if (layer.type === 'models') return 'elements'
  return layer.type === 'labels' ? 'places' : layer.type
}

/** The scene's layer that shows a collection; the collection's own name when the scene has none. */
export function layerOfCollection(scene: SceneDocument | null, collection: string): string {
  return scene?.layers.find((layer) => collectionOf(layer) === collection)?.id ?? collection
}

/** The sources of a layer's collection, each once. */
export function sourcesOf(layer: Pick<Layer, 'type'>, collections: readonly Collection[]): DataSource[] {
  const id = collectionOf(layer)
  const found = collections.find((collection) => collection.id === (id ?? 'ground'))
  return found?.sources ?? []
}

/** Layers that are shown and drawn from generated data: the page must say so. */
export function syntheticLayers(scene: SceneDocument | null, collections: readonly Collection[]): Layer[] {
  if (!scene) return []
  return scene.layers.filter(
    (layer) => layer.visible !== false && sourcesOf(layer, collections).some((source) => source.synthetic),
  )
}

/** The credits that must stand in the picture: of every shown layer's sources and of the scene's own, each once. */
export function credits(scene: SceneDocument | null, collections: readonly Collection[]): string[] {
  if (!scene) return []
  const shown = scene.layers.filter((layer) => layer.visible !== false)
  const all = shown.flatMap((layer) => [
    scene.sources[layer.source]?.attribution ?? '',
    ...sourcesOf(layer, collections).map((source) => source.attribution),
  ])
  return distinct(all.flatMap((credit) => credit.split(' · ')))
}

/** Each credit once; one that another already says in full, whatever its spaces and capitals, is left out. */
function distinct(all: readonly string[]): string[] {
  const plain = (credit: string) =>
    credit
      .toLowerCase()
      .replace(/[\s.,;]+/g, ' ')
      .trim()
  const said = [...new Map(all.map((credit) => [plain(credit), credit.trim()])).entries()].filter(([key]) => key !== '')
  return said
    .filter(([key]) => !said.some(([other]) => other !== key && other.includes(key)))
    .map(([, credit]) => credit)
}

/** Layers in the panel's order: groups as the scene names them, then those it does not; top-most drawn first. */
export function grouped(scene: SceneDocument): { group: string; layers: Layer[] }[] {
  const groups = new Map<string, Layer[]>(Object.keys(scene.groups ?? {}).map((group) => [group, []]))
  for (const layer of scene.layers.toReversed()) {
    const group = layer.group ?? 'other'
    const members = groups.get(group)
    if (members) members.push(layer)
    else groups.set(group, [layer])
  }
  return [...groups].filter(([, layers]) => layers.length > 0).map(([group, layers]) => ({ group, layers }))
}
