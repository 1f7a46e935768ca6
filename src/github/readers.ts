import { PlatformError } from '../domain/failures.ts'
import type { Job, JobStep, Registration, Run, StepState } from '../ports/github.ts'
import { isRecord } from './errors.ts'

const STATES: readonly string[] = [
  'queued',
  'in_progress',
  'completed',
  'pending',
  'waiting',
  'requested',
] satisfies StepState[]

/**
 * A runner of GitHub's answer.
 *
 * @throws PlatformError where the answer has not the documented shape: to take it for "nothing there" would leave a runner behind
 */
export function registrationOf(route: string, value: unknown): Registration {
  const { id, name, status, busy, labels } = recordOf(route, value)
  if (typeof id !== 'number' || typeof name !== 'string') throw malformed(route, 'a runner without id or name')
  return { runnerId: id, name, online: status === 'online', busy: busy === true, labels: labelsOf(labels) }
}

export function jobOf(route: string, value: unknown): Job {
  const job = recordOf(route, value)
  const { id, name } = job
  if (typeof id !== 'number' || typeof name !== 'string') throw malformed(route, 'a job without id or name')
  return {
    jobId: id,
    name,
    runAttempt: typeof job['run_attempt'] === 'number' ? job['run_attempt'] : 1,
    state: stateOf(job['status']),
    conclusion: textOf(job['conclusion']),
    runnerName: textOf(job['runner_name']),
    labels: labelsOf(job['labels']),
    startedAtMs: instantOf(job['started_at']),
    completedAtMs: instantOf(job['completed_at']),
    steps: (Array.isArray(job['steps']) ? job['steps'] : []).map((step: unknown) => stepOf(recordOf(route, step))),
  }
}

export function runOf(route: string, value: unknown): Run {
  const run = recordOf(route, value)
  const { id, run_attempt: runAttempt, status } = run
  if (typeof id !== 'number' || typeof status !== 'string') throw malformed(route, 'a run without id or status')
  return {
    runId: id,
    runAttempt: typeof runAttempt === 'number' ? runAttempt : 1,
    state: status,
    conclusion: textOf(run['conclusion']),
    startedAtMs: instantOf(run['run_started_at']),
    updatedAtMs: instantOf(run['updated_at']),
  }
}

function stepOf(step: Readonly<Record<string, unknown>>): JobStep {
  return { name: textOf(step['name']) ?? '', state: stateOf(step['status']), conclusion: textOf(step['conclusion']) }
}

/** The list under `key`; a listing without it is broken, not empty. */
export function listOf(route: string, answer: unknown, key: string): readonly unknown[] {
  return entriesOf(route, recordOf(route, answer)[key], key)
}

/** The entries of a list that stands by itself. */
export function entriesOf(route: string, list: unknown, what = 'entries'): readonly unknown[] {
  if (!Array.isArray(list)) throw malformed(route, `no list of ${what}`)
  return list
}

export function recordOf(route: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw malformed(route, 'no JSON object')
  return value
}

export function secretOf(route: string, value: unknown, key: string): string {
  const secret = recordOf(route, value)[key]
  if (typeof secret !== 'string' || secret === '') throw malformed(route, `no ${key}`)
  return secret
}

function malformed(route: string, what: string): PlatformError {
  return new PlatformError({
    service: 'github',
    operation: route,
    code: 'HTTP 502',
    status: 502,
    message: `the answer has ${what}`,
  })
}

function labelsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((label: unknown) => (isRecord(label) ? (textOf(label['name']) ?? []) : (textOf(label) ?? [])))
}

/** A state that we do not know has not ended. */
function stateOf(value: unknown): StepState {
  return typeof value === 'string' && STATES.includes(value) ? (value as StepState) : 'in_progress'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function instantOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
