import type { Call, Fault } from '../../cloud/faults.ts'
import type { Timing } from '../../cloud/timing.ts'
import { TIMING } from '../../cloud/timing.ts'
import type { Dice } from './dice.ts'

/** What can befall one call. `credentials` befalls all further calls of a process to one platform. */
export const FAULTS = [
  'lost-request',
  'lost-response',
  'throttled',
  'broken',
  'duplicated',
  'arrives-late',
  'slow',
  'garbled',
] as const
export type FaultKind = (typeof FAULTS)[number]

/** What one seed throws at the product: each class is off, or on at a rate of its own. */
export interface Swarm {
  readonly rates: Readonly<Record<FaultKind, number>>
  /** How likely a process is killed at one of its calls, or loses its credentials. */
  readonly kills: number
  readonly expiries: number
  /** How likely its role lacks a permission. */
  readonly denials: number
  /** How likely a machine boots badly, or dies by another's hand. */
  readonly badBoots: number
  readonly deaths: number
  /** How likely a pool has nothing. */
  readonly shortage: number
  /** Events from outside in the first quarter of an hour. */
  readonly cancels: number
  readonly sweeps: number
  readonly manualStops: number
  readonly reruns: number
  readonly outage: boolean
  /** One operation gets no answers for some minutes. */
  readonly silence: boolean
  /** Machines that an earlier crash has left behind. */
  readonly leftovers: number
  /** A label of the user's on every runner, which jobs of another run ask for. */
  readonly shared: boolean
  readonly runs: number
  readonly siblings: boolean
  readonly twins: boolean
  readonly count: number
  readonly ephemeral: boolean
  readonly waitFor: 'online' | 'launch'
  readonly maxLifetimeMs: number
  readonly idleTimeoutMs: number
  readonly startTimeoutMs: number
  readonly pageLimit: number | 'plenty'
  readonly timing: Timing
  readonly runnerListLagMs: number
}

export function drawSwarm(dice: Dice): Swarm {
  const on = (share: number, most: number): number => (dice.chance(share) ? dice.roll() * most : 0)
  const rates = Object.fromEntries(FAULTS.map((kind) => [kind, on(0.4, 0.25)])) as Record<FaultKind, number>
  return {
    rates,
    kills: on(0.6, 0.8),
    expiries: on(0.2, 0.3),
    denials: on(0.25, 0.5),
    badBoots: on(0.4, 0.6),
    deaths: on(0.5, 0.8),
    shortage: on(0.5, 1),
    cancels: dice.chance(0.4) ? dice.whole(1, 2) : 0,
    sweeps: dice.chance(0.6) ? dice.whole(1, 3) : 0,
    manualStops: dice.chance(0.3) ? dice.whole(1, 2) : 0,
    reruns: dice.chance(0.4) ? 1 : 0,
    outage: dice.chance(0.15),
    silence: dice.chance(0.25),
    leftovers: dice.chance(0.2) ? dice.whole(1, 7) : 0,
    shared: dice.chance(0.2),
    runs: dice.chance(0.5) ? 2 : 1,
    siblings: dice.chance(0.3),
    twins: dice.chance(0.2),
    count: dice.pick([1, 1, 1, 2, 3]),
    ephemeral: dice.chance(0.7),
    waitFor: dice.chance(0.8) ? 'online' : 'launch',
    maxLifetimeMs: dice.pick([5, 10, 30, 60, 240]) * 60_000,
    idleTimeoutMs: dice.pick([1, 3, 10]) * 60_000,
    startTimeoutMs: dice.pick([60, 180, 600, 600]) * 1_000,
    pageLimit: dice.pick([2, 3, 5, 'plenty', 'plenty']),
    timing: { ...TIMING, listingLagMs: [0, dice.pick([0, 5_000, 14_000])], lateShare: dice.roll() * 0.5 },
    runnerListLagMs: dice.pick([0, 2_000, 5_000]),
  }
}

/** A client waits this long for an answer; half of the broken connections say so sooner. */
const PATIENCE_MS = { aws: 30_000, github: 20_000 } as const

/** What befalls this call; undefined for nothing. */
export function drawFault(
  dice: Dice,
  rates: Swarm['rates'],
  call: Call,
): { kind: FaultKind; fault: Fault } | undefined {
  let mark = dice.roll()
  for (const kind of FAULTS) {
    mark -= rates[kind]
    if (mark < 0) return { kind, fault: faultOf(dice, kind, call) }
  }
  return undefined
}

function faultOf(dice: Dice, kind: FaultKind, { service }: Call): Fault {
  const patienceMs = PATIENCE_MS[service === 'github' ? 'github' : 'aws']
  const afterMs = dice.chance(0.5) ? dice.between(50, 2_000) : patienceMs
  switch (kind) {
    case 'lost-request':
      return { kind: 'lose-request', afterMs }
    case 'lost-response':
      return { kind: 'lose-response', afterMs }
    case 'throttled':
      return service === 'github'
        ? { kind: 'refuse', code: 'HTTP 403', status: 403, message: 'You have exceeded a secondary rate limit.' }
        : { kind: 'refuse', code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' }
    case 'broken':
      return service === 'github'
        ? { kind: 'refuse', code: 'HTTP 502', status: 502, message: 'Server Error' }
        : {
            kind: 'refuse',
            code: dice.pick(['InternalError', 'Unavailable']),
            status: 500,
            message: 'An internal error',
          }
    case 'duplicated':
      return { kind: 'duplicate' }
    case 'arrives-late':
      return { kind: 'arrive-late', afterMs, ms: afterMs + dice.between(0, 60_000) }
    case 'slow':
      return { kind: 'delay', ms: dice.between(1_000, patienceMs - 5_000) }
    case 'garbled':
      return { kind: 'garble', status: dice.pick([200, 502, 504]) }
  }
}

/** What a policy may forget to allow. */
export const DENIABLE = [
  'CreateFleet',
  'CreateLaunchTemplate',
  'DeleteLaunchTemplate',
  'DescribeInstances',
  'DescribeLaunchTemplates',
  'DescribeSpotInstanceRequests',
  'TerminateInstances',
] as const

export function denied(operation: string): Fault {
  const message = `You are not authorized to perform: ec2:${operation}`
  return { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message }
}

/** All that this process asks of the platform from now on is refused. */
export function expired(service: Call['service']): Fault {
  return service === 'github'
    ? { kind: 'refuse', code: 'HTTP 401', status: 401, message: 'Bad credentials' }
    : {
        kind: 'refuse',
        code: 'RequestExpired',
        status: 400,
        message: 'The security token included in the request is expired',
      }
}
