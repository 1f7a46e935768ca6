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

/** What a workflow run is made of; needs `actions: read`, which `github.token` has by default in most repositories. */
export interface ActionsPort {
  /** All jobs of one attempt of a run, of this repository. */
  jobs(runId: number, runAttempt: number): Promise<readonly Job[]>
  repositoryIsPublic(): Promise<boolean>
}
