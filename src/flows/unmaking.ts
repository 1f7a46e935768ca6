import { isAlive } from '../domain/machine.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import { messageOf } from '../domain/message.ts'
import type { Outside } from '../ports/outside.ts'
import { LISTING_SETTLED_MS } from './settling.ts'
import { removeRegistrations } from './deregistering.ts'
import type { Template } from './template.ts'
import type { Undertaking } from './undertaking.ts'

/** What a start has made so far, as it makes it. */
export interface Made {
  template: Template | undefined
  /** Whether a template was asked for: without an answer it may exist. */
  askedForTemplate: boolean
  /** Whether a registration was asked for and no answer came. */
  mayHaveRegistered: boolean
  readonly runnerIds: Set<number>
  readonly instanceIds: Set<string>
  /** The runners for which a machine was asked: a late machine of ours carries one of these names. */
  readonly runnerNames: Set<string>
  /** Those of them for which nobody knows yet whether a machine was launched. */
  readonly inDoubt: Set<string>
}

export function nothingMade(): Made {
  return {
    template: undefined,
    askedForTemplate: false,
    mayHaveRegistered: false,
    runnerIds: new Set(),
    instanceIds: new Set(),
    runnerNames: new Set(),
    inDoubt: new Set(),
  }
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
      const names = await removeMachines(outside, undertaking, made)
      if (!undertaking.request.ephemeral && !cancellation.aborted) await removeByName(outside, names)
    }
    // The gate goes first; that it cannot be shut keeps nothing else from going.
    const gate = await Promise.allSettled([made.template?.remove()])
    const others = await Promise.allSettled([machines(), removeRegistrations(outside, [...made.runnerIds])])
    const results = [...gate, ...others]
    const problems = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []))
    const deadline = new Date(Number(undertaking.tags[TAG.deadline]) * 1_000).toISOString()
    for (const problem of problems) {
      log.warning(
        `Not all could be undone: ${problem}. Run \`mode: stop\`; what is left of machines ends by itself by ${deadline}.`,
      )
    }
    const isAllKnown = (made.template !== undefined || !made.askedForTemplate) && !made.mayHaveRegistered
    return problems.length === 0 && isAllKnown && !cancellation.aborted
  })
}

/** A machine that registers itself does so under a name that we gave it; now that it is gone, nobody will do it again. */
async function removeByName(outside: Outside, names: ReadonlySet<string>): Promise<void> {
  if (names.size === 0) return
  const own = (await outside.runners.runners()).filter((runner) => names.has(runner.name))
  await removeRegistrations(
    outside,
    own.map((runner) => runner.runnerId),
  )
}

/** @returns the names of our runners whose machines are gone now */
async function removeMachines(
  { ec2, host }: Outside,
  { identity, startJob, request }: Undertaking,
  made: Made,
): Promise<ReadonlySet<string>> {
  const names = new Set(made.runnerNames)
  if (names.size === 0) return names
  const known = [...made.instanceIds]
  await ec2.terminate(known)
  if (host.cancellation.aborted) return names
  const late: string[] = []
  // A registration by token may be as late as a listing.
  const mayBeLate = made.inDoubt.size > 0 || (known.length > 0 && !request.ephemeral)
  if (mayBeLate) {
    await host.clock.sleep(LISTING_SETTLED_MS)
    for (const machine of (await ec2.machinesByTags(ownershipTags(identity))).filter(isAlive)) {
      const name = machine.tags[TAG.runner] ?? ''
      if (!names.has(name) || known.includes(machine.instanceId)) continue
      // Another start that shares our name gives its runners the same names: its machine is not ours to end.
      if (machine.tags[TAG.startJob] === startJob) late.push(machine.instanceId)
      else names.delete(name)
    }
    await ec2.terminate(late)
  }
  host.log.info(`Terminated: ${[...known, ...late].join(', ') || 'nothing, no machine was launched'}.`)
  return names
}
