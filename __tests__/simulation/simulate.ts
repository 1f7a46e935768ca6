import { isLive } from '../../cloud/ec2/instances.ts'
import type { Instance } from '../../cloud/ec2/world.ts'
import { TAG } from '../../src/domain/tags.ts'
import { checkEnd, checkLaunched } from './invariants.ts'
import { REPOSITORY } from './process.ts'
import type { Process } from './process.ts'
import type { Product } from './product.ts'
import { createSim } from './sim.ts'
import type { Sim, Violation } from './sim.ts'
import { peopleTheWorld } from './strangers.ts'
import { createWorkflows } from './workflow.ts'
import type { Workflows } from './workflow.ts'

const MINUTE_MS = 60_000
/** Until then everything may happen. */
const CHAOS_MS = 15 * MINUTE_MS
/** A lost runner keeps its job for ten minutes, flows come to their ends, and what never booted lives until its deadline. */
const SETTLING_LIMIT_MS = 5 * 3_600_000
const BETWEEN_SWEEPS_MS = 30 * MINUTE_MS
const SWEEPS = 2

export interface Outcome {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: ReadonlyMap<string, number>
  readonly trace: readonly string[]
  readonly hash: string
  readonly events: number
}

/** Plays one seed to its end. */
export async function simulate(seed: number, product: Product, tracing = false): Promise<Outcome> {
  const sim = createSim(seed, product, tracing)
  await peopleTheWorld(sim)
  const workflows = createWorkflows(sim)
  watch(sim, workflows)
  shortage(sim)
  silence(sim)
  workflows.begin()
  for (let more = 1; more < sim.swarm.runs; more++)
    sim.clock.after(sim.dice.between(0, 5 * MINUTE_MS), () => {
      if (sim.swarm.sweeps > 0 && sim.dice.chance(0.5)) workflows.sweepNow()
      sim.clock.after(sim.dice.between(0, 5_000), workflows.begin)
    })
  planEvents(sim, workflows)
  if (sim.swarm.shared) for (let n = 0; n < 3; n++) sim.clock.after(sim.dice.between(0, CHAOS_MS), workflows.guestRun)
  await sim.clock.runUntil(() => false, CHAOS_MS)
  sim.calmDown()
  for (const market of ['spot', 'on-demand'] as const) sim.cloud.ec2.control.setCapacity({ market }, 'plenty')
  sim.note('WORLD', 'the faults have ended')
  await sim.clock.runUntil(workflows.isIdle, SETTLING_LIMIT_MS)
  // A machine that never booted lives until the first sweep after its deadline: only then the last fault is over.
  const first = sim.instances().some(neverBooted(sim)) ? 0 : 1
  for (let sweeps = first; sweeps <= SWEEPS; sweeps++) {
    await sim.clock.runUntil(() => false, BETWEEN_SWEEPS_MS)
    const sweep = workflows.sweepNow()
    await sim.clock.runUntil(workflows.isIdle, SETTLING_LIMIT_MS)
    cancelWhatIsLeft(sim, sweep)
    await sim.clock.runUntil(workflows.isIdle, SETTLING_LIMIT_MS)
  }
  checkEnd(sim)
  return {
    seed,
    violations: sim.violations,
    counts: sim.counts,
    trace: sim.trace.lines,
    hash: sim.trace.hash(),
    events: sim.clock.events(),
  }
}

/** A run that waits in vain, and that sweep does not dare to run again, is for a person to end. */
function cancelWhatIsLeft(sim: Sim, sweep: Process): void {
  for (const line of sweep.record.lines) {
    const runId = /^run (\d+): .* left: /.exec(line)?.[1]
    if (runId === undefined) continue
    sim.count('run left to a person')
    sim.cloud.github.control.cancelRun(Number(runId))
  }
}

function neverBooted({ armed }: Sim): (instance: Instance) => boolean {
  return (instance) => isLive(instance) && instance.tags[TAG.startJob] !== undefined && !armed.has(instance.instanceId)
}

/** After every event GitHub's jobs are looked after and new machines are noticed. */
function watch(sim: Sim, workflows: Workflows): void {
  const { instances } = sim.cloud.ec2.world
  let known = instances.size
  sim.clock.watch = () => {
    if (instances.size > known) {
      for (const instance of sim.instances().slice(known)) {
        checkLaunched(sim, instance)
        if (!sim.isCalm()) planDeath(sim, workflows, instance)
      }
      known = instances.size
    }
    for (const instance of instances.values())
      if (!isLive(instance) && !sim.endedAtMs.has(instance.instanceId))
        sim.endedAtMs.set(instance.instanceId, sim.clock.now())
    workflows.react()
  }
}

/** Some pools have nothing, some little; some things are refused to the account. */
function shortage({ dice, swarm, cloud, count }: Sim): void {
  const { control } = cloud.ec2
  if (!dice.chance(swarm.shortage)) return
  count('shortage')
  control.setCapacity({ market: 'spot' }, dice.whole(0, 3))
  if (dice.chance(0.5)) control.setCapacity({ market: 'on-demand' }, dice.whole(0, 2))
  if (dice.chance(0.2)) control.setSpotRole(false)
  if (dice.chance(0.2)) control.setQuota('spot', 4)
}

/** One operation gets no answers for a while, whether it has an effect or not. */
function silence({ dice, swarm, clock, cloud, count, isCalm, lateNames }: Sim): void {
  if (!swarm.silence) return
  const operation = dice.pick([
    'CreateFleet',
    'CreateFleet',
    'CreateLaunchTemplate',
    'TerminateInstances',
    'DescribeInstances',
  ])
  const [beginMs, lastsMs] = [
    dice.between(0, dice.pick([MINUTE_MS / 2, 5 * MINUTE_MS])),
    dice.between(MINUTE_MS / 2, 4 * MINUTE_MS),
  ]
  clock.after(beginMs, () => {
    count('silence')
    const end = cloud.faults.plan((call) => {
      if (call.operation !== operation || isCalm()) return undefined
      const afterMs = dice.between(200, 5_000)
      lateNames.add(String(call.input['LaunchTemplateName']))
      return dice.chance(0.75)
        ? { kind: 'lose-request', afterMs }
        : { kind: 'arrive-late', afterMs, ms: afterMs + dice.between(15_000, 150_000) }
    })
    clock.after(lastsMs, end)
  })
}

/** How a machine may die before its time. */
function planDeath(sim: Sim, workflows: Workflows, instance: Instance): void {
  const { dice, swarm, clock, cloud } = sim
  if (instance.tags[TAG.repository] !== REPOSITORY || !dice.chance(swarm.deaths)) return
  const { instanceId, market } = instance
  const how = dice.pick(
    market === 'spot' ? (['interruption', 'reclaim', 'failure', 'person'] as const) : (['failure', 'person'] as const),
  )
  const soon = dice.chance(0.5) ? 30_000 : 6 * MINUTE_MS
  clock.after(dice.between(0, soon), () => {
    if (!isLive(instance) || sim.isCalm()) return
    sim.count(`death by ${how}`)
    sim.note('WORLD', `${instanceId} dies by ${how}`)
    const { control } = cloud.ec2
    const stopSoon = (): void => {
      clock.after(dice.between(0, 100_000), () => {
        workflows.stopByHand(instance.tags[TAG.label])
      })
    }
    if (how === 'interruption') {
      control.interrupt(instanceId)
      if (dice.chance(0.3)) stopSoon()
    } else if (how === 'reclaim') control.interrupt(instanceId, { noticeMs: 0 })
    else if (how === 'failure') control.kill(instanceId)
    else {
      sim.fated.add(instanceId)
      void cloud.send('TerminateInstances', { InstanceIds: [instanceId] }).catch(() => undefined)
    }
  })
}

/** What people and schedules do while all this goes on. */
function planEvents(sim: Sim, workflows: Workflows): void {
  const { dice, swarm, clock, cloud } = sim
  const { control } = cloud.github
  const sometime = (name: string, event: () => void): void => {
    clock.after(dice.between(0, CHAOS_MS), () => {
      sim.note('WORLD', name)
      event()
    })
  }
  const ofRun = (event: (runId: number) => void) => (): void => {
    event(dice.pick(workflows.runIds))
  }
  for (let n = 0; n < swarm.cancels; n++) {
    const how = dice.pick(['cancel', 'cancel', 'force-cancel'] as const)
    sometime(
      how,
      ofRun((runId) => {
        if (cloud.github.snapshot().runs.find(({ id }) => id === runId)?.status === 'completed') return
        sim.count(how)
        control.cancelRun(runId, how)
        if (dice.chance(0.5)) rerunSoon(sim, runId)
      }),
    )
  }
  for (let n = 0; n < swarm.sweeps; n++) {
    sometime('sweep', () => {
      sim.count('sweep beside others')
      workflows.sweepNow()
      if (dice.chance(0.3)) workflows.sweepNow()
    })
  }
  for (let n = 0; n < swarm.manualStops; n++)
    sometime('stop by hand', () => {
      sim.count('stop by hand')
      workflows.stopByHand()
    })
  for (let n = 0; n < swarm.reruns; n++)
    sometime(
      're-run',
      ofRun((runId) => {
        rerunSoon(sim, runId)
      }),
    )
  if (swarm.outage)
    sometime('GitHub is down', () => {
      sim.count('outage of GitHub')
      control.down(clock.now() + dice.between(5_000, 90_000))
    })
}

/** A person runs it again as soon as GitHub lets them. */
function rerunSoon(sim: Sim, runId: number): void {
  const route = `POST /repos/{owner}/{repo}/actions/runs/{run_id}/${sim.dice.pick(['rerun', 'rerun-failed-jobs'])}`
  const [owner, repo] = REPOSITORY.split('/')
  const again = (triesLeft: number): void => {
    if (triesLeft === 0 || sim.isCalm()) return
    const { status } = sim.cloud.github.dispatch({
      route,
      parameters: { owner, repo, run_id: runId },
      token: 'human-token',
      headers: {},
    })
    sim.note('WORLD', `${route} is answered ${String(status)}`)
    if (status === 201) sim.count(route.endsWith('rerun') ? 're-run of all jobs' : 're-run of failed jobs')
    else
      sim.clock.after(20_000, () => {
        again(triesLeft - 1)
      })
  }
  again(20)
}
