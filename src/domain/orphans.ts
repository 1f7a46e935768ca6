import { identityOfLabel, isOwnRegistration, parseRunnerName, type Identity } from './identity.ts'
import { isAlive, type Machine } from './machine.ts'
import { keepMsOf, TAG } from './tags.ts'

/**
 * No start lasts longer than this (the limit of `start-timeout`, and a margin): then GitHub knows the runner
 * of every machine that will ever have one, and no launch needs a template of that age.
 */
export const START_GRACE_MS = 4 * 3_600_000

/** A machine that says no deadline is not one of this version; no version lets one live longer. */
export const UNDATED_LIFETIME_MS = 8 * 86_400_000

/** A workflow run that is not over; one that is not among these is over, or not known to GitHub. */
export interface ActiveRun {
  readonly repository: string
  readonly runId: number
  readonly runAttempt: number
  /** When this attempt of it began. */
  readonly startedAtMs?: number | undefined
}

/** A workflow run that is over, as far as anybody asked for it. */
export interface EndedRun extends ActiveRun {
  readonly updatedAtMs: number | undefined
}

export interface Template {
  readonly templateName: string
  readonly createdAtMs: number
  readonly tags: Readonly<Record<string, string>>
}

export interface Registered {
  readonly runnerId: number
  readonly name: string
  readonly labels: readonly string[]
  readonly online: boolean
  readonly busy: boolean
}

/** The three worlds at one instant: EC2 by tag, GitHub's runners, GitHub's runs. */
export interface Worlds {
  readonly nowMs: number
  readonly machines: readonly Machine[]
  readonly templates: readonly Template[]
  readonly registrations: readonly Registered[]
  readonly activeRuns: readonly ActiveRun[]
  readonly endedRuns?: readonly EndedRun[]
  /** False where GitHub did not answer: then only what EC2 alone can tell is judged. */
  readonly gitHubKnown: boolean
}

export type OrphanReason =
  | 'past its deadline'
  | 'its run is over'
  | 'a later attempt of its run has begun'
  | 'it is stopped, and a stopped machine never comes back'
  | 'GitHub does not know its runner'
  | 'it has no deadline and is too old'
  | 'its machine is gone'
  | 'no launch needs it any more'

export type Orphan =
  | { readonly kind: 'machine'; readonly id: string; readonly machine: Machine; readonly reason: OrphanReason }
  | {
      readonly kind: 'registration'
      readonly id: string
      readonly registration: Registered
      readonly reason: OrphanReason
    }
  | { readonly kind: 'template'; readonly id: string; readonly template: Template; readonly reason: OrphanReason }

/**
 * Everything of ours that no job will ever use again. A busy runner's machine is none before its deadline,
 * and what belongs to a run that goes on is left to that run's stop.
 */
export function findOrphans(worlds: Worlds): readonly Orphan[] {
  const machines = worlds.machines.flatMap((machine): Orphan[] => {
    const reason = machineReason(machine, worlds)
    return reason === undefined ? [] : [{ kind: 'machine', id: machine.instanceId, machine, reason }]
  })
  const registrations = worlds.registrations.flatMap((registration): Orphan[] => {
    const reason = registrationReason(registration, worlds)
    return reason === undefined ? [] : [{ kind: 'registration', id: registration.name, registration, reason }]
  })
  const templates = worlds.templates.flatMap((template): Orphan[] => {
    const reason = templateReason(template, worlds)
    return reason === undefined ? [] : [{ kind: 'template', id: template.templateName, template, reason }]
  })
  return [...machines, ...registrations, ...templates]
}

function machineReason(machine: Machine, worlds: Worlds): OrphanReason | undefined {
  if (!isAlive(machine)) return undefined
  const deadlineMs = deadlineOf(machine)
  if (deadlineMs !== undefined && worlds.nowMs >= deadlineMs) return 'past its deadline'
  if (deadlineMs === undefined && worlds.nowMs - machine.launchedAtMs >= UNDATED_LIFETIME_MS)
    return 'it has no deadline and is too old'
  if (!worlds.gitHubKnown) return undefined
  const registration = worlds.registrations.find(({ name }) => name === machine.tags[TAG.runner])
  if (registration?.busy === true) return undefined
  if (machine.state === 'stopped' || machine.state === 'stopping')
    return 'it is stopped, and a stopped machine never comes back'
  const identity = identityOf(machine.tags)
  if (identity === undefined) return undefined
  const over = overReason(identity, worlds)
  if (isKept(machine, identity, worlds)) return undefined
  if (over !== undefined) return over
  const isYoung = worlds.nowMs - machine.launchedAtMs < START_GRACE_MS
  return registration === undefined && !isYoung ? 'GitHub does not know its runner' : undefined
}

/**
 * Whether somebody may still look at a machine whose job failed: while its run goes on, and for the time that
 * was asked for after it. Its runner may be long gone by then.
 */
function isKept(machine: Machine, identity: Identity, { activeRuns, endedRuns = [], nowMs }: Worlds): boolean {
  const keepMs = keepMsOf(machine.tags)
  if (keepMs === undefined) return false
  const isRun = (run: ActiveRun): boolean => run.runId === identity.runId && run.repository === identity.repository
  const active = activeRuns.find(isRun)
  const run = active ?? endedRuns.find(isRun)
  if (run === undefined) return false
  // The next attempt begins when this one has ended.
  if (run.runAttempt > identity.runAttempt) return nowMs < (run.startedAtMs ?? 0) + keepMs
  return active !== undefined || nowMs < (endedRuns.find(isRun)?.updatedAtMs ?? 0) + keepMs
}

/** While its run goes on, a start may still be about to launch the machine of a registration. */
function registrationReason(registration: Registered, worlds: Worlds): OrphanReason | undefined {
  if (!isOwnRegistration(registration) || registration.online || registration.busy) return undefined
  const hasMachine = worlds.machines.some(
    (machine) => isAlive(machine) && machine.tags[TAG.runner] === registration.name,
  )
  if (hasMachine) return undefined
  const label = parseRunnerName(registration.name)?.label ?? ''
  const identity = identityOfLabel('', label)
  if (identity === undefined || overReason(identity, worlds) === undefined) return undefined
  return 'its machine is gone'
}

function templateReason(template: Template, worlds: Worlds): OrphanReason | undefined {
  if (worlds.nowMs - template.createdAtMs >= START_GRACE_MS) return 'no launch needs it any more'
  const identity = worlds.gitHubKnown ? identityOf(template.tags) : undefined
  return identity === undefined || overReason(identity, worlds) === undefined
    ? undefined
    : 'no launch needs it any more'
}

/** A registration does not say its repository; run ids differ between repositories of one GitHub. */
function overReason({ repository, runId, runAttempt }: Identity, { activeRuns }: Worlds): OrphanReason | undefined {
  const run = activeRuns.find(
    (active) => active.runId === runId && (repository === '' || active.repository === repository),
  )
  if (run === undefined) return 'its run is over'
  return run.runAttempt > runAttempt ? 'a later attempt of its run has begun' : undefined
}

/** The identity that tags tell; undefined where they are not, or not yet, complete. */
export function identityOf(tags: Readonly<Record<string, string>>): Identity | undefined {
  const repository = tags[TAG.repository] ?? ''
  return repository === '' ? undefined : identityOfLabel(repository, tags[TAG.label] ?? '')
}

/** Milliseconds since the epoch; undefined where the tag is missing or no number. */
export function deadlineOf(machine: Machine): number | undefined {
  const seconds = Number(machine.tags[TAG.deadline] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined
}
