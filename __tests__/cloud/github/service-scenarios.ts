import type { Scenario } from './scenario.ts'
import type { Runner, Stage } from './stage.ts'
import { DAY, MINUTE, SECOND, VERSION, credentialOf } from './stage.ts'

function queue(stage: Stage, labels: readonly string[] = ['spot'], timeoutMinutes = 360): number {
  const { control } = stage.github
  const steps = [
    { name: 'compile', run: 'make' },
    { name: 'check', run: 'make check' },
  ]
  return control.queueJob(control.createRun({ repository: 'octo/forge' }), {
    name: 'build',
    labels,
    steps,
    timeoutMinutes,
  })
}

/** A runner that took a job, began its first step, and was never heard of again. */
async function crash(stage: Stage): Promise<{ runner: Runner; jobId: number }> {
  const runner = stage.runner()
  const jobId = queue(stage)
  await stage.poll(runner)
  stage.github.runners.reportStep(jobId, 0, { status: 'in_progress' })
  return { runner, jobId }
}

function statusOf(stage: Stage, runner: Runner): string {
  const found = stage.github.control.runnersOf('octo/forge').find(({ id }) => id === runner.id)
  return found === undefined ? 'gone' : `${found.status}${found.busy ? ' busy' : ''}`
}

/** Whether a runner with the labels gets a job that wants others. */
async function gets(stage: Stage, carried: readonly string[], wanted: readonly string[]): Promise<boolean> {
  const runner = stage.runner('picky', carried)
  queue(stage, wanted)
  return typeof (await stage.poll(runner)) === 'object'
}

export const serviceScenarios: readonly Scenario[] = [
  {
    rule: 'lostRunnersKeepTheirLease',
    async play(stage) {
      const { runner, jobId } = await crash(stage)
      const seen: string[] = []
      for (const ms of [2 * MINUTE, 7 * MINUTE, 2 * MINUTE]) {
        await stage.pass(ms)
        seen.push(`${statusOf(stage, runner)}, ${stage.github.control.job(jobId).conclusion ?? 'running'}`)
      }
      return seen
    },
    on: ['offline busy, running', 'offline busy, running', 'gone, failure'],
    off: ['gone, failure', 'gone, failure', 'gone, failure'],
  },
  {
    rule: 'silentRunnersLingerOnline',
    async play(stage) {
      const { runner } = await crash(stage)
      await stage.pass(30 * SECOND)
      return statusOf(stage, runner)
    },
    on: 'online busy',
    off: 'offline busy',
  },
  {
    rule: 'lostJobsKeepUnfinishedSteps',
    async play(stage) {
      const { jobId } = await crash(stage)
      await stage.pass(15 * MINUTE)
      const { conclusion, steps, annotations } = stage.github.control.job(jobId)
      return [conclusion, steps.map((step) => step.status), annotations[0]?.message.slice(0, 59)]
    },
    on: ['failure', ['in_progress', 'queued'], 'The self-hosted runner: runner lost communication with the '],
    off: ['failure', ['completed', 'completed'], 'The self-hosted runner: runner lost communication with the '],
  },
  {
    rule: 'unclaimedJobsAreRequeued',
    async play(stage) {
      const runner = stage.runner()
      const jobId = queue(stage)
      await stage.poll(runner)
      await stage.pass(MINUTE)
      const second = await stage.poll(stage.runner('second'))
      return [typeof second, stage.github.control.job(jobId).runner?.name]
    },
    on: ['object', 'second'],
    off: ['number', 'runner'],
  },
  {
    rule: 'labelsIgnoreCase',
    play: (stage) => gets(stage, ['Spot'], ['sPOT']),
    on: true,
    off: false,
  },
  {
    rule: 'everyLabelMustMatch',
    play: (stage) => gets(stage, ['spot'], ['self-hosted', 'spot']),
    on: false,
    off: true,
  },
  {
    rule: 'deprecatedVersionsAreRefused',
    play(stage) {
      stage.github.control.setMinimumRunnerVersion('2.330.0')
      const credential = credentialOf(stage.jit('aged'))
      return ['2.329.9', '2.330.0']
        .map((version) => stage.github.runners.openSession(credential, version))
        .map((answer) => (answer.status === 403 ? answer.body.reason : answer.status))
    },
    on: ['deprecated', 200],
    off: [200, 409],
  },
  {
    rule: 'oneSessionPerRunner',
    async play(stage) {
      const credential = credentialOf(stage.jit('twice'))
      const open = (): number => stage.github.runners.openSession(credential, VERSION).status
      const seen = [open(), open()]
      await stage.pass(2 * MINUTE)
      return [...seen, open()]
    },
    on: [200, 409, 200],
    off: [200, 200, 200],
  },
  {
    rule: 'queueIsLimited',
    async play(stage) {
      const jobId = queue(stage)
      await stage.pass(DAY)
      return stage.github.control.job(jobId).ending
    },
    on: 'queue-limit',
    off: undefined,
  },
  {
    rule: 'jobsTimeOut',
    async play(stage) {
      const runner = stage.runner()
      const jobId = queue(stage, ['spot'], 30)
      await stage.poll(runner)
      for (let minute = 0; minute < 60; minute += 1) {
        stage.github.runners.renew(jobId)
        await stage.pass(MINUTE)
      }
      return [stage.github.control.job(jobId).conclusion, stage.github.control.job(jobId).ending]
    },
    on: ['cancelled', 'timed-out'],
    off: [undefined, undefined],
  },
  {
    rule: 'cancelledJobsAreCutOff',
    async play(stage) {
      const runner = stage.runner()
      const jobId = queue(stage)
      await stage.poll(runner)
      stage.github.control.cancelRun(stage.github.control.job(jobId).runId)
      const asked = stage.github.runners.renew(jobId)
      await stage.pass(6 * MINUTE)
      return [asked, stage.github.control.job(jobId).conclusion]
    },
    on: [{ status: 200, body: { cancel: true } }, 'cancelled'],
    off: [{ status: 200, body: { cancel: true } }, undefined],
  },
]
