export type JobStatus = 'waiting' | 'queued' | 'in_progress' | 'completed'
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

/** What an expression in a job's definition can see. */
export interface JobContext {
  readonly runId: number
  readonly runAttempt: number
  /** Outputs of the jobs named in `needs`. */
  readonly needs: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface StepDefinition {
  readonly name: string
  /** Bash. */
  readonly run: string
  readonly env?: Readonly<Record<string, string>>
}

/** One job of a workflow file. */
export interface JobDefinition {
  readonly name: string
  /** `runs-on`, or an expression over the outputs of `needs`. */
  readonly labels: readonly string[] | ((context: JobContext) => readonly string[])
  readonly needs?: readonly string[]
  /** `if:`; `success` unless said otherwise. */
  readonly when?: 'success' | 'always' | 'failure'
  readonly env?: Readonly<Record<string, string>>
  readonly steps?: readonly StepDefinition[]
  readonly timeoutMinutes?: number
  /** The job stands in a workflow that this one calls by `uses:`. */
  readonly inCalledWorkflow?: boolean
  /** A runner of GitHub's own takes it: started and finished by the control. */
  readonly hosted?: boolean
}

export interface StepRecord {
  readonly name: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: Conclusion | undefined
  startedAtMs: number | undefined
  completedAtMs: number | undefined
  log: string
}

export interface JobRunner {
  readonly id: number
  readonly name: string
  readonly groupId: number
  readonly groupName: string
}

export interface Annotation {
  readonly level: 'failure' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
}

/** How a job came to its end. */
export type Ending = 'reported' | 'lost' | 'cancelled' | 'timed-out' | 'queue-limit' | 'skipped'

/** One job of one attempt. */
export interface Job {
  readonly id: number
  readonly runId: number
  readonly attempt: number
  readonly definition: JobDefinition
  readonly createdAtMs: number
  readonly annotations: Annotation[]
  /** What stops the timers of this job. */
  readonly timers: Set<() => void>
  labels: readonly string[]
  status: JobStatus
  conclusion: Conclusion | undefined
  ending: Ending | undefined
  queuedAtMs: number | undefined
  startedAtMs: number | undefined
  completedAtMs: number | undefined
  runner: JobRunner | undefined
  steps: StepRecord[]
  outputs: Readonly<Record<string, string>>
  /** The runner said something about this job: it has it. */
  claimed: boolean
  leaseEndsMs: number
  cancel: 'no' | 'cancelled' | 'timed-out'
}

export interface Attempt {
  readonly number: number
  readonly startedAtMs: number
  readonly triggeringActor: string
  readonly jobs: Job[]
  cancelled: boolean
}

export interface Run {
  readonly id: number
  /** `owner/name` */
  readonly repository: string
  readonly number: number
  readonly workflowId: number
  readonly workflowName: string
  readonly workflowPath: string
  readonly event: string
  readonly headBranch: string
  readonly headSha: string
  readonly actor: string
  readonly createdAtMs: number
  readonly attempts: Attempt[]
}

/** The attempt that counts. */
export function currentAttempt(run: Run): Attempt {
  const attempt = run.attempts.at(-1)
  if (attempt === undefined) throw new Error(`run ${String(run.id)} has no attempt`)
  return attempt
}

export interface AttemptState {
  readonly status: 'queued' | 'in_progress' | 'completed'
  readonly conclusion: Conclusion | undefined
  readonly updatedAtMs: number
}

/** An attempt is what its jobs are. */
export function attemptState(attempt: Attempt): AttemptState {
  const { jobs } = attempt
  const updatedAtMs = Math.max(
    attempt.startedAtMs,
    ...jobs.map((job) => job.completedAtMs ?? job.startedAtMs ?? job.createdAtMs),
  )
  const isOver = jobs.every((job) => job.status === 'completed')
  if (isOver && (jobs.length > 0 || attempt.cancelled))
    return { status: 'completed', conclusion: conclusionOf(attempt), updatedAtMs }
  const hasBegun = jobs.some((job) => job.status === 'in_progress' || job.status === 'completed')
  return { status: hasBegun ? 'in_progress' : 'queued', conclusion: undefined, updatedAtMs }
}

function conclusionOf(attempt: Attempt): Conclusion {
  const conclusions = attempt.jobs.map((job) => job.conclusion)
  if (attempt.cancelled) return 'cancelled'
  if (conclusions.includes('failure')) return 'failure'
  if (conclusions.includes('cancelled')) return 'cancelled'
  return conclusions.length > 0 && conclusions.every((conclusion) => conclusion === 'skipped') ? 'skipped' : 'success'
}
