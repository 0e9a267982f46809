/** What a layer is called in the panel: its title, or the word of its kind. */
import type { Layer } from '../../../scenes/schema/scene.ts'
import { inLanguage, type Language, textOf } from '../text/text.ts'

export function layerTitle(layer: Pick<Layer, 'type' | 'title'>, language: Language): string {
  return layer.title ? inLanguage(language, layer.title) : textOf(language)(`kind.${layer.type}`)
}
