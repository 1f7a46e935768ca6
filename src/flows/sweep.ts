import { findOrphans, identityOf, type ActiveRun, type Orphan, type Worlds } from '../domain/orphans.ts'
import { identityOfLabel, parseRunnerName } from '../domain/identity.ts'
import type { SweepRequest } from '../domain/request.ts'
import type { RunContext } from '../domain/context.ts'
import { repositoryTags, TAG } from '../domain/tags.ts'
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
  const first = await look(outside, context.repository)
  const suspects = findOrphans(first)
  log.info(
    `${String(first.machines.length)} machines, ${String(first.registrations.length)} runners, ${String(first.templates.length)} launch templates, ${String(first.activeRuns.length)} runs under way: ${String(suspects.length)} look orphaned.`,
  )
  const hung = await findHungRuns(outside, first, context)
  const lines: SweepLine[] = []
  if (suspects.length + hung.length > 0) {
    await clock.sleep(SECOND_LOOK_MS)
    const orphans = await lookAgain(outside, context.repository, first, suspects)
    for (const orphan of orphans) lines.push(await remove(outside, orphan, request['dry-run']))
    lines.push(...(await cureHungRuns(outside, hung, context, request['dry-run'])))
  }
  for (const line of lines) log.info(`${line.what} ${line.id}: ${line.why}. ${line.done}.`)
  await report.summary(sweepSummary(lines, request['dry-run']))
  const failed = lines.filter((line) => line.failed)
  if (failed.length > 0)
    throw new Error(
      `Sweep could not finish ${String(failed.length)} of ${String(lines.length)}:\n${failed.map((line) => `- ${line.what} ${line.id}: ${line.done}`).join('\n')}`,
    )
}

/** All pages of all three worlds. */
async function look({ ec2, runners, actions, host }: Outside, repository: string): Promise<Worlds> {
  const tags = repositoryTags(repository)
  const [machines, templates, registrations, runs] = await Promise.all([
    ec2.machinesByTags(tags),
    ec2.launchTemplatesByTags(tags),
    runners.runners(),
    actions.activeRuns(),
  ])
  return {
    nowMs: host.clock.now(),
    machines,
    templates,
    registrations,
    activeRuns: runs.map((run) => ({ ...run, repository })),
  }
}

/** Each suspect by id, and its run by id: at most two questions for each; what no longer looks orphaned is none. */
async function lookAgain(
  { ec2, runners, actions, host }: Outside,
  repository: string,
  first: Worlds,
  suspects: readonly Orphan[],
): Promise<readonly Orphan[]> {
  const instanceIds = suspects.flatMap((suspect) => (suspect.kind === 'machine' ? [suspect.id] : []))
  const runIds = [...new Set(suspects.flatMap((suspect) => runIdOf(suspect) ?? []))]
  const names = [...new Set(suspects.flatMap((suspect) => runnerNameOf(suspect) ?? []))]
  const [machines, runs, registrations] = await Promise.all([
    ec2.machinesById(instanceIds),
    Promise.all(runIds.map((runId) => actions.run(runId))),
    Promise.all(names.map((name) => runners.runnerByName(name))),
  ])
  const activeRuns = runs.flatMap((run): ActiveRun[] =>
    run === undefined || run.state === 'completed' ? [] : [{ ...run, repository }],
  )
  const others = first.machines.filter((machine) => !instanceIds.includes(machine.instanceId))
  const again = findOrphans({
    nowMs: host.clock.now(),
    machines: [...others, ...machines],
    templates: first.templates,
    registrations: registrations.flatMap((registration) => registration ?? []),
    activeRuns: [...first.activeRuns.filter((run) => !runIds.includes(run.runId)), ...activeRuns],
  })
  return again.filter((orphan) => suspects.some((suspect) => suspect.kind === orphan.kind && suspect.id === orphan.id))
}

function runIdOf(orphan: Orphan): number | undefined {
  if (orphan.kind === 'registration') return identityOfLabel('', parseRunnerName(orphan.id)?.label ?? '')?.runId
  return identityOf(orphan.kind === 'machine' ? orphan.machine.tags : orphan.template.tags)?.runId
}

function runnerNameOf(orphan: Orphan): string | undefined {
  if (orphan.kind === 'template') return undefined
  return orphan.kind === 'registration' ? orphan.id : orphan.machine.tags[TAG.runner]
}

async function remove({ ec2, runners }: Outside, orphan: Orphan, dryRun: boolean): Promise<SweepLine> {
  const what = { machine: 'machine', registration: 'runner', template: 'launch template' }[orphan.kind]
  const line = { what, id: orphan.id, why: orphan.reason, failed: false }
  if (dryRun) return { ...line, done: 'would be removed' }
  try {
    if (orphan.kind === 'machine') await ec2.terminate([orphan.id])
    else if (orphan.kind === 'template') await ec2.deleteLaunchTemplate(orphan.id)
    else if ((await runners.deleteRunner(orphan.registration.runnerId)) === 'busy')
      return { ...line, done: 'left: GitHub calls it busy again' }
    return { ...line, done: 'removed' }
  } catch (error) {
    return { ...line, done: `failed: ${error instanceof Error ? error.message : String(error)}`, failed: true }
  }
}
