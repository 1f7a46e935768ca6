import type { Operation, Operations, Send } from '../src/aws/send.ts'
import type { Request } from '../src/github/request.ts'
import type { CloudClock } from './clock.ts'
import { createDoor } from './door.ts'
import type { Faults, RecordedCall } from './door.ts'
import { createEc2Control, ec2Snapshot } from './ec2/control.ts'
import type { Ec2Control, Ec2Snapshot } from './ec2/control.ts'
import { createDispatch, createWorld, serviceOf } from './ec2/ec2.ts'
import { powerOffByGuest } from './ec2/instances.ts'
import { refusal } from './ec2/refusal.ts'
import type { World } from './ec2/world.ts'
import { ConnectionLost, Garbled } from './faults.ts'
import { plannedRefusal } from './github/doors.ts'
import { createGitHub } from './github/github.ts'
import type { GitHub } from './github/github.ts'
import type { GitHubTimings } from './github/model.ts'
import type { GitHubRules } from './github/rules.ts'
import type { GitHubSnapshot } from './github/snapshot.ts'
import { createImds } from './imds.ts'
import type { Imds } from './imds.ts'
import type { MachineEvents, MachineHost } from './machine-host.ts'
import { ALL_RULES } from './rules.ts'
import type { Rules } from './rules.ts'
import { TIMING } from './timing.ts'
import type { Timing } from './timing.ts'

export interface CloudOptions {
  readonly clock: CloudClock
  /** The only source of randomness: the same seed gives the same cloud. */
  readonly random: () => number
  readonly rules?: Partial<Rules>
  readonly timing?: Partial<Timing>
  readonly githubRules?: Partial<GitHubRules>
  readonly githubTimings?: Partial<GitHubTimings>
  /** What runs the machines; without one they boot and do nothing. */
  readonly machines?: MachineHost
  /** Milliseconds that a call takes, by operation or route; none by default. */
  readonly latencyMs?: (operation: string) => number
}

export interface Cloud {
  readonly clock: CloudClock
  readonly ec2: { readonly world: World; readonly control: Ec2Control; snapshot(): Ec2Snapshot }
  readonly github: GitHub
  readonly imds: Imds
  /** AWS, in process: SDK shapes in and out, and the errors that the SDK throws. */
  readonly send: Send
  /** GitHub, in process, for one token. */
  request(token: string): Request
  /** Every call of every service, in the order in which they came. */
  readonly calls: readonly RecordedCall[]
  readonly faults: Faults
  /** What the machines report. */
  readonly events: MachineEvents
  /** The truth of both platforms: what a check for things left behind must look at. */
  snapshot(): CloudSnapshot
}

export interface CloudSnapshot {
  readonly ec2: Ec2Snapshot
  readonly github: GitHubSnapshot
}

const NO_MACHINES: MachineHost = { powerOn: () => undefined, powerOff: () => undefined }

/** One AWS account in one region, and GitHub, as far as the action uses them. */
export function createCloud(options: CloudOptions): Cloud {
  const { clock, random, latencyMs = () => 0, machines = NO_MACHINES } = options
  const rules = { ...ALL_RULES, ...options.rules }
  const timing = { ...TIMING, ...options.timing }
  const answerMs = (operation: string): number => latencyMs(operation) / 2
  const world = createWorld({ clock, random, rules, timing, machines, answerMs })
  const control = createEc2Control(world)
  const dispatch = createDispatch(world)
  const door = createDoor(clock, latencyMs)

  const github = createGitHub({
    clock,
    random,
    ...(options.githubRules && { rules: options.githubRules }),
    ...(options.githubTimings && { timings: options.githubTimings }),
    door: ({ route, parameters }, effect) =>
      door.pass({ service: 'github', operation: route, input: parameters }, effect, plannedRefusal),
  })

  const send = async <K extends Operation>(operation: K, input: Operations[K][0]): Promise<Operations[K][1]> => {
    const call = {
      service: serviceOf(operation),
      operation,
      input: { ...(input as Readonly<Record<string, unknown>>) },
    }
    try {
      return await door.pass(
        call,
        () => dispatch(operation, input),
        (code, status, message) => refusal(code, message, status),
      )
    } catch (error) {
      throw asSdkThrows(error)
    }
  }
  return {
    clock,
    ec2: { world, control, snapshot: () => ec2Snapshot(world) },
    github,
    imds: createImds(world),
    send,
    request: (token) => github.request(token),
    calls: door.calls,
    faults: door.faults,
    events: {
      console: (instanceId, text) => {
        control.console(instanceId, text)
      },
      poweredOff: (instanceId) => {
        const instance = world.instances.get(instanceId)
        if (instance !== undefined) powerOffByGuest(world, instance)
      },
    },
    snapshot: () => ({ ec2: ec2Snapshot(world), github: github.snapshot() }),
  }
}

/** Breakdowns on the way, as the SDK reports them: only the status, or only Node's code, says anything. */
function asSdkThrows(error: unknown): unknown {
  if (error instanceof Garbled) {
    const unreadable = new Error('@aws-sdk XML parse error: Opening and ending tag mismatch.', { cause: error })
    return Object.assign(unreadable, { $metadata: { httpStatusCode: error.status } })
  }
  if (error instanceof ConnectionLost) {
    const lost = new Error(error.message, { cause: error })
    return Object.assign(lost, {
      name: 'TimeoutError',
      code: error.code,
      $metadata: { attempts: 1, totalRetryDelay: 0 },
    })
  }
  return error
}
