import type { VirtualClock } from '../../../cloud/clock.ts'
import { virtualClock } from '../../../cloud/clock.ts'
import type { GitHubAnswer } from '../../../cloud/github/answers.ts'
import type { GitHub } from '../../../cloud/github/github.ts'
import { createGitHub } from '../../../cloud/github/github.ts'
import type { GitHubTimings } from '../../../cloud/github/model.ts'
import type { GitHubRules } from '../../../cloud/github/rules.ts'
import type { JobForRunner, RunnerAnswer } from '../../../cloud/github/runner-service.ts'

export const START_MS = Date.parse('2026-11-20T12:00:00Z')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const VERSION = '2.336.0'
const RUNNERS = '/repos/{owner}/{repo}/actions/runners'

export interface Runner {
  readonly id: number
  readonly sessionId: string
}

/** One repository `octo/forge`, one token `admin`, and shorthand for what most tests do. */
export interface Stage {
  readonly github: GitHub
  readonly clock: VirtualClock
  /** Lets time pass, and everything that falls due. */
  pass(ms: number): Promise<void>
  /** One request, as `admin` unless said otherwise. */
  call(
    route: string,
    parameters?: Record<string, unknown>,
    token?: string,
    headers?: Record<string, string>,
  ): GitHubAnswer
  jit(name: string, labels?: readonly string[]): GitHubAnswer
  /** Registers a JIT runner and opens its session. */
  runner(name?: string, labels?: readonly string[]): Runner
  /** Polls for a second; the job, or the status of the answer. */
  poll(runner: Runner): Promise<JobForRunner | number>
  deleteRunner(id: number): GitHubAnswer
  readRunner(id: number): GitHubAnswer
}

export interface StageOptions {
  readonly rules?: Partial<GitHubRules>
  readonly timings?: Partial<GitHubTimings>
}

export function stage(options: StageOptions = {}): Stage {
  const random = seeded(7)
  const clock = virtualClock(START_MS, random)
  const github = createGitHub({ clock, random, ...options })
  github.control.addRepository('octo/forge')
  github.control.addToken({
    token: 'admin',
    permissions: { administration: 'write', actions: 'write', checks: 'read' },
  })

  const call: Stage['call'] = (route, parameters = {}, token = 'admin', headers = {}) => {
    return github.dispatch({ route, parameters: { owner: 'octo', repo: 'forge', ...parameters }, token, headers })
  }
  const jit: Stage['jit'] = (name, labels = ['spot']) =>
    call(`POST ${RUNNERS}/generate-jitconfig`, { name, runner_group_id: 1, labels })
  const pass = (ms: number): Promise<void> => clock.runUntil(() => false, ms)
  return {
    github,
    clock,
    pass,
    call,
    jit,
    runner(name = 'runner', labels) {
      const answer = jit(name, labels)
      const { sessionId, runnerId } = granted(github.runners.openSession(credentialOf(answer), VERSION))
      return { id: runnerId, sessionId }
    },
    async poll(runner) {
      const answer = github.runners.next(runner.sessionId, SECOND)
      await pass(SECOND)
      const settled = await answer
      return settled.status === 200 ? settled.body.job : settled.status
    },
    deleteRunner: (id) => call(`DELETE ${RUNNERS}/{runner_id}`, { runner_id: id }),
    readRunner: (id) => call(`GET ${RUNNERS}/{runner_id}`, { runner_id: id }),
  }
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** What a runner was granted; a refusal fails the test. */
export function granted<T>(answer: RunnerAnswer<T>): T {
  if (answer.status !== 200 && answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.body
}

/** The secret that a JIT configuration carries, found as a runner finds it. */
export function credentialOf(answer: GitHubAnswer): string {
  const { encoded_jit_config: config } = answer.body as { encoded_jit_config: string }
  const files = decoded(config) as Record<string, string>
  return (decoded(files['.credentials'] ?? '') as { data: { token: string } }).data.token
}

export function decoded(base64: string): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
}

/** The answer's status, and the message where it is a refusal. */
export function verdict(answer: GitHubAnswer): string {
  const message = (answer.body as { message?: string } | undefined)?.message
  return message === undefined ? String(answer.status) : `${String(answer.status)} ${message}`
}
