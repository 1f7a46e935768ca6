import { describe, expect, test } from '@jest/globals'
import { failedRun, finish, spotRun } from './run-scenarios.ts'
import type { Stage } from './stage.ts'
import { HOUR, MINUTE, SECOND, START_MS, VERSION, credentialOf, granted, stage, verdict } from './stage.ts'

const RUN = '/repos/{owner}/{repo}/actions/runs/{run_id}'

interface ListedJob {
  readonly id: number
  readonly name: string
  readonly run_attempt: number
  readonly status: string
  readonly conclusion: string | null
  readonly runner_id: number | null
  readonly runner_name: string | null
  readonly labels: readonly string[]
  readonly started_at: string
  readonly completed_at: string | null
  readonly steps: readonly { readonly name: string; readonly status: string; readonly conclusion: string | null }[]
}

function jobs(on: Stage, runId: number, parameters: Record<string, unknown> = {}, path = 'jobs'): readonly ListedJob[] {
  const { body } = on.call(`GET ${RUN}/${path}`, { run_id: runId, ...parameters })
  return (body as { jobs: readonly ListedJob[] }).jobs
}

function attempt(on: Stage, runId: number, number: number): readonly ListedJob[] {
  return jobs(on, runId, { attempt_number: number }, 'attempts/{attempt_number}/jobs')
}

function results(listed: readonly ListedJob[]): string[] {
  return listed.map(({ name, conclusion, status }) => `${name}: ${conclusion ?? status}`)
}

function newRun(on: Stage): number {
  return on.github.control.createRun({ repository: 'octo/forge' })
}

describe('a job on a runner of ours', () => {
  test('waits for a runner, is taken by it, and tells its steps', async () => {
    const on = stage()
    const runId = newRun(on)
    const steps = [
      { name: 'compile', run: 'make', env: { CC: 'clang' } },
      { name: 'check', run: 'make check' },
    ]
    const jobId = on.github.control.queueJob(runId, { name: 'build', labels: ['spot'], env: { LANG: 'C' }, steps })
    const job = await on.poll(on.runner('spot-1.1'))
    expect(job).toMatchObject({
      id: jobId,
      name: 'build',
      env: {
        CC: 'clang',
        LANG: 'C',
        GITHUB_RUN_ID: String(runId),
        GITHUB_REPOSITORY: 'octo/forge',
        GITHUB_RUN_ATTEMPT: '1',
      },
      steps: [
        { name: 'compile', run: 'make' },
        { name: 'check', run: 'make check' },
      ],
    })
    on.github.runners.reportStep(jobId, 0, { status: 'in_progress', log: 'cc ' })
    await on.pass(MINUTE)
    on.github.runners.reportStep(jobId, 0, { status: 'completed', conclusion: 'failure', log: 'error' })
    on.github.runners.complete(jobId, 'failure')

    const [listed] = attempt(on, runId, 1)
    expect(listed).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      runner_name: 'spot-1.1',
      labels: ['spot'],
      started_at: '2026-11-20T12:00:00Z',
      completed_at: '2026-11-20T12:01:01Z',
    })
    expect(listed?.steps.map((step) => `${step.name}: ${step.conclusion ?? step.status}`)).toEqual([
      'Set up job: success',
      'compile: failure',
      'check: skipped',
      'Complete job: success',
    ])
    expect(on.github.control.job(jobId).steps[0]?.log).toBe('cc error')
  })

  test('a lost runner leaves its step unfinished and the job failed', async () => {
    const on = stage()
    const runId = newRun(on)
    const jobId = on.github.control.queueJob(runId, {
      name: 'build',
      labels: ['spot'],
      steps: [{ name: 'compile', run: 'make' }],
    })
    const runner = on.runner()
    await on.poll(runner)
    on.github.runners.reportStep(jobId, 0, { status: 'in_progress' })
    await on.pass(9 * MINUTE)
    expect(on.readRunner(runner.id).body).toMatchObject({ status: 'offline', busy: true })
    expect(on.deleteRunner(runner.id).status).toBe(422)
    await on.pass(2 * MINUTE)
    const [listed] = attempt(on, runId, 1)
    expect(listed).toMatchObject({
      conclusion: 'failure',
      steps: [{}, { status: 'in_progress', conclusion: null }, { status: 'queued' }],
    })
    expect(on.deleteRunner(runner.id).status).toBe(404)
    expect(on.github.runners.complete(jobId, 'success').status).toBe(404)
  })

  test('renewing keeps a job for as long as it takes', async () => {
    const on = stage()
    const jobId = on.github.control.queueJob(newRun(on), { name: 'build', labels: ['spot'] })
    await on.poll(on.runner())
    for (let minute = 0; minute < 60; minute += 1) {
      expect(on.github.runners.renew(jobId)).toEqual({ status: 200, body: { cancel: false } })
      await on.pass(MINUTE)
    }
  })

  test('a runner that stays takes one job after another', async () => {
    const on = stage()
    const { body } = on.call('POST /repos/{owner}/{repo}/actions/runners/registration-token')
    const { token } = body as { token: string }
    const registration = { token, name: 'lasting', labels: ['spot'], ephemeral: false, version: VERSION }
    const { credential } = granted(on.github.runners.register(registration))
    expect(on.github.runners.register(registration)).toEqual({ status: 409, body: { reason: 'name' } })
    const { sessionId, runnerId } = granted(on.github.runners.openSession(credential, VERSION))
    for (const name of ['one', 'two', 'three']) {
      const jobId = on.github.control.queueJob(newRun(on), { name, labels: ['spot'] })
      expect(await on.poll({ id: runnerId, sessionId })).toMatchObject({ id: jobId, name })
      on.github.runners.complete(jobId, 'success')
    }
    expect(on.readRunner(runnerId).body).toMatchObject({ busy: false, status: 'online', ephemeral: false })
  })

  test('another repository never gets the job', async () => {
    const on = stage()
    on.github.control.addRepository('octo/other')
    const runner = on.runner()
    on.github.control.queueJob(on.github.control.createRun({ repository: 'octo/other' }), {
      name: 'build',
      labels: ['spot'],
    })
    expect(await on.poll(runner)).toBe(204)
  })

  test('a runner of the organisation serves every repository of it', async () => {
    const on = stage()
    on.github.control.addToken({ token: 'owner', permissions: { organization_self_hosted_runners: 'write' } })
    const answer = on.call(
      'POST /orgs/{org}/actions/runners/generate-jitconfig',
      { org: 'octo', name: 'shared', runner_group_id: 1, labels: ['spot'] },
      'owner',
    )
    const { sessionId, runnerId } = granted(on.github.runners.openSession(credentialOf(answer), VERSION))
    const jobId = on.github.control.queueJob(newRun(on), { name: 'build', labels: ['spot'] })
    expect(await on.poll({ id: runnerId, sessionId })).toMatchObject({ id: jobId })
  })
})

describe('a runner as the API shows it', () => {
  test('is offline and unknown until its first session, and offline again when that is closed', () => {
    const on = stage()
    const answer = on.jit('spot-1.1')
    const { runner } = answer.body as { runner: { id: number } }
    expect(runner).toMatchObject({ name: 'spot-1.1', os: 'unknown', status: 'offline', busy: false, ephemeral: true })
    expect(runner).not.toHaveProperty('version')
    const { sessionId } = granted(on.github.runners.openSession(credentialOf(answer), VERSION))
    expect(on.readRunner(runner.id).body).toMatchObject({ os: 'Linux', status: 'online', version: VERSION })
    on.github.runners.closeSession(sessionId)
    expect(on.readRunner(runner.id).body).toMatchObject({ status: 'offline' })
  })

  test('once deleted, its credential opens nothing', () => {
    const on = stage()
    const answer = on.jit('spot-1.1')
    const { runner } = answer.body as { runner: { id: number } }
    expect([on.deleteRunner(runner.id).status, on.deleteRunner(runner.id).status]).toEqual([204, 404])
    expect(on.github.runners.openSession(credentialOf(answer), VERSION)).toEqual({
      status: 404,
      body: { reason: 'deleted' },
    })
  })
})

describe('a run', () => {
  test('queues what was waiting, with labels from the outputs of what it needs', () => {
    const on = stage()
    const runId = spotRun(on)
    expect(results(jobs(on, runId))).toEqual(['start: queued'])
    finish(on, runId, 'start', 'success', { label: 'spot-1' })
    expect(jobs(on, runId)[1]).toMatchObject({ name: 'build', status: 'queued', labels: ['spot-1'] })
  })

  test('skips what needs a failed job, and runs what comes always', () => {
    const on = stage()
    const runId = spotRun(on)
    finish(on, runId, 'start', 'failure')
    expect(results(jobs(on, runId))).toEqual(['start: failure', 'build: skipped', 'stop: queued'])
  })

  test('cancelled: what is queued ends at once, what runs is asked, what comes always still comes', async () => {
    const on = stage()
    const runId = spotRun(on)
    const lint = on.github.control.queueJob(runId, { name: 'lint', labels: ['spot'] })
    await on.poll(on.runner())
    expect(on.call(`POST ${RUN}/cancel`, { run_id: runId }).status).toBe(202)
    expect(on.github.runners.renew(lint)).toEqual({ status: 200, body: { cancel: true } })
    on.github.runners.complete(lint, 'cancelled')
    expect(results(jobs(on, runId))).toEqual(['start: cancelled', 'build: skipped', 'stop: queued', 'lint: cancelled'])
    finish(on, runId, 'stop', 'success')
    expect(on.call(`GET ${RUN}`, { run_id: runId }).body).toMatchObject({
      status: 'completed',
      conclusion: 'cancelled',
    })
  })

  test('cancelled: a job that its runner never began does not wait for another one', async () => {
    const on = stage()
    const runId = newRun(on)
    const jobId = on.github.control.queueJob(runId, { name: 'build', labels: ['spot'] })
    await on.poll(on.runner('spot-1.1'))
    on.github.control.cancelRun(runId)
    await on.pass(MINUTE)
    expect(on.github.control.job(jobId)).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  })

  test('force-cancelled: nothing survives', () => {
    const on = stage()
    const runId = spotRun(on)
    on.call(`POST ${RUN}/force-cancel`, { run_id: runId })
    expect(on.call(`GET ${RUN}`, { run_id: runId }).body).toMatchObject({
      status: 'completed',
      conclusion: 'cancelled',
    })
  })

  test('is found by status, event and day', async () => {
    const on = stage()
    const { control } = on.github
    const first = failedRun(on)
    await on.pass(24 * HOUR)
    const second = control.createRun({ repository: 'octo/forge', event: 'schedule' })
    const found = (parameters: Record<string, string>): number[] => {
      const { body } = on.call('GET /repos/{owner}/{repo}/actions/runs', parameters)
      return (body as { workflow_runs: { id: number }[] }).workflow_runs.map(({ id }) => id)
    }
    expect(found({})).toEqual([second, first])
    expect(found({ status: 'failure' })).toEqual([first])
    expect(found({ status: 'queued' })).toEqual([second])
    expect(found({ event: 'schedule' })).toEqual([second])
    expect(found({ created: new Date(START_MS).toISOString().slice(0, 10) })).toEqual([first])
  })
})

describe('a re-run', () => {
  test('of the failed jobs leaves start as it was: the label is dead', () => {
    const on = stage()
    const runId = failedRun(on)
    expect(on.call(`POST ${RUN}/rerun-failed-jobs`, { run_id: runId }).status).toBe(201)
    expect(results(jobs(on, runId))).toEqual(['start: success', 'build: queued'])
    expect(jobs(on, runId)[1]?.labels).toEqual(['spot-1'])
    expect(results(attempt(on, runId, 1))).toEqual(['start: success', 'build: failure', 'stop: success'])
    expect(jobs(on, runId, { filter: 'all' })).toHaveLength(5)
  })

  test('of the start job runs it and all that depends on it', () => {
    const on = stage()
    const runId = failedRun(on)
    const start = jobs(on, runId)[0]?.id
    expect(on.call('POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun', { job_id: start }).status).toBe(201)
    expect(results(jobs(on, runId))).toEqual(['start: queued'])
    finish(on, runId, 'start', 'success', { label: 'spot-2' })
    finish(on, runId, 'build', 'success')
    finish(on, runId, 'stop', 'success')
    expect(on.call(`GET ${RUN}`, { run_id: runId }).body).toMatchObject({ run_attempt: 2, conclusion: 'success' })
    expect(jobs(on, runId)[1]?.labels).toEqual(['spot-2'])
  })

  test('of a green run finds no failed jobs', () => {
    const on = stage()
    const runId = newRun(on)
    on.github.control.queueJob(runId, { name: 'lint', labels: ['ubuntu-latest'], hosted: true })
    finish(on, runId, 'lint', 'success')
    expect(verdict(on.call(`POST ${RUN}/rerun-failed-jobs`, { run_id: runId }))).toMatch(/^403 /)
  })

  test('names who asked for it', () => {
    const on = stage()
    const runId = failedRun(on)
    on.github.control.addToken({ token: 'bot', kind: 'github-token', permissions: { actions: 'write' } })
    on.call(`POST ${RUN}/rerun`, { run_id: runId }, 'bot')
    expect(on.call(`GET ${RUN}`, { run_id: runId }).body).toMatchObject({
      actor: { login: 'octocat' },
      triggering_actor: { login: 'github-actions[bot]' },
      previous_attempt_url: `https://api.github.com/repos/octo/forge/actions/runs/${String(runId)}/attempts/1`,
    })
  })

  test('an attempt that never was is not found', () => {
    const on = stage()
    const runId = failedRun(on)
    expect(on.call(`GET ${RUN}/attempts/{attempt_number}/jobs`, { run_id: runId, attempt_number: 2 }).status).toBe(404)
  })
})

test('a poll that finds nothing ends after the time it was given', async () => {
  const on = stage()
  const { sessionId } = on.runner()
  const answer = on.github.runners.next(sessionId, 20 * SECOND)
  let answeredAtMs = 0
  void answer.then(() => (answeredAtMs = on.clock.now()))
  await on.pass(MINUTE)
  expect([(await answer).status, answeredAtMs - START_MS]).toEqual([204, 20 * SECOND])
})
