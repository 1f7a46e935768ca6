import type { RunContext } from './context.ts'
import { identityOfLabel, isOwnRegistration, parseRunnerName, type Identity } from './identity.ts'
import type { Machine } from './machine.ts'
import type { StopRequest } from './request.ts'
import { MANAGED, ownershipTags, repositoryTags, TAG } from './tags.ts'

/** What one stop may take down; nothing else is its business. */
export interface Target {
  readonly repository: string
  /** The start it is about; undefined where only machines are named, or where it is about all starts of a run. */
  readonly identity: Identity | undefined
  /** Tags that its machines carry; undefined where only machines are named. */
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly instanceIds: readonly string[]
  /** The run and attempt whose jobs tell what became of the work. */
  readonly runId: number
  readonly runAttempt: number
  /** Whose machines these must be, where two starts may share the identity. */
  readonly startJob: string | undefined
  /** Whether anybody wants to know what became of the machines. */
  readonly isJudged: boolean
  /** For a person: `start ec2-spot-1-1`. */
  readonly text: string
}

/** `label` or `instance-ids`; with neither, exactly what this repository, run, attempt and `name` own; `all` widens that to the run. */
export function targetOf(request: StopRequest, context: RunContext): Target {
  const { repository } = context
  const own: Identity = { repository, runId: context.runId, runAttempt: context.runAttempt, name: request.name }
  const identity = (request.label === '' ? undefined : identityOfLabel(repository, request.label)) ?? own
  const base = {
    repository,
    instanceIds: request['instance-ids'],
    runId: identity.runId,
    runAttempt: identity.runAttempt,
    startJob: undefined,
    isJudged: true,
  }
  if (request.all) {
    const tags = { ...repositoryTags(repository), [TAG.run]: String(identity.runId) }
    return { ...base, identity: undefined, tags, text: `all starts of run ${String(identity.runId)}` }
  }
  if (request.label === '' && request['instance-ids'].length > 0)
    return { ...base, identity: undefined, tags: undefined, text: request['instance-ids'].join(', ') }
  return {
    ...base,
    identity,
    tags: ownershipTags(identity),
    text: `the start of attempt ${String(identity.runAttempt)} of run ${String(identity.runId)}${identity.name === '' ? '' : `, name ${identity.name}`}`,
  }
}

/** Whether a registration belongs to the target: by its label, or by the machines that were named. */
export function isRegistrationOf(
  target: Target,
  machines: readonly Machine[],
  runner: { readonly name: string; readonly labels: readonly string[] },
): boolean {
  if (!isOwnRegistration(runner)) return false
  if (target.tags === undefined) return machines.some((machine) => machine.tags[TAG.runner] === runner.name)
  const label = parseRunnerName(runner.name)?.label ?? ''
  const identity = identityOfLabel(target.repository, label)
  if (identity?.runId !== target.runId) return false
  return (
    target.identity === undefined ||
    (identity.runAttempt === target.identity.runAttempt && identity.name === target.identity.name)
  )
}

/** A machine is ours to touch only if it says so itself. */
export function mayTouch(target: Target, machine: Machine): boolean {
  const isOurs = machine.tags[TAG.managed] === MANAGED && machine.tags[TAG.repository] === target.repository
  return isOurs && (target.startJob === undefined || machine.tags[TAG.startJob] === target.startJob)
}

/** How many machines the start asked for, as far as anybody still knows. */
export function askedFor(target: Target, machines: readonly Machine[]): number {
  const counts = machines.map((machine) => Number(machine.tags[TAG.count] ?? 0))
  return Math.max(target.instanceIds.length, ...counts.filter((count) => Number.isInteger(count)), 0)
}
