import { templateNameOf } from '../domain/launch-plan.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { TAG } from '../domain/tags.ts'
import { askedFor, isRegistrationOf, mayTouch, type Target } from '../domain/target.ts'
import { isReclaimed } from '../domain/verdict.ts'
import { messageOf } from '../domain/message.ts'
import type { Outside } from '../ports/outside.ts'
import { removeRegistrations, type Deregistered } from './deregistering.ts'
import { findKept, gatherSpotEvidence, judgeAll, type Case } from './evidence.ts'
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
  /** Machines that stay for a look, with the instant at which they go. */
  readonly kept: ReadonlyMap<Machine, number>
  readonly isListed: boolean
  /** Whether no launch can follow any more. */
  readonly isGateShut: boolean
}

/**
 * Takes down all that the target owns: one pass, and a second one where the first saw fewer machines than
 * there may be. What fails is told in the rounds, and does not keep the rest from going.
 */
export async function takeDownAll(outside: Outside, target: Target): Promise<readonly Round[]> {
  const { log, clock } = outside.host
  const first = await takeDown(outside, target, [])
  if (!first.isListed || !mayBeMore(target, first)) return [first]
  log.info('Fewer machines are listed than this start may have; looking again, in case one was launched a moment ago.')
  await clock.sleep(LISTING_SETTLED_MS)
  return [first, await takeDown(outside, target, first.machines)]
}

/** One pass: the gate first, then everything that is there and was not seen before. */
async function takeDown(outside: Outside, target: Target, seen: readonly Machine[]): Promise<Round> {
  const gate = await settledOf(shutGate(outside, target))
  const found = await settledOf(findMachines(outside, target))
  const machines = (found.value?.own ?? []).filter(
    (machine) => !seen.some((other) => other.instanceId === machine.instanceId),
  )
  const foreign = found.value?.foreign ?? []
  const spot = await gatherSpotEvidence(outside, target.isJudged ? machines : [])
  const kept = target.isJudged ? await findKept(outside, target, machines) : new Map<Machine, number>()
  const alive = machines.filter((machine) => isAlive(machine) && !kept.has(machine))
  const spared = alive.filter((machine) => isReclaimed(machine, spot.get(machine.instanceId)))
  const [ended, early] = await Promise.all([
    settledOf(endMachines(outside, alive, spared)),
    // A listener that loses its registration powers its machine off, before AWS can take it.
    settledOf(deregister(outside, target, machines, [...foreign, ...spared])),
  ])
  const cases = target.isJudged ? await judgeAll(outside, target, machines, spot) : []
  const deregistered = await settledOf(deregisterLate(outside, target, { machines, foreign, spared, cases }, early))
  return {
    machines,
    cases,
    deregistered: deregistered.value,
    problems: [gate, found, ended, deregistered].flatMap(({ problem }) => problem ?? []),
    left: ended.problem === undefined ? [] : alive,
    kept,
    isListed: found.problem === undefined,
    isGateShut: gate.problem === undefined,
  }
}

/**
 * A listing may lag: where fewer machines are accounted for than were asked for, one may still turn up. A
 * dead one is accounted for if it had a job; one that died while booting may have a successor on its way.
 */
function mayBeMore(target: Target, { machines, cases }: Round): boolean {
  if (target.tags === undefined) return false
  if (!target.isJudged) return true
  const hadJob = cases.filter(({ evidence }) => (evidence.jobs ?? []).length > 0).map(({ machine }) => machine)
  const accounted = machines.filter((machine) => isAlive(machine) || hadJob.includes(machine))
  return accounted.length === 0 || accounted.length < askedFor(target, machines)
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

interface Found {
  readonly own: readonly Machine[]
  /** Living machines that the target does not own, among those that answer to its tags or ids. */
  readonly foreign: readonly Machine[]
}

/** By tag and by id: tags fade from a dead machine, and its id may not be known. */
async function findMachines({ ec2, host }: Outside, target: Target): Promise<Found> {
  const [tagged, named] = await Promise.all([
    target.tags === undefined ? [] : ec2.machinesByTags(target.tags),
    target.instanceIds.length === 0 ? [] : ec2.machinesById(target.instanceIds),
  ])
  const all = [
    ...tagged,
    ...named.filter((machine) => !tagged.some((other) => other.instanceId === machine.instanceId)),
  ]
  const foreign = all.filter((machine) => isAlive(machine) && !mayTouch(target, machine))
  for (const { instanceId } of foreign)
    host.log.warning(
      `${instanceId} is left alone: it does not carry the tags of a machine of ${target.startJob === undefined ? target.repository : 'this start'}.`,
    )
  return { own: all.filter((machine) => !foreign.includes(machine)), foreign }
}

async function endMachines(outside: Outside, alive: readonly Machine[], spared: readonly Machine[]): Promise<void> {
  await terminate(
    outside,
    alive.filter((machine) => !spared.includes(machine)),
  )
  await leaveToAws(outside, spared)
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

interface Seen {
  readonly machines: readonly Machine[]
  readonly foreign: readonly Machine[]
  /** Those that AWS was taking. */
  readonly spared: readonly Machine[]
  readonly cases: readonly Case[]
}

/** Looks once more where a machine that registers itself may have done so while we ended it. */
async function deregisterLate(
  outside: Outside,
  target: Target,
  { machines, foreign, spared, cases }: Seen,
  early: Settled<Removal>,
): Promise<Deregistered> {
  if (early.value === undefined) throw new Error(early.problem)
  const { names, removed } = early.value
  const isBooting = machines.some((machine) => !spared.includes(machine) && mayRegister(machine, cases, names))
  if (!isBooting && spared.length === 0) return early.value
  if (isBooting) await outside.host.clock.sleep(REGISTRATION_SHOWN_MS)
  const late = await deregister(outside, target, machines, foreign)
  return { removed: removed + late.removed, busy: late.busy }
}

/** Alive, with neither a runner nor, as far as we know, a job: it was booting when we looked. */
function mayRegister(machine: Machine, cases: readonly Case[], names: readonly string[]): boolean {
  const found = cases.find((other) => other.machine === machine)
  return (
    isAlive(machine) && (found?.evidence.jobs ?? []).length === 0 && !names.includes(machine.tags[TAG.runner] ?? '')
  )
}

async function deregister(
  outside: Outside,
  target: Target,
  machines: readonly Machine[],
  foreign: readonly Machine[],
): Promise<Removal> {
  const isTaken = (name: string): boolean => foreign.some((machine) => machine.tags[TAG.runner] === name)
  const own = (await outside.runners.runners()).filter(
    (runner) => isRegistrationOf(target, machines, runner) && !isTaken(runner.name),
  )
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
    return { problem: messageOf(error) }
  }
}
