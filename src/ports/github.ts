import type { Architecture } from '../domain/market.ts'

export interface Registration {
  readonly runnerId: number
  readonly name: string
  readonly labels: readonly string[]
  readonly online: boolean
  readonly busy: boolean
}

export interface JitRunner {
  readonly registration: Registration
  /** Secret: holds a private key. */
  readonly jitConfig: string
}

/** The runner's own archive, as GitHub offers it to this repository. */
export interface RunnerDownload {
  readonly architecture: Architecture
  readonly url: string
  readonly sha256: string
}

export type StepState = 'queued' | 'in_progress' | 'completed' | 'pending' | 'waiting' | 'requested'

export interface JobStep {
  readonly name: string
  readonly state: StepState
  readonly conclusion: string | undefined
}

export interface Job {
  readonly jobId: number
  readonly name: string
  readonly runAttempt: number
  readonly state: StepState
  readonly conclusion: string | undefined
  /** Names the runner that took the job; undefined while none has. */
  readonly runnerName: string | undefined
  readonly labels: readonly string[]
  readonly startedAtMs: number | undefined
  readonly completedAtMs: number | undefined
  readonly steps: readonly JobStep[]
}

/**
 * The self-hosted runners of a repository; needs `administration: write` there. Every method throws
 * `PlatformError`; a listing pages to its end.
 */
export interface RunnersPort {
  /** `taken`: a runner of that name exists, perhaps because the answer to an earlier try was lost. */
  createJitRunner(name: string, labels: readonly string[]): Promise<JitRunner | 'taken'>
  /** Secret; GitHub accepts it for one hour. */
  createRegistrationToken(): Promise<string>
  runner(runnerId: number): Promise<Registration | undefined>
  runnerByName(name: string): Promise<Registration | undefined>
  runners(): Promise<readonly Registration[]>
  /** The runner for Linux that GitHub offers now, for each architecture. */
  downloads(): Promise<readonly RunnerDownload[]>
  deleteRunner(runnerId: number): Promise<'deleted' | 'absent' | 'busy'>
}

/** One workflow run, at its current attempt. */
export interface Run {
  readonly runId: number
  readonly runAttempt: number
  /** `completed`, or any of the states on the way there. */
  readonly state: string
  readonly conclusion: string | undefined
  /** When the current attempt began. */
  readonly startedAtMs: number | undefined
  /** The last change of the run: its end, where it is over. */
  readonly updatedAtMs: number | undefined
}

/** What a workflow run is made of; needs `actions: read`, which `github.token` has by default in most repositories. */
export interface ActionsPort {
  /** All jobs of one attempt of a run, of this repository. */
  jobs(runId: number, runAttempt: number): Promise<readonly Job[]>
  repositoryIsPublic(): Promise<boolean>
  /** The runs of this repository that are queued or in progress. */
  activeRuns(): Promise<readonly Run[]>
  /** Undefined where the repository has no such run (any more). */
  run(runId: number): Promise<Run | undefined>
  /** The jobs of the current attempt: those that were carried over have new ids in it. */
  currentJobs(runId: number): Promise<readonly Job[]>
  /** Needs `actions: write`, as the next two do. A run that is over already is a success. */
  cancelRun(runId: number): Promise<void>
  rerunAllJobs(runId: number): Promise<void>
  /** The job and all that depend on it; `refused` where GitHub does not re-run this job alone, as inside a called workflow. */
  rerunJob(jobId: number): Promise<'begun' | 'refused'>
}
