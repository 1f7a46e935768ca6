import type { Operation, Operations, Send } from '../src/aws/send.ts'
import type { CloudClock } from './clock.ts'
import { createDoor } from './door.ts'
import type { Faults, RecordedCall } from './door.ts'
import { createEc2Control, ec2Snapshot } from './ec2/control.ts'
import type { Ec2Control, Ec2Snapshot } from './ec2/control.ts'
import { createDispatch, createWorld, serviceOf } from './ec2/ec2.ts'
import { powerOffByGuest } from './ec2/instances.ts'
import { refusal } from './ec2/refusal.ts'
import type { World } from './ec2/world.ts'
import { Garbled } from './faults.ts'
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
  /** What runs the machines; without one they boot and do nothing. */
  readonly machines?: MachineHost
  /** Milliseconds that a call takes, by operation or route; none by default. */
  readonly latencyMs?: (operation: string) => number
}

export interface Cloud {
  readonly clock: CloudClock
  readonly ec2: { readonly world: World; readonly control: Ec2Control; snapshot(): Ec2Snapshot }
  /** AWS, in process: SDK shapes in and out, and the errors that the SDK throws. */
  readonly send: Send
  /** Every call of every service, in the order in which they came. */
  readonly calls: readonly RecordedCall[]
  readonly faults: Faults
  /** What the machines report. */
  readonly events: MachineEvents
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
      throw error instanceof Garbled ? unreadable(error) : error
    }
  }
  return {
    clock,
    ec2: { world, control, snapshot: () => ec2Snapshot(world) },
    send,
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
  }
}

/** What the SDK throws for an answer that is no XML: only the status says anything. */
function unreadable(cause: Garbled): Error {
  const error = new Error("@aws-sdk XML parse error: char '&' is not expected.", { cause })
  return Object.assign(error, { $metadata: { httpStatusCode: cause.status } })
}
