import { describe, expect, test } from '@jest/globals'
import type { Conclusion, Job, JobContext, JobDefinition } from '../../cloud/github/run-model.ts'
import { callGitHub, HOUR_MS } from './planting.ts'
import { ACTION, callsOf, list, rehearse, REPOSITORY, SWEEPING_RUN } from './rehearsal.ts'
import type { Inputs, Played, RehearsalOptions, Stage } from './rehearsal.ts'

const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel'
const RERUN_JOB = 'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun'
const RERUN = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun'
const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs'

const HOSTED_BOOT_MS = 3_000

/** A workflow as the guide shows it: start, work on its machine, stop. */
function workflow(more: Partial<JobDefinition> = {}): readonly JobDefinition[] {
  const hosted = { labels: ['ubuntu-latest'], hosted: true, ...more }
  return [
    { ...hosted, name: 'start', steps: [{ name: `Run ${ACTION}@v1`, run: '' }] },
    {
      ...more,
      name: 'work',
      needs: ['start'],
      labels: ({ needs }: JobContext) => list(needs['start']?.['runs-on']),
      steps: [{ name: 'test', run: 'true' }],
    },
    { ...hosted, name: 'stop', needs: ['start', 'work'], when: 'always', steps: [{ name: 'tear down', run: '' }] },
  ]
}

interface Theatre {
  readonly runId: number
  readonly played: readonly Played[]
  job(name: string): Job
  /** Waits until the job has this status. */
  until(name: string, status: Job['status']): Promise<void>
  /** The whole of attempt 1, whose job fails, and "Re-run failed jobs". */
  failAndRerun(): Promise<void>
}

/** Plays the hosted jobs of a run with real starts and stops; hosted jobs of other names are at work for ever. */
function perform(stage: Stage, jobs: readonly JobDefinition[], inputs: Inputs = {}): Theatre {
  const { control } = stage.cloud.github
  const runId = control.createRun({ repository: REPOSITORY })
  for (const definition of jobs) control.queueJob(runId, definition)
  const playing = new Set<number>()
  const played: Played[] = []
  const job = (name: string): Job => {
    const found = control.jobNamed(runId, name)
    if (found === undefined) throw new Error(`there is no job ${name}`)
    return found
  }
  const play = async ({ id, attempt, definition: { name } }: Job): Promise<void> => {
    await stage.clock.sleep(HOSTED_BOOT_MS)
    if (control.job(id).status !== 'queued') return
    control.startHostedJob(id)
    if (!/^(start|stop)/.test(name)) return
    const context = { runId, runAttempt: attempt, actionName: ACTION }
    const step = await (name.startsWith('start')
      ? stage.start({ 'start-job': String(id), ...inputs }, context)
      : stage.stop({ label: job('start').outputs['label'] ?? '' }, context))
    played.push(step)
    const conclusion: Conclusion = step.failed === '' ? 'success' : 'failure'
    control.finishHostedJob(id, conclusion, step.outputs)
  }
  const look = (): void => {
    for (const one of control.run(runId).attempts.at(-1)?.jobs ?? []) {
      if (one.status !== 'queued' || one.definition.hosted !== true || playing.has(one.id)) continue
      playing.add(one.id)
      void play(one)
    }
    stage.clock.after(500, look)
  }
  look()
  const until = async (name: string, status: Job['status']): Promise<void> => {
    const endMs = stage.clock.now() + HOUR_MS
    while (job(name).status !== status) {
      if (stage.clock.now() > endMs) throw new Error(`${name} is ${job(name).status} and never ${status}`)
      await stage.clock.sleep(500)
    }
  }
  return {
    runId,
    played,
    job,
    until,
    async failAndRerun() {
      await until('stop', 'completed')
      expect(job('work').conclusion).toBe('failure')
      callGitHub(stage.cloud, 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', { run_id: runId })
      expect(job('work')).toMatchObject({ status: 'queued', attempt: 2, labels: [`ec2-spot-${String(runId)}-1`] })
    },
  }
}

/** The machine of attempt 1 sees its job fail; those after it succeed, in time. */
const FAILS_FIRST: RehearsalOptions = {
  script: (_machine, index) => (index === 0 ? { conclusion: 'failure' } : { jobMs: 600_000 }),
}

const done = ({ summaries }: Played): string => summaries.join()

describe('after "Re-run failed jobs"', () => {
  test('the job that hangs runs on a new machine within one sweep, and its run ends well', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(done(swept)).toContain(
        `| run | \`${String(run.runId)}\` | job "work" waits for a machine that is gone | cancelled, and "start" runs again with all that depend on it |`,
      )
      await run.until('work', 'in_progress')
      expect(run.job('work')).toMatchObject({ attempt: 3, labels: [`ec2-spot-${String(run.runId)}-3`] })
      expect(run.job('start')).toMatchObject({ attempt: 3, conclusion: 'success' })
      await run.until('stop', 'completed')
      expect(run.job('work').conclusion).toBe('success')
      expect(run.played.map(({ failed }) => failed)).toEqual(run.played.map(() => ''))
      expect(stage.left()).toEqual({ machines: [], registrations: [], templates: [] })
    }, FAILS_FIRST))

  test('without a sweep it waits for a day', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      await stage.clock.sleep(12 * HOUR_MS)
      expect(run.job('work').status).toBe('queued')
    }, FAILS_FIRST))

  test('a dry run says it and does nothing', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      const swept = await stage.sweep({ 'dry-run': 'true' })
      expect(done(swept)).toContain('its start job would be run again')
      expect(run.job('work')).toMatchObject({ attempt: 2, status: 'queued' })
    }, FAILS_FIRST))

  test('inside a called workflow, where GitHub refuses the single job, all jobs run again', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow({ inCalledWorkflow: true }))
      await run.failAndRerun()
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(done(swept)).toContain('cancelled, and all its jobs run again')
      expect(callsOf(stage.cloud, RERUN_JOB)).toBe(1)
      expect(callsOf(stage.cloud, RERUN)).toBe(1)
      await run.until('work', 'in_progress')
      expect(run.job('work').attempt).toBe(3)
    }, FAILS_FIRST))

  test('where the workflow calls the action from its own repository, and steps do not say its name, all jobs run again', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      const swept = await stage.sweep({}, { actionName: '' })
      expect(done(swept)).toContain('cancelled, and all its jobs run again')
      expect(callsOf(stage.cloud, RERUN_JOB)).toBe(0)
      await run.until('work', 'in_progress')
    }, FAILS_FIRST))

  test('a healthy job of the run that is at work is not cancelled: the run is left and told of', () =>
    rehearse(async (stage) => {
      const sibling: JobDefinition = { name: 'lint', labels: ['ubuntu-latest'], hosted: true, steps: [] }
      const run = perform(stage, [...workflow(), sibling])
      await run.until('stop', 'completed')
      stage.cloud.github.control.finishHostedJob(run.job('lint').id, 'failure')
      await run.failAndRerun()
      await run.until('lint', 'in_progress')
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(done(swept)).toContain('left: job "lint" of the run is at work; re-run all jobs when it has ended')
      expect(callsOf(stage.cloud, CANCEL)).toBe(0)
      expect(run.job('lint').status).toBe('in_progress')
      stage.cloud.github.control.finishHostedJob(run.job('lint').id, 'success')
      await stage.sweep()
      await run.until('work', 'in_progress')
      expect(run.job('lint')).toMatchObject({ attempt: 3, conclusion: 'success' })
    }, FAILS_FIRST))

  test('the id that the start job had in an earlier attempt would have been refused', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.until('stop', 'completed')
      const earlier = run.job('start').id
      await run.failAndRerun()
      const current = run.job('start').id
      expect(current).not.toBe(earlier)
      stage.cloud.github.control.cancelRun(run.runId)
      await run.until('stop', 'completed')
      expect(() => callGitHub(stage.cloud, RERUN_JOB, { job_id: earlier })).toThrow(
        'Only jobs from the current attempt',
      )
      callGitHub(stage.cloud, RERUN_JOB, { job_id: current })
      await run.until('work', 'in_progress')
    }, FAILS_FIRST))

  test('a run of which the sweep itself is a part is not cancelled', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      await stage.sweep({}, { runId: run.runId, runAttempt: 2 })
      expect(run.job('work')).toMatchObject({ attempt: 2, status: 'queued' })
      expect(SWEEPING_RUN).not.toBe(run.runId)
    }, FAILS_FIRST))

  test('a job that hangs in its own attempt again and again is given up, not paid for for ever', () =>
    rehearse(
      async (stage) => {
        const [start, work, stop] = workflow() as [JobDefinition, JobDefinition, JobDefinition]
        // Two jobs for one runner that takes one.
        const run = perform(stage, [
          start,
          work,
          { ...work, name: 'other' },
          { ...stop, needs: ['start', 'work', 'other'] },
        ])
        for (let sweeps = 1; sweeps <= 5; sweeps++) {
          await stage.clock.sleep(HOUR_MS)
          await stage.sweep()
        }
        expect(run.job('work').attempt).toBe(3)
        expect(run.played).toHaveLength(5)
        expect(done(await stage.sweep())).toContain('does each job of the label have a runner, as `count` says?')
      },
      { script: () => ({ jobMs: 60_000 }) },
    ))
})

describe('what does not hang', () => {
  test.each([0, 1_000, 4_000, 12_000])('a fresh run, %d ms after it began, is never touched', (afterMs) =>
    rehearse(
      async (stage) => {
        const run = perform(stage, workflow())
        await stage.clock.sleep(afterMs)
        expect((await stage.sweep()).failed).toBe('')
        expect(callsOf(stage.cloud, CANCEL)).toBe(0)
        await run.until('stop', 'completed')
        expect(run.job('work')).toMatchObject({ attempt: 1, conclusion: 'success' })
      },
      { cloud: { latencyMs: () => 200, timing: { listingLagMs: [10_000, 10_000] } } },
    ),
  )

  test('a run whose start job waits for a runner of GitHub for long', () =>
    rehearse(async (stage) => {
      const { control } = stage.cloud.github
      const runId = control.createRun({ repository: REPOSITORY })
      for (const job of workflow()) control.queueJob(runId, job)
      await stage.clock.sleep(HOUR_MS)
      expect(done(await stage.sweep())).toContain('Nothing is left behind')
      expect(control.run(runId).attempts).toHaveLength(1)
    }))

  test('a run whose start job is at work for long', () =>
    rehearse(
      async (stage) => {
        const run = perform(stage, workflow())
        await run.until('start', 'in_progress')
        await stage.clock.sleep(30_000)
        await stage.sweep()
        expect(callsOf(stage.cloud, CANCEL)).toBe(0)
        expect(run.job('start').status).toBe('in_progress')
      },
      { script: () => ({ onlineMs: 300_000 }) },
    ))

  test('a job whose machine is listed late', () =>
    rehearse(
      async (stage) => {
        const run = perform(stage, workflow(), { 'wait-for': 'launch' })
        await run.until('work', 'queued')
        expect((await stage.cloud.send('DescribeInstances', {})).Reservations).toEqual([])
        const swept = await stage.sweep()
        expect(swept.lines[0]?.text).toMatch(/^0 machines, .* 1 look hung\.$/)
        expect(swept.summaries.join()).toContain('Nothing is left behind')
        expect(run.job('work')).toMatchObject({ attempt: 1, status: 'queued' })
        await run.until('stop', 'completed')
        expect(run.job('work')).toMatchObject({ attempt: 1, conclusion: 'success' })
      },
      { cloud: { timing: { listingLagMs: [50_000, 50_000] } }, script: () => ({ onlineMs: 120_000 }) },
    ))

  test('a job for the label of somebody else', () =>
    rehearse(async (stage) => {
      stage.queueJob(['ec2-spot-x', 'self-hosted'])
      expect(done(await stage.sweep())).toContain('Nothing is left behind')
    }))
})

describe('two sweeps at once cure once', () => {
  test.each([0, 1, 500, 2_000, 10_000, 30_000, 59_000, 61_000])('%d ms apart', (apartMs) =>
    rehearse(
      async (stage) => {
        const run = perform(stage, workflow())
        await run.failAndRerun()
        const first = stage.sweep()
        await stage.clock.sleep(apartMs)
        const swept = await Promise.all([first, stage.sweep({}, { runId: 100 })])
        expect(swept.map(({ failed }) => failed)).toEqual(['', ''])
        await run.until('work', 'in_progress')
        expect(run.job('work').attempt).toBe(3)
        await run.until('stop', 'completed')
        expect(run.job('work')).toMatchObject({ attempt: 3, conclusion: 'success' })
      },
      { ...FAILS_FIRST, cloud: { latencyMs: () => 100 } },
    ),
  )

  test.each(Array.from({ length: 20 }, (_, index) => index + 1))('with calls of any length, seed %d', (seed) => {
    let state = seed
    const latencyMs = (): number => (state = (state * 48_271) % 2_147_483_647) % 900
    return rehearse(
      async (stage) => {
        const run = perform(stage, workflow())
        await run.failAndRerun()
        const swept = await Promise.all([stage.sweep(), stage.sweep({}, { runId: 100 })])
        expect(swept.map(({ failed }) => failed)).toEqual(['', ''])
        await run.until('work', 'in_progress')
        expect(run.job('work').attempt).toBe(3)
      },
      { ...FAILS_FIRST, seed, cloud: { latencyMs } },
    )
  })
})

test('a run that a person runs again while the sweep waits for its end is left to that person', () =>
  rehearse(async (stage) => {
    const run = perform(stage, workflow())
    await run.failAndRerun()
    const sweeping = stage.sweep()
    while (run.job('stop').status !== 'completed') await stage.clock.sleep(10)
    callGitHub(stage.cloud, RERUN, { run_id: run.runId })
    expect(done(await sweeping)).toContain('cancelled, and it runs again already')
    expect(callsOf(stage.cloud, RERUN_JOB) + callsOf(stage.cloud, RERUN)).toBe(0)
    await run.until('work', 'in_progress')
    expect(run.job('work').attempt).toBe(3)
  }, FAILS_FIRST))

describe('trouble on the way', () => {
  test('of a run whose jobs cannot be read stops no other, and is named', () =>
    rehearse(async (stage) => {
      const unread = stage.cloud.github.control.createRun({ repository: REPOSITORY })
      const run = perform(stage, workflow())
      await run.failAndRerun()
      stage.cloud.faults.plan(({ operation, input }) =>
        operation === JOBS && input['run_id'] === unread
          ? { kind: 'refuse', code: '', status: 403, message: 'You may not.' }
          : undefined,
      )
      const swept = await stage.sweep()
      expect(swept.failed).toMatch(new RegExp(`^Sweep could not finish 1 of 2:\n- run ${String(unread)}: failed: `))
      await run.until('work', 'in_progress')
    }, FAILS_FIRST))

  test.each([RERUN_JOB, CANCEL])('an answer to %s that is lost does not cure twice', (route) =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      stage.cloud.faults.next(route, { kind: 'lose-response', afterMs: 1_000 })
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      await run.until('work', 'in_progress')
      expect(run.job('work').attempt).toBe(3)
    }, FAILS_FIRST),
  )

  test('a token that may not cancel: the sweep fails and says what is missing', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      stage.cloud.github.control.addToken({
        token: 'sweeping-token',
        kind: 'github-token',
        permissions: { actions: 'read' },
      })
      const swept = await stage.sweep()
      expect(swept.failed).toMatch(
        new RegExp(`- run ${String(run.runId)}: failed: .*actions-token needs \`actions: write\``),
      )
      expect(run.job('work')).toMatchObject({ attempt: 2, status: 'queued' })
    }, FAILS_FIRST))

  test('a cancelled run that does not end: the sweep fails and says what to do', () =>
    rehearse(async (stage) => {
      const run = perform(stage, workflow())
      await run.failAndRerun()
      stage.cloud.faults.always(CANCEL, { kind: 'refuse', code: '', status: 409, message: 'Cannot cancel.' })
      const swept = await stage.sweep()
      expect(swept.failed).toMatch(/did not end in time to be run again; run all its jobs again by hand/)
      expect(swept.tookMs).toBeLessThan(8 * 60_000)
      expect(run.job('work').attempt).toBe(2)
    }, FAILS_FIRST))
})

test('healthy runs cost no question of their own', () =>
  rehearse(
    async (stage) => {
      for (let n = 0; n < 5; n++) perform(stage, workflow())
      await stage.clock.sleep(30_000)
      await stage.sweep()
      // Only the run of the stage has no machine.
      expect(callsOf(stage.cloud, JOBS)).toBe(1)
    },
    { script: () => ({ jobMs: 600_000 }) },
  ))
