import type { Market } from '../../src/domain/market.ts'
import { draw } from '../timing.ts'
import type { Instance, World } from './world.ts'
import { newId } from './world.ts'

/** What a fleet decided to launch. */
export type Launch = Pick<
  Instance,
  | 'market'
  | 'instanceType'
  | 'availabilityZone'
  | 'subnetId'
  | 'imageId'
  | 'fleetId'
  | 'templateName'
  | 'instanceProfile'
  | 'securityGroupIds'
  | 'tags'
  | 'userData'
  | 'onShutdown'
  | 'metadata'
>

/** Why an instance ends, in EC2's words: `StateReason`, and what its spot request will say. */
export interface Cause {
  readonly code: string
  readonly message: string
  readonly transition: 'User' | 'Service' | 'Guest'
  readonly spotStatus: string
}

export const BY_USER: Cause = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  transition: 'User',
  spotStatus: 'instance-terminated-by-user',
}
export const BY_GUEST: Cause = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  transition: 'Guest',
  spotStatus: 'instance-terminated-by-user',
}
export const RECLAIMED: Cause = {
  code: 'Server.SpotInstanceTermination',
  message: 'Server.SpotInstanceTermination: Spot instance termination',
  transition: 'Service',
  spotStatus: 'instance-terminated-no-capacity',
}

/** Creates the instance, and its spot request where it is one, and lets it boot. */
export function launch(world: World, plan: Launch): Instance {
  const { clock, random, rules, timing } = world
  const now = clock.now()
  const listedAtMs = now + (rules.lateListing ? draw(random, timing.listingLagMs) : 0)
  const tagsListedAtMs = Math.max(listedAtMs, now + (rules.lateListing ? draw(random, timing.listingLagMs) : 0))
  const late = rules.lateIds && random() < timing.lateShare
  const instanceId = newId(world, 'i')
  const instance: Instance = {
    ...plan,
    instanceId,
    spotRequestId: plan.market === 'spot' ? requestSpot(world, instanceId, plan) : undefined,
    launchedAtMs: now,
    listedAtMs,
    tagsListedAtMs,
    knownAtMs: now + (late ? draw(random, timing.lateMs) : 0),
    state: 'pending',
    reason: undefined,
    transition: '',
    terminatedAtMs: undefined,
    notice: undefined,
    console: '',
    powered: false,
  }
  world.instances.set(instanceId, instance)
  clock.after(draw(random, timing.bootMs), () => {
    boot(world, instance)
  })
  return instance
}

function requestSpot(world: World, instanceId: string, plan: Launch): string {
  const now = world.clock.now()
  const spotRequestId = newId(world, 'sir').slice(0, 12)
  world.spotRequests.set(spotRequestId, {
    spotRequestId,
    instanceId,
    instanceType: plan.instanceType,
    availabilityZone: plan.availabilityZone,
    createdAtMs: now,
    state: 'active',
    statusCode: 'fulfilled',
    statusAtMs: now,
    endedAtMs: undefined,
  })
  return spotRequestId
}

function boot(world: World, instance: Instance): void {
  if (instance.state !== 'pending') return
  instance.state = 'running'
  instance.powered = true
  const { instanceId, instanceType, availabilityZone, imageId, userData } = instance
  world.machines.powerOn({ instanceId, instanceType, availabilityZone, imageId, userData })
}

function cutPower(world: World, instance: Instance): void {
  if (!instance.powered) return
  instance.powered = false
  world.machines.powerOff(instance.instanceId)
}

export const isLive = ({ state }: Pick<Instance, 'state'>): boolean =>
  state !== 'shutting-down' && state !== 'terminated'

/** Takes the power away and lets the instance go; nothing happens to one that is going already. */
export function terminate(world: World, instance: Instance, cause: Cause): void {
  if (!isLive(instance)) return
  const now = world.clock.now()
  instance.state = 'shutting-down'
  instance.reason = { code: cause.code, message: cause.message }
  instance.transition = cause.transition === 'Guest' ? '' : `${cause.transition} initiated (${gmt(now)})`
  closeSpotRequest(world, instance, cause.spotStatus)
  cutPower(world, instance)
  world.clock.after(draw(world.random, world.timing.shutdownMs), () => {
    instance.state = 'terminated'
    instance.terminatedAtMs = world.clock.now()
    const request = world.spotRequests.get(instance.spotRequestId ?? '')
    if (request !== undefined) request.endedAtMs = instance.terminatedAtMs
  })
}

/** The caller or the guest ends it: under notice that hides the reclaim, or the reclaim stays on record. */
export function terminateByClient(world: World, instance: Instance, cause: Cause): void {
  const hidden = instance.notice === undefined || world.rules.userTerminationHidesReclaim
  terminate(world, instance, hidden ? cause : RECLAIMED)
}

/** The guest switched itself off. */
export function powerOffByGuest(world: World, instance: Instance): void {
  if (!isLive(instance) || !instance.powered) return
  if (instance.onShutdown === 'terminate' || !world.rules.shutdownBehavior) {
    terminateByClient(world, instance, BY_GUEST)
    return
  }
  cutPower(world, instance)
  instance.state = 'stopped'
  instance.reason = { code: BY_GUEST.code, message: BY_GUEST.message }
}

/** EC2 wants its capacity back: notice (if any), then the end. */
export function reclaim(world: World, instance: Instance, noticeMs: number): void {
  if (!isLive(instance) || instance.notice !== undefined) return
  const now = world.clock.now()
  if (noticeMs <= 0) {
    terminate(world, instance, RECLAIMED)
    return
  }
  instance.notice = { atMs: now, powerOffAtMs: now + noticeMs }
  if (world.rules.statusFlipsAtNotice) closeSpotRequest(world, instance, RECLAIMED.spotStatus)
  world.clock.after(noticeMs, () => {
    terminate(world, instance, RECLAIMED)
  })
}

function closeSpotRequest(world: World, instance: Instance, status: string): void {
  const request = world.spotRequests.get(instance.spotRequestId ?? '')
  if (request === undefined || request.statusCode === status) return
  request.state = 'closed'
  request.statusCode = status
  request.statusAtMs = world.clock.now()
}

/** vCPUs that live instances of a market take from its quota. */
export function vcpusInUse(world: World, market: Market): number {
  let vcpus = 0
  for (const instance of world.instances.values()) {
    if (instance.market !== market || !isLive(instance)) continue
    vcpus += world.region.types.get(instance.instanceType)?.vcpus ?? 0
  }
  return vcpus
}

/** EC2's way to write an instant into a transition reason. */
function gmt(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} GMT`
}
