import { expect, test } from 'vitest'
import { type KeyPress, keyAction } from './keyboard.ts'

const press = (key: string, more: Partial<KeyPress> = {}) =>
  keyAction({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    typing: false,
    pressing: false,
    ...more,
  })

test('each shortcut does what the help page says', () => {
  const said = Object.fromEntries(
    ['?', '/', 'l', 'b', 'u', 'n', 'h', 'f', ' ', 'Escape'].map((key) => [key, press(key)?.type]),
  )
  expect(said).toEqual({
    '?': 'help',
    '/': 'search',
    l: 'layers',
    b: 'bookmark',
    u: 'undo',
    n: 'north',
    h: 'home',
    f: 'fullscreen',
    ' ': 'play',
    Escape: 'escape',
  })
  expect(press('L')?.type).toBe('layers')
  expect(press('3')).toEqual({ type: 'view', index: 2 })
  expect(press('0')).toBeNull()
})

test('undo and redo have their usual keys', () => {
  expect(press('z', { ctrlKey: true })?.type).toBe('undo')
  expect(press('Z', { metaKey: true, shiftKey: true })?.type).toBe('redo')
  expect(press('y', { ctrlKey: true })?.type).toBe('redo')
  expect(press('k', { ctrlKey: true })?.type).toBe('search')
})

test('plain keys belong to the text field that has the focus, Escape and nothing else to the page', () => {
  for (const key of ['l', ' ', '?', '1']) expect(press(key, { typing: true })).toBeNull()
  expect(press('z', { ctrlKey: true, typing: true })).toBeNull()
  expect(press('Escape', { typing: true })?.type).toBe('escape')
})

test('Space presses the button that has the focus', () => {
  expect(press(' ', { pressing: true })).toBeNull()
  expect(press('l', { pressing: true })?.type).toBe('layers')
})

test('the browser keeps its own keys', () => {
  for (const key of ['l', 'n', 'f', 'b', '1', 'h']) expect(press(key, { ctrlKey: true })).toBeNull()
  expect(press('f', { altKey: true })).toBeNull()
  expect(press('w')).toBeNull()
  expect(press('ArrowUp')).toBeNull()
})
