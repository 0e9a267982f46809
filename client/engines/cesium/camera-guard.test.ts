/** A camera is never under the ground, a walker's eye is at 1.7 m, and keys move as they say. */
import { expect, test } from 'vitest'
import {
  BELOW,
  EYE,
  eased,
  guarded,
  guardedBelow,
  LOWEST,
  meantBelow,
  movesCamera,
  pitched,
  strideOf,
  topSpeed,
} from './camera-guard.ts'

test('whatever the height, one step brings every camera out of the ground', () => {
  for (const mode of ['orbit', 'fly', 'walk'] as const)
    for (let height = -500; height < 500; height += 7)
      for (const ground of [-30, 0, 12.4, 300]) {
        const after = guarded(mode, height, ground) ?? height
        expect(after).toBeGreaterThanOrEqual(ground + Math.min(EYE, LOWEST) - 0.021)
        if (mode !== 'walk' && height > ground + LOWEST) expect(after).toBe(height)
      }
})

test('a walker left in the air comes down to 1.7 m, always closer and never below', () => {
  let height = 40
  for (let step = 0; step < 60; step++) {
    const next = guarded('walk', height, 10)
    if (next === null) break
    expect(next).toBeLessThan(height)
    expect(next).toBeGreaterThanOrEqual(10 + EYE)
    height = next
  }
  expect(height).toBeCloseTo(11.7, 1)
  expect(guarded('walk', height, 10)).toBeNull()
})

test('while the ground is unknown nobody is moved', () => {
  expect(guarded('walk', -900, undefined)).toBeNull()
  expect(guarded('orbit', -900, undefined)).toBeNull()
})

test('a walker walks, a flier goes faster the higher he is, within limits; haste is four times', () => {
  expect(topSpeed('walk', 5000, false)).toBe(1.6)
  expect(topSpeed('fly', 0, false)).toBe(8)
  expect(topSpeed('fly', 1000, false)).toBe(900)
  expect(topSpeed('fly', 1e9, false)).toBe(20_000)
  expect(topSpeed('fly', 1000, true)).toBe(3600)
})

test('speed rises smoothly to the top, never over it, whatever the frame rate', () => {
  for (const frame of [1 / 120, 1 / 30, 0.1, 2]) {
    let speed = 0
    for (let time = 0; time < 3; time += frame) {
      const next = eased(speed, 10, frame)
      expect(next).toBeGreaterThanOrEqual(speed)
      expect(next).toBeLessThanOrEqual(10)
      speed = next
    }
    expect(speed).toBeGreaterThan(9.9)
  }
})

test('keys pull in their directions, opposite ones cancel, and only a flier rises', () => {
  const stride = (mode: 'fly' | 'walk', ...keys: string[]) => strideOf(new Set(keys), mode)
  expect(stride('fly', 'KeyW', 'KeyD', 'KeyE')).toEqual({ ahead: 1, right: 1, up: 1 })
  expect(stride('walk', 'ArrowDown', 'ArrowLeft', 'KeyQ')).toEqual({ ahead: -1, right: -1, up: 0 })
  expect(stride('fly', 'KeyW', 'KeyS', 'ArrowUp')).toEqual({ ahead: 0, right: 0, up: 0 })
})

test('only the keys that move are taken from the browser', () => {
  for (const code of ['KeyW', 'KeyQ', 'ArrowUp', 'ShiftRight']) expect(movesCamera(code)).toBe(true)
  for (const code of ['KeyR', 'Tab', 'Enter', 'Space', 'ArrowUpX', 'MetaLeft']) expect(movesCamera(code)).toBe(false)
})

test('looking about never turns the picture over', () => {
  let pitch = 0
  for (let i = 0; i < 5000; i++) pitch = pitched(pitch, 9)
  expect(pitch).toBeGreaterThan(-Math.PI / 2)
  for (let i = 0; i < 5000; i++) pitch = pitched(pitch, -9)
  expect(pitch).toBeLessThan(Math.PI / 2)
})

test('a camera sent clearly below the ground stays there: neither out through the street nor down without end', () => {
  expect(meantBelow('orbit', 9, 14)).toBe(true)
  expect(meantBelow('orbit', 13.5, 14)).toBe(false)
  expect(meantBelow('walk', 9, 14)).toBe(false)
  expect(guardedBelow(9, 14)).toBeNull()
  expect(guardedBelow(15, 14)).toBe(14 - BELOW.highest)
  expect(guardedBelow(-200, 14)).toBe(14 - BELOW.lowest)
  expect(guardedBelow(-200, undefined)).toBeNull()
})
