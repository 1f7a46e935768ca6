import { templateNameOf } from '../domain/launch-plan.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { TAG } from '../domain/tags.ts'
import { askedFor, isRegistrationOf, mayTouch, type Target } from '../domain/target.ts'
import { isReclaimed } from '../domain/verdict.ts'
import type { Outside } from '../ports/outside.ts'
import { removeRegistrations, type Deregistered } from './deregistering.ts'
import { gatherEvidence, type Case } from './evidence.ts'
import { LISTING_SETTLED_MS } from './settling.ts'

/** AWS takes a machine two minutes after its notice; half a minute more covers its own delay. */
const RECLAIM_WAIT_MS = 150_000
const RECLAIM_POLL_MS = 5_000

/** GitHub's listing shows a runner only some seconds after it registered (field reports; how many is our guess). */
const REGISTRATION_SHOWN_MS = 5_000

/** What one pass over EC2 and GitHub saw and did. */
export interface Round {
  readonly machines: readonly Machine[]
  readonly cases: readonly Case[]
  readonly deregistered: Deregistered | undefined
  readonly problems: readonly string[]
  /** Machines that were alive and could not be ended. */
  readonly left: readonly Machine[]
  /** Whether EC2 let itself be seen at all. */
  readonly sawEc2: boolean
}

/**
 * Takes down all that the target owns: one pass, and a second one where the first saw fewer machines than
 * there may be. What fails is told in the rounds, and does not keep the rest from going.
 */
export async function takeDownAll(outside: Outside, target: Target): Promise<readonly Round[]> {
  const { log, clock } = outside.host
  const first = await takeDown(outside, target, [])
  if (first.problems.length > 0 || !mayBeMore(target, first.machines)) return [first]
  log.info('Fewer machines are listed than this start may have; looking again, in case one was launched a moment ago.')
  await clock.sleep(LISTING_SETTLED_MS)
  return [first, await takeDown(outside, target, first.machines)]
}

/** One pass: the gate first, then everything that is there and was not seen before. */
async function takeDown(outside: Outside, target: Target, seen: readonly Machine[]): Promise<Round> {
  const gate = await settledOf(shutGate(outside, target))
  const found = await settledOf(findMachines(outside, target))
  const machines = (found.value ?? []).filter(
    (machine) => !seen.some((other) => other.instanceId === machine.instanceId),
  )
  const [ended, early] = await Promise.all([
    settledOf(endMachines(outside, target, machines)),
    settledOf(deregister(outside, target, machines)),
  ])
  const deregistered = await settledOf(deregisterLate(outside, target, ended.value ?? [], early))
  return {
    machines,
    cases: ended.value ?? [],
    deregistered: deregistered.value,
    problems: [gate, found, ended, deregistered].flatMap(({ problem }) => problem ?? []),
    left: ended.problem === undefined ? [] : machines.filter(isAlive),
    sawEc2: found.problem === undefined,
  }
}

/** A listing may lag: where fewer machines are accounted for than were asked for, one may still turn up. */
function mayBeMore(target: Target, machines: readonly Machine[]): boolean {
  if (target.tags === undefined) return false
  return machines.length === 0 || machines.length < askedFor(target, machines)
}

/** A launch that is still on its way names this template, and cannot happen once it is gone. */
async function shutGate({ ec2 }: Outside, { identity, tags }: Target): Promise<void> {
  const first = identity === undefined ? [] : [templateNameOf(identity)]
  const [, listed] = await Promise.all([
    Promise.all(first.map((name) => ec2.deleteLaunchTemplate(name))),
    tags === undefined ? [] : ec2.launchTemplatesByTags(tags),
  ])
  await Promise.all(
    listed
      .filter(({ templateName }) => !first.includes(templateName))
      .map(({ templateName }) => ec2.deleteLaunchTemplate(templateName)),
  )
}

/** By tag and by id: tags fade from a dead machine, and its id may not be known. */
async function findMachines({ ec2, host }: Outside, target: Target): Promise<readonly Machine[]> {
  const [tagged, named] = await Promise.all([
    target.tags === undefined ? [] : ec2.machinesByTags(target.tags),
    target.instanceIds.length === 0 ? [] : ec2.machinesById(target.instanceIds),
  ])
  const all = [
    ...tagged,
    ...named.filter((machine) => !tagged.some((other) => other.instanceId === machine.instanceId)),
  ]
  for (const machine of all) {
    if (isAlive(machine) && !mayTouch(target, machine))
      host.log.warning(
        `${machine.instanceId} is left alone: it does not carry the tags of a machine of ${target.repository}.`,
      )
  }
  return all.filter((machine) => !isAlive(machine) || mayTouch(target, machine))
}

async function endMachines(outside: Outside, target: Target, machines: readonly Machine[]): Promise<readonly Case[]> {
  const cases = await gatherEvidence(outside, target, machines)
  const spared = cases
    .filter(({ machine, evidence }) => isAlive(machine) && isReclaimed(machine, evidence.spotStatus))
    .map(({ machine }) => machine)
  await terminate(
    outside,
    machines.filter((machine) => isAlive(machine) && !spared.includes(machine)),
  )
  await leaveToAws(outside, spared)
  return cases
}

/** AWS ends it anyway; ending it first would cost the free first hour and overwrite the evidence. */
async function leaveToAws(outside: Outside, spared: readonly Machine[]): Promise<void> {
  if (spared.length === 0) return
  const { ec2, host } = outside
  const ids = spared.map((machine) => machine.instanceId)
  host.log.info(`AWS is taking ${ids.join(', ')} already; leaving that to AWS.`)
  const endMs = host.clock.now() + RECLAIM_WAIT_MS
  let alive: readonly Machine[] = spared
  while (alive.length > 0 && host.clock.now() < endMs) {
    await host.clock.sleep(RECLAIM_POLL_MS)
    alive = (await ec2.machinesById(ids)).filter(isAlive)
  }
  await terminate(outside, alive)
}

async function terminate({ ec2, host }: Outside, machines: readonly Machine[]): Promise<void> {
  if (machines.length === 0) return
  const ids = machines.map((machine) => machine.instanceId)
  await ec2.terminate(ids)
  host.log.info(`Terminated ${ids.join(', ')}.`)
}

interface Removal extends Deregistered {
  /** The names of all registrations that were there. */
  readonly names: readonly string[]
}

/** Looks once more where a machine that registers itself may have done so while we ended it. */
async function deregisterLate(
  outside: Outside,
  target: Target,
  cases: readonly Case[],
  early: Settled<Removal>,
): Promise<Deregistered> {
  if (early.value === undefined) throw new Error(early.problem)
  const { names, removed } = early.value
  if (!cases.some((found) => mayRegister(found, names))) return early.value
  await outside.host.clock.sleep(REGISTRATION_SHOWN_MS)
  const machines = cases.map(({ machine }) => machine)
  const late = await deregister(outside, target, machines)
  return { removed: removed + late.removed, busy: late.busy }
}

/** Alive, with neither a runner nor a job: it was booting when we looked. */
function mayRegister({ machine, evidence }: Case, names: readonly string[]): boolean {
  return isAlive(machine) && (evidence.jobs ?? []).length === 0 && !names.includes(machine.tags[TAG.runner] ?? '')
}

async function deregister(outside: Outside, target: Target, machines: readonly Machine[]): Promise<Removal> {
  const own = (await outside.runners.runners()).filter((runner) => isRegistrationOf(target, machines, runner))
  const done = await removeRegistrations(
    outside,
    own.map((runner) => runner.runnerId),
  )
  if (done.removed > 0)
    outside.host.log.info(`Removed ${String(done.removed)} registration${done.removed === 1 ? '' : 's'} at GitHub.`)
  return { ...done, names: own.map((runner) => runner.name) }
}

interface Settled<T> {
  readonly value?: T
  readonly problem?: string
}

async function settledOf<T>(work: Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
