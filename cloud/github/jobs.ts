import type { GitHubModel, RunnerRegistration, RunnerSession } from './model.ts'
import { nextId, repositoryKey } from './model.ts'
import { liveRegistrations, unregister } from './registry.ts'
import type { Attempt, Conclusion, Ending, Job, JobDefinition, Run, StepRecord } from './run-model.ts'
import { currentAttempt } from './run-model.ts'

const MINUTE_MS = 60_000
/** The runner renews every minute what is granted for ten. */
export const LEASE_MS = 10 * MINUTE_MS
const CLAIM_MS = MINUTE_MS
const QUEUE_LIMIT_MS = 24 * 60 * MINUTE_MS
const DEFAULT_TIMEOUT_MINUTES = 360
/** What a cancelled job has left before GitHub ends it. */
export const CUT_OFF_MS = 5 * MINUTE_MS

export function newJob(model: GitHubModel, run: Run, attempt: Attempt, definition: JobDefinition): Job {
  const job: Job = {
    id: nextId(model),
    runId: run.id,
    attempt: attempt.number,
    definition,
    createdAtMs: model.clock.now(),
    annotations: [],
    timers: new Set(),
    labels: [],
    status: 'waiting',
    conclusion: undefined,
    ending: undefined,
    queuedAtMs: undefined,
    startedAtMs: undefined,
    completedAtMs: undefined,
    runner: undefined,
    steps: [],
    outputs: {},
    claimed: false,
    leaseEndsMs: 0,
    cancel: 'no',
  }
  model.jobs.set(job.id, job)
  attempt.jobs.push(job)
  return job
}

/** Moves what waits for other jobs and can go on now, then hands queued jobs to idle runners. */
export function advance(model: GitHubModel, run: Run): void {
  const attempt = currentAttempt(run)
  for (let moved = true; moved;) {
    moved = false
    for (const job of attempt.jobs) {
      if (job.status !== 'waiting') continue
      const needed = neededJobs(attempt, job)
      if (needed?.every((other) => other.status === 'completed') !== true) continue
      moved = true
      if (mayRun(attempt, job, needed)) queue(model, attempt, job, needed)
      else end(model, job, 'skipped', 'skipped')
    }
  }
  assign(model)
}

/** The jobs it `needs`; undefined while one of them does not exist yet. */
function neededJobs(attempt: Attempt, job: Job): Job[] | undefined {
  const names = job.definition.needs ?? []
  const jobs = attempt.jobs.filter((other) => names.includes(other.definition.name))
  return jobs.length >= names.length ? jobs : undefined
}

function mayRun(attempt: Attempt, job: Job, needed: readonly Job[]): boolean {
  const when = job.definition.when ?? 'success'
  if (when === 'always') return true
  if (attempt.cancelled) return false
  return when === 'failure'
    ? needed.some((other) => other.conclusion === 'failure')
    : needed.every((other) => other.conclusion === 'success')
}

function queue(model: GitHubModel, attempt: Attempt, job: Job, needed: readonly Job[]): void {
  const { labels } = job.definition
  const needs = Object.fromEntries(needed.map((other) => [other.definition.name, other.outputs]))
  job.labels = typeof labels === 'function' ? labels({ runId: job.runId, runAttempt: attempt.number, needs }) : labels
  job.status = 'queued'
  job.queuedAtMs = model.clock.now()
  limitQueue(model, job)
}

function limitQueue(model: GitHubModel, job: Job): void {
  after(model, job, QUEUE_LIMIT_MS, () => {
    if (job.status === 'queued' && model.rules.queueIsLimited) end(model, job, 'cancelled', 'queue-limit')
  })
}

/** Gives queued jobs, oldest first, to runners that are waiting for one and fit. */
export function assign(model: GitHubModel): void {
  const queued = [...model.jobs.values()].filter((job) => job.status === 'queued' && job.definition.hosted !== true)
  for (const job of queued) {
    const run = model.runs.get(job.runId)
    if (run === undefined) continue
    const idle = idleSessions(model).filter(([, registration]) => fits(model, run, job, registration))
    const chosen = idle[Math.floor(model.random() * idle.length)]
    if (chosen !== undefined) give(model, job, ...chosen)
  }
}

function idleSessions(model: GitHubModel): [RunnerSession, RunnerRegistration][] {
  const live = new Map(liveRegistrations(model).map((registration) => [registration.id, registration]))
  return [...model.sessions.values()].flatMap((session): [RunnerSession, RunnerRegistration][] => {
    const registration = live.get(session.runnerId)
    return session.poll !== undefined && registration !== undefined && registration.jobId === undefined
      ? [[session, registration]]
      : []
  })
}

function fits(model: GitHubModel, run: Run, job: Job, registration: RunnerRegistration): boolean {
  const { kind, path } = registration.scope
  const reach = kind === 'repository' ? run.repository : (run.repository.split('/')[0] ?? '')
  return repositoryKey(path) === repositoryKey(reach) && labelsMatch(model, job.labels, registration.labels)
}

function labelsMatch(model: GitHubModel, wanted: readonly string[], carried: readonly string[]): boolean {
  const folded = (label: string): string => (model.rules.labelsIgnoreCase ? label.toLowerCase() : label)
  const have = new Set(carried.map(folded))
  const hits = wanted.filter((label) => have.has(folded(label)))
  return model.rules.everyLabelMustMatch ? hits.length === wanted.length && wanted.length > 0 : hits.length > 0
}

function give(model: GitHubModel, job: Job, session: RunnerSession, registration: RunnerRegistration): void {
  registration.jobId = job.id
  registration.jobsTaken += 1
  begin(model, job, {
    id: registration.id,
    name: registration.name,
    groupId: registration.groupId,
    groupName: 'Default',
  })
  job.claimed = false
  job.leaseEndsMs = model.clock.now() + LEASE_MS
  watchLease(model, job, registration)
  after(model, job, CLAIM_MS, () => {
    if (!job.claimed && model.rules.unclaimedJobsAreRequeued) requeue(model, job, registration)
  })
  session.poll?.give(job)
}

/** The job runs from now on, on a machine of ours or of GitHub's. */
export function begin(model: GitHubModel, job: Job, runner: NonNullable<Job['runner']>): void {
  stopTimers(job)
  job.status = 'in_progress'
  job.startedAtMs = model.clock.now()
  job.runner = runner
  job.steps = (job.definition.steps ?? []).map(({ name }): StepRecord => {
    return { name, status: 'queued', conclusion: undefined, startedAtMs: undefined, completedAtMs: undefined, log: '' }
  })
  const timeoutMs = (job.definition.timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES) * MINUTE_MS
  after(model, job, timeoutMs, () => {
    if (model.rules.jobsTimeOut) askToStop(model, job, 'timed-out')
  })
}

function requeue(model: GitHubModel, job: Job, registration: RunnerRegistration): void {
  if (job.cancel !== 'no') {
    end(model, job, 'cancelled', job.cancel)
    return
  }
  stopTimers(job)
  registration.jobId = undefined
  registration.jobsTaken -= 1
  Object.assign(job, { status: 'queued', startedAtMs: undefined, runner: undefined, steps: [] } satisfies Partial<Job>)
  limitQueue(model, job)
  assign(model)
}

function watchLease(model: GitHubModel, job: Job, registration: RunnerRegistration): void {
  const leftMs = leaseEnd(model, job) - model.clock.now()
  after(model, job, leftMs, () => {
    if (leaseEnd(model, job) > model.clock.now()) watchLease(model, job, registration)
    else lose(model, job, registration)
  })
}

function leaseEnd(model: GitHubModel, job: Job): number {
  return model.rules.lostRunnersKeepTheirLease
    ? job.leaseEndsMs
    : job.leaseEndsMs - LEASE_MS + model.timings.onlineLingerMs
}

function lose(model: GitHubModel, job: Job, registration: RunnerRegistration): void {
  job.annotations.push({
    level: 'failure',
    title: '',
    message:
      `The self-hosted runner: ${registration.name} lost communication with the server. Verify the machine is running and has a ` +
      'healthy network connection. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or ' +
      'blocks its network access can cause this error.',
  })
  end(model, job, 'failure', 'lost')
}

/** Cancels what is queued at once; asks a runner at its next contact, and cuts it off five minutes later. */
export function askToStop(model: GitHubModel, job: Job, why: 'cancelled' | 'timed-out'): void {
  if (job.status === 'completed' || job.cancel !== 'no') return
  if (job.status !== 'in_progress') {
    end(model, job, 'cancelled', why)
    return
  }
  job.cancel = why
  after(model, job, CUT_OFF_MS, () => {
    if (model.rules.cancelledJobsAreCutOff) end(model, job, 'cancelled', why)
  })
}

/** The one way a job ends: its runner is free or gone afterwards, and what waited for it goes on. */
export function end(model: GitHubModel, job: Job, conclusion: Conclusion, ending: Ending): void {
  if (job.status === 'completed') return
  stopTimers(job)
  job.status = 'completed'
  job.conclusion = conclusion
  job.ending = ending
  job.completedAtMs = model.clock.now()
  if (ending !== 'lost' || !model.rules.lostJobsKeepUnfinishedSteps) closeSteps(model, job)
  release(model, job)
  const run = model.runs.get(job.runId)
  if (run !== undefined) advance(model, run)
}

function closeSteps(model: GitHubModel, job: Job): void {
  for (const step of job.steps) {
    if (step.status === 'completed') continue
    step.conclusion = step.status === 'queued' ? 'skipped' : 'cancelled'
    step.status = 'completed'
    step.completedAtMs = model.clock.now()
  }
}

function release(model: GitHubModel, job: Job): void {
  for (const registration of model.registrations.values()) {
    if (registration.jobId !== job.id) continue
    registration.jobId = undefined
    if (registration.ephemeral && model.rules.ephemeralTakesOneJob) unregister(model, registration)
  }
}

function stopTimers(job: Job): void {
  for (const stop of job.timers) stop()
  job.timers.clear()
}

function after(model: GitHubModel, job: Job, ms: number, event: () => void): void {
  const stop = model.clock.after(ms, () => {
    job.timers.delete(stop)
    event()
  })
  job.timers.add(stop)
}
