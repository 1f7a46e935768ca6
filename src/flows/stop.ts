import type { RunContext } from '../domain/context.ts'
import type { Machine } from '../domain/machine.ts'
import type { StopRequest } from '../domain/request.ts'
import { TAG } from '../domain/tags.ts'
import { targetOf, type Target } from '../domain/target.ts'
import { worst } from '../domain/verdict.ts'
import type { Outside } from '../ports/outside.ts'
import { keptText, stopSummary } from '../summary/stop.ts'
import { takeDownAll, type Round } from './taking-down.ts'

/** The annotation that says a machine was taken under its job; scripts may look for this title. */
export const INTERRUPTION_TITLE = 'EC2 spot interruption'

/**
 * Takes a start down, whatever has become of it, and says what has. A second stop finds nothing to do, and
 * succeeds. One half that fails does not stop the other.
 *
 * @throws Error that says what is left and when it ends by itself
 */
export async function stop(outside: Outside, request: StopRequest, context: RunContext): Promise<void> {
  const target = targetOf(request, context)
  outside.host.log.info(`Stopping ${target.text}.`)
  const rounds = await takeDownAll(outside, target)
  await reportTo(outside, target, rounds, request['aws-region'])
  if (rounds.some((round) => round.problems.length > 0)) throw new Error(leftovers(target.text, rounds))
}

async function reportTo({ host }: Outside, target: Target, rounds: readonly Round[], region: string): Promise<void> {
  const cases = rounds.flatMap((round) => round.cases)
  const interrupted = cases.filter(({ judgement }) => judgement.verdict === 'interrupted')
  host.report.output('verdict', worst(cases.map(({ judgement }) => judgement.verdict)))
  host.report.output('interrupted', String(interrupted.length > 0))
  for (const { machine, judgement } of cases)
    host.log.info(`${machine.instanceId}: ${judgement.verdict}. ${judgement.evidence}.`)
  const kept = rounds.flatMap((round) =>
    [...round.kept].map(([{ instanceId }, untilMs]) => ({ instanceId, untilMs, region })),
  )
  for (const machine of kept) host.log.info(keptText(machine))
  for (const { machine, judgement } of interrupted)
    host.log.error(
      `${machine.instanceId} (${machine.instanceType} in ${machine.availabilityZone}) was interrupted. ${judgement.evidence}. Nothing is wrong with the job itself: run it again.`,
      INTERRUPTION_TITLE,
    )
  await host.report.summary(
    stopSummary(
      target.text,
      cases,
      rounds.flatMap((round) => round.deregistered ?? []),
      kept,
    ),
  )
}

/** What could not be done, what may still be alive, and when that ends by itself. */
export function leftovers(target: string, rounds: readonly Round[]): string {
  const problems = [...new Set(rounds.flatMap((round) => round.problems))].map((problem) => `- ${problem}`)
  const alive = rounds
    .flatMap((round) => round.left)
    .map((machine) => `${machine.instanceId} (until ${deadlineOf(machine)})`)
  const end =
    alive.length > 0
      ? `Still alive, and powering off by itself at its deadline: ${alive.join(', ')}.`
      : rounds.every((round) => round.isListed && round.isGateShut)
        ? 'No machine is left alive.'
        : 'A machine that may be left powers itself off at its deadline, `max-lifetime` after its boot.'
  return [`Stopping ${target} did not fully succeed:`, ...problems, `${end} Run stop again when this is mended.`].join(
    '\n',
  )
}

function deadlineOf(machine: Machine): string {
  const seconds = Number(machine.tags[TAG.deadline])
  return Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : 'its deadline'
}
