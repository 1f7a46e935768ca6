import { Refusal } from './answers.ts'
import { LEASE_MS, assign, end } from './jobs.ts'
import type { GitHubModel, RunnerRegistration, RunnerSession } from './model.ts'
import { isDown, randomHex } from './model.ts'
import { isOnline, liveRegistration, liveRegistrations, register } from './registry.ts'
import type { Conclusion, Job, StepRecord } from './run-model.ts'

/** What a runner is told when it gets no further; `unavailable` goes with 503. */
export type RunnerRefusal = 'deleted' | 'conflict' | 'deprecated' | 'token' | 'name' | 'over' | 'unavailable'

export type RunnerAnswer<T> =
  | { readonly status: 200 | 201; readonly body: T }
  | { readonly status: 204 }
  | { readonly status: 401 | 403 | 404 | 409 | 503; readonly body: { readonly reason: RunnerRefusal } }

export interface OpenSession {
  readonly sessionId: string
  readonly runnerId: number
  readonly name: string
  readonly labels: readonly string[]
  readonly ephemeral: boolean
}

/** A job that is given and hears nothing from its runner for 60 seconds goes to another. */
export interface JobForRunner {
  readonly id: number
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly steps: readonly { readonly name: string; readonly run: string }[]
}

export interface TokenRegistration {
  readonly token: string
  readonly name: string
  readonly labels: readonly string[]
  readonly ephemeral: boolean
  readonly version?: string | undefined
}

export interface StepReport {
  readonly status: 'in_progress' | 'completed'
  readonly conclusion?: Conclusion | undefined
  /** Appended to the step's log. */
  readonly log?: string | undefined
}

/** What a runner can say to GitHub. Synchronous but for the long poll. */
export interface RunnerService {
  /** Registers by token, as `config.sh` does; 409 where the name is taken, 404 for an unknown token, 401 for an expired one. */
  register(registration: TokenRegistration): RunnerAnswer<{ credential: string }>
  /** The runner is online from here on. */
  openSession(credential: string, version: string | undefined): RunnerAnswer<OpenSession>
  /** Waits up to `waitMs` for a job; 204 when none came. */
  next(sessionId: string, waitMs: number): Promise<RunnerAnswer<{ job: JobForRunner }>>
  /** Keeps the job for ten more minutes. */
  renew(jobId: number): RunnerAnswer<{ cancel: boolean }>
  reportStep(jobId: number, index: number, report: StepReport): RunnerAnswer<Record<string, never>>
  complete(
    jobId: number,
    conclusion: Conclusion,
    outputs?: Readonly<Record<string, string>>,
  ): RunnerAnswer<Record<string, never>>
  closeSession(sessionId: string): RunnerAnswer<Record<string, never>>
}

export function runnerService(model: GitHubModel): RunnerService {
  const unlessDown = <A extends unknown[], T>(
    answer: (...args: A) => RunnerAnswer<T>,
  ): ((...args: A) => RunnerAnswer<T>) => {
    return (...args) => (isDown(model) ? refused(503, 'unavailable') : answer(...args))
  }
  return {
    register: unlessDown((registration) => registerByToken(model, registration)),
    openSession: unlessDown((credential, version) => openSession(model, credential, version)),
    next: (sessionId, waitMs) =>
      isDown(model) ? Promise.resolve(refused(503, 'unavailable')) : next(model, sessionId, waitMs),
    renew: unlessDown((jobId) => renew(model, jobId)),
    reportStep: unlessDown((jobId, index, report) => reportStep(model, jobId, index, report)),
    complete: unlessDown((jobId, conclusion, outputs) => complete(model, jobId, conclusion, outputs ?? {})),
    closeSession: unlessDown((sessionId) => closeSession(model, sessionId)),
  }
}

function refused(status: 401 | 403 | 404 | 409 | 503, reason: RunnerRefusal): RunnerAnswer<never> {
  return { status, body: { reason } }
}

function registerByToken(model: GitHubModel, wanted: TokenRegistration): RunnerAnswer<{ credential: string }> {
  const token = model.registrationTokens.get(wanted.token)
  if (token === undefined) return refused(404, 'token')
  if (token.expiresAtMs <= model.clock.now() && model.rules.registrationTokensExpire) return refused(401, 'token')
  if (isDeprecated(model, wanted.version)) return refused(403, 'deprecated')
  try {
    const { credential } = register(model, {
      name: wanted.name,
      scope: token.scope,
      labels: wanted.labels,
      ephemeral: wanted.ephemeral,
    })
    return { status: 201, body: { credential } }
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return refused(409, 'name')
    throw error
  }
}

function openSession(model: GitHubModel, credential: string, version: string | undefined): RunnerAnswer<OpenSession> {
  const registration = liveRegistrations(model).find((candidate) => candidate.credential === credential)
  if (registration === undefined) return refused(404, 'deleted')
  if (isDeprecated(model, version)) return refused(403, 'deprecated')
  const open = [...model.sessions.values()].filter((session) => session.runnerId === registration.id)
  if (open.length > 0 && isOnline(model, registration) && model.rules.oneSessionPerRunner)
    return refused(409, 'conflict')
  for (const session of open) model.sessions.delete(session.id)
  const session: RunnerSession = { id: randomHex(model.random, 32), runnerId: registration.id, poll: undefined }
  model.sessions.set(session.id, session)
  registration.lastContactMs = model.clock.now()
  registration.version = version ?? model.minimumRunnerVersion
  const { id: runnerId, name, labels, ephemeral } = registration
  return { status: 200, body: { sessionId: session.id, runnerId, name, labels, ephemeral } }
}

function isDeprecated(model: GitHubModel, version: string | undefined): boolean {
  if (version === undefined || !model.rules.deprecatedVersionsAreRefused) return false
  return version.localeCompare(model.minimumRunnerVersion, 'en', { numeric: true }) < 0
}

function next(model: GitHubModel, sessionId: string, waitMs: number): Promise<RunnerAnswer<{ job: JobForRunner }>> {
  const session = model.sessions.get(sessionId)
  const registration = session === undefined ? undefined : liveRegistration(model, session.runnerId)
  if (session === undefined || registration === undefined) {
    model.sessions.delete(sessionId)
    return Promise.resolve(refused(404, 'deleted'))
  }
  session.poll?.end('nothing')
  registration.lastContactMs = model.clock.now()
  return new Promise((resolve) => {
    const settle = (answer: RunnerAnswer<{ job: JobForRunner }>): void => {
      stop()
      session.poll = undefined
      registration.lastContactMs = model.clock.now()
      resolve(answer)
    }
    const stop = model.clock.after(waitMs, () => {
      settle({ status: 204 })
    })
    session.poll = {
      give: (job) => {
        settle({ status: 200, body: { job: jobForRunner(model, job) } })
      },
      end: (why) => {
        settle(why === 'deleted' ? refused(404, 'deleted') : { status: 204 })
      },
    }
    assign(model)
  })
}

function jobForRunner(model: GitHubModel, job: Job): JobForRunner {
  const run = model.runs.get(job.runId)
  const { definition } = job
  const steps = definition.steps ?? []
  const env = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: run?.repository ?? '',
    GITHUB_RUN_ID: String(job.runId),
    GITHUB_RUN_ATTEMPT: String(job.attempt),
    GITHUB_SHA: run?.headSha ?? '',
    GITHUB_JOB: definition.name,
    RUNNER_NAME: job.runner?.name ?? '',
    ...definition.env,
    ...Object.fromEntries(steps.flatMap((step) => Object.entries(step.env ?? {}))),
  }
  return {
    id: job.id,
    name: definition.name,
    env,
    steps: steps.map(({ name, run: script }) => ({ name, run: script })),
  }
}

/** The job, if this runner still has it; it counts as a sign of life. */
function heldJob(model: GitHubModel, jobId: number): { job: Job; registration: RunnerRegistration } | undefined {
  const job = model.jobs.get(jobId)
  const registration = job?.runner === undefined ? undefined : model.registrations.get(job.runner.id)
  if (job?.status !== 'in_progress' || registration?.jobId !== job.id) return undefined
  const now = model.clock.now()
  registration.lastContactMs = now
  job.claimed = true
  job.leaseEndsMs = now + LEASE_MS
  return { job, registration }
}

function renew(model: GitHubModel, jobId: number): RunnerAnswer<{ cancel: boolean }> {
  const held = heldJob(model, jobId)
  return held === undefined ? refused(404, 'over') : { status: 200, body: { cancel: held.job.cancel !== 'no' } }
}

function reportStep(
  model: GitHubModel,
  jobId: number,
  index: number,
  report: StepReport,
): RunnerAnswer<Record<string, never>> {
  const held = heldJob(model, jobId)
  const step = held?.job.steps[index]
  if (held === undefined || step === undefined) return refused(404, 'over')
  const now = model.clock.now()
  Object.assign(step, {
    status: report.status,
    startedAtMs: step.startedAtMs ?? now,
    completedAtMs: report.status === 'completed' ? now : undefined,
    conclusion: report.status === 'completed' ? (report.conclusion ?? 'success') : undefined,
    log: step.log + (report.log ?? ''),
  } satisfies Partial<StepRecord>)
  return { status: 200, body: {} }
}

function complete(
  model: GitHubModel,
  jobId: number,
  conclusion: Conclusion,
  outputs: Readonly<Record<string, string>>,
): RunnerAnswer<Record<string, never>> {
  const held = heldJob(model, jobId)
  if (held === undefined) return refused(404, 'over')
  const { job } = held
  job.outputs = outputs
  end(model, job, conclusion, conclusion !== 'cancelled' || job.cancel === 'no' ? 'reported' : job.cancel)
  return { status: 200, body: {} }
}

function closeSession(model: GitHubModel, sessionId: string): RunnerAnswer<Record<string, never>> {
  const session = model.sessions.get(sessionId)
  if (session === undefined) return { status: 204 }
  session.poll?.end('nothing')
  model.sessions.delete(sessionId)
  return { status: 204 }
}
