import { describe, expect, test } from '@jest/globals'
import { choosePools, inMarket, nameOf, samePlace } from '../../src/domain/pools.ts'
import type { PoolInputs } from '../../src/domain/pools.ts'

const A = { subnetId: 'subnet-a', availabilityZone: 'zone-a', freeAddresses: 10 }
const B = { subnetId: 'subnet-b', availabilityZone: 'zone-b', freeAddresses: 10 }
const x64 = { instanceType: 'c7i.large', architectures: ['x64'] as const }
const arm = { instanceType: 'c7g.large', architectures: ['arm64'] as const }
const EVERYWHERE = [x64, arm].flatMap(({ instanceType }) =>
  [A, B].map(({ availabilityZone }) => ({ instanceType, availabilityZone })),
)
const INPUTS: PoolInputs = { instanceTypes: [x64], subnets: [A, B], offerings: EVERYWHERE, architecture: 'x64' }

const place = (instanceType: string, { subnetId, availabilityZone }: typeof A) => ({
  instanceType,
  subnetId,
  availabilityZone,
})

describe('the pools of a start', () => {
  test('are all types in all zones, best type first', () => {
    const m7i = { instanceType: 'm7i.large', architectures: ['x64'] as const }
    const offerings = [
      ...EVERYWHERE,
      { instanceType: 'm7i.large', availabilityZone: 'zone-b' },
      { instanceType: 'm7i.large', availabilityZone: 'zone-a' },
    ]
    const { places, rejected } = choosePools({ ...INPUTS, instanceTypes: [m7i, x64], offerings })
    expect(places).toEqual([place('m7i.large', A), place('m7i.large', B), place('c7i.large', A), place('c7i.large', B)])
    expect(rejected).toEqual([])
  })

  const REJECTED: readonly (readonly [string, Partial<PoolInputs>, string[]])[] = [
    [
      'a type that the region does not have',
      { instanceTypes: [{ instanceType: 'c9z.large', architectures: undefined }] },
      ['the region has no instance type c9z.large', 'the region has no instance type c9z.large'],
    ],
    [
      'a type of another architecture',
      { instanceTypes: [arm] },
      ['the image is x64, c7g.large is arm64', 'the image is x64, c7g.large is arm64'],
    ],
    [
      'a type of no architecture of ours',
      { instanceTypes: [{ instanceType: 'mac1.metal', architectures: [] }], subnets: [A] },
      ['the image is x64, mac1.metal is neither x64 nor arm64'],
    ],
    [
      'a zone that does not sell it',
      { offerings: [{ instanceType: 'c7i.large', availabilityZone: 'zone-a' }] },
      ['zone-b does not sell c7i.large'],
    ],
    [
      'a second subnet of a zone: the roomiest is taken',
      { subnets: [A, { ...A, subnetId: 'subnet-a2', freeAddresses: 20 }] },
      ['a fleet takes one subnet for each zone, and subnet-a2 has more free addresses'],
    ],
    ['no subnet at all', { subnets: [] }, []],
  ]
  test.each(REJECTED)('leave out %s, and keep the reason', (_case, inputs, reasons) => {
    expect(choosePools({ ...INPUTS, ...inputs }).rejected.map(({ reason }) => reason)).toEqual(reasons)
  })

  test('take a type that can be both for the architecture of the image', () => {
    const both = { instanceType: 'c7i.large', architectures: ['x64', 'arm64'] as const }
    expect(choosePools({ ...INPUTS, instanceTypes: [both], architecture: 'arm64' }).places).toHaveLength(2)
  })

  test('of two equally roomy subnets of a zone keep exactly one', () => {
    const { places } = choosePools({ ...INPUTS, subnets: [A, { ...A, subnetId: 'subnet-a2' }] })
    expect(places).toEqual([place('c7i.large', A)])
  })
})

test('a pool is named by type and zone, and put into a market', () => {
  expect(nameOf(place('c7i.large', A))).toBe('c7i.large in zone-a')
  expect(inMarket([place('c7i.large', A)], 'spot')).toEqual([{ ...place('c7i.large', A), market: 'spot' }])
})

test.each([
  ['the same', {}, true],
  ['another type', { instanceType: 'x' }, false],
  ['another zone', { availabilityZone: 'x' }, false],
  ['another subnet', { subnetId: 'x' }, false],
])('two places with %s', (_case, other, same) => {
  expect(samePlace(place('c7i.large', A), { ...place('c7i.large', A), ...other })).toBe(same)
})
