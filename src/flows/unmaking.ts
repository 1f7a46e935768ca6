import { isAlive, type Machine } from '../domain/machine.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import type { Outside } from '../ports/outside.ts'
import { LISTING_SETTLED_MS } from './settling.ts'
import { removeRegistrations } from './deregistering.ts'
import type { Template } from './template.ts'
import type { Undertaking } from './undertaking.ts'

/** What a start has made so far, as it makes it. */
export interface Made {
  template: Template | undefined
  readonly runnerIds: Set<number>
  readonly instanceIds: Set<string>
  /** The runners for which a machine was asked: a late machine of ours carries one of these names. */
  readonly runnerNames: Set<string>
}

export function nothingMade(): Made {
  return { template: undefined, runnerIds: new Set(), instanceIds: new Set(), runnerNames: new Set() }
}

/**
 * Undoes a start that failed: the gate first, then the machines, then the registrations. What cannot be
 * undone is said, with the time at which it ends by itself; the failure that brought us here stays the failure.
 */
export async function unmake(outside: Outside, undertaking: Undertaking, made: Made): Promise<void> {
  const { log } = outside.host
  await log.group('Undoing what was started', async () => {
    const machines = async (): Promise<void> => {
      await made.template?.remove()
      await removeMachines(outside, undertaking, made)
    }
    const results = await Promise.allSettled([machines(), removeRegistrations(outside, [...made.runnerIds])])
    for (const result of results) {
      if (result.status === 'fulfilled') continue
      const deadline = new Date(Number(undertaking.tags[TAG.deadline]) * 1_000).toISOString()
      log.warning(
        `Not all could be undone: ${String(result.reason)}. Run \`mode: stop\`; what is left of machines ends by itself by ${deadline}.`,
      )
    }
  })
}

async function removeMachines({ ec2, host }: Outside, { identity }: Undertaking, made: Made): Promise<void> {
  if (made.runnerNames.size === 0) return
  const known = [...made.instanceIds]
  if (known.length > 0) await ec2.terminate(known)
  await host.clock.sleep(LISTING_SETTLED_MS)
  const listed = await ec2.machinesByTags(ownershipTags(identity))
  const isOurs = (machine: Machine): boolean => made.runnerNames.has(machine.tags[TAG.runner] ?? '')
  const late = listed
    .filter((machine) => isAlive(machine) && isOurs(machine) && !known.includes(machine.instanceId))
    .map((machine) => machine.instanceId)
  if (late.length > 0) await ec2.terminate(late)
  host.log.info(`Terminated: ${[...known, ...late].join(', ') || 'nothing, no machine was launched'}.`)
}
