import { expect, test } from 'vitest'
import type { KernelHost } from '../kernel/host.ts'
import { nodeHost } from '../kernel/node-host.ts'
import { layoutOf } from '../layout.ts'
import { chooseBackend, type Machine } from './backends.ts'
import type { Model } from './model.ts'

const host = (cores: number, single: string | null = null): KernelHost => ({ ...nodeHost, cores, single })
const model = (side: number) =>
  ({ place: { layout: layoutOf(side, side, 1), west: 0, north: 0 }, subgrid: null }) as Model
const none = 'this browser has no WebGPU'
const small = model(100)
const large = model(1000)

test.each([
  ['a real graphics processor', { host: host(8), noGpu: null }, large, null, 'webgpu', 1],
  ['a run it cannot do', { host: host(8), noGpu: null }, large, 'rain is done by the kernels only', 'wasm', 8],
  ['one in software', { host: host(8), noGpu: null, softGpu: true }, large, null, 'wasm', 8],
  ['many cores and many cells', { host: host(8), noGpu: none }, large, null, 'wasm', 8],
  ['many cores and few cells', { host: host(8), noGpu: none }, small, null, 'wasm', 1],
  ['no shared memory', { host: host(8, 'not isolated'), noGpu: none }, large, null, 'wasm', 1],
] as [string, Machine, Model, string | null, string, number][])(
  'auto with %s',
  (_, machine, ground, lacks, backend, threads) => {
    const choice = chooseBackend('auto', machine, ground, lacks)
    expect([choice.backend, choice.threads]).toEqual([backend, threads])
    expect(choice.because).toContain(lacks ?? machine.host.single ?? '')
  },
)

test('what is asked for is given, or refused with the reason', () => {
  const machine = { host: host(4), noGpu: none }
  expect(chooseBackend('threads', machine, small, null).threads).toBe(4)
  expect(chooseBackend('threads', machine, small, null, 3).threads).toBe(3)
  expect(chooseBackend('auto', machine, small, null, 2).threads).toBe(2)
  expect(chooseBackend('wasm', machine, large, null).threads).toBe(1)
  expect(chooseBackend('reference', machine, large, null).backend).toBe('reference')
  expect(() => chooseBackend('webgpu', machine, large, null)).toThrow('backend webgpu: this browser has no WebGPU')
  expect(() => chooseBackend('webgpu', { ...machine, noGpu: null }, large, 'muscl is')).toThrow(
    'backend webgpu: muscl is',
  )
  const alone = { host: host(4, 'not isolated'), noGpu: none }
  expect(chooseBackend('threads', alone, large, null)).toMatchObject({
    threads: 1,
    because: expect.stringMatching('not isolated'),
  })
})
