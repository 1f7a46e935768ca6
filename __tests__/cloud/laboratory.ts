import type { CreateFleetCommandInput, CreateLaunchTemplateCommandInput } from '@aws-sdk/client-ec2'
import { virtualClock } from '../../cloud/clock.ts'
import type { VirtualClock } from '../../cloud/clock.ts'
import { createCloud } from '../../cloud/cloud.ts'
import type { Cloud, CloudOptions } from '../../cloud/cloud.ts'
import { IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { ALL_RULES } from '../../cloud/rules.ts'
import type { Rules } from '../../cloud/rules.ts'
import type { Timing } from '../../cloud/timing.ts'
import type { Market } from '../../src/domain/market.ts'

export const START_MS = Date.UTC(2026, 10, 20, 10)
export const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const
export const SUBNETS = ['subnet-0defa017000000001', 'subnet-0defa017000000002', 'subnet-0defa017000000003'] as const
export const TEMPLATE = 'ec2-spot-1-1'

/** Everything takes a second, and nothing is left to chance. */
export const SECONDS: Partial<Timing> = {
  bootMs: [1_000, 1_000],
  shutdownMs: [1_000, 1_000],
  listingLagMs: [1_000, 1_000],
  lateMs: [1_000, 1_000],
  lateShare: 1,
}
/** All rules but those that make a test wait before it sees what it did. */
export const PROMPT: Rules = { ...ALL_RULES, lateListing: false, lateIds: false, lateTemplates: false }

export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export interface Laboratory {
  readonly cloud: Cloud
  readonly clock: VirtualClock
}

/** Runs `body` against a cloud under a virtual clock; a day is the most it may take. */
export async function inLaboratory<T>(
  body: (laboratory: Laboratory) => Promise<T>,
  options: Partial<CloudOptions> = {},
): Promise<T> {
  const clock = virtualClock(START_MS)
  const cloud = createCloud({ clock, random: seeded(7), rules: PROMPT, timing: SECONDS, ...options })
  const progress = { over: false }
  const result = body({ cloud, clock }).finally(() => {
    progress.over = true
  })
  result.catch(() => undefined)
  await clock.runUntil(() => progress.over, 86_400_000)
  if (!progress.over) throw new Error('The laboratory waited for a day in vain')
  return await result
}

export function templateInput(contents: object = {}, rest: object = {}): CreateLaunchTemplateCommandInput {
  return { LaunchTemplateName: TEMPLATE, LaunchTemplateData: { ImageId: IMAGE_X64, ...contents }, ...rest }
}

/** A fleet of one machine over one type in all zones, unless said otherwise. */
export function fleetInput(
  market: Market = 'spot',
  rest: Partial<CreateFleetCommandInput> = {},
): CreateFleetCommandInput {
  return {
    Type: 'instant',
    LaunchTemplateConfigs: fleetPools(SUBNETS.map((SubnetId) => ({ InstanceType: 'm7i.xlarge', SubnetId }))),
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: market },
    ...(market === 'spot'
      ? { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }
      : { OnDemandOptions: { AllocationStrategy: 'prioritized' } }),
    ...rest,
  }
}

export function fleetPools(
  overrides: readonly object[],
  specification: object = {},
): NonNullable<CreateFleetCommandInput['LaunchTemplateConfigs']> {
  return [
    {
      LaunchTemplateSpecification: { LaunchTemplateName: TEMPLATE, Version: '$Latest', ...specification },
      Overrides: overrides.map((override) => ({ ...override })),
    },
  ]
}

/** The code of the error that a call ends with, or `ok`. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown'
  }
}

/** Creates the template and one machine of a market, and gives its id. */
export async function launchOne(
  { cloud }: Laboratory,
  market: Market = 'spot',
  template: CreateLaunchTemplateCommandInput = templateInput(),
  fleet: CreateFleetCommandInput = fleetInput(market),
): Promise<string> {
  if (!cloud.ec2.snapshot().launchTemplates.includes(TEMPLATE)) await cloud.send('CreateLaunchTemplate', template)
  const { Instances = [] } = await cloud.send('CreateFleet', fleet)
  const [instanceId] = Instances.flatMap(({ InstanceIds = [] }) => InstanceIds)
  if (instanceId === undefined) throw new Error('The fleet launched nothing')
  return instanceId
}

/** The codes in the errors of a fleet, in their order, and `launched` for each machine. */
export async function fleetOutcome({ cloud }: Laboratory, fleet: CreateFleetCommandInput): Promise<string[]> {
  try {
    const { Instances = [], Errors = [] } = await cloud.send('CreateFleet', fleet)
    const launched = Instances.flatMap(({ InstanceIds = [] }) => InstanceIds).map(() => 'launched')
    return [...launched, ...Errors.map(({ ErrorCode = '' }) => ErrorCode)]
  } catch (error) {
    return [error instanceof Error ? `refused: ${error.name}` : 'unknown']
  }
}
