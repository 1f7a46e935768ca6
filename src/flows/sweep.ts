import { findOrphans, identityOf, type Orphan, type Worlds } from '../domain/orphans.ts'
import { identityOfLabel, parseRunnerName } from '../domain/identity.ts'
import type { SweepRequest } from '../domain/request.ts'
import type { RunContext } from '../domain/context.ts'
import { repositoryTags, TAG } from '../domain/tags.ts'
import type { Machine } from '../domain/machine.ts'
import { messageOf } from '../domain/message.ts'
import type { Run } from '../ports/github.ts'
import type { Outside } from '../ports/outside.ts'
import { sweepSummary, type SweepLine } from '../summary/sweep.ts'
import { cureHungRuns, findHungRuns } from './curing.ts'

/**
 * Between the two looks: longer than any listing lags (seconds) and than a start takes from its registration
 * to its machine's tags.
 */
export const SECOND_LOOK_MS = 60_000

/**
 * Compares EC2, GitHub's runners and GitHub's runs of this repository, in both directions, and removes what
 * no job will use again. It judges, waits, reads each candidate again, and only then acts; what fails for
 * one does not stop the others.
 *
 * @throws Error that names what could not be done
 */
export async function sweep(outside: Outside, request: SweepRequest, context: RunContext): Promise<void> {
  const { log, clock, report } = outside.host
  const dryRun = request['dry-run']
  const { worlds, gitHubProblem } = await look(outside, context.repository)
  const suspects = findOrphans(worlds)
  const hung = await findHungRuns(outside, worlds, context)
  log.info(
    `${String(worlds.machines.length)} machines, ${String(worlds.registrations.length)} runners, ${String(worlds.templates.length)} launch templates, ${String(worlds.activeRuns.length)} runs under way: ${String(suspects.length)} look orphaned, ${String(hung.length)} look hung.`,
  )
  const lines: SweepLine[] = gitHubProblem === undefined ? [] : [gitHubProblem]
  if (suspects.length + hung.length > 0) {
    await clock.sleep(SECOND_LOOK_MS)
    const reread = createReread(outside, suspects)
    lines.push(...(await inTurns(suspects, (suspect) => lookAgain(outside, reread, worlds, suspect, dryRun))))
    lines.push(...(await cureHungRuns(outside, hung, context, dryRun)))
  }
  for (const line of lines) log.info(`${line.what} ${line.id}: ${line.why}. ${line.done}.`)
  await report.summary(sweepSummary(lines, dryRun))
  const failed = lines.filter((line) => line.failed)
  if (failed.length === 0) return
  const list = failed.map((line) => `- ${line.what} ${line.id}: ${line.done}`).join('\n')
  throw new Error(`Sweep could not finish ${String(failed.length)} of ${String(lines.length)}:\n${list}`)
}

/** All pages of all three worlds. Without GitHub there is still what EC2 alone can tell: who is past a deadline. */
async function look({ ec2, runners, actions, host }: Outside, repository: string) {
  const tags = repositoryTags(repository)
  const [machines, templates, gitHub] = await Promise.all([
    ec2.machinesByTags(tags),
    ec2.launchTemplatesByTags(tags),
    Promise.all([runners.runners(), actions.activeRuns()]).catch((error: unknown) => messageOf(error)),
  ])
  const [registrations, runs] = typeof gitHub === 'string' ? [[], []] : gitHub
  const worlds: Worlds = {
    nowMs: host.clock.now(),
    machines,
    templates,
    registrations,
    activeRuns: runs.map((run) => ({ ...run, repository })),
    gitHubKnown: typeof gitHub !== 'string',
  }
  if (typeof gitHub !== 'string') return { worlds, gitHubProblem: undefined }
  const gitHubProblem = {
    what: 'GitHub',
    id: repository,
    why: 'its runners and runs could not be read',
    done: `failed: ${gitHub}`,
    failed: true,
  }
  return { worlds, gitHubProblem }
}

/** GitHub takes 100 requests at a time from one user; a few are enough. */
const AT_A_TIME = 10

async function inTurns<T>(
  suspects: readonly Orphan[],
  work: (suspect: Orphan) => Promise<T | undefined>,
): Promise<T[]> {
  const done: T[] = []
  for (let at = 0; at < suspects.length; at += AT_A_TIME) {
    const some = await Promise.all(suspects.slice(at, at + AT_A_TIME).map(work))
    done.push(...some.flatMap((one) => one ?? []))
  }
  return done
}

/** What several suspects have in common is read once. */
interface Reread {
  readonly machines: () => Promise<readonly Machine[]>
  readonly run: (runId: number) => Promise<Run | undefined>
}

function createReread({ ec2, actions }: Outside, suspects: readonly Orphan[]): Reread {
  const instanceIds = suspects.flatMap((suspect) => (suspect.kind === 'machine' ? [suspect.id] : []))
  let machines: Promise<readonly Machine[]> | undefined
  const runs = new Map<number, Promise<Run | undefined>>()
  return {
    machines: () => (machines ??= ec2.machinesById(instanceIds)),
    run: (runId) => {
      const run = runs.get(runId) ?? actions.run(runId)
      runs.set(runId, run)
      return run
    },
  }
}

/** Reads one suspect again, with its run and its runner, and removes it if it is still an orphan: three calls at most. */
async function lookAgain(
  outside: Outside,
  reread: Reread,
  first: Worlds,
  suspect: Orphan,
  dryRun: boolean,
): Promise<SweepLine | undefined> {
  try {
    const again = findOrphans(await worldsOf(outside, reread, first, suspect))
    const orphan = again.find(({ kind, id }) => kind === suspect.kind && id === suspect.id)
    return orphan === undefined ? undefined : await remove(outside, orphan, dryRun)
  } catch (error) {
    return {
      what: nameOf(suspect),
      id: suspect.id,
      why: suspect.reason,
      done: `failed: ${messageOf(error)}`,
      failed: true,
    }
  }
}

/** The three worlds as far as they concern one suspect, read anew. */
async function worldsOf({ runners, host }: Outside, reread: Reread, first: Worlds, suspect: Orphan): Promise<Worlds> {
  const runId = first.gitHubKnown ? runIdOf(suspect) : undefined
  const name = first.gitHubKnown ? runnerNameOf(suspect) : undefined
  const [machines, run, registration] = await Promise.all([
    suspect.kind === 'machine' ? reread.machines() : first.machines,
    runId === undefined ? undefined : reread.run(runId),
    name === undefined ? undefined : runners.runnerByName(name),
  ])
  const isActive = run !== undefined && run.state !== 'completed'
  return {
    nowMs: host.clock.now(),
    machines,
    templates: suspect.kind === 'template' ? [suspect.template] : [],
    registrations: registration === undefined ? [] : [registration],
    activeRuns: isActive ? [{ repository: repositoryOf(suspect), runId: run.runId, runAttempt: run.runAttempt }] : [],
    gitHubKnown: first.gitHubKnown,
  }
}

function runIdOf(orphan: Orphan): number | undefined {
  if (orphan.kind === 'registration') return identityOfLabel('', parseRunnerName(orphan.id)?.label ?? '')?.runId
  return identityOf(orphan.kind === 'machine' ? orphan.machine.tags : orphan.template.tags)?.runId
}

function repositoryOf(orphan: Orphan): string {
  if (orphan.kind === 'registration') return ''
  return (orphan.kind === 'machine' ? orphan.machine.tags : orphan.template.tags)[TAG.repository] ?? ''
}

function runnerNameOf(orphan: Orphan): string | undefined {
  if (orphan.kind === 'template') return undefined
  return orphan.kind === 'registration' ? orphan.id : orphan.machine.tags[TAG.runner]
}

function nameOf(orphan: Orphan): string {
  return { machine: 'machine', registration: 'runner', template: 'launch template' }[orphan.kind]
}

async function remove({ ec2, runners }: Outside, orphan: Orphan, dryRun: boolean): Promise<SweepLine> {
  const line = { what: nameOf(orphan), id: orphan.id, why: orphan.reason, failed: false }
  if (dryRun) return { ...line, done: 'would be removed' }
  if (orphan.kind === 'machine') await ec2.terminate([orphan.id])
  else if (orphan.kind === 'template') await ec2.deleteLaunchTemplate(orphan.id)
  else if ((await runners.deleteRunner(orphan.registration.runnerId)) === 'busy')
    return { ...line, done: 'left: GitHub calls it busy again' }
  return { ...line, done: 'removed' }
}
