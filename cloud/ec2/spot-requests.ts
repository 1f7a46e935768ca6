import type { SpotInstanceRequest } from '@aws-sdk/client-ec2'
import type { Operations } from '../../src/aws/send.ts'
import { checkFilters, passes } from './filters.ts'
import type { Facets } from './filters.ts'
import { page } from './paging.ts'
import { refusal } from './refusal.ts'
import type { SpotRequest, World } from './world.ts'

/** Spot requests that a fleet made carry no tags. */
export function describeSpotInstanceRequests(
  world: World,
  input: Operations['DescribeSpotInstanceRequests'][0],
): Omit<Operations['DescribeSpotInstanceRequests'][1], '$metadata'> {
  const { SpotInstanceRequestIds: ids = [], Filters } = input
  checkFilters(world, Filters, facets(undefined))
  const kept = [...world.spotRequests.values()].filter((request) => !isForgotten(world, request))
  if (world.rules.unknownIds) {
    const unknown = ids.find((id) => !kept.some(({ spotRequestId }) => spotRequestId === id))
    if (unknown !== undefined) {
      throw refusal('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${unknown}' does not exist`)
    }
  }
  const wanted = kept
    .filter(({ spotRequestId }) => ids.length === 0 || ids.includes(spotRequestId))
    .filter((request) => passes(world, Filters, facets(request)))
  const { results, ...rest } = page(world, input, wanted, [5, 1000], ids.length > 0)
  return { SpotInstanceRequests: results.map(described), ...rest }
}

function isForgotten(world: World, { endedAtMs }: SpotRequest): boolean {
  const { rules, timing, clock } = world
  return (
    rules.spotRequestForgotten && endedAtMs !== undefined && clock.now() >= endedAtMs + timing.spotRequestForgottenMs
  )
}

function facets(request: SpotRequest | undefined): Facets {
  const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])
  return {
    values: {
      'spot-instance-request-id': one(request?.spotRequestId),
      'instance-id': one(request?.instanceId),
      'launch.instance-type': one(request?.instanceType),
      'launched-availability-zone': one(request?.availabilityZone),
      state: one(request?.state),
      'status-code': one(request?.statusCode),
      type: ['one-time'],
    },
    tags: {},
  }
}

function described(request: SpotRequest): SpotInstanceRequest {
  return {
    SpotInstanceRequestId: request.spotRequestId,
    InstanceId: request.instanceId,
    LaunchedAvailabilityZone: request.availabilityZone,
    LaunchSpecification: { InstanceType: request.instanceType as never },
    CreateTime: new Date(request.createdAtMs),
    Type: 'one-time',
    InstanceInterruptionBehavior: 'terminate',
    State: request.state,
    Status: { Code: request.statusCode, UpdateTime: new Date(request.statusAtMs), Message: '' },
    Tags: [],
  }
}
