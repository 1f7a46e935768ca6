import type { CreateFleetError, CreateFleetInstance, LaunchTemplateAndOverridesResponse } from '@aws-sdk/client-ec2'
import type { Operations } from '../../src/aws/send.ts'
import type { Market } from '../../src/domain/market.ts'
import { planFleet } from './fleet-plan.ts'
import type { FleetPlan, FleetPool } from './fleet-plan.ts'
import { launch } from './instances.ts'
import { refusalOf } from './pool-refusals.ts'
import type { PoolRefusal } from './pool-refusals.ts'
import { capacityOf } from './settings.ts'
import { tagsFor } from './tags.ts'
import { once } from './tokens.ts'
import { newId } from './world.ts'
import type { FleetAnswer, Instance, World } from './world.ts'

/** Pools that a fleet tries before it gives up on a market (measured live, us-east-2, October 2026). */
const MOST_TRIES = 3

const UNTRIED: PoolRefusal = {
  code: 'UnfulfillableCapacity',
  message: 'Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.',
  tried: false,
}

/** One synchronous attempt; nothing launched is an answer of 200 with the reasons. */
export function createFleet(world: World, input: Operations['CreateFleet'][0]): FleetAnswer {
  return once(world, 'CreateFleet', input, () => {
    const plan = planFleet(world, input)
    const fleetId = newId(world, 'fleet')
    const outcomes = (['on-demand', 'spot'] as const).map((market) => fill(world, plan, market, fleetId))
    const Instances = outcomes.flatMap(({ instances }) => instances)
    const Errors = outcomes.flatMap(({ errors }) => errors)
    return {
      FleetId: fleetId,
      Instances,
      Errors: Instances.length > 0 && !world.rules.errorsBesideInstances ? [] : Errors,
    }
  })
}

interface Outcome {
  readonly instances: CreateFleetInstance[]
  readonly errors: CreateFleetError[]
}

/** Tries the pools of one market, one after another, until the target is reached. */
function fill(world: World, plan: FleetPlan, market: Market, fleetId: string): Outcome {
  const instances: CreateFleetInstance[] = []
  const errors: CreateFleetError[] = []
  let missing = plan.targets[market]
  let tries = 0
  for (const pool of ordered(world, plan, market)) {
    if (missing === 0) break
    const launched: Instance[] = []
    const spent = world.rules.threePoolsPerFleet && tries >= MOST_TRIES
    let refused = spent ? UNTRIED : refusalOf(world, pool, market)
    while (refused === undefined && missing > 0) {
      launched.push(launchFrom(world, plan, pool, market, fleetId))
      missing -= 1
      refused = missing > 0 ? refusalOf(world, pool, market) : undefined
    }
    if (launched.length > 0 || refused?.tried === true) tries += 1
    if (launched.length > 0) instances.push(shown(pool, market, launched))
    if (refused !== undefined) {
      const { code, message } = refused
      errors.push({ ...echo(pool, market), ErrorCode: code, ErrorMessage: message })
    }
  }
  return { instances, errors }
}

/** The order in which a strategy looks at pools: by priority where it has one, else as the dice fall. */
function ordered(world: World, { pools, strategies }: FleetPlan, market: Market): FleetPool[] {
  const drawn = pools.map((pool) => ({ pool, tie: world.random() }))
  const byPriority = strategies[market].endsWith('prioritized')
  const byPrice = strategies[market] === 'lowest-price'
  const rank = ({ override, instanceType }: FleetPool): number => {
    if (byPriority) return override.Priority ?? Infinity
    return byPrice ? (world.region.types.get(instanceType)?.spotPrice ?? Infinity) : 0
  }
  drawn.sort((a, b) => {
    const [first, second] = [rank(a.pool), rank(b.pool)]
    return first === second ? a.tie - b.tie : first - second
  })
  return drawn.map(({ pool }) => pool)
}

function launchFrom(world: World, plan: FleetPlan, pool: FleetPool, market: Market, fleetId: string): Instance {
  const { contents } = pool.template
  const capacity = capacityOf(world.settings, { ...pool, market })
  if (capacity !== undefined) capacity.left -= 1
  const { IamInstanceProfile: profile, MetadataOptions: metadata, NetworkInterfaces, SecurityGroupIds } = contents
  return launch(world, {
    market,
    instanceType: pool.instanceType,
    availabilityZone: pool.availabilityZone,
    subnetId: pool.subnetId,
    imageId: pool.imageId,
    fleetId,
    templateName: pool.template.name,
    instanceProfile: profile?.Name ?? profile?.Arn,
    securityGroupIds: NetworkInterfaces?.[0]?.Groups ?? SecurityGroupIds ?? defaultGroups(world),
    tags: {
      ...tagsFor(contents.TagSpecifications, 'instance'),
      ...plan.instanceTags,
      'aws:ec2:fleet-id': fleetId,
      'aws:ec2launchtemplate:id': pool.template.templateId,
      'aws:ec2launchtemplate:version': '1',
    },
    userData: pool.userData,
    onShutdown: contents.InstanceInitiatedShutdownBehavior ?? 'stop',
    metadata: {
      enabled: metadata?.HttpEndpoint !== 'disabled',
      tokenRequired: metadata?.HttpTokens !== 'optional',
      tags: metadata?.InstanceMetadataTags === 'enabled',
    },
  })
}

function defaultGroups(world: World): readonly string[] {
  return [...world.region.securityGroups.values()]
    .filter(({ groupName }) => groupName === 'default')
    .map(({ groupId }) => groupId)
}

interface Echo {
  readonly LaunchTemplateAndOverrides: LaunchTemplateAndOverridesResponse
  readonly Lifecycle: Market
}

/** A fleet names a pool by repeating what the override said, and no more. */
function echo({ template, override }: FleetPool, market: Market): Echo {
  const { InstanceType, SubnetId, AvailabilityZone, Priority, MaxPrice, ImageId } = override
  const given = { InstanceType, SubnetId, AvailabilityZone, Priority, MaxPrice, ImageId }
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return {
    LaunchTemplateAndOverrides: {
      LaunchTemplateSpecification: { LaunchTemplateId: template.templateId, Version: '1' },
      Overrides: defined,
    },
    Lifecycle: market,
  }
}

function shown(pool: FleetPool, market: Market, launched: readonly Instance[]): CreateFleetInstance {
  return {
    ...echo(pool, market),
    InstanceIds: launched.map(({ instanceId }) => instanceId),
    InstanceType: pool.instanceType as never,
    AvailabilityZone: pool.availabilityZone,
    SubnetId: pool.subnetId,
  }
}
