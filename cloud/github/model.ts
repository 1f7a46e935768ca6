import type { CloudClock } from '../clock.ts'
import type { GitHubRules } from './rules.ts'
import type { Job, Run } from './run-model.ts'
import type { AccessToken } from './tokens.ts'

/** What GitHub does not promise and a test may want to choose. Milliseconds. */
export interface GitHubTimings {
  /** How late the listing of runners is. */
  readonly runnerListLagMs: number
  /** How long a silent runner is still called online: longer than the minute between two renewals. */
  readonly onlineLingerMs: number
}

export const GITHUB_TIMINGS: GitHubTimings = { runnerListLagMs: 2_000, onlineLingerMs: 90_000 }

export interface Repository {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly private: boolean
  readonly defaultBranch: string
  readonly createdAtMs: number
}

/** Where runners are registered: `owner/name` of a repository, or the login of an organisation. */
export interface Scope {
  readonly kind: 'repository' | 'organization'
  readonly path: string
}

export interface RunnerRegistration {
  readonly id: number
  readonly name: string
  readonly scope: Scope
  readonly labels: readonly string[]
  readonly ephemeral: boolean
  readonly groupId: number
  /** Secret: what the runner shows when it opens a session. */
  readonly credential: string
  readonly createdAtMs: number
  deletedAtMs: number | undefined
  /** Set by the first session. */
  version: string | undefined
  lastContactMs: number | undefined
  jobId: number | undefined
  jobsTaken: number
}

export interface RunnerSession {
  readonly id: string
  readonly runnerId: number
  /** The long poll that is waiting for a job; undefined between two polls. */
  poll: PendingPoll | undefined
}

export interface PendingPoll {
  readonly give: (job: Job) => void
  /** Ends the poll: `nothing` came, or the registration is `deleted`. */
  readonly end: (why: 'nothing' | 'deleted') => void
}

export interface RegistrationToken {
  readonly scope: Scope
  readonly expiresAtMs: number
}

/** An archive of actions/runner, in the words of the API. */
export interface RunnerArchive {
  readonly os: string
  readonly architecture: string
  readonly download_url: string
  readonly filename: string
  readonly sha256_checksum: string
}

/** All that GitHub knows. */
export interface GitHubModel {
  readonly clock: CloudClock
  /** The only source of randomness. */
  readonly random: () => number
  readonly rules: GitHubRules
  readonly timings: GitHubTimings
  readonly repositories: Map<string, Repository>
  readonly tokens: Map<string, AccessToken>
  readonly registrations: Map<number, RunnerRegistration>
  readonly registrationTokens: Map<string, RegistrationToken>
  /** Instants of registrations, by scope, for their limit. */
  readonly registrationTimes: Map<string, number[]>
  readonly sessions: Map<string, RunnerSession>
  readonly runs: Map<number, Run>
  readonly jobs: Map<number, Job>
  /** Everything secret that was ever handed out; none of it may show up anywhere. */
  readonly secrets: Set<string>
  /** Base of the REST API, without a slash at its end. */
  apiUrl: string
  /** Where runners find the runner service, without a slash at its end. */
  serverUrl: string
  minimumRunnerVersion: string
  /** What GitHub offers for download: the runner's archives. */
  runnerDownloads: readonly RunnerArchive[]
  downUntilMs: number
  lastId: number
}

/** Ids grow and never return. */
export function nextId(model: GitHubModel): number {
  model.lastId += 1
  return model.lastId
}

const HEX = '0123456789abcdef'

export function randomHex(random: () => number, length: number): string {
  return Array.from({ length }, () => HEX.charAt(Math.floor(random() * HEX.length))).join('')
}

export function isDown(model: GitHubModel): boolean {
  return model.clock.now() < model.downUntilMs
}

export function repositoryKey(path: string): string {
  return path.toLowerCase()
}
