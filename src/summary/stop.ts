import type { Machine } from '../domain/machine.ts'
import type { Judgement } from '../domain/verdict.ts'
import { code, table } from './markdown.ts'

/** What became of each machine, and what was cleared away. */
export function stopSummary(
  target: string,
  cases: readonly { readonly machine: Machine; readonly judgement: Judgement }[],
  deregistered: readonly { readonly removed: number; readonly busy: readonly number[] }[],
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
