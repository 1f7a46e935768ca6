import type { RunContext } from '../domain/context.ts'
import { labelOf, runnerLabel, type Identity } from '../domain/identity.ts'
import { startClimb, type Climb } from '../domain/ladder.ts'
import type { Place } from '../domain/pools.ts'
import type { StartRequest } from '../domain/request.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import type { LaunchedMachine } from '../ports/ec2.ts'

/** One runner of a start, from its registration to its machine. */
export interface Berth {
  /** From 1. */
  readonly number: number
  readonly climb: Climb
  /** Requests to launch so far: each has a client token of its own. */
  readonly round: number
  readonly machine: LaunchedMachine | undefined
  /** What its registration is, or will be, called. */
  readonly runnerName: string
  /** Undefined until the machine has registered itself, or where another try of this step did it. */
  readonly runnerId: number | undefined
}

/** What every part of a start needs to know, decided before its first effect. */
export interface Undertaking {
  readonly request: StartRequest
  readonly identity: Identity
  readonly label: string
  /** Which step of which job this is; empty where GitHub does not say. */
  readonly startJob: string
  readonly tags: Readonly<Record<string, string>>
  readonly startedAtMs: number
  /** By then the runners must be online. */
  readonly onlineByMs: number
}

/** Which step of which job a start is; empty where GitHub does not say. */
export function startJobOf(request: StartRequest, { stepId }: RunContext): string {
  return request['start-job'] === '' ? '' : `${request['start-job']}/${stepId}`
}

/** The start as it is meant, before anything is asked or done. */
export function undertake(request: StartRequest, context: RunContext, nowMs: number): Undertaking {
  const { repository, runId, runAttempt } = context
  const identity = { repository, runId, runAttempt, name: request.name }
  const startJob = startJobOf(request, context)
  const label = labelOf(identity)
  const onlineByMs = nowMs + request.startTimeoutMs
  // A machine arms its own deadline when it boots, which is before `onlineByMs`: this one is never the earlier.
  const deadline = Math.ceil((onlineByMs + request.maxLifetimeMs) / 1_000)
  return {
    request,
    identity,
    label,
    startJob,
    startedAtMs: nowMs,
    onlineByMs,
    tags: {
      ...request.tags,
      ...ownershipTags(identity),
      [TAG.label]: label,
      [TAG.count]: String(request.count),
      [TAG.deadline]: String(deadline),
      [TAG.startJob]: startJob,
      ...(request.keepOnFailureMs > 0 ? { [TAG.keep]: String(Math.ceil(request.keepOnFailureMs / 1_000)) } : {}),
    },
  }
}

/** What a runner is registered with: the shared label, its own where there are several, and the user's. */
export function labelsOf({ request, label }: Undertaking, number: number): readonly string[] {
  return [label, ...(request.count > 1 ? [runnerLabel(label, number)] : []), ...request.labels]
}

export function emptyBerth(
  { request }: Undertaking,
  number: number,
  runner: Pick<Berth, 'runnerName' | 'runnerId'>,
  places: readonly Place[],
): Berth {
  return { number, climb: startClimb(request.market, places), round: 0, machine: undefined, ...runner }
}
