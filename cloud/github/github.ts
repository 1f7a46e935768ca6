import type { Request } from '../../src/github/request.ts'
import type { CloudClock } from '../clock.ts'
import type { GitHubAnswer, GitHubCall } from './answers.ts'
import { notFound, refusalBody } from './answers.ts'
import type { GitHubControl } from './control.ts'
import { githubControl } from './control.ts'
import { dispatch } from './dispatch.ts'
import type { GitHubDoor } from './doors.ts'
import { carry, requestDoor } from './doors.ts'
import type { GitHubModel, GitHubTimings } from './model.ts'
import { GITHUB_TIMINGS } from './model.ts'
import { matchRoute } from './routes.ts'
import type { GitHubRules } from './rules.ts'
import { GITHUB_RULES } from './rules.ts'
import type { PathAnswer } from './runner-paths.ts'
import { servePath } from './runner-paths.ts'
import { runnerArchives } from './runner-archives.ts'
import type { RunnerService } from './runner-service.ts'
import { runnerService } from './runner-service.ts'
import type { GitHubSnapshot } from './snapshot.ts'
import { snapshot } from './snapshot.ts'

export interface GitHubOptions {
  readonly clock: CloudClock
  readonly random: () => number
  readonly rules?: Partial<GitHubRules>
  readonly timings?: Partial<GitHubTimings>
  /** Stands before both doors: records calls, plans faults. */
  readonly door?: GitHubDoor
}

/** The model of GitHub: REST for the product, the runner service for machines, control for tests. */
export interface GitHub {
  readonly control: GitHubControl
  /** The runner service for machines within this process. */
  readonly runners: RunnerService
  /** The product's door, for one token. */
  request(token: string): Request
  /** The same for an HTTP front; `path` without the base. Broken connections and garbled answers reject. */
  rest(
    method: string,
    path: string,
    query: URLSearchParams,
    body: unknown,
    token: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<GitHubAnswer>
  /** The runner service over HTTP; `path` starts with `/_runner/`. */
  runnerService(method: string, path: string, body: unknown): Promise<PathAnswer>
  /** One request, without the door. Never throws for what GitHub refuses. */
  dispatch(call: GitHubCall): GitHubAnswer
  snapshot(): GitHubSnapshot
}

const FIRST_ID = 1_000
/** Registration and configuration need at least this version of actions/runner. */
const MINIMUM_RUNNER_VERSION = '2.329.0'
const CURRENT_RUNNER_VERSION = '2.336.0'

export function createGitHub(options: GitHubOptions): GitHub {
  const model = newModel(options)
  const door: GitHubDoor = options.door ?? ((_call, effect) => Promise.resolve().then(effect))
  const send = (call: GitHubCall): Promise<GitHubAnswer> => carry(door, (arriving) => dispatch(model, arriving), call)
  const runnersOfThisProcess = runnerService(model)
  return {
    control: githubControl(model),
    runners: runnersOfThisProcess,
    request: (token) => requestDoor(send, token, () => model.apiUrl),
    rest(method, path, query, body, token, headers) {
      const matched = matchRoute(method, path, query, body)
      if (matched === undefined) return Promise.resolve({ status: 404, headers: {}, body: refusalBody(notFound()) })
      return send({ ...matched, token, headers: headers ?? {} })
    },
    runnerService: (method, path, body) => servePath(runnersOfThisProcess, method, path, body),
    dispatch: (call) => dispatch(model, call),
    snapshot: () => snapshot(model),
  }
}

function newModel(options: GitHubOptions): GitHubModel {
  return {
    clock: options.clock,
    random: options.random,
    rules: { ...GITHUB_RULES, ...options.rules },
    timings: { ...GITHUB_TIMINGS, ...options.timings },
    repositories: new Map(),
    tokens: new Map(),
    registrations: new Map(),
    registrationTokens: new Map(),
    registrationTimes: new Map(),
    sessions: new Map(),
    runs: new Map(),
    jobs: new Map(),
    secrets: new Set(),
    apiUrl: 'https://api.github.com',
    serverUrl: 'https://pipelines.actions.githubusercontent.com',
    minimumRunnerVersion: MINIMUM_RUNNER_VERSION,
    runnerDownloads: runnerArchives(CURRENT_RUNNER_VERSION),
    downUntilMs: 0,
    lastId: FIRST_ID,
  }
}
