import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { IMAGE_ARM64, IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { ALL_RULES } from '../../cloud/rules.ts'
import type { Rules } from '../../cloud/rules.ts'
import {
  PROMPT,
  SUBNETS,
  TEMPLATE,
  ZONES,
  codeOf,
  fleetInput,
  fleetOutcome,
  fleetPools,
  inLaboratory,
  launchOne,
  templateInput,
} from './laboratory.ts'
import type { Laboratory } from './laboratory.ts'

interface Case {
  /** What happens with the rule; without it, something else must. */
  readonly expected: unknown
  readonly scenario: (laboratory: Laboratory) => Promise<unknown>
}

const TAGGED = { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key: 'k', Value: 'v' }] }] }
const HOUR_MS = 3_600_000

const state = async ({ cloud }: Laboratory, id: string): Promise<string | undefined> => {
  const { Reservations = [] } = await cloud.send('DescribeInstances', {})
  return Reservations.flatMap(({ Instances = [] }) => Instances).find(({ InstanceId }) => InstanceId === id)?.State
    ?.Name
}
const spotStatus = async ({ cloud }: Laboratory): Promise<string | undefined> => {
  const { SpotInstanceRequests = [] } = await cloud.send('DescribeSpotInstanceRequests', {})
  return SpotInstanceRequests[0]?.Status?.Code
}
/** A fleet over the pools that `overrides` name, from a template of these contents. */
const tryFleet =
  (contents: object, overrides: readonly object[], market: 'spot' | 'on-demand' = 'spot', rest: object = {}) =>
  async (laboratory: Laboratory): Promise<string[]> => {
    await laboratory.cloud.send('CreateLaunchTemplate', templateInput(contents))
    const configs = fleetPools(overrides)
    return fleetOutcome(laboratory, fleetInput(market, { LaunchTemplateConfigs: configs, ...rest }))
  }
const ONE_POOL = [{ InstanceType: 'm7i.xlarge', SubnetId: SUBNETS[0] }]
const FIVE_POOLS = ['m7i', 'm6i', 'c7i', 'c6i', 'r7i'].map((family) => ({
  InstanceType: `${family}.xlarge`,
  SubnetId: SUBNETS[0],
}))

const CASES: Readonly<Record<keyof Rules, Case>> = {
  capacityPerPool: {
    expected: ['InsufficientInstanceCapacity'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setCapacity({ availabilityZone: ZONES[0] }, 'none')
      return tryFleet({}, ONE_POOL)(laboratory)
    },
  },
  threePoolsPerFleet: {
    expected: [
      'InsufficientInstanceCapacity',
      'InsufficientInstanceCapacity',
      'InsufficientInstanceCapacity',
      'UnfulfillableCapacity',
      'UnfulfillableCapacity',
    ],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setCapacity({}, 'none')
      return tryFleet({}, FIVE_POOLS)(laboratory)
    },
  },
  errorsBesideInstances: {
    expected: ['launched', 'InsufficientInstanceCapacity'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setCapacity({ instanceType: 'm7i.xlarge' }, 'none')
      const overrides = ['m7i.xlarge', 'm6i.xlarge'].map((InstanceType, Priority) => ({ InstanceType, Priority }))
      return tryFleet({}, overrides, 'on-demand')(laboratory)
    },
  },
  lateListing: {
    expected: [0, undefined, undefined, 'running'],
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      const { LaunchTemplates = [] } = await laboratory.cloud.send('DescribeLaunchTemplates', {})
      const states = [await state(laboratory, id)]
      for (const ms of [900, 200]) {
        await laboratory.clock.sleep(ms)
        states.push(await state(laboratory, id))
      }
      return [LaunchTemplates.length, ...states]
    },
  },
  lateIds: {
    expected: ['InvalidInstanceID.NotFound', 'ok'],
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      const early = await codeOf(laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] }))
      await laboratory.clock.sleep(1_000)
      return [early, await codeOf(laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] }))]
    },
  },
  lateTemplates: {
    expected: [['refused: InvalidLaunchTemplateName.NotFoundException'], ['launched']],
    scenario: async (laboratory) => {
      await laboratory.cloud.send('CreateLaunchTemplate', templateInput())
      const early = await fleetOutcome(laboratory, fleetInput())
      await laboratory.clock.sleep(1_000)
      return [early, await fleetOutcome(laboratory, fleetInput())]
    },
  },
  idempotentTokens: {
    expected: ['same', 1, 'ok'],
    scenario: async (laboratory) => {
      const template = templateInput({}, { ClientToken: 'a' })
      const fleet = fleetInput('spot', { ClientToken: 'a' })
      const first = await launchOne(laboratory, 'spot', template, fleet)
      const second = await launchOne(laboratory, 'spot', template, fleet)
      const again = await codeOf(laboratory.cloud.send('CreateLaunchTemplate', template))
      return [first === second ? 'same' : 'another', laboratory.cloud.ec2.snapshot().live.length, again]
    },
  },
  tokenParameters: {
    expected: ['refused: IdempotentParameterMismatch'],
    scenario: async (laboratory) => {
      await launchOne(laboratory, 'spot', templateInput(), fleetInput('spot', { ClientToken: 'a' }))
      return fleetOutcome(laboratory, fleetInput('on-demand', { ClientToken: 'a' }))
    },
  },
  tokenInProgress: {
    expected: ['ok', 'IdempotentCallInProgress', 'ok'],
    scenario: async ({ cloud, clock }) => {
      await cloud.send('CreateLaunchTemplate', templateInput())
      const fleet = fleetInput('spot', { ClientToken: 'a' })
      const calls = [cloud.send('CreateFleet', fleet), cloud.send('CreateFleet', fleet)].map(codeOf)
      const codes = await Promise.all(calls)
      await clock.sleep(2_000)
      return [...codes, await codeOf(cloud.send('CreateFleet', fleet))]
    },
  },
  throttling: {
    expected: [50, 'RequestLimitExceeded', 'ok'],
    scenario: async ({ cloud, clock }) => {
      const call = (): Promise<string> => codeOf(cloud.send('DeleteLaunchTemplate', { LaunchTemplateName: TEMPLATE }))
      const codes: string[] = []
      for (let i = 0; i < 51; i += 1) codes.push(await call())
      await clock.sleep(200)
      await cloud.send('CreateLaunchTemplate', templateInput())
      return [codes.filter((code) => code !== 'RequestLimitExceeded').length, codes.at(-1), await call()]
    },
  },
  tagsFade: {
    expected: [1, 0],
    scenario: async (laboratory) => {
      const { cloud, clock } = laboratory
      const id = await launchOne(laboratory, 'spot', templateInput(), fleetInput('spot', TAGGED))
      const found = async (): Promise<number | undefined> => {
        const answer = await cloud.send('DescribeInstances', { Filters: [{ Name: 'tag:k', Values: ['v'] }] })
        return answer.Reservations?.length
      }
      await cloud.send('TerminateInstances', { InstanceIds: [id] })
      const before = await found()
      await clock.sleep(HOUR_MS / 2)
      return [before, await found()]
    },
  },
  terminatedForgotten: {
    expected: ['terminated', undefined],
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] })
      await laboratory.clock.sleep(HOUR_MS)
      const before = await state(laboratory, id)
      await laboratory.clock.sleep(1_000)
      return [before, await state(laboratory, id)]
    },
  },
  spotRequestForgotten: {
    expected: ['instance-terminated-by-user', undefined],
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] })
      await laboratory.clock.sleep(4 * HOUR_MS)
      const before = await spotStatus(laboratory)
      await laboratory.clock.sleep(1_000)
      return [before, await spotStatus(laboratory)]
    },
  },
  unknownIds: {
    expected: ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'],
    scenario: ({ cloud }) =>
      Promise.all(
        ['i-0123456789abcdef0', 'i-x'].map((id) => codeOf(cloud.send('DescribeInstances', { InstanceIds: [id] }))),
      ),
  },
  terminateAllOrNone: {
    expected: ['InvalidInstanceID.NotFound', 1],
    scenario: async (laboratory) => {
      const ids = [await launchOne(laboratory), 'i-0123456789abcdef0']
      const code = await codeOf(laboratory.cloud.send('TerminateInstances', { InstanceIds: ids }))
      return [code, laboratory.cloud.ec2.snapshot().live.length]
    },
  },
  statusFlipsAtNotice: {
    expected: ['instance-terminated-no-capacity', 'running'],
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.clock.sleep(1_000)
      laboratory.cloud.ec2.control.interrupt(id)
      return [await spotStatus(laboratory), await state(laboratory, id)]
    },
  },
  userTerminationHidesReclaim: {
    expected: ['instance-terminated-by-user', 'Client.UserInitiatedShutdown'],
    scenario: async (laboratory) => {
      const { cloud } = laboratory
      const id = await launchOne(laboratory)
      cloud.ec2.control.interrupt(id)
      await cloud.send('TerminateInstances', { InstanceIds: [id] })
      return [await spotStatus(laboratory), cloud.ec2.snapshot().instances[0]?.reason?.code]
    },
  },
  spotQuota: {
    expected: ['MaxSpotInstanceCountExceeded'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setQuota('spot', 3)
      return tryFleet({}, ONE_POOL)(laboratory)
    },
  },
  onDemandQuota: {
    expected: ['VcpuLimitExceeded'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setQuota('on-demand', 3)
      return tryFleet({}, ONE_POOL, 'on-demand')(laboratory)
    },
  },
  spotRole: {
    expected: ['AuthFailure.ServiceLinkedRoleCreationNotPermitted'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setSpotRole(false)
      return tryFleet({}, ONE_POOL)(laboratory)
    },
  },
  templateMustExist: {
    expected: ['refused: InvalidLaunchTemplateName.NotFoundException'],
    scenario: (laboratory) => {
      const overrides = [{ ...ONE_POOL[0], ImageId: IMAGE_X64 }]
      return fleetOutcome(laboratory, fleetInput('spot', { LaunchTemplateConfigs: fleetPools(overrides) }))
    },
  },
  templateNameUnique: {
    expected: 'InvalidLaunchTemplateName.AlreadyExistsException',
    scenario: async ({ cloud }) => {
      await cloud.send('CreateLaunchTemplate', templateInput())
      return codeOf(cloud.send('CreateLaunchTemplate', templateInput()))
    },
  },
  oneSubnetPerZone: {
    expected: ['refused: InvalidFleetConfig'],
    scenario: async (laboratory) => {
      const [first] = laboratory.cloud.ec2.world.region.subnets.values()
      const subnetId = 'subnet-0123456789abcdef0'
      if (first !== undefined) laboratory.cloud.ec2.control.setSubnet({ ...first, subnetId })
      return tryFleet({}, [...ONE_POOL, { InstanceType: 'm7i.xlarge', SubnetId: subnetId }])(laboratory)
    },
  },
  typeOffered: {
    expected: ['InvalidFleetConfiguration'],
    scenario: tryFleet({}, [{ InstanceType: 'm7i.medium', SubnetId: SUBNETS[0] }]),
  },
  architecture: {
    expected: ['InvalidParameterValue'],
    scenario: tryFleet({ ImageId: IMAGE_ARM64 }, ONE_POOL),
  },
  imageMustExist: {
    expected: ['InvalidAMIID.NotFound'],
    scenario: tryFleet({ ImageId: 'ami-0123456789abcdef0' }, ONE_POOL),
  },
  subnetMustExist: {
    expected: ['InvalidSubnetID.NotFound'],
    scenario: async (laboratory) => {
      const overrides = [{ InstanceType: 'm7i.xlarge', SubnetId: 'subnet-0123456789abcdef0' }]
      return tryFleet({}, overrides)(laboratory)
    },
  },
  freeAddresses: {
    expected: ['InsufficientFreeAddressesInSubnet'],
    scenario: async (laboratory) => {
      const [first] = laboratory.cloud.ec2.world.region.subnets.values()
      if (first !== undefined) laboratory.cloud.ec2.control.setSubnet({ ...first, addresses: 0 })
      return tryFleet({}, ONE_POOL)(laboratory)
    },
  },
  groupMustExist: {
    expected: ['InvalidGroup.NotFound'],
    scenario: tryFleet({ SecurityGroupIds: ['sg-0123456789abcdef0'] }, ONE_POOL),
  },
  groupsOrInterfaces: {
    expected: 'InvalidParameterCombination',
    scenario: ({ cloud }) => {
      const contents = { SecurityGroupIds: ['sg-1'], NetworkInterfaces: [{ DeviceIndex: 0, Groups: ['sg-1'] }] }
      return codeOf(cloud.send('CreateLaunchTemplate', templateInput(contents)))
    },
  },
  volumeFitsSnapshot: {
    expected: ['InvalidBlockDeviceMapping'],
    scenario: tryFleet({ BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 7 } }] }, ONE_POOL),
  },
  strategyOfMarket: {
    expected: ['refused: InvalidParameterValue'],
    scenario: tryFleet({}, ONE_POOL, 'on-demand', {
      OnDemandOptions: { AllocationStrategy: 'price-capacity-optimized' },
    }),
  },
  spotMaxPrice: {
    expected: ['SpotMaxPriceTooLow'],
    scenario: tryFleet({}, [{ ...ONE_POOL[0], MaxPrice: '0.001' }]),
  },
  instantTerminatesOnly: {
    expected: ['refused: InvalidParameterCombination'],
    scenario: tryFleet({}, ONE_POOL, 'spot', { SpotOptions: { InstanceInterruptionBehavior: 'stop' } }),
  },
  userDataLimit: {
    expected: ['ok', 'InvalidUserData.Malformed', 'InvalidUserData.Malformed'],
    scenario: async ({ cloud }) => {
      const bytes = (count: number): string => Buffer.alloc(count).toString('base64')
      const codes: string[] = []
      for (const UserData of [bytes(16_384), bytes(16_385), '#!/bin/sh']) {
        const input = { ...templateInput({ UserData }), LaunchTemplateName: `t-${String(codes.length)}` }
        codes.push(await codeOf(cloud.send('CreateLaunchTemplate', input)))
      }
      return codes
    },
  },
  tagKeysInMetadata: {
    expected: ['refused: InvalidParameterValue'],
    scenario: tryFleet({ MetadataOptions: { InstanceMetadataTags: 'enabled' } }, ONE_POOL, 'spot', {
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a/b', Value: '' }] }],
    }),
  },
  tagLimits: {
    expected: ['refused: InvalidParameterValue'],
    scenario: tryFleet({}, ONE_POOL, 'spot', {
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '' }] }],
    }),
  },
  fleetTagResources: {
    expected: ['refused: InvalidParameterValue'],
    scenario: tryFleet({}, ONE_POOL, 'spot', {
      TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags: [{ Key: 'x', Value: '' }] }],
    }),
  },
  spotRequestTagsOnDemand: {
    expected: ['InvalidParameterValue'],
    scenario: tryFleet(
      { TagSpecifications: [{ ResourceType: 'spot-instances-request', Tags: [{ Key: 'x', Value: '' }] }] },
      ONE_POOL,
      'on-demand',
    ),
  },
  passRoleInAnswer: {
    expected: ['UnauthorizedOperation'],
    scenario: async (laboratory) => {
      laboratory.cloud.ec2.control.setPassRole(false)
      return tryFleet({ IamInstanceProfile: { Name: 'runner' } }, ONE_POOL)(laboratory)
    },
  },
  permissions: {
    expected: ['UnauthorizedOperation', 'ok', 'AccessDeniedException'],
    scenario: ({ cloud }) => {
      for (const operation of ['DescribeImages', 'GetCallerIdentity', 'GetParameter']) cloud.ec2.control.deny(operation)
      return Promise.all([
        codeOf(cloud.send('DescribeImages', {})),
        codeOf(cloud.send('GetCallerIdentity', {})),
        codeOf(cloud.send('GetParameter', { Name: '/ec2-spot-runner/image' })),
      ])
    },
  },
  knownFilters: {
    expected: 'InvalidParameterValue',
    scenario: ({ cloud }) => codeOf(cloud.send('DescribeInstances', { Filters: [{ Name: 'tags', Values: ['x'] }] })),
  },
  paging: {
    expected: [2, true, 1],
    scenario: async ({ cloud }) => {
      cloud.ec2.control.setPageLimit(2)
      const first = await cloud.send('DescribeSubnets', {})
      const second = await cloud.send('DescribeSubnets', { NextToken: first.NextToken })
      return [first.Subnets?.length, first.NextToken !== undefined, second.Subnets?.length]
    },
  },
  pageSizeBounds: {
    expected: ['InvalidParameterValue', 'InvalidParameterCombination'],
    scenario: async ({ cloud }) => [
      await codeOf(cloud.send('DescribeSubnets', { MaxResults: 4 })),
      await codeOf(cloud.send('DescribeSubnets', { MaxResults: 5, SubnetIds: [SUBNETS[0]] })),
    ],
  },
  shutdownBehavior: {
    expected: 'stopped',
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.clock.sleep(1_000)
      laboratory.cloud.events.poweredOff(id)
      return state(laboratory, id)
    },
  },
  metadataToken: {
    expected: 401,
    scenario: async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.clock.sleep(1_000)
      const path = '/latest/meta-data/instance-id'
      return laboratory.cloud.imds(id, { method: 'GET', path, headers: {} }).status
    },
  },
  metadataTags: {
    expected: 404,
    scenario: async (laboratory) => {
      const template = templateInput({ MetadataOptions: { HttpTokens: 'optional' } })
      const id = await launchOne(laboratory, 'spot', template, fleetInput('spot', TAGGED))
      await laboratory.clock.sleep(1_000)
      const path = '/latest/meta-data/tags/instance/k'
      return laboratory.cloud.imds(id, { method: 'GET', path, headers: {} }).status
    },
  },
}

describe('rules of the local cloud', () => {
  const latencyMs = (operation: string): number => (operation === 'CreateFleet' ? 20 : 0)

  test.each(Object.keys(ALL_RULES) as (keyof Rules)[])(
    '%s: on, the platform is as expected; off, it is not',
    async (rule) => {
      const { expected, scenario } = CASES[rule]
      const withRule = await inLaboratory(scenario, { rules: { ...PROMPT, [rule]: true }, latencyMs })
      const without = await inLaboratory(scenario, { rules: { ...PROMPT, [rule]: false }, latencyMs })
      expect(withRule).toEqual(expected)
      expect(without).not.toEqual(expected)
    },
  )

  test('each stands in the README, with its source', () => {
    const readme = readFileSync(new URL('../../cloud/README.md', import.meta.url), 'utf8')
    const listed = [...readme.matchAll(/^\| `(\w+)`\s*\| \S.*\| [DMCA]\b.*\|$/gm)].map(([, rule]) => rule)
    expect(listed).toEqual(Object.keys(ALL_RULES))
  })
})
