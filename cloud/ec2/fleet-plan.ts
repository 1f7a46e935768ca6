import type { CreateFleetCommandInput, FleetLaunchTemplateOverridesRequest } from '@aws-sdk/client-ec2'
import type { Market } from '../../src/domain/market.ts'
import { refusal } from './refusal.ts'
import { checkTags, tagsFor } from './tags.ts'
import type { Tags } from './tags.ts'
import { templateOf } from './templates.ts'
import { decodeUserData } from './user-data.ts'
import type { Template, World } from './world.ts'

/** One override of a fleet: what it names, and what it inherits from its template. */
export interface FleetPool {
  readonly template: Template
  readonly override: FleetLaunchTemplateOverridesRequest
  readonly instanceType: string
  readonly subnetId: string
  /** Empty where the subnet is not known. */
  readonly availabilityZone: string
  readonly imageId: string
  readonly userData: Uint8Array | undefined
}

/** A fleet request that holds together; whether its pools can launch is another question. */
export interface FleetPlan {
  readonly pools: readonly FleetPool[]
  readonly targets: Readonly<Record<Market, number>>
  readonly strategies: Readonly<Record<Market, string>>
  readonly instanceTags: Tags
}

const STRATEGIES: Readonly<Record<Market, readonly string[]>> = {
  spot: [
    'lowest-price',
    'diversified',
    'capacity-optimized',
    'capacity-optimized-prioritized',
    'price-capacity-optimized',
  ],
  'on-demand': ['lowest-price', 'prioritized'],
}
const TAGGED = ['fleet', 'instance', 'volume', 'network-interface']

/** Checks a request as a whole; what is wrong here refuses all of it, with nothing launched. */
export function planFleet(world: World, input: CreateFleetCommandInput): FleetPlan {
  if (input.Type !== 'instant') throw refusal('InvalidParameterValue', 'The model knows fleets of type instant alone')
  const pools = (input.LaunchTemplateConfigs ?? []).flatMap((config) => {
    const { LaunchTemplateSpecification: specification, Overrides = [] } = config
    const template = world.rules.templateMustExist
      ? templateOf(world, specification)
      : leniently(() => templateOf(world, specification))
    const own = decodeUserData(world, specification?.LaunchTemplateSpecificationUserData)
    const userData = own ?? decodeUserData(world, template.contents.UserData)
    const overrides = Overrides.length === 0 ? [{}] : Overrides
    return overrides.map((override) => poolOf(world, template, override, userData))
  })
  if (pools.length === 0) throw refusal('MissingParameter', 'The fleet request must include a launch template')
  checkSpan(world, pools)
  const instanceTags = checkFleetTags(world, input, pools)
  return { pools, targets: targetsOf(input), strategies: strategiesOf(world, input), instanceTags }
}

/** Without the rule, a template that is not there counts as an empty one. */
function leniently(find: () => Template): Template {
  try {
    return find()
  } catch {
    return {
      templateId: 'lt-00000000000000000',
      name: '',
      contents: {},
      tags: {},
      createdAtMs: 0,
      listedAtMs: 0,
      knownAtMs: 0,
    }
  }
}

function poolOf(
  world: World,
  template: Template,
  override: FleetLaunchTemplateOverridesRequest,
  userData: Uint8Array | undefined,
): FleetPool {
  const { contents } = template
  const instanceType = override.InstanceType ?? contents.InstanceType
  if (instanceType === undefined) throw refusal('InvalidParameterValue', 'No instance type is given')
  const imageId = override.ImageId ?? contents.ImageId
  if (imageId === undefined) throw refusal('InvalidParameterValue', "Parameter 'amiIdList' cannot be empty.")
  const { subnets, zones } = world.region
  const zone = override.AvailabilityZone ?? contents.Placement?.AvailabilityZone ?? zones[0]
  const fallback = [...subnets.values()].find((subnet) => subnet.isDefault && subnet.availabilityZone === zone)
  const subnetId =
    override.SubnetId ?? contents.NetworkInterfaces?.[0]?.SubnetId ?? fallback?.subnetId ?? 'subnet-00000000'
  const availabilityZone = subnets.get(subnetId)?.availabilityZone ?? ''
  return { template, override, instanceType, subnetId, availabilityZone, imageId, userData }
}

function checkSpan(world: World, pools: readonly FleetPool[]): void {
  if (!world.rules.oneSubnetPerZone) return
  const subnetOf = new Map<string, string>()
  for (const { availabilityZone, subnetId } of pools) {
    const other = subnetOf.get(availabilityZone) ?? subnetId
    if (other !== subnetId) {
      throw refusal('InvalidFleetConfig', 'The fleet configuration contains duplicate instance pools.')
    }
    subnetOf.set(availabilityZone, subnetId)
  }
}

function checkFleetTags(world: World, input: CreateFleetCommandInput, pools: readonly FleetPool[]): Tags {
  const specifications = input.TagSpecifications ?? []
  for (const { ResourceType = '' } of specifications) {
    if (world.rules.fleetTagResources && !TAGGED.includes(ResourceType)) {
      throw refusal(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      )
    }
    checkTags(world, tagsFor(specifications, ResourceType))
  }
  const instanceTags = tagsFor(specifications, 'instance')
  const inMetadata = pools.some(({ template }) => template.contents.MetadataOptions?.InstanceMetadataTags === 'enabled')
  checkTags(world, instanceTags, inMetadata)
  return instanceTags
}

function targetsOf({ TargetCapacitySpecification: target }: CreateFleetCommandInput): Record<Market, number> {
  const total = target?.TotalTargetCapacity
  if (total === undefined || total < 1) {
    throw refusal('InvalidParameterValue', 'The target capacity must be a positive number')
  }
  const { SpotTargetCapacity: spot = 0, OnDemandTargetCapacity: onDemand = 0 } = target ?? {}
  const rest = total - spot - onDemand
  if (rest < 0) throw refusal('InvalidParameterValue', 'The target capacities exceed the total target capacity')
  const spotByDefault = target?.DefaultTargetCapacityType === 'spot'
  return { spot: spot + (spotByDefault ? rest : 0), 'on-demand': onDemand + (spotByDefault ? 0 : rest) }
}

function strategiesOf(world: World, { SpotOptions, OnDemandOptions }: CreateFleetCommandInput): Record<Market, string> {
  const strategies = {
    spot: SpotOptions?.AllocationStrategy ?? 'lowest-price',
    'on-demand': OnDemandOptions?.AllocationStrategy ?? 'lowest-price',
  }
  for (const market of ['spot', 'on-demand'] as const) {
    if (world.rules.strategyOfMarket && !STRATEGIES[market].includes(strategies[market])) {
      throw refusal(
        'InvalidParameterValue',
        `Value (${strategies[market]}) for parameter AllocationStrategy is invalid for ${market} capacity`,
      )
    }
  }
  const behavior = SpotOptions?.InstanceInterruptionBehavior ?? 'terminate'
  if (world.rules.instantTerminatesOnly && behavior !== 'terminate') {
    throw refusal(
      'InvalidParameterCombination',
      'Fleets of type instant support the interruption behavior terminate alone',
    )
  }
  return strategies
}
