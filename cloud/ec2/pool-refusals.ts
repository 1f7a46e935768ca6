import type { Market } from '../../src/domain/market.ts'
import { AWS_ARCHITECTURE, freeAddresses, imageOf, unknownGroup, unknownSubnet } from './catalogue.ts'
import type { FleetPool } from './fleet-plan.ts'
import { vcpusInUse } from './instances.ts'
import { isRefusal, refusal } from './refusal.ts'
import { capacityOf, fits } from './settings.ts'
import type { World } from './world.ts'

/** Why a pool launches nothing: an entry of a fleet's `Errors`. */
export interface PoolRefusal {
  readonly code: string
  readonly message: string
  /** Whether the fleet used up one of its tries to find out. */
  readonly tried: boolean
}

/** Everything that keeps one pool from launching one more instance now; undefined where it can. */
export function refusalOf(world: World, pool: FleetPool, market: Market): PoolRefusal | undefined {
  for (const check of CHECKS) {
    const error = caught(() => {
      check(world, pool, market)
    })
    if (error !== undefined) return { code: error.name, message: error.message, tried: TRIES.has(check) }
  }
  return undefined
}

type Check = (world: World, pool: FleetPool, market: Market) => void

function caught(check: () => void): Error | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    return error
  }
}

const passRole: Check = (world, { template }) => {
  const denied = !world.settings.passRole && template.contents.IamInstanceProfile !== undefined
  if (!denied || !world.rules.passRoleInAnswer) return
  throw refusal(
    'UnauthorizedOperation',
    'You are not authorized to perform this operation. Encoded authorization failure message: bW9kZWw',
    403,
  )
}

const spotRole: Check = (world, _pool, market) => {
  if (market === 'on-demand' || world.settings.spotRole || !world.rules.spotRole) return
  throw refusal(
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
    403,
  )
}

const network: Check = (world, { subnetId, template }) => {
  const subnet = world.region.subnets.get(subnetId)
  if (subnet === undefined) {
    if (world.rules.subnetMustExist) throw unknownSubnet(subnetId)
    return
  }
  const { SecurityGroupIds, NetworkInterfaces } = template.contents
  if (!world.rules.groupMustExist) return
  for (const id of NetworkInterfaces?.[0]?.Groups ?? SecurityGroupIds ?? []) {
    const group = world.region.securityGroups.get(id)
    if (group === undefined) throw unknownGroup(id)
    if (group.vpcId === subnet.vpcId) continue
    throw refusal('InvalidParameter', `Security group ${id} and subnet ${subnetId} belong to different networks.`)
  }
}

const offered: Check = (world, { instanceType, availabilityZone }) => {
  const type = world.region.types.get(instanceType)
  if (!world.rules.typeOffered || type?.zones.includes(availabilityZone) === true) return
  throw refusal(
    'InvalidFleetConfiguration',
    `Your requested instance type (${instanceType}) is not supported in your requested Availability Zone (${availabilityZone}).`,
  )
}

const image: Check = (world, { imageId, instanceType, template }) => {
  const found = world.rules.imageMustExist ? imageOf(world, imageId) : world.region.images.get(imageId)
  if (found === undefined) return
  if (world.rules.imageMustExist && found.state !== 'available') {
    throw refusal('InvalidAMIID.Unavailable', `The image ID '${imageId}' is not available`)
  }
  const architecture = world.region.types.get(instanceType)?.architecture
  if (world.rules.architecture && architecture !== undefined && architecture !== found.architecture) {
    throw refusal(
      'InvalidParameterValue',
      `The architecture '${AWS_ARCHITECTURE[architecture]}' of the specified instance type does not match the architecture '${AWS_ARCHITECTURE[found.architecture]}' of the specified AMI.`,
    )
  }
  for (const { DeviceName, Ebs } of template.contents.BlockDeviceMappings ?? []) {
    const size = Ebs?.VolumeSize ?? Infinity
    if (!world.rules.volumeFitsSnapshot || DeviceName !== found.rootDeviceName || size >= found.snapshotSize) continue
    throw refusal(
      'InvalidBlockDeviceMapping',
      `Volume of size ${String(size)}GB is smaller than snapshot '${imageId.replace('ami-', 'snap-')}', expect size >= ${String(found.snapshotSize)}GB`,
    )
  }
}

const spotTags: Check = (world, { template }, market) => {
  const asks = template.contents.TagSpecifications?.some(
    ({ ResourceType }) => ResourceType === 'spot-instances-request',
  )
  if (market === 'spot' || asks !== true || !world.rules.spotRequestTagsOnDemand) return
  throw refusal(
    'InvalidParameterValue',
    'You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.',
  )
}

const price: Check = (world, { override, instanceType }, market) => {
  const lowest = world.region.types.get(instanceType)?.spotPrice ?? 0
  if (market === 'on-demand' || !world.rules.spotMaxPrice || Number(override.MaxPrice ?? Infinity) >= lowest) return
  throw refusal(
    'SpotMaxPriceTooLow',
    `Your Spot request price of ${override.MaxPrice ?? ''} is lower than the minimum required Spot request fulfillment price of ${String(lowest)}.`,
  )
}

const quota: Check = (world, { instanceType }, market) => {
  if (!world.rules[market === 'spot' ? 'spotQuota' : 'onDemandQuota']) return
  const needed = world.region.types.get(instanceType)?.vcpus ?? 0
  if (vcpusInUse(world, market) + needed <= world.settings.quotas[market]) return
  throw market === 'spot'
    ? refusal('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded')
    : refusal(
        'VcpuLimitExceeded',
        'You have requested more vCPU capacity than your current vCPU limit allows for the instance bucket that the specified instance type belongs to.',
      )
}

const addresses: Check = (world, { subnetId }) => {
  const subnet = world.region.subnets.get(subnetId)
  if (subnet === undefined || !world.rules.freeAddresses || freeAddresses(world, subnet) > 0) return
  throw refusal(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  )
}

const arranged: Check = (world, pool, market) => {
  const error = world.settings.poolErrors.findLast(({ pattern }) => fits(pattern, { ...pool, market }))
  if (error !== undefined) throw refusal(error.code, error.message)
}

const capacity: Check = (world, pool, market) => {
  const left = capacityOf(world.settings, { ...pool, market })?.left ?? Infinity
  if (!world.rules.capacityPerPool || left > 0) return
  const { instanceType, availabilityZone } = pool
  throw refusal(
    'InsufficientInstanceCapacity',
    market === 'spot'
      ? 'There is no Spot capacity available that matches your request.'
      : `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${availabilityZone}).`,
    500,
  )
}

/** In the order in which EC2 would notice. */
const CHECKS: readonly Check[] = [
  passRole,
  spotRole,
  network,
  offered,
  image,
  spotTags,
  price,
  quota,
  addresses,
  arranged,
  capacity,
]
const TRIES: ReadonlySet<Check> = new Set([price, quota, addresses, arranged, capacity])
