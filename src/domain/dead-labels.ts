import { identityOfLabel, type Identity } from './identity.ts'

export interface QueuedJob {
  readonly jobId: number
  readonly name: string
  readonly runAttempt: number
  readonly state: string
  readonly labels: readonly string[]
  readonly steps: readonly { readonly name: string }[]
}

/** What to do about a run in which a job waits for a label that nothing will ever serve. */
export type Cure =
  /** Re-run the start job of that label, with all that depend on it; where GitHub refuses, the whole run. */
  | { readonly kind: 'rerun'; readonly hung: QueuedJob; readonly startJob: QueuedJob | undefined }
  /** Another job of the run is at work: cancelling would cost it. */
  | { readonly kind: 'report'; readonly hung: QueuedJob; readonly working: QueuedJob }
  /** To run it again has not helped. */
  | { readonly kind: 'give-up'; readonly hung: QueuedJob }

/**
 * Where a start of a later attempt than this has just run again and its job still waits in vain, one more time
 * would not help, and each costs a machine: as where two jobs share a runner that takes one.
 */
const LAST_CURED_ATTEMPT = 2

/**
 * What hangs in a run. A label of ours is dead when no start of it is under way and no machine of it lives.
 *
 * @param jobs all jobs of the run's current attempt
 * @param isServed whether a machine of this identity lives
 * @param actionName how our action is called in the workflow, such as `octo-org/ec2-spot-runner`
 */
export function cureFor(
  repository: string,
  jobs: readonly QueuedJob[],
  isServed: (identity: Identity) => boolean,
  actionName: string,
): Cure | undefined {
  const starts = jobs.filter((job) => usesAction(job, actionName))
  const identityOf = (label: string): Identity | undefined => identityOfLabel(repository, label.replace(/\.\d+$/, ''))
  const isOurs = (label: string): boolean => identityOf(label) !== undefined
  const isDead = (label: string): boolean => {
    const identity = identityOf(label)
    return identity !== undefined && !isServed(identity)
  }
  const hung = jobs.find((job) => job.state === 'queued' && job.labels.some(isDead))
  if (hung === undefined) return undefined
  // A start that waits for a runner of its own shows no steps yet: any other job that waits may be one.
  const mayBegin = jobs.some((job) => job !== hung && job.state === 'queued' && !job.labels.some(isOurs))
  if (mayBegin || starts.some((job) => job.state === 'in_progress')) return undefined
  const working = jobs.find((job) => job.state === 'in_progress')
  const done = starts.filter((job) => job.state === 'completed')
  if (working !== undefined) return done.length === 0 ? undefined : { kind: 'report', hung, working }
  const isFresh = hung.labels.some((label) => identityOf(label)?.runAttempt === hung.runAttempt)
  if (isFresh && hung.runAttempt > LAST_CURED_ATTEMPT) return { kind: 'give-up', hung }
  return { kind: 'rerun', hung, startJob: done.length === 1 ? done[0] : undefined }
}

/** GitHub names a step without a name after what it runs: `Run octo-org/ec2-spot-runner@v1`. */
function usesAction(job: QueuedJob, actionName: string): boolean {
  return actionName !== '' && job.steps.some((step) => step.name.startsWith(`Run ${actionName}@`))
}
