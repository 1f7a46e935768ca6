import type { GitHubCall } from './answers.ts'
import { Refusal, textParameter } from './answers.ts'
import type { GitHubModel, RunnerRegistration, Scope } from './model.ts'
import { nextId } from './model.ts'
import { newSecret } from './jit-config.ts'
import { countRegistration } from './limits.ts'

const DAY_MS = 86_400_000
const EPHEMERAL_UNUSED_MS = DAY_MS
const UNUSED_MS = 14 * DAY_MS
const LONGEST_NAME = 64
const LONGEST_LABEL = 256
const MOST_LABELS = 100
/** Repositories have this one group; an organisation has it by default. */
export const DEFAULT_GROUP = 1

export function sameScope(a: Scope, b: Scope): boolean {
  return a.kind === b.kind && a.path.toLowerCase() === b.path.toLowerCase()
}

/** Registrations that exist; those that were unused for too long go first. */
export function liveRegistrations(model: GitHubModel): RunnerRegistration[] {
  const now = model.clock.now()
  const live: RunnerRegistration[] = []
  for (const registration of model.registrations.values()) {
    if (registration.deletedAtMs !== undefined) {
      // The listing may still show it for a moment; after that nothing does.
      if (registration.deletedAtMs + model.timings.runnerListLagMs < now) model.registrations.delete(registration.id)
      continue
    }
    const endsMs =
      (registration.lastContactMs ?? registration.createdAtMs) +
      (registration.ephemeral ? EPHEMERAL_UNUSED_MS : UNUSED_MS)
    if (
      model.rules.unusedRunnersAreRemoved &&
      endsMs <= now &&
      registration.jobId === undefined &&
      !hasPoll(model, registration)
    ) {
      registration.deletedAtMs = endsMs
    } else live.push(registration)
  }
  return live
}

export function liveRegistration(model: GitHubModel, runnerId: number): RunnerRegistration | undefined {
  return liveRegistrations(model).find((registration) => registration.id === runnerId)
}

export function isOnline(model: GitHubModel, registration: RunnerRegistration): boolean {
  const { lastContactMs } = registration
  if (lastContactMs === undefined) return false
  if (hasPoll(model, registration)) return true
  const hasSession = [...model.sessions.values()].some((session) => session.runnerId === registration.id)
  if (!hasSession) return false
  return !model.rules.silentRunnersLingerOnline
    ? lastContactMs === model.clock.now()
    : lastContactMs + model.timings.onlineLingerMs > model.clock.now()
}

function hasPoll(model: GitHubModel, registration: RunnerRegistration): boolean {
  for (const session of model.sessions.values())
    if (session.runnerId === registration.id && session.poll !== undefined) return true
  return false
}

export interface NewRunner {
  readonly name: string
  readonly scope: Scope
  readonly labels: readonly string[]
  readonly ephemeral: boolean
}

/** Registers a runner; throws 409 where the name is taken. */
export function register(model: GitHubModel, runner: NewRunner): RunnerRegistration {
  const taken = liveRegistrations(model).some(
    (other) => sameScope(other.scope, runner.scope) && other.name === runner.name,
  )
  if (taken && model.rules.runnerNamesAreUnique) {
    throw new Refusal(409, `Already exists - A runner with the name ${runner.name} already exists.`)
  }
  countRegistration(model, runner.scope)
  const registration: RunnerRegistration = {
    id: nextId(model),
    name: runner.name,
    scope: runner.scope,
    labels: distinct(runner.labels),
    ephemeral: runner.ephemeral,
    groupId: DEFAULT_GROUP,
    credential: newSecret(model, 'runner'),
    createdAtMs: model.clock.now(),
    deletedAtMs: undefined,
    version: undefined,
    lastContactMs: undefined,
    jobId: undefined,
    jobsTaken: 0,
  }
  model.registrations.set(registration.id, registration)
  return registration
}

function distinct(labels: readonly string[]): string[] {
  return [...new Map(labels.map((label) => [label.toLowerCase(), label])).values()]
}

/** Takes the registration away; whoever runs under it learns of that later. */
export function unregister(model: GitHubModel, registration: RunnerRegistration): void {
  registration.deletedAtMs = model.clock.now()
  for (const session of model.sessions.values()) {
    if (session.runnerId !== registration.id) continue
    if (!model.rules.deletionIsSeenAtTheNextPoll) session.poll?.end('deleted')
    if (session.poll === undefined) model.sessions.delete(session.id)
  }
}

/** Reads the body of `generate-jitconfig`; throws 422 for what GitHub does not accept. */
export function readJitRequest(
  model: GitHubModel,
  call: GitHubCall,
): { name: string; labels: string[]; workFolder: string } {
  const { labels, runner_group_id: groupId } = call.parameters
  const name = textParameter(call, 'name') ?? ''
  const texts = Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
  const problems = [
    ...(name === '' ? ['"name" wasn\'t supplied.'] : []),
    ...(name.length > LONGEST_NAME ? [`"name" is too long: at most ${String(LONGEST_NAME)} characters.`] : []),
    ...(typeof groupId !== 'number' ? ['"runner_group_id" wasn\'t supplied.'] : []),
    ...(texts.length === 0 || !Array.isArray(labels) || texts.length !== labels.length
      ? ['"labels" must be a list of strings, not empty.']
      : []),
    ...(texts.length > MOST_LABELS ? [`"labels" has more than ${String(MOST_LABELS)} entries.`] : []),
    ...(texts.some((label) => label.trim() === '' || label.length > LONGEST_LABEL)
      ? [`a label has 1 to ${String(LONGEST_LABEL)} characters.`]
      : []),
  ]
  if (problems.length > 0 && model.rules.jitRequestsAreChecked) {
    throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`)
  }
  if (typeof groupId === 'number' && groupId !== DEFAULT_GROUP) throw new Refusal(404, 'Not Found')
  return { name, labels: texts, workFolder: textParameter(call, 'work_folder') ?? '_work' }
}
