import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask } from './service.ts'
import { runStep } from './step.ts'
import { writeWorkerLog } from './worker-log.ts'

export interface RunnerJob {
  readonly id: number
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly steps: readonly { readonly name: string; readonly run: string }[]
}

export type JobResult = 'success' | 'failure' | 'cancelled'

/** Often enough for a person who cancels; the real runner renews once a minute and is told of a cancel by a message. */
const RENEW_MS = 1_000
const LOG_FLUSH_MS = 250
/** The real runner reports the end of a job five times before it gives up. */
const REPORT_TRIES = 5

/**
 * Runs a job and reports it, step by step. `shutdown` aborts when the machine goes away: as in the real
 * runner the step is ended, every later step and the completed hook are skipped, and the job has failed.
 */
export async function runJob(serviceUrl: string, job: RunnerJob, shutdown: AbortSignal): Promise<JobResult> {
  const cancel = new AbortController()
  const stop = AbortSignal.any([cancel.signal, shutdown])
  const place = mkdtempSync(join(tmpdir(), 'job-'))
  const outputsFile = join(place, 'outputs')
  writeFileSync(outputsFile, '')
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...job.env,
    GITHUB_WORKSPACE: place,
    GITHUB_OUTPUT: outputsFile,
    GITHUB_STEP_SUMMARY: join(place, 'summary'),
    RUNNER_TEMP: place,
  }
  const renewal = setInterval(() => {
    void renew(serviceUrl, job, cancel)
  }, RENEW_MS)

  let failed = !(await runHook('ACTIONS_RUNNER_HOOK_JOB_STARTED', place, env, stop))
  for (const [index, step] of job.steps.entries()) {
    const url = `${serviceUrl}jobs/${String(job.id)}/steps/${String(index)}`
    if (failed || stop.aborted)
      await ask('POST', url, { status: 'completed', conclusion: 'skipped' }, { tries: REPORT_TRIES })
    else
      failed = !(await reportedStep(url, join(place, `step-${String(index)}.sh`), step.run, env, stop, cancel.signal))
  }
  if (!shutdown.aborted) {
    const completed = await runHook('ACTIONS_RUNNER_HOOK_JOB_COMPLETED', place, env, shutdown)
    failed ||= !completed
  }
  clearInterval(renewal)
  const conclusion = cancel.signal.aborted ? 'cancelled' : failed || shutdown.aborted ? 'failure' : 'success'
  const outputs = readOutputs(outputsFile)
  writeWorkerLog(conclusion)
  await ask('POST', `${serviceUrl}jobs/${String(job.id)}/complete`, { conclusion, outputs }, { tries: REPORT_TRIES })
  return conclusion
}

async function renew(serviceUrl: string, job: RunnerJob, cancel: AbortController): Promise<void> {
  try {
    const answer = await ask('POST', `${serviceUrl}jobs/${String(job.id)}/renew`, {}, { tries: 1 })
    // 404: the job went on without us, and what it still does here is in vain.
    if (answer.body['cancel'] === true || answer.status === 404) cancel.abort()
  } catch {
    // The service is away; the job holds for ten minutes without a renewal.
  }
}

async function reportedStep(
  url: string,
  file: string,
  script: string,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  cancel: AbortSignal,
): Promise<boolean> {
  writeFileSync(file, script)
  let log = ''
  const taken = (): string => {
    const text = log
    log = ''
    return text
  }
  let reports = ask('POST', url, { status: 'in_progress' }, { tries: REPORT_TRIES })
  await reports
  const flush = setInterval(() => {
    const text = taken()
    if (text !== '')
      reports = reports.then(() => ask('POST', url, { status: 'in_progress', log: text }, { tries: REPORT_TRIES }))
  }, LOG_FLUSH_MS)
  const output = (text: string): void => {
    log += text
  }
  const code = await runStep({
    command: ['bash', '-e', file],
    cwd: env['GITHUB_WORKSPACE'] ?? tmpdir(),
    env,
    output,
    stop,
  })
  clearInterval(flush)
  await reports
  const success = code === 0 && !stop.aborted
  const conclusion = cancel.aborted ? 'cancelled' : success ? 'success' : 'failure'
  if (stop.aborted && !cancel.aborted) log += '##[error]The runner has received a shutdown signal.\n'
  await ask('POST', url, { status: 'completed', conclusion, log: taken() }, { tries: REPORT_TRIES })
  return success
}

/** A hook that fails has failed the job. */
async function runHook(variable: string, cwd: string, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<boolean> {
  const hook = env[variable]
  if (hook === undefined || hook === '') return true
  const output = (text: string): void => {
    process.stdout.write(text)
  }
  return (await runStep({ command: ['bash', '-e', hook], cwd, env, output, stop })) === 0
}

function readOutputs(file: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, name, value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) outputs[name] = value
  }
  return outputs
}
