import type { Market } from '../../src/domain/market.ts'
import { RECLAIMED, isLive, powerOffByGuest, reclaim, terminate } from './instances.ts'
import type { Image, InstanceType, SecurityGroup, Subnet } from './region.ts'
import type { Capacity, PoolPattern } from './settings.ts'
import type { Instance, World } from './world.ts'

/** What a test or a demonstration does to the account, from outside the API. */
export interface Ec2Control {
  /** How many more instances the pools launch, together; the latest entry that names a pool governs it. */
  setCapacity(pattern: PoolPattern, capacity: Capacity): void
  /** The pools answer any code, as often as they are tried; `undefined` ends it. */
  setPoolError(pattern: PoolPattern, code: string | undefined, message?: string): void
  setQuota(market: Market, vcpus: number | 'plenty'): void
  setSpotRole(present: boolean): void
  setPassRole(allowed: boolean): void
  /** Refuses an operation with `UnauthorizedOperation`. */
  deny(operation: string): void
  allow(operation: string): void
  /** Most results of one page, whatever the caller asks for. */
  setPageLimit(results: number | 'plenty'): void
  setImage(image: Image): void
  setSubnet(subnet: Subnet): void
  setSecurityGroup(group: SecurityGroup): void
  setInstanceType(type: InstanceType): void
  setParameter(path: string, value: string): void
  /** EC2 reclaims a spot instance: two minutes of notice, or none. */
  interrupt(instanceId: string, options?: { readonly noticeMs?: number }): void
  /** The instance dies without notice, as of a hardware failure. */
  kill(instanceId: string, reasonCode?: string): void
  /** The guest switches itself off. */
  powerOff(instanceId: string): void
  /** Appends to the serial console. */
  console(instanceId: string, text: string): void
}

const NOTICE_MS = 120_000

export function createEc2Control(world: World): Ec2Control {
  const { settings, region } = world
  return {
    setCapacity: (pattern, capacity) => {
      const left = capacity === 'plenty' ? Infinity : capacity === 'none' ? 0 : capacity
      settings.capacities.push({ pattern, left })
    },
    setPoolError: (pattern, code, message = code) => {
      const { poolErrors } = settings
      const others = poolErrors.filter((entry) => !samePattern(entry.pattern, pattern))
      poolErrors.splice(0, poolErrors.length, ...others)
      if (code !== undefined) poolErrors.push({ pattern, code, message: message ?? code })
    },
    setQuota: (market, vcpus) => {
      settings.quotas[market] = vcpus === 'plenty' ? Infinity : vcpus
    },
    setSpotRole: (present) => {
      settings.spotRole = present
    },
    setPassRole: (allowed) => {
      settings.passRole = allowed
    },
    deny: (operation) => {
      settings.denied.add(operation)
    },
    allow: (operation) => {
      settings.denied.delete(operation)
    },
    setPageLimit: (results) => {
      settings.pageLimit = results === 'plenty' ? Infinity : results
    },
    setImage: (image) => {
      region.images.set(image.imageId, image)
    },
    setSubnet: (subnet) => {
      region.subnets.set(subnet.subnetId, subnet)
    },
    setSecurityGroup: (group) => {
      region.securityGroups.set(group.groupId, group)
    },
    setInstanceType: (type) => {
      region.types.set(type.instanceType, type)
    },
    setParameter: (path, value) => {
      region.parameters.set(path, value)
    },
    interrupt: (instanceId, { noticeMs = NOTICE_MS } = {}) => {
      const instance = instanceOf(world, instanceId)
      if (instance.market !== 'spot') throw new Error(`${instanceId} is not a spot instance`)
      reclaim(world, instance, noticeMs)
    },
    kill: (instanceId, code = 'Server.InternalError') => {
      const instance = instanceOf(world, instanceId)
      const message = `${code}: Internal error on launch`
      terminate(world, instance, { ...RECLAIMED, code, message, spotStatus: 'instance-terminated-by-service' })
    },
    powerOff: (instanceId) => {
      powerOffByGuest(world, instanceOf(world, instanceId))
    },
    console: (instanceId, text) => {
      instanceOf(world, instanceId).console += text
    },
  }
}

function samePattern(a: PoolPattern, b: PoolPattern): boolean {
  return a.instanceType === b.instanceType && a.availabilityZone === b.availabilityZone && a.market === b.market
}

function instanceOf(world: World, instanceId: string): Instance {
  const instance = world.instances.get(instanceId)
  if (instance === undefined) throw new Error(`The model has no instance ${instanceId}`)
  return instance
}

/** The truth, not the listing: what a check for leaks must look at. */
export interface Ec2Snapshot {
  /** What is paid for: neither terminated nor shutting down. */
  readonly live: readonly Instance[]
  /** Every instance that ever was, also those that EC2 has forgotten. */
  readonly instances: readonly Instance[]
  /** The names of the launch templates that exist. */
  readonly launchTemplates: readonly string[]
}

export function ec2Snapshot(world: World): Ec2Snapshot {
  // A snapshot is for reading, and user data holds secrets.
  const instances = [...world.instances.values()].map((instance) => ({ ...instance, userData: undefined }))
  return {
    live: instances.filter(isLive),
    instances,
    launchTemplates: [...world.templates.values()].map(({ name }) => name),
  }
}
