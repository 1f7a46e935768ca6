import { findOrphans, identityOf, type Orphan, type OrphanReason, type Worlds } from '../domain/orphans.ts'
import { identityOfLabel, isOwnRegistration, parseRunnerName } from '../domain/identity.ts'
import type { SweepRequest } from '../domain/request.ts'
import type { RunContext } from '../domain/context.ts'
import { repositoryTags, TAG } from '../domain/tags.ts'
import type { Machine } from '../domain/machine.ts'
import { messageOf } from '../domain/message.ts'
import type { Run } from '../ports/github.ts'
import type { Outside } from '../ports/outside.ts'
import { sweepSummary, type SweepLine } from '../summary/sweep.ts'
import { cureHungRuns, findHungRuns } from './curing.ts'
import { inTurns } from './in-turns.ts'

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
  const { worlds, problems } = await look(outside, context.repository)
  const suspects = findOrphans(worlds)
  const { hung, unread } = await findHungRuns(outside, worlds, context)
  log.info(
    `${String(worlds.machines.length)} machines, ${String(worlds.registrations.length)} runners, ${String(worlds.templates.length)} launch templates, ${String(worlds.activeRuns.length)} runs under way: ${String(suspects.length)} look orphaned, ${String(hung.length)} look hung.`,
  )
  const lines: SweepLine[] = [...problems, ...unread]
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

/**
 * All pages of all three worlds. Without GitHub there is still what EC2 alone can tell: who is past a deadline.
 * Without the machines nothing can be told of anything.
 */
async function look({ ec2, runners, actions, host }: Outside, repository: string) {
  const tags = repositoryTags(repository)
  const [machines, templates, gitHub] = await Promise.all([
    ec2.machinesByTags(tags),
    ec2.launchTemplatesByTags(tags).catch((error: unknown) => messageOf(error)),
    Promise.all([runners.runners(), actions.activeRuns()]).catch((error: unknown) => messageOf(error)),
  ])
  const [registrations, runs] = typeof gitHub === 'string' ? [[], []] : gitHub
  const worlds: Worlds = {
    nowMs: host.clock.now(),
    machines,
    templates: typeof templates === 'string' ? [] : templates,
    registrations,
    activeRuns: runs.map((run) => ({ ...run, repository })),
    gitHubKnown: typeof gitHub !== 'string',
  }
  const unread = (what: string, why: string, failure: unknown): SweepLine[] =>
    typeof failure === 'string' ? [{ what, id: repository, why, done: `failed: ${failure}`, failed: true }] : []
  const problems = [
    ...unread('EC2', 'its launch templates could not be read', templates),
    ...unread('GitHub', 'its runners and runs could not be read', gitHub),
  ]
  return { worlds, problems }
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
    return orphan === undefined ? undefined : await remove(outside, orphan, first, dryRun)
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

/** No later news of the run can change these. */
const LASTING: readonly OrphanReason[] = [
  'a later attempt of its run has begun',
  'it is stopped, and a stopped machine never comes back',
]

/** The three worlds as far as they concern one suspect, read anew. */
async function worldsOf({ runners, host }: Outside, reread: Reread, first: Worlds, suspect: Orphan): Promise<Worlds> {
  // What EC2 alone has told must go although GitHub is silent by now, and costs it no question.
  const gitHubKnown = first.gitHubKnown && !isToldByEc2(suspect, first.nowMs)
  const mustReadRun = gitHubKnown && !LASTING.includes(suspect.reason)
  const runId = mustReadRun ? runIdOf(suspect) : undefined
  const name = gitHubKnown ? runnerNameOf(suspect) : undefined
  const [machines, run, registration] = await Promise.all([
    suspect.kind === 'machine' ? reread.machines() : first.machines,
    runId === undefined ? undefined : reread.run(runId),
    name === undefined ? undefined : runners.runnerByName(name),
  ])
  const isActive = run !== undefined && run.state !== 'completed'
  const found = run === undefined ? [] : [{ ...run, repository: repositoryOf(suspect) }]
  return {
    nowMs: host.clock.now(),
    machines,
    templates: suspect.kind === 'template' ? [suspect.template] : [],
    registrations: registration === undefined ? [] : [registration],
    activeRuns: !mustReadRun ? first.activeRuns : isActive ? found : [],
    endedRuns: isActive ? [] : found,
    gitHubKnown,
  }
}

function isToldByEc2(suspect: Orphan, nowMs: number): boolean {
  const machines = suspect.kind === 'machine' ? [suspect.machine] : []
  const templates = suspect.kind === 'template' ? [suspect.template] : []
  return findOrphans({ nowMs, machines, templates, registrations: [], activeRuns: [], gitHubKnown: false }).length > 0
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

async function remove(outside: Outside, orphan: Orphan, first: Worlds, dryRun: boolean): Promise<SweepLine> {
  const { ec2, runners } = outside
  const line = { what: nameOf(orphan), id: orphan.id, why: orphan.reason, failed: false }
  if (dryRun) return { ...line, done: 'would be removed' }
  if (orphan.kind === 'machine') {
    await ec2.terminate([orphan.id])
    return { ...line, done: await removeRunnerOf(outside, orphan.machine, first) }
  }
  if (orphan.kind === 'template') await ec2.deleteLaunchTemplate(orphan.id)
  else if ((await runners.deleteRunner(orphan.registration.runnerId)) === 'busy')
    return { ...line, done: 'left: GitHub calls it busy again' }
  return { ...line, done: 'removed' }
}

/** GitHub calls the runner of a dead machine online for a while yet; what it keeps is for the next sweep. */
async function removeRunnerOf({ runners }: Outside, { tags }: Machine, { registrations }: Worlds): Promise<string> {
  const own = registrations.find((runner) => runner.name === tags[TAG.runner] && isOwnRegistration(runner))
  if (own === undefined || own.busy) return 'removed'
  const answer = await runners.deleteRunner(own.runnerId).catch(() => 'unknown')
  return answer === 'deleted' || answer === 'absent' ? 'removed, with its runner' : 'removed; its runner is not yet'
}
