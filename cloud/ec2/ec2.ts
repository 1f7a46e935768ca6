import type { Operation, Operations } from '../../src/aws/send.ts'
import type { CloudClock } from '../clock.ts'
import type { MachineHost } from '../machine-host.ts'
import type { Rules } from '../rules.ts'
import { getParameter } from '../ssm.ts'
import { getCallerIdentity } from '../sts.ts'
import type { Timing } from '../timing.ts'
import {
  describeImages,
  describeInstanceTypeOfferings,
  describeInstanceTypes,
  describeSecurityGroups,
  describeSubnets,
} from './catalogue.ts'
import { createFleet } from './fleet.ts'
import { describeInstances, getConsoleOutput, terminateInstances } from './machines.ts'
import { refusal } from './refusal.ts'
import { defaultRegion } from './region.ts'
import { defaultSettings } from './settings.ts'
import { describeSpotInstanceRequests } from './spot-requests.ts'
import { createLaunchTemplate, deleteLaunchTemplate, describeLaunchTemplates } from './templates.ts'
import { createThrottle } from './throttle.ts'
import type { World } from './world.ts'

export interface WorldOptions {
  readonly clock: CloudClock
  readonly random: () => number
  readonly rules: Rules
  readonly timing: Timing
  readonly machines: MachineHost
  readonly answerMs: (operation: string) => number
}

export function createWorld(options: WorldOptions): World {
  return {
    ...options,
    region: defaultRegion(),
    settings: defaultSettings(),
    instances: new Map(),
    spotRequests: new Map(),
    templates: new Map(),
    tokens: new Map(),
  }
}

type Handlers = {
  readonly [K in Operation]: (world: World, input: Operations[K][0]) => Omit<Operations[K][1], '$metadata'>
}

const HANDLERS: Handlers = {
  CreateFleet: createFleet,
  CreateLaunchTemplate: createLaunchTemplate,
  DeleteLaunchTemplate: deleteLaunchTemplate,
  DescribeImages: describeImages,
  DescribeInstances: describeInstances,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSpotInstanceRequests: describeSpotInstanceRequests,
  DescribeSubnets: describeSubnets,
  GetConsoleOutput: getConsoleOutput,
  TerminateInstances: terminateInstances,
  GetCallerIdentity: getCallerIdentity,
  GetParameter: getParameter,
}

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(HANDLERS, name)
}

export function serviceOf(operation: Operation): 'ec2' | 'sts' | 'ssm' {
  if (operation === 'GetCallerIdentity') return 'sts'
  return operation === 'GetParameter' ? 'ssm' : 'ec2'
}

export type Dispatch = <K extends Operation>(operation: K, input: Operations[K][0]) => Operations[K][1]

/** Carries out calls that have arrived: throttle, permission, then the operation itself. Throws refusals. */
export function createDispatch(world: World): Dispatch {
  const throttle = createThrottle(world.clock)
  let answered = 0
  return (operation, input) => {
    const service = serviceOf(operation)
    if (service === 'ec2' && world.rules.throttling) throttle(operation, { ...input })
    if (service !== 'sts' && world.rules.permissions && world.settings.denied.has(operation))
      throw denied(world, operation)
    if ('DryRun' in input && input.DryRun === true) {
      throw refusal('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
    }
    answered += 1
    const $metadata = { httpStatusCode: 200, requestId: `model-answer-${String(answered)}`, attempts: 1 }
    // The union of handlers cannot be called with the union of inputs; the key ties the two together.
    const handler = HANDLERS[operation]
    return { $metadata, ...handler(world, input) }
  }
}

function denied(world: World, operation: Operation): Error {
  const arn = getCallerIdentity(world).Arn ?? ''
  if (serviceOf(operation) === 'ssm') {
    return refusal('AccessDeniedException', `User: ${arn} is not authorized to perform: ssm:${operation}`)
  }
  return refusal(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. User: ${arn} is not authorized to perform: ec2:${operation} because no identity-based policy allows the ec2:${operation} action. Encoded authorization failure message: bW9kZWw`,
    403,
  )
}
