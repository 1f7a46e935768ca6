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
 * A cancelled job gives us a few seconds: then only what is known goes, and the post step looks for the rest.
 *
 * @returns whether nothing can be left
 */
export async function unmake(outside: Outside, undertaking: Undertaking, made: Made): Promise<boolean> {
  const { log, cancellation } = outside.host
  return log.group('Undoing what was started', async () => {
    const machines = async (): Promise<void> => {
      await made.template?.remove()
      await removeMachines(outside, undertaking, made)
      if (!undertaking.request.ephemeral && !cancellation.aborted) await removeByName(outside, made)
    }
    const results = await Promise.allSettled([machines(), removeRegistrations(outside, [...made.runnerIds])])
    const problems = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))
    const deadline = new Date(Number(undertaking.tags[TAG.deadline]) * 1_000).toISOString()
    for (const problem of problems) {
      log.warning(
        `Not all could be undone: ${problem}. Run \`mode: stop\`; what is left of machines ends by itself by ${deadline}.`,
      )
    }
    return problems.length === 0 && !cancellation.aborted
  })
}

/** A machine that registers itself does so under a name that we gave it; now that it is gone, nobody will do it again. */
async function removeByName(outside: Outside, { runnerNames }: Made): Promise<void> {
  if (runnerNames.size === 0) return
  const own = (await outside.runners.runners()).filter((runner) => runnerNames.has(runner.name))
  await removeRegistrations(
    outside,
    own.map((runner) => runner.runnerId),
  )
}

async function removeMachines({ ec2, host }: Outside, { identity }: Undertaking, made: Made): Promise<void> {
  if (made.runnerNames.size === 0) return
  const known = [...made.instanceIds]
  await ec2.terminate(known)
  if (host.cancellation.aborted) return
  await host.clock.sleep(LISTING_SETTLED_MS)
  const listed = await ec2.machinesByTags(ownershipTags(identity))
  const isOurs = (machine: Machine): boolean => made.runnerNames.has(machine.tags[TAG.runner] ?? '')
  const late = listed
    .filter((machine) => isAlive(machine) && isOurs(machine) && !known.includes(machine.instanceId))
    .map((machine) => machine.instanceId)
  await ec2.terminate(late)
  host.log.info(`Terminated: ${[...known, ...late].join(', ') || 'nothing, no machine was launched'}.`)
}
