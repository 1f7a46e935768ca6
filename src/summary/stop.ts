import type { Machine } from '../domain/machine.ts'
import type { Judgement } from '../domain/verdict.ts'
import { code, table } from './markdown.ts'

/** A machine that stays for a look since its job failed. */
export interface KeptMachine {
  readonly instanceId: string
  readonly region: string
  readonly untilMs: number
}

/** Until when a machine stays, and how to get in: the one reason why anybody pays for it. */
export function keptText({ instanceId, region, untilMs }: KeptMachine): string {
  return `${instanceId} stays until ${new Date(untilMs).toISOString()} because its job failed, as \`keep-on-failure\` says. Get in with \`aws ssm start-session --region ${region} --target ${instanceId}\`, if its image and role allow it; end it early with \`aws ec2 terminate-instances --region ${region} --instance-ids ${instanceId}\`.`
}

/** What became of each machine, and what was cleared away. */
export function stopSummary(
  target: string,
  cases: readonly { readonly machine: Machine; readonly judgement: Judgement }[],
  deregistered: readonly { readonly removed: number; readonly busy: readonly number[] }[],
  kept: readonly KeptMachine[],
): string {
  const machines = cases.map(({ machine, judgement }) => [
    code(machine.instanceId),
    machine.instanceType,
    machine.availabilityZone,
    machine.market,
    judgement.verdict,
    judgement.evidence,
  ])
  return [
    `### Stopped ${target}`,
    machines.length === 0
      ? 'There was no machine.'
      : table(['machine', 'type', 'zone', 'market', 'verdict', 'evidence'], machines),
    ...kept.map(keptText),
    registrations(deregistered),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function registrations(done: readonly { readonly removed: number; readonly busy: readonly number[] }[]): string {
  if (done.length === 0) return 'The registrations at GitHub could not be removed.'
  const removed = done.reduce((sum, round) => sum + round.removed, 0)
  const busy = done.at(-1)?.busy.length ?? 0
  if (removed + busy === 0) return ''
  return `Registrations removed: ${String(removed)}.${busy === 0 ? '' : ` ${String(busy)} still busy, left to GitHub.`}`
}
