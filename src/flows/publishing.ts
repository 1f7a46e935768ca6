import { runnerLabel } from '../domain/identity.ts'
import { fallbackReason } from '../domain/ladder.ts'
import type { Berth } from './undertaking.ts'
import type { Voyage } from './voyage.ts'

/**
 * Hands on what later jobs need, as soon as machines exist: a stop must find them even if this start gets no
 * further. No output holds a secret or an ARN: GitHub drops an output in which its masker finds anything.
 */
export function publish({ outside, undertaking }: Voyage, berths: readonly Berth[]): void {
  const { report } = outside.host
  const { label, request } = undertaking
  const machines = berths.flatMap((berth) => berth.machine ?? [])
  const [first] = machines
  const markets = [...new Set(machines.map((machine) => machine.market))]
  report.output('label', label)
  report.output(
    'labels',
    JSON.stringify(request.count === 1 ? [label] : berths.map((berth) => runnerLabel(label, berth.number))),
  )
  report.output('runs-on', JSON.stringify([label]))
  report.output('instance-id', first?.instanceId ?? '')
  report.output('instance-ids', JSON.stringify(machines.map((machine) => machine.instanceId)))
  report.output('market', markets.length > 1 ? 'mixed' : (markets[0] ?? ''))
  report.output('instance-type', first?.instanceType ?? '')
  report.output('availability-zone', first?.availabilityZone ?? '')
  report.output('fallback-reason', fallbackOf(berths))
  report.output('region', request['aws-region'])
}

/** Why one of the machines is on-demand although spot came first. */
export function fallbackOf(berths: readonly Berth[]): string {
  const fallen = berths.find((berth) => berth.machine?.market === 'on-demand' && berth.climb.policy === 'spot-first')
  return fallen === undefined ? '' : fallbackReason(fallen.climb)
}
