import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PlatformError } from '../../src/domain/failures.ts'
import { createActions } from '../../src/github/actions.ts'
import type { Request } from '../../src/github/request.ts'
import { createRunners } from '../../src/github/runners.ts'
import type { ActionsPort, Job, Registration, Run, RunnersPort } from '../../src/ports/github.ts'

const HOST = { clock: { now: () => 0, sleep: async () => undefined }, random: () => 0 }

/** GitHub answers every call like this. */
function answering(data: unknown, status = 200): RunnersPort & ActionsPort {
  const door: Request = async () => ({ status, headers: {}, data })
  return { ...createRunners(door, 'o/r', HOST), ...createActions(door, 'o/r', HOST) }
}

const RUNNER = { id: 1, name: 'ec2-spot-1-1.1', status: 'online', busy: false, labels: [{ name: 'ec2-spot-1-1' }] }
const STEP = { name: 'build', status: 'completed', conclusion: 'success', number: 1 }
const JOB = {
  id: 2,
  name: 'work',
  run_attempt: 1,
  status: 'completed',
  conclusion: 'failure',
  runner_name: 'ec2-spot-1-1.1',
  labels: ['ec2-spot-1-1'],
  started_at: '2026-11-20T10:00:00Z',
  completed_at: '2026-11-20T10:01:00Z',
  steps: [STEP],
}
const RUN = {
  id: 3,
  run_attempt: 1,
  status: 'completed',
  conclusion: 'failure',
  run_started_at: '2026-11-20T10:00:00Z',
  updated_at: '2026-11-20T10:01:00Z',
}
const DOWNLOAD = { os: 'linux', architecture: 'x64', download_url: 'https://x/y.tar.gz', sha256_checksum: 'ab' }

type Port = RunnersPort & ActionsPort
interface Reading {
  readonly read: (port: Port) => Promise<unknown>
  /** What GitHub answers where all is well. */
  readonly answer: unknown
  /** Whether a result has the shape that its type declares. */
  readonly isSound: (result: unknown) => boolean
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value)
const isOptional = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value)
const isListOf =
  (is: (value: never) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every((entry) => is(entry as never))

const isRegistration = (value: Registration): boolean =>
  isNumber(value.runnerId) &&
  isText(value.name) &&
  typeof value.busy === 'boolean' &&
  typeof value.online === 'boolean' &&
  isListOf(isText)(value.labels)
const STATES = ['queued', 'in_progress', 'completed', 'pending', 'waiting', 'requested']
const isJob = (job: Job): boolean =>
  isNumber(job.jobId) &&
  isText(job.name) &&
  isNumber(job.runAttempt) &&
  STATES.includes(job.state) &&
  isOptional(job.conclusion, isText) &&
  isOptional(job.runnerName, isText) &&
  isOptional(job.startedAtMs, isNumber) &&
  isOptional(job.completedAtMs, isNumber) &&
  isListOf(isText)(job.labels) &&
  job.steps.every((step) => isText(step.name) && STATES.includes(step.state) && isOptional(step.conclusion, isText))
const isRun = (run: Run): boolean =>
  isNumber(run.runId) &&
  isNumber(run.runAttempt) &&
  isText(run.state) &&
  isOptional(run.conclusion, isText) &&
  isOptional(run.startedAtMs, isNumber) &&
  isOptional(run.updatedAtMs, isNumber)
const isDownload = ({ url, sha256 }: { url: unknown; sha256: unknown }): boolean => isText(url) && isText(sha256)
const of =
  (is: (value: never) => boolean) =>
  (value: unknown): boolean =>
    is(value as never)

const READINGS: Readonly<Record<string, Reading>> = {
  runners: {
    read: (port) => port.runners(),
    answer: { total_count: 1, runners: [RUNNER] },
    isSound: isListOf(isRegistration),
  },
  runnerByName: {
    read: (port) => port.runnerByName(RUNNER.name),
    answer: { total_count: 1, runners: [RUNNER] },
    isSound: (value) => isOptional(value, of(isRegistration)),
  },
  runner: { read: (port) => port.runner(1), answer: RUNNER, isSound: of(isRegistration) },
  createJitRunner: {
    read: (port) => port.createJitRunner('a', ['b']),
    answer: { runner: RUNNER, encoded_jit_config: 'c2VjcmV0' },
    isSound: of(
      (made: { registration: Registration; jitConfig: unknown }) =>
        isRegistration(made.registration) && isText(made.jitConfig) && made.jitConfig !== '',
    ),
  },
  createRegistrationToken: {
    read: (port) => port.createRegistrationToken(),
    answer: { token: 'A', expires_at: '2026-11-20T10:00:00Z' },
    isSound: (value) => isText(value) && value !== '',
  },
  downloads: { read: (port) => port.downloads(), answer: [DOWNLOAD], isSound: isListOf(isDownload) },
  jobs: { read: (port) => port.jobs(1, 1), answer: { total_count: 1, jobs: [JOB] }, isSound: isListOf(isJob) },
  currentJobs: {
    read: (port) => port.currentJobs(1),
    answer: { total_count: 1, jobs: [JOB] },
    isSound: isListOf(isJob),
  },
  activeRuns: {
    read: (port) => port.activeRuns(),
    answer: { total_count: 1, workflow_runs: [RUN] },
    isSound: isListOf(isRun),
  },
  run: { read: (port) => port.run(3), answer: RUN, isSound: of(isRun) },
  repositoryIsPublic: {
    read: (port) => port.repositoryIsPublic(),
    answer: { private: true },
    isSound: (value) => typeof value === 'boolean',
  },
}
const NAMES = Object.keys(READINGS)
function readingOf(name: string): Reading {
  const reading = READINGS[name]
  if (reading === undefined) throw new Error(`nobody reads ${name}`)
  return reading
}

/** `sound` where the result has its shape, the error's name where it is one of ours, and what else came of it. */
async function outcomeOf({ read, isSound }: Reading, data: unknown): Promise<string> {
  try {
    const result = await read(answering(data))
    return isSound(result) ? 'sound' : `unsound: ${JSON.stringify(result)}`
  } catch (error) {
    return error instanceof PlatformError ? 'refused' : `thrown: ${String(error)}`
  }
}

test.each(NAMES)('%s: an answer as GitHub gives it is read', async (name) => {
  expect(await outcomeOf(readingOf(name), readingOf(name).answer)).toBe('sound')
})

const WRONG = [undefined, null, 0, -1, 1.5, true, '', 'text', [], {}, [null], [[]], { name: null }, [{ id: 1 }]]
const wrong = fc.oneof(fc.constantFrom(...WRONG), fc.jsonValue({ maxDepth: 2 }))

/** An answer of which some part, at any depth, is missing or something else. */
function broken(answer: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(answer)
  return fc.tuple(fc.constantFrom(...places), wrong).map(([place, value]) => replaced(answer, place, value))
}

function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value))
    return value.map((entry: unknown, n) => (String(n) === key ? replaced(entry, rest, by) : entry))
  const record = value as Readonly<Record<string, unknown>>
  return { ...record, [key]: replaced(record[key], rest, by) }
}

test.each(NAMES)('%s: whatever is wrong with an answer, it is refused, or read in its declared shape', async (name) => {
  const reading = readingOf(name)
  await fc.assert(
    fc.asyncProperty(fc.oneof(broken(reading.answer), wrong, fc.jsonValue()), async (data) => {
      expect(await outcomeOf(reading, data)).toMatch(/^(sound|refused)$/)
    }),
    { numRuns: 300 },
  )
})

const LISTINGS = ['runners', 'runnerByName', 'downloads', 'jobs', 'currentJobs', 'activeRuns', 'runner', 'run']
const NO_LISTS = [
  undefined,
  null,
  '',
  0,
  true,
  {},
  { message: 'Not what you think' },
  { runners: {} },
  { jobs: 'none' },
]
const PAGES = ['<html>Sign in</html>', 'null', '{"runners":[', ' ']

test.each(LISTINGS.flatMap((name) => [...NO_LISTS, ...PAGES].map((data) => [name, data] as const)))(
  '%s: %j is never "nothing there"',
  async (name, data) => {
    expect(await outcomeOf(readingOf(name), data)).toBe('refused')
  },
)

test.each<[string, (port: Port) => Promise<unknown>]>([
  ['a deletion', (port) => port.deleteRunner(1)],
  ['a cancellation', (port) => port.cancelRun(1)],
  ['a re-run', (port) => port.rerunAllJobs(1)],
  ['a re-run of one job', (port) => port.rerunJob(1)],
])('%s is not done because a page of a proxy says 200', async (_what, act) => {
  await expect(act(answering('<html>Sign in</html>'))).rejects.toThrow(PlatformError)
})
