import type { Instance, SpotInstanceRequest, Tag } from '@aws-sdk/client-ec2'
import type { Architecture } from '../domain/market.ts'
import type { Machine, MachineState } from '../domain/machine.ts'
import type { SpotRequest } from '../ports/ec2.ts'
import { malformed } from './answers.ts'

const STATES: readonly string[] = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
] satisfies MachineState[]

/**
 * What we need of an instance. A state that we do not know counts as alive.
 *
 * @throws PlatformError where it has no id: to leave it out would be to say that it is not there
 */
export function machineOf(instance: Instance): Machine {
  if (instance.InstanceId === undefined) throw malformed('DescribeInstances', 'an instance without id')
  const state = instance.State?.Name ?? ''
  return {
    instanceId: instance.InstanceId,
    state: STATES.includes(state) ? (state as MachineState) : 'running',
    // EC2 leaves `InstanceLifecycle` out for on-demand.
    market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
    instanceType: instance.InstanceType ?? '',
    availabilityZone: instance.Placement?.AvailabilityZone ?? '',
    // Without a date a machine counts as new: its deadline still holds.
    launchedAtMs: instance.LaunchTime?.getTime() ?? Number.POSITIVE_INFINITY,
    ...(instance.StateReason?.Code === undefined ? {} : { reasonCode: instance.StateReason.Code }),
    ...(instance.StateReason?.Message === undefined ? {} : { reasonMessage: instance.StateReason.Message }),
    ...(instance.StateTransitionReason === undefined || instance.StateTransitionReason === ''
      ? {}
      : { transition: instance.StateTransitionReason }),
    ...(instance.SpotInstanceRequestId === undefined ? {} : { spotRequestId: instance.SpotInstanceRequestId }),
    tags: tagsOf(instance.Tags),
  }
}

export function spotRequestOf(request: SpotInstanceRequest): SpotRequest | undefined {
  if (request.SpotInstanceRequestId === undefined) return undefined
  return {
    spotRequestId: request.SpotInstanceRequestId,
    instanceId: request.InstanceId,
    instanceType: request.LaunchSpecification?.InstanceType ?? '',
    availabilityZone: request.LaunchedAvailabilityZone ?? '',
    statusCode: request.Status?.Code ?? '',
    statusAtMs: request.Status?.UpdateTime?.getTime() ?? 0,
  }
}

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])))
}

export function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** EC2's `x86_64` and `arm64`; undefined for what a runner does not exist for. */
export function architectureOf(name: string | undefined): Architecture | undefined {
  if (name === 'x86_64') return 'x64'
  return name === 'arm64' ? 'arm64' : undefined
}
