import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Job } from '../cloud/github/run-model.ts'
import { REPOSITORY, type Stage } from '../cloud/play/stage.ts'
import type { Played } from '../cloud/play/step.ts'
import { lineReader, shownLine } from './log.ts'
import type { Deed } from './page.ts'

/** The job takes about a second; a slow computer gets time, a runner that never takes it does not. */
const JOB_LIMIT_MS = 20_000
const LOOK_MS = 50
const PROGRAM = fileURLToPath(new URL('./program/', import.meta.url))

/** What became of one run. */
export interface RunEnd {
  readonly start: Played
  readonly test: Job
  readonly stop: Played
  /** What did not go as a workflow author would want it. */
  readonly problems: readonly string[]
}

/** Where a run is played, and to whom it is told. */
export interface RunPlace {
  readonly stage: Stage
  readonly tell: (deed: Deed) => void
  /** Ends the run as it stands. */
  readonly signal: AbortSignal
}

/**
 * One run of the workflow that this action is made for: `start` on a runner of GitHub, `test` on the machine,
 * and `stop` always.
 *
 * @param inputs of the start step, beside tokens, region and image
 */
export async function playRun(place: RunPlace, inputs: Readonly<Record<string, string>>): Promise<RunEnd> {
  const { stage, tell } = place
  const { control } = stage.cloud.github
  const runId = control.createRun({ repository: REPOSITORY })
  tell({ actor: 'workflow', text: `run ${String(runId)} begins: job "start", then "test" on the machine, then "stop"` })
  const jobs = queueJobs(stage, runId)
  const start = await playHosted(
    place,
    runId,
    jobs.start,
    stage.startInputs({ ...inputs, 'start-job': String(jobs.start) }),
  )
  await jobEnd(place, jobs.test)
  const stop = await playHosted(place, runId, jobs.stop, stage.stopInputs())
  const test = control.job(jobs.test)
  return { start, test, stop, problems: problemsOf(start, test, stop) }
}

function queueJobs({ cloud }: Stage, runId: number): Readonly<Record<'start' | 'test' | 'stop', number>> {
  const { control } = cloud.github
  const hosted = { hosted: true, labels: ['ubuntu-latest'] }
  return {
    start: control.queueJob(runId, { ...hosted, name: 'start' }),
    test: control.queueJob(runId, {
      name: 'test',
      needs: ['start'],
      labels: ({ needs }) => [needs['start']?.['label'] ?? ''],
      env: { PROGRAM },
      steps: [
        { name: 'Check out', run: 'cp -r "$PROGRAM". .' },
        { name: 'Run the tests', run: 'node --test --test-reporter=spec' },
        { name: 'Run the program', run: 'node life.mjs' },
      ],
    }),
    stop: control.queueJob(runId, { ...hosted, name: 'stop', needs: ['start', 'test'], when: 'always' }),
  }
}

/** A job on a runner of GitHub's own, with one step: the action. */
async function playHosted(
  { stage, tell, signal }: RunPlace,
  runId: number,
  jobId: number,
  inputs: Readonly<Record<string, string>>,
): Promise<Played> {
  signal.throwIfAborted()
  const { control } = stage.cloud.github
  control.startHostedJob(jobId)
  const log = lineReader((line) => {
    const text = shownLine(line)
    if (text !== undefined && !signal.aborted) tell({ actor: 'action', text })
  })
  const played = await stage.play({
    runId,
    stepId: control.job(jobId).definition.name,
    inputs,
    onOutput: (text) => {
      log.read(text)
    },
    onSpawn: (child) => {
      signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
    },
  })
  log.end()
  signal.throwIfAborted()
  control.finishHostedJob(jobId, played.exitCode === 0 ? 'success' : 'failure', played.outputs)
  return played
}

/** Waits until the job is over; one that is not in time is cancelled, so that stop has its turn. */
async function jobEnd({ stage, signal }: RunPlace, jobId: number): Promise<void> {
  const { control } = stage.cloud.github
  const job = control.job(jobId)
  const limit = performance.now() + JOB_LIMIT_MS
  while (job.status !== 'completed') {
    if (performance.now() > limit) {
      control.cancelRun(job.runId, 'force-cancel')
      return
    }
    await sleep(LOOK_MS, undefined, { signal })
  }
}

function problemsOf(start: Played, test: Job, stop: Played): readonly string[] {
  return [
    ...exitProblem('start', start),
    ...(test.conclusion === 'success' ? [] : [`job "test" did not succeed: ${test.conclusion ?? test.status}`]),
    ...exitProblem('stop', stop),
  ]
}

function exitProblem(name: string, { exitCode }: Played): readonly string[] {
  return exitCode === 0
    ? []
    : [`step "${name}" ended with ${exitCode === null ? 'a signal' : `exit code ${String(exitCode)}`}`]
}
