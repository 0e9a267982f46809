/** Pins at the collars of boreholes: a round head with a white ring, as large in pixels from anywhere near; gone from afar. */

import {
  type Billboard,
  BillboardCollection,
  Cartesian3,
  DistanceDisplayCondition,
  NearFarScalar,
  VerticalOrigin,
} from '@cesium/engine'
import type { Borehole } from '../../../data/geology/borehole.ts'
import { ACCENT } from './buildings.ts'

/** Pins are seen up to so many metres from the camera; from `FADES` on they fade. */
const [FAR, FADES] = [1500, 1100]
/** Pixels of the page of a pin's height. */
export const PIN = 22
/** Pictures are drawn finer than they are shown. */
const FINE = 3

const pictures = new Map<string, HTMLCanvasElement>()

/** A head, its ring, and a stem down to the place. */
function picture(head: string, ring: string): HTMLCanvasElement {
  const name = `${head} ${ring}`
  const known = pictures.get(name)
  if (known) return known
  const canvas = document.createElement('canvas')
  canvas.width = 18 * FINE
  canvas.height = PIN * FINE
  const context = canvas.getContext('2d')!
  context.scale(FINE, FINE)
  context.fillStyle = '#0b1520'
  context.fillRect(8, 14, 2, 8)
  for (const [radius, color] of [
    [8.5, '#0b1520'],
    [7.5, ring],
    [5, head],
  ] as const) {
    context.fillStyle = color
    context.beginPath()
    context.arc(9, 9, radius, 0, 2 * Math.PI)
    context.fill()
  }
  pictures.set(name, canvas)
  return canvas
}

const HEAD = '#c97a12'
const RING = '#ffffff'

/** The pins of some holes; `idOf` = what a pick of one gives back. */
export function pinsOf(holes: readonly Borehole[], idOf: (hole: Borehole) => object): BillboardCollection {
  const pins = new BillboardCollection()
  const image = picture(HEAD, RING)
  for (const hole of holes)
    pins.add({
      position: Cartesian3.fromDegrees(hole.lng, hole.lat, hole.collar),
      image,
      scale: 1 / FINE,
      // it stands on its place: all of it is before the ground behind it, and a little before its own column
      verticalOrigin: VerticalOrigin.BOTTOM,
      eyeOffset: new Cartesian3(0, 0, -2.5),
      distanceDisplayCondition: new DistanceDisplayCondition(0, FAR),
      translucencyByDistance: new NearFarScalar(FADES, 1, FAR, 0),
      id: idOf(hole),
    })
  return pins
}

/** Shows a pin as chosen, or as any other. */
export function markPin(pin: Billboard, chosen: boolean): void {
  const image = picture(chosen ? ACCENT.toCssHexString() : HEAD, RING)
  pin.image = image as unknown as string
  pin.scale = (chosen ? 1.35 : 1) / FINE
}
