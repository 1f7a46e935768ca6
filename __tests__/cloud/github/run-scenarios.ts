import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { DAY, verdict } from './stage.ts'

const RUNS = '/repos/{owner}/{repo}/actions/runs'
const JOBS = '/repos/{owner}/{repo}/actions/jobs'

/** A job on GitHub's own runners, from its start to its end. */
export function finish(
  stage: Stage,
  runId: number,
  name: string,
  conclusion: 'success' | 'failure',
  outputs = {},
): void {
  const job = stage.github.control.jobNamed(runId, name)
  if (job === undefined) throw new Error(`no job ${name}`)
  stage.github.control.startHostedJob(job.id)
  stage.github.control.finishHostedJob(job.id, conclusion, outputs)
}

/** A run of three: `start` names a label, `build` runs under it, `stop` comes always. */
export function spotRun(stage: Stage): number {
  const { control } = stage.github
  const runId = control.createRun({ repository: 'octo/forge' })
  control.queueJob(runId, { name: 'start', labels: ['ubuntu-latest'], hosted: true })
  control.queueJob(runId, {
    name: 'build',
    labels: ({ needs }) => [needs['start']?.['label'] ?? 'no label'],
    needs: ['start'],
    hosted: true,
  })
  control.queueJob(runId, {
    name: 'stop',
    labels: ['ubuntu-latest'],
    needs: ['start', 'build'],
    when: 'always',
    hosted: true,
  })
  return runId
}

/** The same, to the end: the build failed. */
export function failedRun(stage: Stage): number {
  const runId = spotRun(stage)
  finish(stage, runId, 'start', 'success', { label: 'spot-1' })
  finish(stage, runId, 'build', 'failure')
  finish(stage, runId, 'stop', 'success')
  return runId
}

function rerun(stage: Stage, runId: number, how: 'rerun' | 'rerun-failed-jobs' = 'rerun'): string {
  return verdict(stage.call(`POST ${RUNS}/{run_id}/${how}`, { run_id: runId }))
}

function rerunJob(stage: Stage, jobId: number | undefined): string {
  return verdict(stage.call(`POST ${JOBS}/{job_id}/rerun`, { job_id: jobId ?? 0 }))
}

export const runScenarios: readonly Scenario[] = [
  {
    rule: 'waitingJobsAreUnlisted',
    play(stage) {
      const runId = spotRun(stage)
      const { body } = stage.call(`GET ${RUNS}/{run_id}/jobs`, { run_id: runId })
      return (body as { jobs: { name: string }[] }).jobs.map(({ name }) => name)
    },
    on: ['start'],
    off: ['start', 'build', 'stop'],
  },
  {
    rule: 'alwaysJobsSurviveCancel',
    play(stage) {
      const { control } = stage.github
      const runId = control.createRun({ repository: 'octo/forge' })
      const stop = control.queueJob(runId, { name: 'stop', labels: ['ubuntu-latest'], when: 'always', hosted: true })
      control.startHostedJob(stop)
      control.cancelRun(runId)
      return control.job(stop).cancel
    },
    on: 'no',
    off: 'cancelled',
  },
  {
    rule: 'runningRunsCannotBeRerun',
    play: (stage) => rerun(stage, spotRun(stage)),
    on: '403 This workflow is already running',
    off: '201',
  },
  {
    rule: 'onlyCurrentJobsCanBeRerun',
    play(stage) {
      const runId = failedRun(stage)
      const old = stage.github.control.jobNamed(runId, 'start')?.id
      rerun(stage, runId, 'rerun-failed-jobs')
      finish(stage, runId, 'build', 'failure')
      finish(stage, runId, 'stop', 'success')
      return rerunJob(stage, old)
    },
    on: '403 Only jobs from the current attempt can be re-run',
    off: '201',
  },
  {
    rule: 'calledJobsCannotBeRerun',
    play(stage) {
      const { control } = stage.github
      const runId = control.createRun({ repository: 'octo/forge' })
      control.queueJob(runId, {
        name: 'called / start',
        labels: ['ubuntu-latest'],
        hosted: true,
        inCalledWorkflow: true,
      })
      finish(stage, runId, 'called / start', 'failure')
      return [rerunJob(stage, control.jobNamed(runId, 'called / start')?.id), rerun(stage, runId)]
    },
    on: ['403 Jobs of a called workflow cannot be re-run on their own', '201'],
    off: ['201', '403 This workflow is already running'],
  },
  {
    rule: 'rerunsAreCounted',
    async play(stage) {
      const { control } = stage.github
      const runId = control.createRun({ repository: 'octo/forge' })
      control.queueJob(runId, { name: 'lint', labels: ['ubuntu-latest'], hosted: true })
      let reruns = 0
      finish(stage, runId, 'lint', 'failure')
      while (reruns < 55 && rerun(stage, runId) === '201') {
        reruns += 1
        finish(stage, runId, 'lint', 'failure')
        await stage.pass(1_000)
      }
      return reruns
    },
    on: 50,
    off: 55,
  },
  {
    rule: 'oldRunsCannotBeRerun',
    async play(stage) {
      const runId = failedRun(stage)
      await stage.pass(30 * DAY)
      return rerun(stage, runId)
    },
    on: '403 Unable to retry this workflow run because it was created over a month ago',
    off: '201',
  },
  {
    rule: 'carriedJobsGetNewIds',
    play(stage) {
      const runId = failedRun(stage)
      const before = stage.github.control.jobNamed(runId, 'start')
      rerun(stage, runId, 'rerun-failed-jobs')
      const after = stage.github.control.jobNamed(runId, 'start')
      return [after?.id === before?.id, after?.conclusion, after?.attempt]
    },
    on: [false, 'success', 2],
    off: [true, 'success', 1],
  },
  {
    rule: 'outputsAreCarriedOver',
    play(stage) {
      const runId = failedRun(stage)
      rerun(stage, runId, 'rerun-failed-jobs')
      return stage.github.control.jobNamed(runId, 'build')?.labels
    },
    on: ['spot-1'],
    off: ['no label'],
  },
]
