import type { RunContext } from '../domain/context.ts'
import { templateNameOf } from '../domain/launch-plan.ts'
import { isAlive } from '../domain/machine.ts'
import type { StartRequest } from '../domain/request.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import { targetOf, type Target } from '../domain/target.ts'
import type { Outside } from '../ports/outside.ts'
import { readProgress } from './progress.ts'
import { leftovers } from './stop.ts'
import { takeDownAll } from './taking-down.ts'
import { startJobOf } from './undertaking.ts'

/**
 * The post step of a start: takes away what a start made that was cancelled or killed before it delivered,
 * and touches nothing of one that did.
 *
 * @throws Error that says what is left and when it ends by itself
 */
export async function undo(outside: Outside, request: StartRequest, context: RunContext): Promise<void> {
  const { log, state } = outside.host
  const progress = readProgress(state)
  if (progress !== 'begun' && progress !== 'locked') return
  const startJob = startJobOf(request, context)
  const wanted = targetOf({ ...request, mode: 'stop', label: '', 'instance-ids': [], all: false }, context)
  const target = { ...wanted, isJudged: false, startJob: startJob === '' ? undefined : startJob }
  if (progress === 'begun' && (await belongsToAnother(outside, target, startJob))) {
    log.info(`Another start has the same name; what is registered under it is left to that start's stop.`)
    return
  }
  log.info(`The start did not deliver; taking away what there is of ${target.text}.`)
  const rounds = await takeDownAll(outside, target)
  if (rounds.some((round) => round.problems.length > 0)) throw new Error(leftovers(target.text, rounds))
}

/** A start that never held its lock may be the second of its name: then what stands there is the first one's. */
async function belongsToAnother({ ec2 }: Outside, { identity }: Target, startJob: string): Promise<boolean> {
  if (identity === undefined) return false
  const [machines, template] = await Promise.all([
    ec2.machinesByTags(ownershipTags(identity)),
    ec2.launchTemplate(templateNameOf(identity)),
  ])
  const isAnothers = (tags: Readonly<Record<string, string>>): boolean =>
    startJob === '' || tags[TAG.startJob] !== startJob
  return (
    machines.some((machine) => isAlive(machine) && isAnothers(machine.tags)) ||
    (template !== undefined && isAnothers(template))
  )
}
