import type { RunContext } from '../domain/context.ts'
import { cureFor, type Cure } from '../domain/dead-labels.ts'
import type { Identity } from '../domain/identity.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { identityOf, type Worlds } from '../domain/orphans.ts'
import { repositoryTags, TAG } from '../domain/tags.ts'
import { messageOf } from '../domain/message.ts'
import type { Outside } from '../ports/outside.ts'
import type { SweepLine } from '../summary/sweep.ts'

/** A cancelled run ends when its `always()` jobs have, or GitHub cuts them off after five minutes. */
const CANCEL_WAIT_MS = 360_000
const CANCEL_POLL_MS = 2_000

/**
 * The runs in which a job waits for a label that nothing will serve, as after "Re-run failed jobs". One look
 * proves nothing: a machine may be listed late, and a start may just have begun.
 */
export async function findHungRuns(outside: Outside, worlds: Worlds, context: RunContext): Promise<readonly number[]> {
  const hung: number[] = []
  for (const { runId } of worlds.activeRuns) {
    if (runId === context.runId) continue
    const cure = await cureOf(outside, worlds.machines, context, runId)
    if (cure !== undefined) hung.push(runId)
  }
  return hung
}

/** Looks a second time, and gets the jobs that still wait a machine by running their start job again. */
export async function cureHungRuns(
  outside: Outside,
  runIds: readonly number[],
  context: RunContext,
  dryRun: boolean,
): Promise<readonly SweepLine[]> {
  const lines: SweepLine[] = []
  for (const runId of runIds) {
    const line = await cureRun(outside, context, runId, dryRun).catch((error: unknown): SweepLine => ({
      what: 'run',
      id: String(runId),
      why: 'one of its jobs may wait for a machine that is gone',
      done: `failed: ${messageOf(error)}`,
      failed: true,
    }))
    if (line !== undefined) lines.push(line)
  }
  return lines
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

/** GitHub re-runs nothing of a run that is not over, and only job ids of the current attempt. */
async function rerun(
  { actions, host }: Outside,
  runId: number,
  cure: Extract<Cure, { kind: 'rerun' }>,
): Promise<string> {
  const { runAttempt } = cure.hung
  await actions.cancelRun(runId)
  const endMs = host.clock.now() + CANCEL_WAIT_MS
  for (;;) {
    const run = await actions.run(runId)
    if (run !== undefined && run.runAttempt > runAttempt) return 'run again already, by another sweep or a person'
    if (run?.state === 'completed') break
    if (host.clock.now() >= endMs)
      throw new Error('it was cancelled, and did not end in time to be run again; run all its jobs again by hand')
    await host.clock.sleep(CANCEL_POLL_MS)
  }
  const { startJob } = cure
  if (startJob !== undefined && (await actions.rerunJob(startJob.jobId)) === 'begun')
    return `cancelled, and "${startJob.name}" runs again with all that depend on it`
  await actions.rerunAllJobs(runId)
  return 'cancelled, and all its jobs run again'
}
