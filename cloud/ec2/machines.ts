import type { Instance as Shown } from '@aws-sdk/client-ec2'
import type { Operations } from '../../src/aws/send.ts'
import { checkFilters, passes } from './filters.ts'
import type { Facets } from './filters.ts'
import { BY_USER, isLive, terminateByClient } from './instances.ts'
import { page } from './paging.ts'
import { refusal } from './refusal.ts'
import { tagList } from './tags.ts'
import type { Tags } from './tags.ts'
import type { Instance, World } from './world.ts'

type Answer<K extends keyof Operations> = Omit<Operations[K][1], '$metadata'>

const CODES = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 } as const
const ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/

export function describeInstances(
  world: World,
  input: Operations['DescribeInstances'][0],
): Answer<'DescribeInstances'> {
  const { InstanceIds: ids = [], Filters } = input
  const now = world.clock.now()
  checkFilters(world, Filters, { values: facetValues(undefined, ''), tags: {} })
  const listed = [...world.instances.values()].filter(
    (instance) => instance.listedAtMs <= now && !isForgotten(world, instance),
  )
  if (world.rules.unknownIds) checkIds(ids, (id) => listed.some(({ instanceId }) => instanceId === id))
  const wanted = listed
    .filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId))
    .filter((instance) => passes(world, Filters, facets(world, instance)))
  const { results, ...rest } = page(world, input, wanted, [5, 1000], ids.length > 0)
  return { Reservations: results.map((instance) => reservation(world, instance)), ...rest }
}

export function terminateInstances(
  world: World,
  input: Operations['TerminateInstances'][0],
): Answer<'TerminateInstances'> {
  const ids = [...new Set(input.InstanceIds ?? [])]
  if (ids.length === 0) throw refusal('MissingParameter', 'The request must contain the parameter InstanceId')
  const now = world.clock.now()
  const find = (id: string): Instance | undefined => {
    const instance = world.instances.get(id)
    return instance === undefined || instance.knownAtMs > now || isForgotten(world, instance) ? undefined : instance
  }
  if (world.rules.terminateAllOrNone) checkIds(ids, (id) => find(id) !== undefined)
  const found = ids.map(find).filter((instance) => instance !== undefined)
  return {
    TerminatingInstances: found.map((instance) => {
      const before = instance.state
      terminateByClient(world, instance, BY_USER)
      return {
        InstanceId: instance.instanceId,
        PreviousState: { Code: CODES[before], Name: before },
        CurrentState: { Code: CODES[instance.state], Name: instance.state },
      }
    }),
  }
}

export function getConsoleOutput(world: World, input: Operations['GetConsoleOutput'][0]): Answer<'GetConsoleOutput'> {
  const { InstanceId: id = '' } = input
  const now = world.clock.now()
  const instance = world.instances.get(id)
  checkIds([id], () => instance !== undefined && instance.knownAtMs <= now && !isForgotten(world, instance))
  const output = Buffer.from(instance?.console ?? '').subarray(-64 * 1024)
  return { InstanceId: id, Timestamp: new Date(now), ...(output.length > 0 && { Output: output.toString('base64') }) }
}

function checkIds(ids: readonly string[], known: (id: string) => boolean): void {
  const malformed = ids.find((id) => !ID.test(id))
  if (malformed !== undefined) {
    throw refusal('InvalidInstanceID.Malformed', `Invalid id: "${malformed}" (expecting "i-...")`)
  }
  const unknown = ids.filter((id) => !known(id))
  if (unknown.length === 1) {
    throw refusal('InvalidInstanceID.NotFound', `The instance ID '${unknown.join()}' does not exist`)
  }
  if (unknown.length > 1) {
    throw refusal('InvalidInstanceID.NotFound', `The instance IDs '${unknown.join(', ')}' do not exist`)
  }
}

function isForgotten(world: World, { terminatedAtMs }: Instance): boolean {
  const { rules, timing, clock } = world
  return (
    rules.terminatedForgotten &&
    terminatedAtMs !== undefined &&
    clock.now() >= terminatedAtMs + timing.terminatedForgottenMs
  )
}

function shownTags(world: World, { tags, tagsListedAtMs, terminatedAtMs }: Instance): Tags {
  const now = world.clock.now()
  const faded = world.rules.tagsFade && terminatedAtMs !== undefined && now >= terminatedAtMs + world.timing.tagsFadeMs
  return faded || now < tagsListedAtMs ? {} : tags
}

function facetValues(instance: Instance | undefined, vpcId: string): Record<string, readonly string[]> {
  const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])
  return {
    'instance-id': one(instance?.instanceId),
    'instance-state-name': one(instance?.state),
    'instance-state-code': one(instance && String(CODES[instance.state])),
    'instance-type': one(instance?.instanceType),
    'instance-lifecycle': one(instance?.market === 'spot' ? 'spot' : undefined),
    'availability-zone': one(instance?.availabilityZone),
    'image-id': one(instance?.imageId),
    'subnet-id': one(instance?.subnetId),
    'vpc-id': one(vpcId),
    'spot-instance-request-id': one(instance?.spotRequestId),
    'state-reason-code': one(instance?.reason?.code),
    'launch-time': one(instance && new Date(instance.launchedAtMs).toISOString()),
  }
}

const facets = (world: World, instance: Instance): Facets => ({
  values: facetValues(instance, world.region.subnets.get(instance.subnetId)?.vpcId ?? ''),
  tags: shownTags(world, instance),
})

function reservation(
  world: World,
  instance: Instance,
): {
  ReservationId: string
  OwnerId: string
  Instances: Shown[]
} {
  return {
    ReservationId: instance.instanceId.replace('i-', 'r-'),
    OwnerId: world.region.accountId,
    Instances: [described(world, instance)],
  }
}

function described(world: World, instance: Instance): Shown {
  const { market, spotRequestId, reason, securityGroupIds } = instance
  const live = isLive(instance)
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as Shown['InstanceType'],
    Architecture: world.region.types.get(instance.instanceType)?.architecture === 'arm64' ? 'arm64' : 'x86_64',
    LaunchTime: new Date(instance.launchedAtMs),
    Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: 'default' },
    State: { Code: CODES[instance.state], Name: instance.state },
    StateTransitionReason: instance.transition,
    ...(reason && { StateReason: { Code: reason.code, Message: reason.message } }),
    ...(market === 'spot' && { InstanceLifecycle: 'spot' as const }),
    ...(spotRequestId !== undefined && { SpotInstanceRequestId: spotRequestId }),
    ...(live && {
      SubnetId: instance.subnetId,
      VpcId: world.region.subnets.get(instance.subnetId)?.vpcId ?? '',
      SecurityGroups: securityGroupIds.map((id) => ({
        GroupId: id,
        GroupName: world.region.securityGroups.get(id)?.groupName ?? '',
      })),
    }),
    Tags: tagList(shownTags(world, instance)),
  }
}
