// The history of the water: see reference/trackers.ts.
import { DRY, a0, b0, classes, h0, offset, openInverse, rule, track, trackStride, width } from './state'

// @ts-ignore: decorator
@inline
function raise(at: usize, value: v128): void {
  const old = v128.load(at)
  const more = f32x4.gt(value, old)
  if (v128.any_true(more)) v128.store(at, v128.bitselect(value, old, more))
}

// Takes the present state of a rectangle in; it holds for `dt` seconds from `time`.
export function trackRectangle(top: i32, bottom: i32, from: i32, to: i32, dt: f32, time: f32, inertial: bool): void {
  const line = <usize>width << 2
  const threshold = f32x4.splat(load<f32>(rule))
  const highest = f32x4.splat(<f32>(classes + 1))
  for (let row = top; row < bottom; row++) {
    const end = offset(row, to)
    for (let o = offset(row, from); o < end; o += 16) {
      let h = v128.load(h0 + o)
      const wet = f32x4.gt(h, f32x4.splat(DRY))
      if (!v128.any_true(wet)) continue
      let u = v128.load(a0 + o)
      let v = v128.load(b0 + o)
      let inverse = f32x4.splat(1)
      if (openInverse) {
        inverse = v128.load(openInverse + o)
        h = f32x4.mul(h, inverse)
      }
      if (inertial) {
        const half = f32x4.div(f32x4.mul(f32x4.splat(0.5), inverse), f32x4.pmax(f32x4.splat(0.01), h))
        u = f32x4.mul(half, f32x4.add(u, v128.load(a0 + o + 4)))
        v = f32x4.mul(half, f32x4.add(v, v128.load(b0 + o + line)))
      }
      const speed = v128.and(wet, f32x4.sqrt(f32x4.add(f32x4.mul(u, u), f32x4.mul(v, v))))
      let at = track + o
      raise(at, v128.and(wet, h))
      at += trackStride
      raise(at, speed)
      at += trackStride
      const dv = f32x4.mul(h, speed)
      raise(at, v128.and(wet, f32x4.add(dv, f32x4.mul(h, f32x4.splat(0.5)))))
      at += trackStride
      const flooded = f32x4.ge(h, threshold)
      if (!v128.any_true(flooded)) continue
      // a cell that has had the highest class cannot rise
      if (v128.any_true(f32x4.lt(v128.load(at), highest))) {
        let level = f32x4.splat(1)
        for (let k = 0; k < classes; k++) {
          const p = rule + 4 + 12 * k
          const beyond = v128.or(
            v128.or(f32x4.gt(dv, v128.load32_splat(p)), f32x4.gt(h, v128.load32_splat(p, 4))),
            f32x4.gt(speed, v128.load32_splat(p, 8)),
          )
          level = f32x4.add(level, v128.and(beyond, f32x4.splat(1)))
        }
        raise(at, v128.and(flooded, level))
      }
      at += trackStride
      const arrival = v128.load(at)
      const came = v128.and(flooded, f32x4.lt(arrival, f32x4.splat(0)))
      if (v128.any_true(came)) v128.store(at, v128.bitselect(f32x4.splat(time), arrival, came))
      at += trackStride
      v128.store(at, f32x4.add(v128.load(at), v128.and(flooded, f32x4.splat(dt))))
    }
  }
}
