import type { Instance } from '../../cloud/ec2/world.ts'
import { isLive } from '../../cloud/ec2/instances.ts'
import { identityOfLabel, labelOf, parseRunnerName } from '../../src/domain/identity.ts'
import { TAG } from '../../src/domain/tags.ts'
import { isAlive, REPOSITORY } from './process.ts'
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'
import { checkVerdict } from './verdicts.ts'

/** A flow that takes longer waits for something that never comes. */
const FLOW_LIMIT_MS = { start: 45 * 60_000, post: 30 * 60_000, stop: 30 * 60_000, sweep: 3 * 3_600_000 } as const

/** No listing lags longer. */
const LISTING_SETTLED_MS = 15_000

/** A machine arms its deadline at its boot; one whose launch was that late on its way lives that much longer. */
const DEADLINE_MARGIN_MS = 3 * 60_000

type Input = Readonly<Record<string, unknown>>

/** Judges what a process is about to do, by what is true at this moment. */
export function checkCall(sim: Sim, process: Process, operation: string, input: Input): void {
  if (operation === 'GET /repos/{owner}/{repo}/actions/runners') process.lookedAtMs = sim.clock.now()
  if (operation === 'TerminateInstances')
    for (const id of input['InstanceIds'] as string[]) checkTermination(sim, process, id)
  if (operation === 'DeleteLaunchTemplate') checkTemplate(sim, process, String(input['LaunchTemplateName']))
  if (operation.startsWith('DELETE ')) checkDeregistration(sim, process, Number(input['runner_id']))
}

function checkTermination(sim: Sim, process: Process, instanceId: string): void {
  process.terminated.add(instanceId)
  const instance = sim.cloud.ec2.world.instances.get(instanceId)
  if (instance === undefined) return
  const { tags } = instance
  if (tags[TAG.managed] !== 'true' || tags[TAG.repository] !== REPOSITORY) {
    sim.violate('foreign-untouched', `${process.name} terminates ${instanceId}, which is not ours`)
    return
  }
  if (!isLive(instance)) return
  const label = tags[TAG.label] ?? ''
  if (process.kind !== 'sweep') {
    checkOwner(sim, process, label, instance)
    return
  }
  if (isPastDeadline(sim, instance)) return
  const job = jobOn(sim, tags[TAG.runner] ?? '')
  if (job !== undefined && (job.startedAtMs ?? Infinity) < process.lookedAtMs)
    sim.violate('busy-not-killed-by-sweep', `${process.name} terminates ${instanceId}, which is at work`)
  if (isServing(sim, label) && isRegistered(sim, instance))
    sim.violate('siblings-untouched', `${process.name} terminates ${instanceId} of ${label}, whose run goes on`)
}

function checkOwner(sim: Sim, process: Process, label: string, instance: Instance): void {
  if (!mayTouch(process, label)) {
    sim.violate('siblings-untouched', `${process.name} terminates ${instance.instanceId} of ${label}`)
    return
  }
  if (process.kind === 'stop') return
  if (instance.tags[TAG.startJob] !== process.startJob)
    sim.violate('siblings-untouched', `${process.name} terminates ${instance.instanceId} of another start of its name`)
  else if (process.kind === 'post' && process.state?.['progress'] === 'delivered')
    sim.violate('siblings-untouched', `${process.name} terminates ${instance.instanceId}, which was delivered`)
}

function mayTouch({ identity, scope }: Process, label: string): boolean {
  if (identity === undefined) return false
  if (scope === 'run') return identityOfLabel(REPOSITORY, label)?.runId === identity.runId
  return label === labelOf(identity)
}

function checkTemplate(sim: Sim, process: Process, name: string): void {
  const template = [...sim.cloud.ec2.world.templates.values()].find((candidate) => candidate.name === name)
  if (template === undefined) return
  const { tags } = template
  if (tags[TAG.managed] !== 'true' || tags[TAG.repository] !== REPOSITORY)
    sim.violate('foreign-untouched', `${process.name} deletes the template ${name}, which is not ours`)
  else if (process.kind !== 'sweep' && !mayTouch(process, tags[TAG.label] ?? ''))
    sim.violate('siblings-untouched', `${process.name} deletes the template ${name}`)
}

function checkDeregistration(sim: Sim, process: Process, runnerId: number): void {
  const runner = sim.runners().find(({ id }) => id === runnerId)
  if (runner === undefined) return
  const label = parseRunnerName(runner.name)?.label ?? ''
  if (!runner.labels.includes(label)) {
    sim.violate('foreign-untouched', `${process.name} removes ${runner.name}, which is not ours`)
    return
  }
  if (process.kind !== 'sweep' && !mayTouch(process, label))
    sim.violate('siblings-untouched', `${process.name} removes ${runner.name}`)
  const machine = sim.instances().find((instance) => isLive(instance) && instance.tags[TAG.runner] === runner.name)
  if (process.kind === 'sweep' && machine !== undefined && isServing(sim, label) && !isPastDeadline(sim, machine))
    sim.violate('siblings-untouched', `${process.name} removes ${runner.name}, whose machine lives`)
}

/** A start delivered under this label, or is at work, and its run goes on in the attempt that it belongs to. */
function isServing(sim: Sim, label: string): boolean {
  const identity = identityOfLabel(REPOSITORY, label)
  const delivered = sim.processes.some(
    (process) =>
      process.kind === 'start' &&
      (process.flow === 'succeeded' || isAlive(process)) &&
      identity !== undefined &&
      process.identity !== undefined &&
      labelOf(process.identity) === label,
  )
  if (!delivered || identity === undefined) return false
  const run = sim.cloud.github.snapshot().runs.find(({ id }) => id === identity.runId)
  return run !== undefined && run.status !== 'completed' && run.attempt === identity.runAttempt
}

function isRegistered(sim: Sim, { tags }: Instance): boolean {
  return sim.runners().some(({ name }) => name === tags[TAG.runner])
}

function isPastDeadline(sim: Sim, { tags }: Instance): boolean {
  return sim.clock.now() >= Number(tags[TAG.deadline]) * 1_000
}

function jobOn(sim: Sim, runnerName: string) {
  const job = sim.cloud.github
    .snapshot()
    .jobs.find((candidate) => candidate.status === 'in_progress' && candidate.runnerName === runnerName)
  return job === undefined ? undefined : sim.cloud.github.control.job(job.id)
}

/** A machine has been launched: nobody else may live in its place. */
export function checkLaunched(sim: Sim, instance: Instance): void {
  const { tags } = instance
  const place = placeOf(tags)
  if (place === undefined) return
  const rivals = sim
    .instances()
    .filter((other) => other !== instance && isLive(other) && placeOf(other.tags) === place)
    .map(({ instanceId }) => instanceId)
  if (rivals.length > 0)
    sim.violate('at-most-one-machine', `${instance.instanceId} lives beside ${rivals.join(', ')} as runner ${place}`)
}

function placeOf(tags: Readonly<Record<string, string>>): string | undefined {
  const runner = parseRunnerName(tags[TAG.runner] ?? '')
  return runner === undefined || tags[TAG.repository] !== REPOSITORY
    ? undefined
    : `${runner.label}.${String(runner.number)}`
}

/** The process has ended by itself. */
export function checkOver(sim: Sim, process: Process): void {
  checkTime(sim, process)
  checkSecrets(sim, process)
  if (
    process.error instanceof TypeError ||
    process.error instanceof RangeError ||
    process.error instanceof ReferenceError
  )
    sim.violate('no-crash', `${process.name}: ${process.error.stack ?? process.error.message}`)
  if (process.kind === 'start') checkStart(sim, process)
  if (process.kind === 'post' && process.flow === 'succeeded') checkPost(sim, process)
  if (process.kind === 'stop' && process.flow === 'succeeded') {
    if (process.scope === 'everything') checkNothingLeft(sim, process, 'nothing-left-after-stop')
    checkVerdict(sim, process)
  }
}

export function checkTime(sim: Sim, process: Process): void {
  const tookMs = (process.endedAtMs ?? sim.clock.now()) - process.beganAtMs
  if (tookMs > FLOW_LIMIT_MS[process.kind])
    sim.violate('every-wait-bounded', `${process.name} has taken ${String(Math.round(tookMs / 60_000))} minutes`)
}

function checkStart(sim: Sim, process: Process): void {
  if (process.flow === 'succeeded') checkOutputs(sim, process)
  else if (process.record.state['progress'] === 'undone') checkNothingLeft(sim, process, 'nothing-left-after-undoing')
}

function checkPost(sim: Sim, process: Process): void {
  const progress = process.record.state['progress']
  // Before it held the lock it may be the second start of its name, and leave what there is to the first.
  if (progress === 'locked') checkNothingLeft(sim, process, 'nothing-left-after-undoing')
}

function checkOutputs(sim: Sim, process: Process): void {
  const { outputs } = process.record
  const label = process.identity === undefined ? '' : labelOf(process.identity)
  if (outputs['label'] !== label)
    sim.violate('outputs-true', `${process.name} calls itself ${String(outputs['label'])}`)
  const ids = JSON.parse(outputs['instance-ids'] ?? '[]') as string[]
  if (ids.length === 0) sim.violate('outputs-true', `${process.name} succeeds without a machine`)
  for (const id of ids) {
    const tags = sim.cloud.ec2.world.instances.get(id)?.tags
    if (tags?.[TAG.label] !== label || tags[TAG.startJob] !== process.startJob)
      sim.violate('outputs-true', `${process.name} names ${id}, which is not its own`)
  }
}

/** All that belongs to the identity is gone, unless somebody was still at work on it. */
function checkNothingLeft(
  sim: Sim,
  process: Process,
  invariant: 'nothing-left-after-stop' | 'nothing-left-after-undoing',
): void {
  const { identity } = process
  if (identity === undefined || isContested(sim, process)) return
  const label = labelOf(identity)
  const isOwn = (tags: Readonly<Record<string, string>>): boolean =>
    tags[TAG.repository] === REPOSITORY && tags[TAG.label] === label
  const machines = sim.instances().filter((instance) => isLive(instance) && isOwn(instance.tags))
  for (const { instanceId } of machines) sim.violate(invariant, `${process.name} leaves ${instanceId}`)
  // What a request on its way makes after we looked is nobody's fault; a machine could not be made any more.
  const templates = [...sim.cloud.ec2.world.templates.values()].filter(
    ({ tags, createdAtMs }) => isOwn(tags) && (process.kind === 'start' || createdAtMs < process.beganAtMs),
  )
  // Who may not delete a template takes one that is not listed yet for absent: that is the price of a narrow policy.
  const isHidden = ({ createdAtMs }: { readonly createdAtMs: number }): boolean =>
    process.denied === 'DeleteLaunchTemplate' &&
    (process.kind === 'start' || sim.clock.now() - createdAtMs < LISTING_SETTLED_MS)
  for (const { name } of templates.filter((template) => !sim.lateNames.has(template.name) && !isHidden(template)))
    sim.violate(invariant, `${process.name} leaves the template ${name}`)
  if (isJustRetried(sim, process)) return
  const runners = sim
    .runners()
    .filter(({ name, busy }) => !busy && parseRunnerName(name)?.label === label)
    .filter(({ id, ephemeral }) => !ephemeral || process.kind === 'start' || process.knewRunners.has(id))
  const told = process.record.lines.filter((line) => line.includes('busy')).join(' ')
  for (const { name } of runners.filter(
    (runner) => !sim.lateNames.has(runner.name) && !told.includes(String(runner.id)),
  ))
    sim.violate(invariant, `${process.name} leaves the registration ${name}`)
}

/** A start of this identity was at work while this process was. */
function isContested(sim: Sim, process: Process): boolean {
  const label = process.identity === undefined ? '' : labelOf(process.identity)
  return sim.processes.some(
    (other) =>
      other !== process &&
      (other.kind === 'start' || (other.kind === 'post' && process.kind !== 'post')) &&
      other.identity !== undefined &&
      labelOf(other.identity) === label &&
      (isAlive(other) || (other.endedAtMs ?? 0) > process.beganAtMs || isTwin(process, other)),
  )
}

/** Another start of the same name leaves to itself what it made, and an earlier try of the same step what it left. */
function isTwin(process: Process, other: Process): boolean {
  return process.kind === 'start' || (process.kind === 'post' && other.startJob !== process.startJob)
}

/** A step that was tried again just before may have registered what no listing shows yet, beside a machine that it had already. */
function isJustRetried(sim: Sim, process: Process): boolean {
  const label = process.identity === undefined ? '' : labelOf(process.identity)
  const tries = sim.processes.filter(
    (other) => other.kind === 'start' && other.identity !== undefined && labelOf(other.identity) === label,
  )
  return tries.length > 1 && tries.some(({ endedAtMs }) => (endedAtMs ?? Infinity) > process.beganAtMs - 10_000)
}

function checkSecrets(sim: Sim, { name, record }: Process): void {
  const { lines, summaries, outputs, state } = record
  const said = [...lines, ...summaries, JSON.stringify(outputs), JSON.stringify(state)].join('\n')
  for (const secret of sim.cloud.github.control.secrets())
    if (said.includes(secret)) sim.violate('no-secret-leaks', `${name} says ${secret.slice(0, 30)}...`)
}

/** All is over and the sweeps are done. */
export function checkEnd(sim: Sim): void {
  for (const process of sim.processes) if (isAlive(process)) checkTime(sim, process)
  const { world } = sim.cloud.ec2
  const isOurs = (tags: Readonly<Record<string, string>>): boolean =>
    tags[TAG.managed] === 'true' && tags[TAG.repository] === REPOSITORY
  for (const instance of sim.instances().filter(({ tags }) => isOurs(tags))) {
    checkDeadline(sim, instance)
    if (isLive(instance)) sim.violate('converges', `${instance.instanceId} of ${instance.tags[TAG.label] ?? ''} lives`)
    const text = JSON.stringify(instance.tags)
    for (const secret of sim.cloud.github.control.secrets())
      if (text.includes(secret)) sim.violate('no-secret-leaks', `the tags of ${instance.instanceId}`)
  }
  for (const { name, tags } of world.templates.values())
    if (isOurs(tags)) sim.violate('converges', `the template ${name} is left`)
  for (const { name, labels } of sim.runners()) {
    const label = parseRunnerName(name)?.label ?? '-'
    if (labels.includes(label) && !isNewborn(sim, label)) sim.violate('converges', `the registration ${name} is left`)
  }
}

/** A start that the last sweep has called for: what its stop found busy is for the sweep after that. */
function isNewborn(sim: Sim, label: string): boolean {
  const sweptAtMs = sim.processes.findLast(({ kind }) => kind === 'sweep')?.beganAtMs ?? 0
  return sim.processes.some(
    ({ kind, identity, beganAtMs }) =>
      kind === 'start' && identity !== undefined && labelOf(identity) === label && beganAtMs > sweptAtMs,
  )
}

/** Its own clock ends a machine that booted, whatever became of everybody else. */
function checkDeadline(sim: Sim, { instanceId, tags }: Instance): void {
  const endedMs = sim.endedAtMs.get(instanceId) ?? sim.clock.now()
  const deadlineMs = Number(tags[TAG.deadline]) * 1_000
  if (sim.armed.has(instanceId) && endedMs > deadlineMs + DEADLINE_MARGIN_MS)
    sim.violate(
      'dead-at-deadline',
      `${instanceId} lived on for ${String(Math.round((endedMs - deadlineMs) / 1_000))} s`,
    )
}
