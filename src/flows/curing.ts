import type { RunContext } from '../domain/context.ts'
import { cureFor, type Cure } from '../domain/dead-labels.ts'
import type { Identity } from '../domain/identity.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { identityOf, type ActiveRun, type Worlds } from '../domain/orphans.ts'
import { repositoryTags, TAG } from '../domain/tags.ts'
import { messageOf } from '../domain/message.ts'
import type { Run } from '../ports/github.ts'
import type { Outside } from '../ports/outside.ts'
import type { SweepLine } from '../summary/sweep.ts'
import { inTurns } from './in-turns.ts'

/** A cancelled run ends when its `always()` jobs have, or GitHub cuts them off after five minutes. */
const CANCEL_WAIT_MS = 360_000
const CANCEL_POLL_MS = 2_000

export interface HungRuns {
  readonly hung: readonly number[]
  /** Runs whose jobs could not be read. */
  readonly unread: readonly SweepLine[]
}

/**
 * The runs in which a job waits for a label that nothing will serve, as after "Re-run failed jobs". One look
 * proves nothing: a machine may be listed late, and a start may just have begun.
 */
export async function findHungRuns(outside: Outside, worlds: Worlds, context: RunContext): Promise<HungRuns> {
  const mayHang = worlds.activeRuns.filter((run) => run.runId !== context.runId && !isWellServed(run, worlds.machines))
  const looked = await inTurns(mayHang, ({ runId }) =>
    cureOf(outside, worlds.machines, context, runId).then(
      (cure) => (cure === undefined ? undefined : runId),
      (error: unknown) => failedLine(runId, error),
    ),
  )
  return {
    hung: looked.filter((found) => typeof found === 'number'),
    unread: looked.filter((found) => typeof found !== 'number'),
  }
}

/**
 * Labels outlive their machines only from one attempt to the next, or once a machine is gone: a first attempt
 * that has one need not be asked for its jobs, which would cost a call for every healthy run.
 */
function isWellServed({ runId, runAttempt }: ActiveRun, machines: readonly Machine[]): boolean {
  return runAttempt === 1 && machines.some((machine) => isAlive(machine) && machine.tags[TAG.run] === String(runId))
}

/** Looks a second time, and gets the jobs that still wait a machine by running their start job again. */
export async function cureHungRuns(
  outside: Outside,
  runIds: readonly number[],
  context: RunContext,
  dryRun: boolean,
): Promise<readonly SweepLine[]> {
  return inTurns(runIds, (runId) =>
    cureRun(outside, context, runId, dryRun).catch((error: unknown) => failedLine(runId, error)),
  )
}

function failedLine(runId: number, error: unknown): SweepLine {
  return {
    what: 'run',
    id: String(runId),
    why: 'one of its jobs may wait for a machine that is gone',
    done: `failed: ${messageOf(error)}`,
    failed: true,
  }
}

async function cureRun(
  outside: Outside,
  context: RunContext,
  runId: number,
  dryRun: boolean,
): Promise<SweepLine | undefined> {
  const machines = await outside.ec2.machinesByTags({ ...repositoryTags(context.repository), [TAG.run]: String(runId) })
  const cure = await cureOf(outside, machines, context, runId)
  if (cure === undefined) return undefined
  const line = {
    what: 'run',
    id: String(runId),
    why: `job "${cure.hung.name}" waits for a machine that is gone`,
    failed: false,
  }
  if (cure.kind === 'report')
    return {
      ...line,
      done: `left: job "${cure.working.name}" of the run is at work; re-run all jobs when it has ended`,
    }
  if (cure.kind === 'give-up')
    return {
      ...line,
      done: 'left: it waits in vain again although its start job has run again; does each job of the label have a runner, as `count` says?',
    }
  if (dryRun) return { ...line, done: 'its start job would be run again' }
  return { ...line, done: await rerun(outside, runId, cure) }
}

async function cureOf(
  { actions }: Outside,
  machines: readonly Machine[],
  context: RunContext,
  runId: number,
): Promise<Cure | undefined> {
  const isServed = (identity: Identity): boolean =>
    machines.some((machine) => isAlive(machine) && isSame(identityOf(machine.tags), identity))
  return cureFor(context.repository, await actions.currentJobs(runId), isServed, context.actionName)
}

function isSame(a: Identity | undefined, b: Identity): boolean {
  return a?.runId === b.runId && a.runAttempt === b.runAttempt && a.name === b.name
}

const RUNS_AGAIN = 'cancelled, and it runs again already'

/** GitHub re-runs nothing of a run that is not over, and only job ids of the current attempt. */
async function rerun(
  { actions, host }: Outside,
  runId: number,
  { hung, startJob }: Extract<Cure, { kind: 'rerun' }>,
): Promise<string> {
  const isRunAgain = (run: Run | undefined): boolean => run !== undefined && run.runAttempt > hung.runAttempt
  await actions.cancelRun(runId)
  const over = await waitForEnd({ actions, host }, runId, isRunAgain)
  if (isRunAgain(over)) return RUNS_AGAIN
  try {
    if (startJob !== undefined && (await actions.rerunJob(startJob.jobId)) === 'begun')
      return `cancelled, and "${startJob.name}" runs again with all that depend on it`
    await actions.rerunAllJobs(runId)
    return 'cancelled, and all its jobs run again'
  } catch (error) {
    // GitHub also refuses where another sweep was faster, or where it has heard us the first time.
    if (isRunAgain(await actions.run(runId))) return RUNS_AGAIN
    throw error
  }
}

/** @throws Error where a cancelled run does not end */
async function waitForEnd(
  { actions, host }: Pick<Outside, 'actions' | 'host'>,
  runId: number,
  isRunAgain: (run: Run | undefined) => boolean,
): Promise<Run> {
  const endMs = host.clock.now() + CANCEL_WAIT_MS
  while (host.clock.now() < endMs) {
    // Before the first look too: the cancel of a sweep beside us must not hit what we run again.
    await host.clock.sleep(CANCEL_POLL_MS)
    const run = await actions.run(runId)
    if (run !== undefined && (run.state === 'completed' || isRunAgain(run))) return run
  }
  throw new Error('it was cancelled, and did not end in time to be run again; run all its jobs again by hand')
}
