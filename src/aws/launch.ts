import type {
  CreateFleetCommandInput,
  CreateFleetError,
  CreateFleetInstance,
  FleetLaunchTemplateOverridesRequest,
  FleetOnDemandAllocationStrategy,
  SpotAllocationStrategy,
} from '@aws-sdk/client-ec2'
import type { PoolFailure } from '../domain/ladder.ts'
import type { Market, Pool } from '../domain/market.ts'
import type { LaunchAnswer, LaunchedMachine, LaunchRequest } from '../ports/ec2.ts'
import { malformed } from './answers.ts'
import { tagList } from './machines.ts'
import type { Send } from './send.ts'

/**
 * One instant fleet of one machine. EC2 answers 200 even where it launched nothing, and may report errors
 * beside a machine: the pools it tried first. So a machine counts before any error does.
 */
export async function launch(send: Send, request: LaunchRequest): Promise<LaunchAnswer> {
  const answer = await send('CreateFleet', fleetOf(request))
  const instances = answer.Instances ?? []
  const [machine] = instances.flatMap((instance) => launchedBy(instance, request))
  if (machine === undefined && instances.length > 0) throw malformed('CreateFleet', 'an instance without id')
  return { machine, failures: (answer.Errors ?? []).map((error) => poolFailure(error, request)) }
}

function fleetOf(request: LaunchRequest): CreateFleetCommandInput {
  const spot = request.market === 'spot'
  return {
    Type: 'instant',
    ClientToken: request.clientToken,
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: {
          LaunchTemplateName: request.templateName,
          Version: '1',
          LaunchTemplateSpecificationUserData: request.userData,
        },
        Overrides: request.pools.map((pool) => overrideOf(request, pool)),
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: request.market },
    ...(spot
      ? {
          SpotOptions: {
            AllocationStrategy: request.allocationStrategy as SpotAllocationStrategy,
            InstanceInterruptionBehavior: 'terminate' as const,
          },
        }
      : { OnDemandOptions: { AllocationStrategy: 'prioritized' satisfies FleetOnDemandAllocationStrategy } }),
    TagSpecifications: (['fleet', 'instance', 'volume', 'network-interface'] as const).map((ResourceType) => ({
      ResourceType,
      Tags: tagList(request.tags),
    })),
  }
}

/** Priority counts types, not pools: zones of one type are equally good. */
function overrideOf(request: LaunchRequest, pool: Pool): FleetLaunchTemplateOverridesRequest {
  const types = [...new Set(request.pools.map(({ instanceType }) => instanceType))]
  const honoursPriority =
    request.market === 'on-demand' || request.allocationStrategy === 'capacity-optimized-prioritized'
  return {
    InstanceType: pool.instanceType as NonNullable<FleetLaunchTemplateOverridesRequest['InstanceType']>,
    SubnetId: pool.subnetId,
    ...(honoursPriority ? { Priority: types.indexOf(pool.instanceType) } : {}),
    ...(request.market === 'spot' && request.maxPrice !== undefined ? { MaxPrice: request.maxPrice } : {}),
  }
}

function launchedBy(instance: CreateFleetInstance, request: LaunchRequest): LaunchedMachine[] {
  const overrides = instance.LaunchTemplateAndOverrides?.Overrides
  const subnetId = instance.SubnetId ?? overrides?.SubnetId
  const market: Market =
    instance.Lifecycle === undefined ? request.market : instance.Lifecycle === 'spot' ? 'spot' : 'on-demand'
  return (instance.InstanceIds ?? []).map((instanceId) => ({
    instanceId,
    market,
    instanceType: instance.InstanceType ?? overrides?.InstanceType ?? '',
    availabilityZone:
      instance.AvailabilityZone ?? request.pools.find((pool) => pool.subnetId === subnetId)?.availabilityZone ?? '',
  }))
}

function poolFailure(error: CreateFleetError, request: LaunchRequest): PoolFailure {
  const overrides = error.LaunchTemplateAndOverrides?.Overrides
  const pool = request.pools.find(
    (asked) => asked.instanceType === overrides?.InstanceType && asked.subnetId === overrides.SubnetId,
  )
  return {
    pool,
    failure: {
      service: 'aws',
      operation: 'CreateFleet',
      code: error.ErrorCode ?? 'Unknown',
      message: error.ErrorMessage ?? '',
    },
  }
}
