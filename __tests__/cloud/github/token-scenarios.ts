import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { START_MS, SECOND, HOUR, verdict } from './stage.ts'

const RUNNERS = 'GET /repos/{owner}/{repo}/actions/runners'
const RUNS = 'GET /repos/{owner}/{repo}/actions/runs'
const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel'
const TOKEN = 'POST /repos/{owner}/{repo}/actions/runners/registration-token'

/** The status of each of so many equal requests, counted. */
function counted(times: number, request: () => { status: number }): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let i = 0; i < times; i += 1) {
    const status = String(request().status)
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

function withToken({ github }: Stage, token: Parameters<typeof github.control.addToken>[0]): void {
  github.control.addToken(token)
}

export const tokenScenarios: readonly Scenario[] = [
  {
    rule: 'badTokensAreRefused',
    play(stage) {
      withToken(stage, { token: 'old', expiresAtMs: START_MS })
      return [stage.call(RUNS, {}, 'unknown'), stage.call(RUNS, {}, 'old')].map(verdict)
    },
    on: ['401 Bad credentials', '401 Bad credentials'],
    off: ['200', '200'],
  },
  {
    rule: 'permissionsAreChecked',
    play(stage) {
      withToken(stage, { token: 'reader', permissions: { actions: 'read', administration: 'read' } })
      const answer = stage.call(TOKEN, {}, 'reader')
      return [answer.status, stage.call(RUNNERS, {}, 'reader').status, answer.headers['x-accepted-github-permissions']]
    },
    on: [403, 200, 'administration=write'],
    off: [201, 200, 'administration=write'],
  },
  {
    rule: 'privateRepositoriesAreHidden',
    play(stage) {
      withToken(stage, { token: 'stranger', repositories: ['octo/other'] })
      return verdict(stage.call(RUNS, {}, 'stranger'))
    },
    on: '404 Not Found',
    off: '403 Resource not accessible by personal access token',
  },
  {
    rule: 'githubTokenCannotAdminister',
    play(stage) {
      withToken(stage, {
        token: 'job',
        kind: 'github-token',
        permissions: { administration: 'write', actions: 'read' },
      })
      return [verdict(stage.call(RUNNERS, {}, 'job')), verdict(stage.call(RUNS, {}, 'job'))]
    },
    on: ['403 Resource not accessible by integration', '200'],
    off: ['200', '200'],
  },
  {
    rule: 'primaryRateLimit',
    async play(stage) {
      withToken(stage, { token: 'small', hourlyLimit: 3 })
      const counts = counted(5, () => stage.call(RUNS, {}, 'small'))
      const remaining = stage.call(RUNS, {}, 'small').headers['x-ratelimit-remaining']
      await stage.pass(HOUR)
      return { counts, remaining, anHourLater: stage.call(RUNS, {}, 'small').status }
    },
    on: { counts: { 200: 3, 403: 2 }, remaining: '0', anHourLater: 200 },
    off: { counts: { 200: 5 }, remaining: '0', anHourLater: 200 },
  },
  {
    rule: 'secondaryRateLimit',
    async play(stage) {
      withToken(stage, { token: 'fast', limitStatus: 429 })
      const counts = counted(950, () => stage.call(RUNS, {}, 'fast'))
      const retryAfter = stage.call(RUNS, {}, 'fast').headers['retry-after']
      await stage.pass(60 * SECOND)
      return { counts, retryAfter, later: stage.call(RUNS, {}, 'fast').status }
    },
    on: { counts: { 200: 900, 429: 50 }, retryAfter: '60', later: 200 },
    off: { counts: { 200: 950 }, retryAfter: undefined, later: 200 },
  },
  {
    rule: 'contentCreationLimit',
    play: (stage) => counted(90, () => stage.call(TOKEN)),
    on: { 201: 80, 403: 10 },
    off: { 201: 90 },
  },
  {
    rule: 'registrationLimit',
    play(stage) {
      let tokens = 0
      return counted(1_510, () => {
        // A token of its own for each, since the limit is the repository's.
        tokens += 1
        const token = `token-${String(tokens)}`
        withToken(stage, { token })
        return stage.call(TOKEN, {}, token)
      })
    },
    on: { 201: 1_500, 429: 10 },
    off: { 201: 1_510 },
  },
  {
    rule: 'conditionalRequestsAreFree',
    play(stage) {
      const first = stage.call(RUNS)
      const again = stage.call(RUNS, {}, 'admin', { 'if-none-match': first.headers['etag'] ?? '' })
      return [again.status, Number(first.headers['x-ratelimit-used']) === Number(again.headers['x-ratelimit-used'])]
    },
    on: [304, true],
    off: [200, false],
  },
  {
    rule: 'finishedRunsCannotBeCancelled',
    play(stage) {
      const runId = stage.github.control.createRun({ repository: 'octo/forge' })
      const jobId = stage.github.control.queueJob(runId, { name: 'lint', labels: ['ubuntu-latest'], hosted: true })
      stage.github.control.startHostedJob(jobId)
      stage.github.control.finishHostedJob(jobId, 'success')
      return verdict(stage.call(CANCEL, { run_id: runId }))
    },
    on: '409 Cannot cancel a workflow run that is completed.',
    off: '202',
  },
]
