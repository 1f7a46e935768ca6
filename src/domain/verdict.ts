import type { BootReport } from './boot-phase.ts'
import { isAlive, type Machine } from './machine.ts'

/** What became of a machine and its job. */
export type Verdict =
  'interrupted' | 'finished' | 'failed-to-boot' | 'expired' | 'idle' | 'terminated-by-us' | 'unknown'

/** Worst first: of several machines, the one that a person must hear about. */
const BY_WEIGHT: readonly Verdict[] = [
  'interrupted',
  'failed-to-boot',
  'unknown',
  'expired',
  'idle',
  'terminated-by-us',
  'finished',
]

export interface JobEvidence {
  readonly name: string
  readonly state: string
  readonly conclusion: string | undefined
  readonly steps: readonly { readonly state: string }[]
}

export interface Evidence {
  /** As EC2 showed it before we touched it. */
  readonly machine: Machine
  /** `Status.Code` of its spot request. */
  readonly spotStatus: string | undefined
  /** The jobs that ran on its runner; undefined where GitHub would not say. */
  readonly jobs: readonly JobEvidence[] | undefined
  /** What the console says, where we read it: it refines a verdict and never makes one. */
  readonly boot: BootReport | undefined
}

export interface Judgement {
  readonly verdict: Verdict
  /** What it rests on, for a person. */
  readonly evidence: string
}

/** EC2 user guide, "Spot request status": the codes of a reclaim; the status flips at the notice, two minutes ahead. */
const RECLAIM_STATUS =
  /^(marked-for-(termination|stop)|instance-(terminated|stopped)-(no-capacity|by-price|capacity-oversubscribed|by-experiment)|marked-for-(termination|stop)-by-experiment)$/

/** EC2 API reference, `StateReason`: AWS took the machine. */
const RECLAIM_REASON = /^Server\.SpotInstance(Termination|Shutdown)$/

export function isReclaimed(machine: Machine, spotStatus: string | undefined): boolean {
  return RECLAIM_REASON.test(machine.reasonCode ?? '') || RECLAIM_STATUS.test(spotStatus ?? '')
}

/** A job that ended with all its steps done has ended by itself, green or red. */
export function endedByItself(job: JobEvidence): boolean {
  return job.state === 'completed' && job.steps.length > 0 && job.steps.every((step) => step.state === 'completed')
}

export function judge({ machine, spotStatus, jobs, boot }: Evidence): Judgement {
  const ec2 = describe(machine, spotStatus)
  const broken = jobs?.find((job) => !endedByItself(job))
  const ended = jobs !== undefined && jobs.length > 0 && broken === undefined
  if (ended) return { verdict: 'finished', evidence: `${quoted(jobs)} ended by itself; ${ec2}` }
  if (isReclaimed(machine, spotStatus)) {
    if (jobs === undefined)
      return {
        verdict: 'unknown',
        evidence: `AWS took the machine (${ec2}), but GitHub did not say what became of its job`,
      }
    const under = broken === undefined ? 'it had no job' : `job ${quoted([broken])} was cut off`
    return { verdict: 'interrupted', evidence: `AWS took the machine (${ec2}); ${under}` }
  }
  if (isAlive(machine))
    return {
      verdict: 'terminated-by-us',
      evidence:
        broken === undefined ? `alive without a job; ${ec2}` : `job ${quoted([broken])} was still running; ${ec2}`,
    }
  if (machine.reasonCode === 'Client.UserInitiatedShutdown')
    return { verdict: 'terminated-by-us', evidence: `terminated through the API before; ${ec2}` }
  if (machine.reasonCode === 'Client.InstanceInitiatedShutdown') return poweredOff(boot, ec2)
  return { verdict: 'unknown', evidence: ec2 }
}

/** A machine that powered itself off had a reason of its own, and only its console knows it. */
function poweredOff(boot: BootReport | undefined, ec2: string): Judgement {
  if (boot?.failure !== undefined)
    return {
      verdict: 'failed-to-boot',
      evidence: `powered itself off (${boot.failure.step}: ${boot.failure.reason}); ${ec2}`,
    }
  const cause = boot?.phase === 'powering-off' ? boot.reason : ''
  const verdict = cause === 'idle' ? 'idle' : cause === 'deadline' ? 'expired' : 'unknown'
  return { verdict, evidence: `powered itself off${cause === '' ? '' : ` (${cause})`}; ${ec2}` }
}

/** The one verdict of several machines. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return BY_WEIGHT.find((verdict) => verdicts.includes(verdict)) ?? 'unknown'
}

function describe(machine: Machine, spotStatus: string | undefined): string {
  const parts = [
    `EC2: ${machine.state}`,
    machine.reasonCode,
    spotStatus === undefined ? undefined : `spot request ${spotStatus}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

function quoted(jobs: readonly JobEvidence[]): string {
  return jobs.map((job) => `"${job.name}"`).join(', ')
}
