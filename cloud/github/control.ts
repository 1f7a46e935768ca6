import { begin, end } from './jobs.ts'
import type { GitHubModel, Repository, RunnerArchive } from './model.ts'
import { nextId, repositoryKey } from './model.ts'
import { isOnline, liveRegistrations } from './registry.ts'
import type { NewRun } from './runs.ts'
import { addJob, cancelRun, createRun } from './runs.ts'
import type { Annotation, Conclusion, Job, JobDefinition, Run } from './run-model.ts'
import type { AccessToken, Permissions, TokenKind } from './tokens.ts'

export interface NewToken {
  readonly token: string
  readonly kind?: TokenKind
  readonly permissions?: Permissions
  /** `owner/name` of all that it sees; everything unless said otherwise. */
  readonly repositories?: readonly string[]
  readonly login?: string
  readonly expiresAtMs?: number
  readonly hourlyLimit?: number
  readonly limitStatus?: 403 | 429
}

export interface RunnerSummary {
  readonly id: number
  readonly name: string
  readonly scope: string
  readonly labels: readonly string[]
  readonly ephemeral: boolean
  readonly status: 'online' | 'offline'
  readonly busy: boolean
}

/** What a test or a demo does to GitHub: all that is not the product's own. */
export interface GitHubControl {
  addRepository(path: string, options?: { readonly private?: boolean; readonly defaultBranch?: string }): void
  addToken(token: NewToken): void
  createRun(run: NewRun): number
  queueJob(runId: number, definition: JobDefinition): number
  /** A runner of GitHub's own takes the job, which must be queued. */
  startHostedJob(jobId: number): void
  finishHostedJob(jobId: number, conclusion: Conclusion, outputs?: Readonly<Record<string, string>>): void
  annotate(jobId: number, annotation: Annotation): void
  cancelRun(runId: number, how?: 'cancel' | 'force-cancel'): void
  run(runId: number): Run
  job(jobId: number): Job
  /** The job of that name in the current attempt, even while it is waiting for others. */
  jobNamed(runId: number, name: string): Job | undefined
  runnersOf(path: string): readonly RunnerSummary[]
  /** Everything secret that was ever handed out. */
  secrets(): readonly string[]
  setMinimumRunnerVersion(version: string): void
  /** What GitHub offers for download from now on. */
  setRunnerDownloads(archives: readonly RunnerArchive[]): void
  /** GitHub answers 503 to everything until then. */
  down(untilMs: number): void
  /** `http://127.0.0.1:1234`: runners find their service there, and the REST API is below `/github`. */
  setServerUrl(url: string): void
}

const DEFAULT_PERMISSIONS: Permissions = {
  administration: 'write',
  actions: 'write',
  checks: 'read',
  organization_self_hosted_runners: 'write',
}
const HOURLY_LIMIT = 5_000
const GITHUB_TOKEN_HOURLY_LIMIT = 1_000
const HOSTED_RUNNER_ID = 1_000_000_000

export function githubControl(model: GitHubModel): GitHubControl {
  const runById = (runId: number): Run => known(model.runs.get(runId), 'run', runId)
  const jobById = (jobId: number): Job => known(model.jobs.get(jobId), 'job', jobId)
  return {
    addRepository: (path, options) => {
      addRepository(model, path, options ?? {})
    },
    addToken: (token) => {
      model.tokens.set(token.token, newToken(token))
    },
    createRun: (run) => {
      if (!model.repositories.has(repositoryKey(run.repository))) addRepository(model, run.repository, {})
      return createRun(model, run).id
    },
    queueJob: (runId, definition) => addJob(model, runById(runId), definition).id,
    startHostedJob: (jobId) => {
      const job = jobById(jobId)
      if (job.status !== 'queued') throw new Error(`job ${String(jobId)} is ${job.status}, not queued`)
      const id = HOSTED_RUNNER_ID + jobId
      begin(model, job, {
        id,
        name: `GitHub Actions ${String(jobId)}`,
        groupId: 0,
        groupName: 'GitHub Actions',
      })
    },
    finishHostedJob: (jobId, conclusion, outputs) => {
      finishHosted(model, jobById(jobId), conclusion, outputs ?? {})
    },
    annotate: (jobId, annotation) => {
      jobById(jobId).annotations.push(annotation)
    },
    cancelRun: (runId, how) => {
      cancelRun(model, runById(runId), how ?? 'cancel')
    },
    run: runById,
    job: jobById,
    jobNamed: (runId, name) =>
      runById(runId)
        .attempts.at(-1)
        ?.jobs.find((job) => job.definition.name === name),
    runnersOf: (path) => runners(model).filter((runner) => repositoryKey(runner.scope) === repositoryKey(path)),
    secrets: () => [...model.secrets],
    setMinimumRunnerVersion: (version) => {
      model.minimumRunnerVersion = version
    },
    setRunnerDownloads: (archives) => {
      model.runnerDownloads = archives
    },
    down: (untilMs) => {
      model.downUntilMs = untilMs
    },
    setServerUrl: (url) => {
      model.serverUrl = url
      model.apiUrl = `${url}/github`
    },
  }
}

function known<T>(thing: T | undefined, kind: string, id: number): T {
  if (thing === undefined) throw new Error(`no ${kind} ${String(id)}`)
  return thing
}

function addRepository(model: GitHubModel, path: string, options: { private?: boolean; defaultBranch?: string }): void {
  const [owner = '', name = ''] = path.split('/')
  const repository: Repository = {
    id: nextId(model),
    owner,
    name,
    private: options.private ?? true,
    defaultBranch: options.defaultBranch ?? 'main',
    createdAtMs: model.clock.now(),
  }
  model.repositories.set(repositoryKey(path), repository)
}

function newToken(token: NewToken): AccessToken {
  const kind = token.kind ?? 'pat'
  return {
    token: token.token,
    kind,
    login: token.login ?? (kind === 'pat' ? 'octocat' : 'github-actions[bot]'),
    permissions: token.permissions ?? DEFAULT_PERMISSIONS,
    repositories: token.repositories?.map(repositoryKey) ?? 'all',
    expiresAtMs: token.expiresAtMs ?? Number.POSITIVE_INFINITY,
    hourlyLimit: token.hourlyLimit ?? (kind === 'github-token' ? GITHUB_TOKEN_HOURLY_LIMIT : HOURLY_LIMIT),
    limitStatus: token.limitStatus ?? 403,
    windowEndsMs: 0,
    used: 0,
    recent: new Map(),
  }
}

function finishHosted(
  model: GitHubModel,
  job: Job,
  conclusion: Conclusion,
  outputs: Readonly<Record<string, string>>,
): void {
  job.outputs = outputs
  for (const step of job.steps) {
    Object.assign(step, {
      status: 'completed',
      conclusion,
      startedAtMs: job.startedAtMs,
      completedAtMs: model.clock.now(),
    })
  }
  end(model, job, conclusion, 'reported')
}

export function runners(model: GitHubModel): RunnerSummary[] {
  return liveRegistrations(model).map((registration) => {
    const { id, name, scope, labels, ephemeral, jobId } = registration
    return {
      id,
      name,
      scope: scope.path,
      labels,
      ephemeral,
      status: isOnline(model, registration) ? 'online' : 'offline',
      busy: jobId !== undefined,
    }
  })
}
