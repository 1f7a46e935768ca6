import { isAlive, type Machine } from './machine.ts'
import { deadlineOf } from './orphans.ts'
import { keepMsOf } from './tags.ts'
import { endedByItself, type JobEvidence } from './verdict.ts'

export interface EndedJob extends JobEvidence {
  readonly completedAtMs: number | undefined
}

/**
 * Until when a machine is to be left alone because its job failed; undefined where it is not. Its own deadline
 * comes first in any case, and a machine that still has work, or of whose jobs nobody knows, is not kept.
 */
export function keptUntil(machine: Machine, jobs: readonly EndedJob[] | undefined, nowMs: number): number | undefined {
  const keepMs = keepMsOf(machine.tags)
  if (keepMs === undefined || !isAlive(machine) || jobs?.every(endedByItself) !== true) return undefined
  const ends = jobs.flatMap((job) => (job.conclusion === 'failure' ? (job.completedAtMs ?? []) : []))
  if (ends.length === 0) return undefined
  const untilMs = Math.min(Math.max(...ends) + keepMs, deadlineOf(machine) ?? Number.POSITIVE_INFINITY)
  return nowMs < untilMs ? untilMs : undefined
}
