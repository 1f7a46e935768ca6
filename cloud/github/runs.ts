import { Refusal } from './answers.ts'
import { advance, askToStop, end, newJob } from './jobs.ts'
import type { GitHubModel } from './model.ts'
import { nextId, randomHex } from './model.ts'
import type { Attempt, Job, JobDefinition, Run } from './run-model.ts'
import { attemptState, currentAttempt } from './run-model.ts'

export interface NewRun {
  /** `owner/name` */
  readonly repository: string
  readonly event?: string
  readonly headBranch?: string
  readonly headSha?: string
  readonly workflow?: string
  readonly workflowPath?: string
  readonly actor?: string
}

const SHA_LENGTH = 40

/** A run without jobs yet: it is queued until it has some. */
export function createRun(model: GitHubModel, wanted: NewRun): Run {
  const id = nextId(model)
  const run: Run = {
    id,
    repository: wanted.repository,
    number: [...model.runs.values()].filter((other) => other.repository === wanted.repository).length + 1,
    workflowId: 1,
    workflowName: wanted.workflow ?? 'CI',
    workflowPath: wanted.workflowPath ?? '.github/workflows/ci.yml',
    event: wanted.event ?? 'push',
    headBranch: wanted.headBranch ?? 'main',
    headSha: wanted.headSha ?? randomHex(model.random, SHA_LENGTH),
    actor: wanted.actor ?? 'octocat',
    createdAtMs: model.clock.now(),
    attempts: [],
  }
  newAttempt(model, run, run.actor)
  model.runs.set(id, run)
  return run
}

export function newAttempt(model: GitHubModel, run: Run, triggeringActor: string): Attempt {
  const attempt: Attempt = {
    number: run.attempts.length + 1,
    startedAtMs: model.clock.now(),
    triggeringActor,
    jobs: [],
    cancelled: false,
  }
  run.attempts.push(attempt)
  return attempt
}

/** Adds a job to the current attempt; it is queued as soon as what it needs is over. */
export function addJob(model: GitHubModel, run: Run, definition: JobDefinition): Job {
  const job = newJob(model, run, currentAttempt(run), definition)
  advance(model, run)
  return job
}

/** Cancels the current attempt; throws 409 where it is over. */
export function cancelRun(model: GitHubModel, run: Run, how: 'cancel' | 'force-cancel'): void {
  const attempt = currentAttempt(run)
  if (attemptState(attempt).status === 'completed') {
    if (!model.rules.finishedRunsCannotBeCancelled) return
    throw new Refusal(409, 'Cannot cancel a workflow run that is completed.')
  }
  attempt.cancelled = true
  for (const job of attempt.jobs) {
    if (job.status === 'completed') continue
    if (how === 'force-cancel') end(model, job, 'cancelled', 'cancelled')
    else if (job.status !== 'waiting' && !survives(model, job)) askToStop(model, job, 'cancelled')
  }
  advance(model, run)
}

function survives(model: GitHubModel, job: Job): boolean {
  return model.rules.alwaysJobsSurviveCancel && job.definition.when === 'always'
}
