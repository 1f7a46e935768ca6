import { Refusal } from './answers.ts'
import { advance, newJob } from './jobs.ts'
import type { GitHubModel } from './model.ts'
import { newAttempt } from './runs.ts'
import type { Attempt, Job, Run } from './run-model.ts'
import { attemptState, currentAttempt } from './run-model.ts'

const MOST_RERUNS = 50
const OLDEST_MS = 30 * 86_400_000

/** Runs every job again, as a new attempt. */
export function rerunAll(model: GitHubModel, run: Run, actor: string): void {
  checkRerun(model, run)
  startAttempt(model, run, actor, () => true)
}

/** Runs again what failed or was cancelled, and all that depends on it. */
export function rerunFailed(model: GitHubModel, run: Run, actor: string): void {
  checkRerun(model, run)
  const { jobs } = currentAttempt(run)
  const failed = jobs.filter((job) => job.conclusion === 'failure' || job.conclusion === 'cancelled')
  if (failed.length === 0) throw new Refusal(403, 'This workflow run cannot be retried: it has no failed jobs')
  const names = withDependents(jobs, failed)
  startAttempt(model, run, actor, (job) => names.has(job.definition.name))
}

/** Runs one job again, and all that depends on it. */
export function rerunJob(model: GitHubModel, run: Run, job: Job, actor: string): void {
  checkRerun(model, run)
  if (!currentAttempt(run).jobs.includes(job) && model.rules.onlyCurrentJobsCanBeRerun) {
    throw new Refusal(403, 'Only jobs from the current attempt can be re-run')
  }
  if (job.definition.inCalledWorkflow === true && model.rules.calledJobsCannotBeRerun) {
    throw new Refusal(403, 'Jobs of a called workflow cannot be re-run on their own')
  }
  const names = withDependents(currentAttempt(run).jobs, [job])
  startAttempt(model, run, actor, (other) => names.has(other.definition.name))
}

function checkRerun(model: GitHubModel, run: Run): void {
  const { rules } = model
  if (attemptState(currentAttempt(run)).status !== 'completed' && rules.runningRunsCannotBeRerun) {
    throw new Refusal(403, 'This workflow is already running')
  }
  if (run.createdAtMs + OLDEST_MS <= model.clock.now() && rules.oldRunsCannotBeRerun) {
    throw new Refusal(403, 'Unable to retry this workflow run because it was created over a month ago')
  }
  if (run.attempts.length > MOST_RERUNS && rules.rerunsAreCounted) {
    throw new Refusal(403, `Unable to retry this workflow run because it was re-run ${String(MOST_RERUNS)} times`)
  }
}

function withDependents(jobs: readonly Job[], roots: readonly Job[]): Set<string> {
  const names = new Set(roots.map((job) => job.definition.name))
  for (let before = -1; before !== names.size;) {
    before = names.size
    for (const { definition } of jobs)
      if (definition.needs?.some((need) => names.has(need)) === true) names.add(definition.name)
  }
  return names
}

/** What is not re-run stands in the new attempt with the result, the runner and the outputs that it had. */
function startAttempt(model: GitHubModel, run: Run, actor: string, again: (job: Job) => boolean): void {
  const previous = currentAttempt(run)
  const attempt = newAttempt(model, run, actor)
  for (const job of previous.jobs) {
    if (again(job)) newJob(model, run, attempt, job.definition)
    else if (model.rules.carriedJobsGetNewIds) carryOver(model, run, attempt, job)
    else attempt.jobs.push(job)
  }
  advance(model, run)
}

function carryOver(model: GitHubModel, run: Run, attempt: Attempt, job: Job): void {
  const { labels, status, conclusion, ending, queuedAtMs, startedAtMs, completedAtMs, runner, steps } = job
  const outputs = model.rules.outputsAreCarriedOver ? job.outputs : {}
  Object.assign(newJob(model, run, attempt, job.definition), {
    labels,
    status,
    conclusion,
    ending,
    queuedAtMs,
    startedAtMs,
    completedAtMs,
    runner,
    steps,
    outputs,
  } satisfies Partial<Job>)
}
